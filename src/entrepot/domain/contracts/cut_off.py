"""The value date of a payment: cut-off of the day, business days of both places.

base  = today, if it is a business day in Hong Kong and on the mainland and the cut-off is ahead
        the next such day otherwise
value = base + n business days
"""

from __future__ import annotations

from datetime import datetime

from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import HONG_KONG, local_day, next_business_day
from entrepot.kernel.text import N_

PLACES = ("HK", "CN")


def minutes_of(text: str) -> int:
    """Read a time of day as minutes after midnight.

    Raises:
        Invalid: no time of day.

    >>> minutes_of("16:30")
    990
    """
    hours, colon, minutes = text.partition(":")
    parts = (hours, minutes)
    if colon and all(part.isascii() and part.isdigit() and len(part) == 2 for part in parts):
        found = int(hours) * 60 + int(minutes)
        if int(hours) < 24 and int(minutes) < 60:
            return found
    raise Invalid(
        "settle.cut_off",
        N_("{text} is no time of day."),
        hint=N_("Write hours and minutes of Hong Kong: 16:00"),
        text=text[:20],
    )


def value_date(now: int, cut_off: str, days: int = 0) -> str:
    """Return the day on which a payment that is frozen now moves.

    Args:
        now: Unix second.
        cut_off: ``HH:MM`` in Hong Kong; at it, the day is over.
        days: business days from trade to value, T+n.

    Returns:
        ISO date, a business day in Hong Kong and on the mainland.

    Raises:
        Invalid: the cut-off is no time of day.

    Source: calendars of :func:`entrepot.kernel.period.is_business_day`.

    >>> value_date(1_795_230_000, "16:00")  # a Saturday
    '2026-11-23'
    >>> value_date(1_795_420_800, "16:00"), value_date(1_795_420_799, "16:00")
    ('2026-11-24', '2026-11-23')
    """

    day, limit = local_day(now), minutes_of(cut_off)
    moment = datetime.fromtimestamp(now, HONG_KONG)
    base = next_business_day(day, *PLACES, days=0)
    if base == day and moment.hour * 60 + moment.minute >= limit:
        base = next_business_day(day, *PLACES)
    return (next_business_day(base, *PLACES, days=days) if days else base).isoformat()
