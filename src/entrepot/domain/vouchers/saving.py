"""What an algorithm saved: measured device-seconds against a registered baseline, in money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

HOUR_S = 3600
COUNT_MAX = 10**12
KEYS = (
    *("baseline_device_seconds", "measured_device_seconds"),
    *("price_minor_per_device_hour", "registered_on"),
)
"""What a measured saving states; the last may be left out."""


@dataclass(frozen=True, slots=True)
class Saving:
    """A measured saving.

    Attributes:
        baseline_device_s: device-seconds that the registered baseline takes.
        measured_device_s: device-seconds that the signed usage reports count.
        price_minor_per_device_hour: price paid, minor units of the programme's currency.
        registered_on: day on which the baseline was registered; None = it was not.
    """

    baseline_device_s: int
    measured_device_s: int
    price_minor_per_device_hour: int
    registered_on: date | None


def saving_minor(saving: Saving, day: date) -> int:
    """Return the value of what was saved, minor units, rounded down.

    value = ⌊max(0, baseline − measured) · price / 3600⌋

    A baseline that was not registered before the day of application saves nothing: one that is
    chosen afterwards could be as high as one likes.

    Args:
        saving: what was measured.
        day: day of the application.

    >>> kept = Saving(7200, 3600, 2_000, date(2026, 1, 1))
    >>> saving_minor(kept, date(2026, 1, 2)), saving_minor(kept, date(2026, 1, 1))
    (2000, 0)
    """
    if saving.registered_on is None or saving.registered_on >= day:
        return 0
    saved = max(0, saving.baseline_device_s - saving.measured_device_s)
    return saved * saving.price_minor_per_device_hour // HOUR_S


def read_saving(given: object) -> Saving:
    """Read a measured saving from plain values.

    Args:
        given: mapping with the names of :data:`KEYS`; the day as a date or YYYY-MM-DD.

    Raises:
        Invalid: a key is unknown or missing, or a value is of the wrong form.

    >>> read_saving({"baseline_device_seconds": 9, "measured_device_seconds": 4,
    ...              "price_minor_per_device_hour": 100}).registered_on is None
    True
    """
    body: Mapping[str, object] = {}
    if isinstance(given, Mapping):
        body = cast("Mapping[str, object]", given)
    counts = [value for value in (body.get(key) for key in KEYS[:3]) if _is_count(value)]
    day = _day(body.get("registered_on"))
    if set(body) - set(KEYS) or len(counts) < len(KEYS) - 1 or day is False:
        raise Invalid(
            "vouchers.saving",
            N_("saving states {keys}: whole numbers from 0 on, and a day YYYY-MM-DD."),
            hint=N_("Take out other keys; leave registered_on out if nothing was registered."),
            fields={"saving": ", ".join(KEYS)},
            keys=", ".join(KEYS),
        )
    first, second, third = (cast("int", value) for value in counts)
    return Saving(first, second, third, day if isinstance(day, date) else None)


def _is_count(given: object) -> bool:
    return type(given) is int and 0 <= given <= COUNT_MAX


def _day(given: object) -> date | bool | None:
    """Return a day, None where none is given, or False where it is none."""
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given if isinstance(given, str) and len(given) == 10 else "")
    except ValueError:
        return False
