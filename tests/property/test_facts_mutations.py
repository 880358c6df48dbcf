"""However a row of facts is mangled, it is read, or refused with file and line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.adapters.imports import facts_row
from entrepot.adapters.imports.facts_build import build
from entrepot.adapters.imports.facts_files import FactFiles, read_files
from entrepot.kernel.errors import EntrepotError

NAMES = ("charges.yaml", "places.yaml", "network.yaml", "energy.yaml")
SCRAPS = ["", "~", "[]", "{}", "-1", "1e9", "true", '"', ": ", "NO", "é", "99999999999999999999"]


@lru_cache(maxsize=1)
def _files() -> FactFiles:
    return read_files(resources.files("entrepot") / "facts", None)


def _mangled(name: str, at: int, scrap: str, length: int) -> bytes:
    text = _files().shipped[name].decode()
    at %= len(text)
    return (text[:at] + scrap + text[at + length :]).encode()


def _judge(name: str, mangled: bytes) -> None:
    problems: list[EntrepotError] = []
    build(FactFiles({**_files().shipped, name: mangled}, {}, "", "x"), problems.append)
    for problem in problems:
        assert ".yaml" in str(problem) or ".csv" in str(problem), str(problem)
        assert problem.exit_code == 2


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 10**6), st.sampled_from(SCRAPS), st.integers(0, 12))
def test_a_mangled_file_is_read_or_refused(name: str, at: int, scrap: str, length: int) -> None:
    _judge(name, _mangled(name, at, scrap, length))


def test_a_reader_that_trusts_its_numbers_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting(value: object) -> Decimal:
        return Decimal(str(value))

    monkeypatch.setattr(facts_row, "_decimal", trusting)
    at = _files().shipped["charges.yaml"].decode().index('value: "0"') + len('value: "')
    with pytest.raises(InvalidOperation):
        _judge("charges.yaml", _mangled("charges.yaml", at, "é", 1))
