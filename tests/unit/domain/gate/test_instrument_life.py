"""The life of an instrument: in force between its days, and out of it once a filing is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from entrepot.domain.gate.instrument_life import (
    EXPIRING_DAYS,
    Ask,
    Life,
    Standing,
    Step,
    Terms,
    end_of,
    filing_due,
    is_in_force,
    next_steps,
    reminder,
    standing,
)
from entrepot.kernel.period import Dated

GBA = Terms(True, 10)
SIGNED_ON = date(2026, 11, 20)
DUE = date(2026, 12, 4)


def signed(filed_on: date | None = None) -> Life:
    """Return a GBA contract signed on a Friday in November 2026."""
    step = Step.FILED if filed_on else Step.SIGNED
    return Life(step, Dated(SIGNED_ON, None), filing_due(SIGNED_ON, GBA), filed_on)


def test_ten_working_days_skip_the_holidays_of_both_places() -> None:
    assert filing_due(SIGNED_ON, GBA) == DUE
    # 1 to 7 October is off on the mainland, 1 October and the 19th in Hong Kong.
    assert filing_due(date(2026, 9, 30), GBA) == date(2026, 10, 22)
    assert filing_due(SIGNED_ON, Terms(True, None)) is None


def test_the_last_day_to_file_is_still_in_force_and_the_next_is_not() -> None:
    days = [DUE, DUE + timedelta(days=1)]
    assert [is_in_force(signed(), day) for day in days] == [True, False]
    assert [standing(signed(), day) for day in days] == [Standing.SIGNED, Standing.OVERDUE]


def test_a_late_filing_leaves_a_gap_and_a_timely_one_none() -> None:
    late, timely = date(2026, 12, 9), date(2026, 12, 4)
    gap = [is_in_force(signed(late), DUE + timedelta(days=n)) for n in range(6)]
    assert gap == [True, False, False, False, False, True]
    assert all(is_in_force(signed(timely), DUE + timedelta(days=n)) for n in range(6))


def test_without_a_clock_only_the_last_step_brings_it_into_force() -> None:
    days = Dated(date(2026, 1, 1), None)
    counted = [is_in_force(Life(step, days), SIGNED_ON) for step in Step]
    assert counted == [False, False, False, True]


def test_it_expires_and_lapses_at_the_edges() -> None:
    end = date(2027, 1, 1)
    held = Life(Step.IN_FORCE, Dated(date(2026, 1, 1), end))
    days = [end - timedelta(days=n) for n in (EXPIRING_DAYS + 1, EXPIRING_DAYS, 1, 0)]
    assert [standing(held, day).value for day in days] == [
        *("in_force", "expiring", "expiring", "lapsed")
    ]
    assert standing(held, date(2025, 12, 31)) is Standing.COMING


def test_who_ended_it_by_hand_sees_that() -> None:
    held = Life(Step.IN_FORCE, Dated(date(2026, 1, 1), date(2026, 6, 1)), ended=True)
    assert standing(held, date(2026, 6, 1)) is Standing.ENDED
    assert reminder(held, Terms(), date(2026, 6, 1)) is None


@pytest.mark.parametrize(
    ("terms", "order"),
    [
        (GBA, ["signed", "filed", "in_force"]),
        (Terms(True, None), ["signed", "filed", "in_force"]),
        (Terms(), ["signed", "in_force"]),
    ],
)
def test_the_steps_follow_one_another(terms: Terms, order: list[str]) -> None:
    step, taken = Step.DRAFTED, list[str]()
    while following := next_steps(step, terms):
        (step,) = following
        taken.append(step.value)
    assert taken == order


def test_the_years_of_force_come_from_the_rule_file() -> None:
    assert end_of(date(2026, 11, 20), Terms(valid_years=3)) == date(2029, 11, 20)
    assert end_of(date(2026, 11, 20), Terms()) is None


def test_reminders_count_the_days_that_are_left() -> None:
    on_day = reminder(signed(), GBA, date(2026, 12, 1))
    assert on_day is not None
    assert (on_day.ask, on_day.on, on_day.days_left) == (Ask.FILE, DUE, 3)
    late = reminder(signed(), GBA, date(2026, 12, 6))
    assert late is not None
    assert late.days_left == -2
    draft = reminder(Life(Step.DRAFTED, Dated(SIGNED_ON, None)), GBA, SIGNED_ON)
    assert draft is not None
    assert (draft.ask, draft.days_left) == (Ask.SIGN, None)
    filed = reminder(signed(date(2026, 11, 23)), GBA, date(2026, 12, 1))
    assert filed is not None
    assert filed.ask is Ask.CONFIRM


def test_an_instrument_that_ends_soon_is_to_be_renewed() -> None:
    held = Life(Step.IN_FORCE, Dated(date(2026, 1, 1), date(2027, 1, 1)))
    assert reminder(held, Terms(), date(2026, 6, 1)) is None
    near = reminder(held, Terms(), date(2026, 12, 1))
    assert near is not None
    assert (near.ask, near.days_left) == (Ask.RENEW, 31)
