"""Life of an instrument: drafted, signed, filed, in force, expiring, lapsed.

A contract with a filing clock takes effect when it is signed and has n working days to be filed;
on the day after the last of them it is out of force until it is filed. Every other instrument is
in force only once that step itself is recorded.

    in force on d  ⇔  from ≤ d < to  ∧  (recorded in force ∨ clock runs)  ∧  ¬ overdue(d)
    overdue(d)     ⇔  d > due  ∧  (not filed ∨ filed > d)

Source: rule files flow.yaml and placement.yaml, ``instruments`` ("in effect, and its filing is
done or not yet due"; 10 working days of the GBA guidelines), 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.kernel.period import Dated, next_business_day

EXPIRING_DAYS = 60
"""From so many days before its end on, an instrument is expiring. A house figure."""

FEBRUARY_28 = 28


class Step(StrEnum):
    """What is recorded of an instrument, in order."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    FILED = "filed"
    IN_FORCE = "in_force"


class Standing(StrEnum):
    """How an instrument stands on a day."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    FILED = "filed"
    COMING = "coming"
    IN_FORCE = "in_force"
    OVERDUE = "overdue"
    EXPIRING = "expiring"
    LAPSED = "lapsed"
    ENDED = "ended"


class Ask(StrEnum):
    """What a reminder asks for."""

    SIGN = "sign"
    FILE = "file"
    CONFIRM = "confirm"
    RENEW = "renew"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rule file says of a kind of instrument.

    Args:
        filed_with_someone: there is an authority that takes or gives it.
        filing_days: working days of Hong Kong and the mainland to file it; None = no clock.
        valid_years: years of force; None = not stated.
    """

    filed_with_someone: bool = False
    filing_days: int | None = None
    valid_years: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """What is recorded of one instrument.

    Args:
        step: the last step recorded.
        dated: days of force; for a draft its own day.
        filing_due: last day to file; None = no clock.
        filed_on: day of filing.
        ended: somebody ended it by hand.
    """

    step: Step
    dated: Dated
    filing_due: date | None = None
    filed_on: date | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be done about an instrument.

    Args:
        ask: what.
        on: last day for it; None = no day is stated.
        days_left: to that day; negative = days past it.
    """

    ask: Ask
    on: date | None
    days_left: int | None


def is_overdue(life: Life, day: date) -> bool:
    """Say whether the filing was due before ``day`` and not done by then."""
    if life.filing_due is None or day <= life.filing_due:
        return False
    return life.filed_on is None or life.filed_on > day


def is_in_force(life: Life, day: date) -> bool:
    """Say whether the gate counts the instrument on a day.

    >>> signed = Life(Step.SIGNED, Dated(date(2026, 11, 2), None), date(2026, 11, 16))
    >>> [is_in_force(signed, date(2026, 11, d)) for d in (1, 2, 16, 17)]
    [False, True, True, False]
    """
    if not life.dated.covers(day) or is_overdue(life, day):
        return False
    if life.step is Step.IN_FORCE:
        return True
    return life.filing_due is not None and life.step in (Step.SIGNED, Step.FILED)


def standing(life: Life, day: date) -> Standing:
    """Return how the instrument stands on a day."""
    if life.step is Step.DRAFTED:
        return Standing.ENDED if life.ended else Standing.DRAFTED
    end = life.dated.to_day
    if end is not None and end <= day:
        return Standing.ENDED if life.ended else Standing.LAPSED
    if day < life.dated.from_day:
        return Standing.COMING
    if is_overdue(life, day):
        return Standing.OVERDUE
    if not is_in_force(life, day):
        return Standing(life.step.value)
    if end is not None and (end - day).days <= EXPIRING_DAYS:
        return Standing.EXPIRING
    return Standing.IN_FORCE if life.step is Step.IN_FORCE else Standing(life.step.value)


def next_steps(step: Step, terms: Terms) -> tuple[Step, ...]:
    """Return the steps that may follow; none after the last.

    >>> [item.value for item in next_steps(Step.SIGNED, Terms())]
    ['in_force']
    >>> [item.value for item in next_steps(Step.SIGNED, Terms(True, 10))]
    ['filed']
    """
    if step is Step.DRAFTED:
        return (Step.SIGNED,)
    if step is Step.SIGNED:
        return (Step.FILED,) if terms.filed_with_someone else (Step.IN_FORCE,)
    return (Step.IN_FORCE,) if step is Step.FILED else ()


def filing_due(effective: date, terms: Terms) -> date | None:
    """Return the last day to file: the n-th working day of Hong Kong and the mainland.

    >>> filing_due(date(2026, 11, 20), Terms(True, 10))
    datetime.date(2026, 12, 4)
    """
    if terms.filing_days is None:
        return None
    return next_business_day(effective, "HK", "CN", days=terms.filing_days)


def end_of(first: date, terms: Terms) -> date | None:
    """Return the first day without force where the rule file states the years of force.

    >>> end_of(date(2028, 2, 29), Terms(valid_years=3)), end_of(date(2026, 1, 1), Terms())
    (datetime.date(2031, 2, 28), None)
    """
    if terms.valid_years is None:
        return None
    year = first.year + terms.valid_years
    try:
        return first.replace(year=year)
    except ValueError:  # 29 February: a day less rather than a day more
        return date(year, first.month, FEBRUARY_28)


def reminder(life: Life, terms: Terms, day: date) -> Reminder | None:
    """Return what is to be done next, as of a day; None = nothing.

    An instrument that has ended asks for nothing; one that lapsed is renewed late.
    """
    end = life.dated.to_day
    if life.ended:
        return None
    if life.step is Step.DRAFTED:
        return Reminder(Ask.SIGN, None, None)
    if life.filing_due is not None and life.filed_on is None and life.step is Step.SIGNED:
        return _dated(Ask.FILE, life.filing_due, day)
    if end is not None and (end - day).days <= EXPIRING_DAYS:
        return _dated(Ask.RENEW, end, day)
    if life.step is Step.SIGNED and terms.filed_with_someone:
        return Reminder(Ask.FILE, None, None)
    return None if life.step is Step.IN_FORCE else Reminder(Ask.CONFIRM, None, None)


def _dated(ask: Ask, on: date, day: date) -> Reminder:
    return Reminder(ask, on, (on - day).days)
