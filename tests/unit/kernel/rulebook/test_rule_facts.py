"""The dictionary sorts a case's facts into values and missing ones."""

from datetime import date, datetime

import pytest

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import (
    MONEY_MINOR_MAX,
    FactDictionary,
    FactType,
    Kind,
    nearest,
)
from entrepot.kernel.rulebook.places import PLACES

LEG = frozenset({"leg"})


def fact(kind: str, **more: object) -> FactType:
    return FactType("f", LEG, Kind(kind), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "good", "bad"),
    [
        (fact("bool"), [True, False], [0, 1, "true", None, []]),
        (fact("int", minimum=0), [0, 7], [-1, True, 1.0, "7"]),
        (fact("int"), [-5], [2.5]),
        (fact("money"), [0, MONEY_MINOR_MAX], [-1, MONEY_MINOR_MAX + 1, True]),
        (fact("place"), ["HK", "NO"], ["hk", "UK", "Hong Kong", "", False]),
        (fact("place_set"), [["HK"], ("CN", "HK"), {"MO"}], [[], "HK", ["HK", "xx"], [1]]),
        (fact("enum", domain=("a", "b")), ["a"], ["c", 1, ["a"], None]),
        (fact("set", domain=("a", "b")), [[], ["a", "b"]], ["a", ["c"], [["a"]], None]),
        (fact("date"), [date(2026, 1, 1), "2026-01-01"],
         ["2026-02-30", "20260101", datetime(2026, 1, 1), 20260101]),
    ],
    ids=lambda value: value.kind.value if isinstance(value, FactType) else "",
)  # fmt: skip
def test_values_of_each_type(declared: FactType, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert declared.read(value) is not None, value
    for value in bad:
        assert declared.read(value) is None, value


def test_lists_and_texts_come_in_one_form() -> None:
    assert fact("place_set").read(["HK", "HK"]) == frozenset({"HK"})
    assert fact("date").read("2026-01-01") == date(2026, 1, 1)


def test_missing_is_told_from_absent() -> None:
    book = FactDictionary(
        {
            "n": FactType("n", LEG, Kind.INT, minimum=0),
            "d": FactType("d", LEG, Kind.BOOL, default=False),
            "v": FactType("v", frozenset({"voucher"}), Kind.BOOL),
        }
    )
    assert book.check("leg", {}).values == {"d": False}
    sheet = book.check("leg", {"n": -1, "d": None})
    assert (sheet.values, sheet.unusable) == ({}, {"n": "not_in_domain", "d": "null"})
    with pytest.raises(Invalid, match="leg case"):
        book.check("leg", {"v": True})
    assert book.only("leg", {"v": True, "n": 1}) == {"n": 1}
    with pytest.raises(Invalid, match="named m") as caught:
        book.check("leg", {"m": 1})
    assert caught.value.fields == {"m": "unknown fact"}


def test_families_do_not_run_in_circles() -> None:
    book = FactDictionary({}, {"f": {"a": "b", "b": "c", "c": "a"}})
    assert book.lineage("f", "a") == frozenset("abc")
    assert book.lineage("f", "z") == frozenset("z")


def test_there_are_249_places_and_no_near_name_for_nonsense() -> None:
    assert len(PLACES) == 249
    assert nearest("qqqqq", ["leg_persons"]) == ""
