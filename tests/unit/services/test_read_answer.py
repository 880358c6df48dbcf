"""Answers as people type them."""

from __future__ import annotations

import pytest

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactType, Kind
from entrepot.services.read_answer import parse_answer


def fact(kind: Kind, *domain: str) -> FactType:
    """Return a fact of a kind, from 0 on where it is a number."""
    return FactType("x", frozenset({"leg"}), kind, domain, 0)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.BOOL, " YES ", True),
        (Kind.BOOL, "否", False),
        (Kind.INT, "100,000", 100_000),
        (Kind.PLACE, "HK", "HK"),
        (Kind.PLACE_SET, "HK,CN,", ("HK", "CN")),
        (Kind.DATE, "2026-11-21", "2026-11-21"),
    ],
)
def test_what_is_typed_becomes_a_value(kind: Kind, text: str, value: object) -> None:
    """Each kind has its form."""
    assert parse_answer(fact(kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.BOOL, "1"),
        (Kind.BOOL, "perhaps"),
        (Kind.INT, "-1"),
        (Kind.INT, "1.5"),
        (Kind.INT, "²"),
        (Kind.PLACE, "Hong Kong"),
        (Kind.PLACE_SET, ""),
        (Kind.DATE, "21.11.2026"),
        (Kind.ENUM, "training"),
    ],
)
def test_what_a_fact_cannot_have_is_refused(kind: Kind, text: str) -> None:
    """One sentence, no guess."""
    with pytest.raises(Invalid, match="is no value of x"):
        parse_answer(fact(kind, "rendering"), text)
