"""Time: UTC seconds, half-open periods, hourly slots, business days.

An instant is an integer of Unix seconds. The kernel reads no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

SLOT_S = 3600
_SATURDAY = 5
HONG_KONG = timezone(timedelta(hours=8), "HKT")
"""Hong Kong and the mainland keep UTC+8 all year (Shanghai without summer time since 1992)."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Half-open interval [start, end) of Unix seconds.

    >>> Period(0, 10).overlaps(Period(10, 20)), Period(0, 10).seconds
    (False, 10)
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends before it starts")

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return self.end - self.start

    def contains(self, instant: int) -> bool:
        """Say whether ``instant`` lies in [start, end)."""
        return self.start <= instant < self.end

    def overlaps(self, other: Period) -> bool:
        """Say whether the two periods share an instant."""
        return self.start < other.end and other.start < self.end

    def intersect(self, other: Period) -> Period | None:
        """Return the shared part, or None."""
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), min(self.end, other.end))

    def slots(self) -> list[Period]:
        """Return the whole hourly slots that the period touches.

        >>> [s.start for s in Period(3599, 7201).slots()]
        [0, 3600, 7200]
        """
        first = self.start // SLOT_S
        last = -(-self.end // SLOT_S)
        return [Period(n * SLOT_S, (n + 1) * SLOT_S) for n in range(first, last)]


@dataclass(frozen=True, slots=True)
class Dated:
    """Validity in days [from_day, to_day); no ``to_day`` means no end stated.

    >>> Dated(date(2026, 1, 1), None).covers(date(2026, 11, 21))
    True
    """

    from_day: date
    to_day: date | None

    def covers(self, day: date) -> bool:
        """Say whether ``day`` lies in the validity."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


def local_day(instant: int) -> date:
    """Calendar day in Hong Kong and Shanghai of a Unix second.

    >>> local_day(0)
    datetime.date(1970, 1, 1)
    """
    return datetime.fromtimestamp(instant, HONG_KONG).date()


def iso_utc(instant: int) -> str:
    """Write a Unix second as ISO 8601 in UTC.

    >>> iso_utc(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=4)
def _calendar(place: str) -> Any:
    # holidays takes about 50 ms to import, and most commands ask for no business day.
    import holidays

    # Hong Kong's banks close on the general holidays; the package calls those among them that
    # are not statutory for every employee, as Good Friday, optional.
    categories = ("public", "optional") if place == "HK" else ("public",)
    return holidays.country_holidays(place, categories=categories)


def is_business_day(day: date, *places: str) -> bool:
    """Say whether banks of every place work on ``day``.

    Hong Kong banks settle from Monday to Friday; on the mainland a Saturday or Sunday counts
    when the State Council moved work onto it.

    Args:
        day: calendar day.
        places: ``HK``, ``CN``; both for a payment that crosses the boundary.

    Source: package ``holidays`` (general holidays of the HKSAR Government; State Council
    notices, with days worked in exchange), 2026-11-21.

    >>> is_business_day(date(2026, 10, 1), "HK", "CN"), is_business_day(date(2026, 10, 10), "HK")
    (False, False)
    >>> is_business_day(date(2026, 4, 3), "HK"), is_business_day(date(2026, 4, 3), "CN")
    (False, True)
    """
    return all(
        bool(_calendar(place).is_working_day(day)) and (place != "HK" or day.weekday() < _SATURDAY)
        for place in places
    )


def next_business_day(day: date, *places: str, days: int = 1) -> date:
    """Return the ``days``-th business day after ``day`` (0: ``day`` itself or the next one).

    >>> next_business_day(date(2026, 11, 20), "HK", "CN")
    datetime.date(2026, 11, 23)
    """
    left = days
    while left > 0 or not is_business_day(day, *places):
        day += timedelta(days=1)
        if is_business_day(day, *places):
            left -= 1
            if left <= 0:
                break
    return day
