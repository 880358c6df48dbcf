"""Dated series, and what force a grade or a review gives."""

from datetime import date

import pytest

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.grade import Grade, ReviewRecord, has_force, standing, weakest
from entrepot.kernel.rulebook.series import Series, Step

D = date


def test_a_value_holds_from_its_day_until_the_next() -> None:
    series = Series(
        "s", (Step(D(2024, 1, 1), 1, D(2024, 1, 1)), Step(D(2026, 1, 1), 2, D(2025, 6, 1)))
    )
    days = [D(2023, 12, 31), D(2024, 1, 1), D(2025, 12, 31), D(2026, 1, 1)]
    assert [series.at(day) for day in days] == [None, 1, 1, 2]
    assert series.starts == D(2024, 1, 1)


def test_what_was_known_then() -> None:
    first = Step(D(2024, 1, 1), 1, D(2024, 1, 1))
    corrected = Step(D(2024, 1, 1), 9, D(2025, 1, 1))
    for steps in ((first, corrected), (corrected, first)):
        series = Series("s", steps)
        assert series.at(D(2024, 6, 1), D(2024, 12, 31)) == 1
        assert series.at(D(2024, 6, 1), D(2025, 1, 1)) == 9
        assert series.at(D(2024, 6, 1)) == 9
        assert series.at(D(2024, 6, 1), D(2023, 1, 1)) is None


def test_force() -> None:
    assert [g for g in Grade if has_force(g)] == [Grade.A, Grade.B, Grade.C]
    assert weakest([Grade.B, Grade.X, Grade.K]) is Grade.X


def review(**more: object) -> ReviewRecord:
    given = {
        "row_id": "r",
        "row_hash": "h",
        "counsel": "a firm",
        "persons": ("one", "two"),
        "reviewed_on": D(2026, 1, 1),
        "expires_on": D(2027, 1, 1),
    }
    return ReviewRecord(**{**given, **more})  # type: ignore[arg-type]


def test_a_review_stands_for_one_wording_and_one_span() -> None:
    record = review()
    assert standing([record], {"r": "h"}, D(2026, 1, 1)) == frozenset({"r"})
    assert standing([record], {"r": "h"}, D(2026, 12, 31)) == frozenset({"r"})
    assert not standing([record], {"r": "h"}, D(2027, 1, 1))
    assert not standing([record], {"r": "h"}, D(2025, 12, 31))
    assert not standing([record], {"r": "other"}, D(2026, 6, 1))
    assert not standing([record], {}, D(2026, 6, 1))


@pytest.mark.parametrize("persons", [("one", "One "), ("one", ""), ("", "")])
def test_one_person_is_not_two(persons: tuple[str, str]) -> None:
    with pytest.raises(Invalid, match="two different persons"):
        review(persons=persons)


def test_a_review_does_not_end_before_it_begins() -> None:
    with pytest.raises(Invalid, match="expires before"):
        review(expires_on=D(2026, 1, 1))
