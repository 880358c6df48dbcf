"""Budgets: what a firm lets itself spend in a month, when it is told, and when leases stop.

With limit L, spent s = billed in the month + held, and a mark of p percent::

    left = L − s        reached ⇔ 100·s ≥ p·L        passed ⇔ s > L

A sum held is never less than what is billed of it, so that s, once within L, stays there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from entrepot.domain.contracts.monthly import month_days
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import HONG_KONG
from entrepot.kernel.text import N_

MARKS = (50, 80, 100)
"""Percent of a budget at which a firm is told, if it states no other."""

MARKS_MAX = 10
PERCENT_MAX = 200


def month_seconds(month: str) -> tuple[int, int]:
    """Return the first second of a calendar month in Hong Kong, and the first after it.

    Args:
        month: ``2026-11``.

    Raises:
        Invalid: no month.

    >>> month_seconds("1970-02")
    (2649600, 5068800)
    """
    first, after = (_midnight(day) for day in month_days(month))
    return first, after


def month_of(day: date) -> str:
    """Return the month of a day.

    >>> month_of(date(2026, 11, 21))
    '2026-11'
    """
    return f"{day.year:04d}-{day.month:02d}"


def passes(limit_minor: int, spent_minor: int) -> bool:
    """Say whether what is spent is beyond a budget; the last cent of it may be spent.

    >>> passes(100, 100), passes(100, 101)
    (False, True)
    """
    return spent_minor > limit_minor


def marks_reached(limit_minor: int, spent_minor: int, marks: Iterable[int]) -> list[int]:
    """Return the marks that a sum has reached.

    Args:
        limit_minor, spent_minor: HKD cents.
        marks: percent of the limit.

    >>> marks_reached(1_000, 800, (50, 80, 100))
    [50, 80]
    """
    return [mark for mark in marks if spent_minor * 100 >= limit_minor * mark]


def check_marks(marks: Sequence[int]) -> tuple[int, ...]:
    """Return alert marks in order.

    Raises:
        Invalid: too many, one twice, or one that is no percentage.

    >>> check_marks([80, 50])
    (50, 80)
    """
    right = all(1 <= mark <= PERCENT_MAX for mark in marks)
    if not right or len(marks) > MARKS_MAX or len(set(marks)) != len(marks):
        raise Invalid(
            "budget.marks",
            N_("Alert marks are up to {count} different whole percentages from 1 to {most}."),
            hint=N_("For example 50, 80 and 100."),
            fields={"marks": "not such percentages"},
            count=MARKS_MAX,
            most=PERCENT_MAX,
        )
    return tuple(sorted(marks))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), HONG_KONG).timestamp())
