"""Whatever the bytes are, the reader answers with plain values or with a refusal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.errors import Invalid

PLAIN = (dict, list, str, int, bool, Decimal, type(None))
PIECES = [*"[]{},?#1é\n\t\x00'\"", ": ", "- ", "  ", "a", "&x ", "*x", "!t ", "|\n"]


def _walk(value: object) -> None:
    assert isinstance(value, PLAIN)
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str)
            _walk(item)
    elif isinstance(value, list):
        for item in value:
            _walk(item)


def _judge(read: Callable[[bytes], object], data: bytes) -> None:
    try:
        _walk(read(data))
    except Invalid as refusal:
        assert "f.yaml" in str(refusal)


def _ours(data: bytes) -> object:
    return load_yaml(data, "f.yaml").value


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_shuffled_pieces_of_yaml_never_crash(text: str) -> None:
    _judge(_ours, text.encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_never_crash(data: bytes) -> None:
    _judge(_ours, data)


@pytest.mark.parametrize("data", [b"[", b"day: 2026-11-21", b"price: 1.5", b"1: one", b"\xff"])
def test_an_ordinary_yaml_reader_would_be_found(data: bytes) -> None:
    with pytest.raises((yaml.YAMLError, AssertionError, UnicodeDecodeError)):
        _judge(yaml.safe_load, data)
    _judge(_ours, data)
