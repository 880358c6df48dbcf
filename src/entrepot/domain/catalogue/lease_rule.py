"""The kinds of lease that an offer is sold as, with the sizes and times of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from entrepot.kernel.compute import MILLI

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class LeaseRule:
    """One kind of lease of an offer.

    Attributes:
        kind: its name; a demand asks for one by name.
        milli_min, milli_max: smallest and largest lease, milli-devices.
        duration_s_max: longest lease, seconds.
    """

    kind: str
    milli_min: int
    milli_max: int
    duration_s_max: int

    def allows(self, milli_devices: int, duration_s: int) -> bool:
        """Say whether a size and a time are within the rule."""
        fits = self.milli_min <= milli_devices <= self.milli_max
        return fits and duration_s <= self.duration_s_max

    def __str__(self) -> str:
        least, most = size_text(self.milli_min), size_text(self.milli_max)
        return f"{self.kind} ({least}..{most} devices, {time_text(self.duration_s_max)})"


def rule_of(rules: Iterable[LeaseRule], kind: str) -> LeaseRule | None:
    """Return the rule of a kind; None = an offer is not leased that way."""
    return next((rule for rule in rules if rule.kind == kind), None)


def size_text(milli_devices: int) -> str:
    """Write milli-devices as devices.

    >>> size_text(8000), size_text(250)
    ('8', '0.25')
    """
    if milli_devices % MILLI == 0:
        return str(milli_devices // MILLI)
    return f"{milli_devices // MILLI}.{milli_devices % MILLI:03d}".rstrip("0")


def time_text(seconds: int) -> str:
    """Write a time in days or hours, whichever is whole, else in seconds.

    >>> time_text(184 * 86400), time_text(7200), time_text(0)
    ('184 d', '2 h', '0 s')
    """
    for unit_s, unit in ((DAY_S, "d"), (3600, "h")):
        if seconds and seconds % unit_s == 0:
            return f"{Fraction(seconds, unit_s)} {unit}"
    return f"{seconds} s"
