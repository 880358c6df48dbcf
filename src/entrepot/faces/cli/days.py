"""Days and moments on the command line."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import HONG_KONG
from entrepot.kernel.text import N_


def day_of(option: str, text: str | None) -> date | None:
    """Read the value of an option that takes a day.

    Args:
        option: as typed, ``--from``.
        text: ``2026-11-21``; None = not given.

    Raises:
        Invalid: it is no day.

    >>> day_of("--from", "2026-11-21")
    datetime.date(2026, 11, 21)
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "day.form",
            N_("{option} is a day like 2026-11-21, not {text}."),
            hint=N_("Write year, month and day with hyphens."),
            fields={option: text},
            option=option,
            text=text,
        ) from None


def moment_of(option: str, text: str | None) -> int | None:
    """Read the value of an option that takes a moment; Hong Kong time unless it says another.

    Args:
        option: as typed, ``--at``.
        text: ``2026-11-21T10:00``, or ``2026-11-21`` for the end of that day; None = not given.

    Returns:
        Unix second.

    Raises:
        Invalid: it is no moment.

    >>> moment_of("--at", "1970-01-01T08:00:05"), moment_of("--at", "1970-01-01")
    (5, 57599)
    """
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-21"):
            midnight = datetime.combine(date.fromisoformat(text), time(), HONG_KONG)
            return int((midnight + timedelta(days=1)).timestamp()) - 1
        when = datetime.fromisoformat(text)
        return int((when if when.tzinfo else when.replace(tzinfo=HONG_KONG)).timestamp())
    except (ValueError, OverflowError):
        raise Invalid(
            "moment.form",
            N_("{option} is a time like 2026-11-21T10:00 or a day, not {text}."),
            hint=N_("Without a zone it is Hong Kong time; a day alone means its end."),
            fields={option: text},
            option=option,
            text=text,
        ) from None
