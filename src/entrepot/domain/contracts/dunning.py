"""Dunning: where an unpaid invoice stands, from its due day, what is open, and a policy in days.

With d = today − due day, o = HKD cents open, and the policy's days r₁ < r₂ < r₃ < s::

    o = 0            paid              d ≤ 0            current
    0 < d < r₁       due               rₙ ≤ d < rₙ₊₁    reminded n
    d ≥ s            suspended         written off      whatever d is

The stage needs no memory: a payment ends it, and nothing has to be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_


class Stage(StrEnum):
    """Where an invoice stands."""

    PAID = "paid"
    CURRENT = "current"
    DUE = "due"
    REMINDED_1 = "reminded_1"
    REMINDED_2 = "reminded_2"
    REMINDED_3 = "reminded_3"
    SUSPENDED = "suspended"
    WRITTEN_OFF = "written_off"

    @property
    def stops_leases(self) -> bool:
        """Say whether the firm takes no new lease while an invoice of its stands so."""
        return self in (Stage.SUSPENDED, Stage.WRITTEN_OFF)


REMINDERS = (Stage.REMINDED_1, Stage.REMINDED_2, Stage.REMINDED_3)
LETTERS = len(REMINDERS)


@dataclass(frozen=True, slots=True)
class Policy:
    """Days after the due day at which each step is taken.

    Attributes:
        reminders: of the first, second and third letter, rising.
        suspended: from which the firm takes no new lease.

    Raises:
        Invalid: the days do not rise from at least 1.
    """

    reminders: tuple[int, int, int] = (7, 14, 21)
    suspended: int = 30

    def __post_init__(self) -> None:
        days = (0, *self.reminders, self.suspended)
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise Invalid(
                "dunning.policy",
                N_("The days of a dunning policy rise: three letters, then the suspension."),
                hint=N_("As in 7, 14, 21 and 30 days after the due day."),
            )


HOUSE = Policy()
"""The policy of the branch."""


def stage_of(
    due_on: date, open_minor: int, today: date, policy: Policy = HOUSE, *, written_off: bool = False
) -> Stage:
    """Return where an invoice stands on a day.

    Args:
        due_on: day by which it is to be paid.
        open_minor: HKD cents not paid, credited or written off; what was written off counts as
            open here until it is paid after all.
        today: day of the question.
        policy: days of the steps.
        written_off: two persons have written it off.

    >>> stage_of(date(2026, 11, 1), 500, date(2026, 11, 16)).value
    'reminded_2'
    >>> stage_of(date(2026, 11, 1), 0, date(2027, 1, 1)).value
    'paid'
    """
    if open_minor <= 0:
        return Stage.PAID
    if written_off:
        return Stage.WRITTEN_OFF
    late = (today - due_on).days
    if late >= policy.suspended:
        return Stage.SUSPENDED
    for days, stage in reversed(list(zip(policy.reminders, REMINDERS, strict=True))):
        if late >= days:
            return stage
    return Stage.DUE if late > 0 else Stage.CURRENT


def letters_due(stage: Stage, written: frozenset[int]) -> int | None:
    """Return the number of the letter to write now, 1 to 3; None if there is none.

    A letter that was skipped is not written later: only the newest one counts.

    >>> letters_due(Stage.REMINDED_2, frozenset()), letters_due(Stage.REMINDED_2, frozenset({2}))
    (2, None)
    """
    if stage == Stage.SUSPENDED:
        number = LETTERS
    elif stage in REMINDERS:
        number = REMINDERS.index(stage) + 1
    else:
        return None
    return None if number in written else number


def next_step(due_on: date, today: date, policy: Policy = HOUSE) -> date | None:
    """Return the day of the next step of an invoice that stays unpaid; None after the last.

    >>> next_step(date(2026, 11, 1), date(2026, 11, 10)).isoformat()
    '2026-11-15'
    """
    days = (1, *policy.reminders, policy.suspended)
    steps = [due_on + timedelta(days=n) for n in days]
    return next((step for step in steps if step > today), None)
