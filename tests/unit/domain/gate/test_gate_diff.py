"""What changed between two stances is listed exactly where it can change an answer."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from tests.unit.domain.gate.gate_samples import OUT, shipped, shipped_texts

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.diff import Change, What, changes_between
from entrepot.domain.gate.model import GateCase
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.rulebook.load import load_rulebook
from entrepot.kernel.rulebook.table import Rulebook

EVE, DAY = date(2025, 12, 31), date(2026, 1, 1)
TODAY = date(2026, 11, 21)


def kinds(changes: tuple[Change, ...]) -> set[tuple[str, str]]:
    """Return kind and subject of each change."""
    return {(one.what.value, one.subject) for one in changes}


def amended(old: str, new: str) -> Rulebook:
    """Load the shipped rules with one text replaced in the flow file."""
    texts = shipped_texts()
    assert texts["flow.yaml"].count(old) == 1
    texts["flow.yaml"] = texts["flow.yaml"].replace(old, new)
    return load_rulebook(texts)


def test_the_turn_of_the_year_ends_one_row_and_begins_another() -> None:
    found = changes_between(shipped(), Stance(EVE), Stance(DAY))
    assert kinds(found) == {("row_ends", "cn.mid.v1"), ("row_begins", "cn.mid.v2")}
    ends, begins = found
    assert (ends.day, begins.day) == (DAY, DAY)
    assert (ends.table, begins.gate) == ("cn_out", "flow")
    assert ends.after is None
    assert begins.before is None


def test_no_change_on_days_of_equal_law() -> None:
    assert changes_between(shipped(), Stance(DAY), Stance(date(2026, 1, 14))) == ()


def test_swapped_days_read_backwards() -> None:
    there = changes_between(shipped(), Stance(EVE), Stance(DAY))
    back = changes_between(shipped(), Stance(DAY), Stance(EVE))
    assert kinds(back) == {("row_begins", "cn.mid.v1"), ("row_ends", "cn.mid.v2")}
    assert len(there) == len(back)


def test_figures_that_begin_are_listed_with_their_day() -> None:
    first, second = Stance(date(2024, 3, 21)), Stance(date(2024, 3, 22))
    found = {one.subject: one for one in changes_between(shipped(), first, second)}
    low = found["pi_low"]
    assert (low.what, low.before, low.after) == (What.PARAMETER, None, 100_000)
    assert low.day == date(2024, 3, 22)
    assert (found["cn_out"].what, found["cn_out"].after) == (What.COVERED, True)


def test_an_amendment_shows_between_two_days_of_knowledge() -> None:
    old = 'id: cn.mid.v2, from: 2026-01-01, recorded_at: 2026-11-21, grade: "B",'
    texts = shipped_texts()["flow.yaml"]
    row = texts[texts.index("  - {" + old) : texts.index("# Data leave Hong Kong.")]
    again = row.replace("recorded_at: 2026-11-21", "recorded_at: 2026-12-01")
    again = again.replace("outcome: instrument", "outcome: approval")
    rulebook = amended(row, row + again)
    before, after = Stance(TODAY, TODAY), Stance(TODAY, date(2026, 12, 1))
    (change,) = changes_between(rulebook, before, after)
    assert (change.what, change.subject, change.day) == (
        What.AMENDED,
        "cn.mid.v2",
        date(2026, 12, 1),
    )
    assert change.before == {"outcome": "instrument", "recorded_at": "2026-11-21"}
    assert change.after == {"outcome": "approval", "recorded_at": "2026-12-01"}


def test_a_review_shows_as_force_and_a_what_if_as_a_row() -> None:
    reviewed = Stance(TODAY, reviews=frozenset({"oo.sg"}))
    (force,) = changes_between(shipped(), Stance(TODAY), reviewed)
    assert (force.what, force.subject, force.before, force.after) == (
        What.FORCE,
        "oo.sg",
        False,
        True,
    )
    assumed = sorted(shipped().what_if_rows)[0]
    row = shipped().rows[assumed]
    assert row.assumed_from is not None
    day = max(row.assumed_from, TODAY)
    found = changes_between(shipped(), Stance(day), Stance(day, what_if=frozenset({assumed})))
    assert (What.BEGINS.value, assumed) in kinds(found)


def test_a_row_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid):
        changes_between(shipped(), Stance(EVE), Stance(DAY, what_if=frozenset({"no.row"})))


@pytest.mark.parametrize("persons", [100_000, 500_000, 999_999])
def test_where_nothing_is_listed_no_answer_differs(persons: int) -> None:
    """Between any two neighbouring days of law, a differing answer means a listed change."""
    days = shipped().gates["flow"].law_days
    leg = {**OUT, "leg_persons": persons, "ytd_persons": persons}
    differing = 0
    for first, second in pairwise(days):
        one, two = (decide(shipped(), GateCase("x", day, leg=leg)) for day in (first, second))
        if (one.tables, one.deciding) != (two.tables, two.deciding):
            differing += 1
            assert changes_between(shipped(), Stance(first), Stance(second))
    assert differing
