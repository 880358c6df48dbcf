"""Days on the command line."""

from __future__ import annotations

from datetime import date

from entrepot.kernel.errors import Invalid
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
