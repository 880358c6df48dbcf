"""The shipped programmes and dictionary, and a way to judge a case written in a few words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import entrepot.kernel
from entrepot.domain.vouchers.case import Entitlement
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.read_case import read_case
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.load import load_dictionary

RULES = Path(entrepot.kernel.__file__).parents[1] / "facts" / "rules"


@pytest.fixture(scope="session")
def voucher_text() -> str:
    return (RULES / "vouchers.yaml").read_text("utf-8")


@pytest.fixture(scope="session")
def dictionary() -> FactDictionary:
    return load_dictionary((RULES / "dictionary.yaml").read_text("utf-8"), "dictionary.yaml")


@pytest.fixture(scope="session")
def programmes(voucher_text: str, dictionary: FactDictionary) -> tuple[Programme, ...]:
    return load_programmes(voucher_text, "vouchers.yaml", dictionary)


@pytest.fixture(scope="session")
def judge(
    programmes: tuple[Programme, ...], dictionary: FactDictionary
) -> Callable[..., Entitlement]:
    def judged(**body: object) -> Entitlement:
        return entitle(programmes, dictionary, read_case(body))

    return judged
