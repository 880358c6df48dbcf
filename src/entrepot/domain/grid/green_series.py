"""A series of the grid's carbon intensity over time, and what a stay in it emits.

The intensity holds from its own instant to the next. With prefix sums the mean over any stretch
costs the same, however long:

    emitted(a, b) = C(b) − C(a)
    C(t) = Σ_{steps before t} value · step + value(t) · (t − begin of its step)

Values are whole millionths of a gram per kWh, times whole seconds, so sums are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

MICRO = 1_000_000
"""Parts of a gram per kWh in which values are kept."""


@dataclass(frozen=True, slots=True)
class Series:
    """Carbon intensity.

    Attributes:
        begin_s: Unix seconds of the first value.
        step_s: seconds from one value to the next.
        values: micrograms of CO₂ per kWh.
        sums: prefix sums of the values, one more than values.
    """

    begin_s: int
    step_s: int
    values: tuple[int, ...]
    sums: tuple[int, ...]

    @property
    def end_s(self) -> int:
        """Unix seconds at which the last value ceases to hold."""
        return self.begin_s + self.step_s * len(self.values)

    def until(self, when_s: int) -> int:
        """Return the integral from the begin to an instant, in microgram-seconds per kWh."""
        whole, part = divmod(when_s - self.begin_s, self.step_s)
        found = self.sums[whole] * self.step_s
        return found + self.values[whole] * part if part else found

    def emitted(self, begin_s: int, end_s: int) -> int:
        """Return the integral over a stretch, in microgram-seconds per kWh.

        Raises:
            Invalid: the series does not cover the stretch.
        """
        if not self.begin_s <= begin_s <= end_s <= self.end_s:
            raise not_covered()
        return self.until(end_s) - self.until(begin_s)


def series_of(begin_s: int, step_s: int, values: Sequence[int]) -> Series:
    """Make a series.

    >>> series_of(0, 1800, [100, 300]).emitted(900, 2700)
    360000
    """
    if step_s < 1 or not values:
        raise ValueError("a series has a step and a value")
    return Series(begin_s, step_s, tuple(values), tuple(accumulate(values, initial=0)))


def not_covered() -> Invalid:
    """Return the refusal of a stretch that the series does not reach."""
    return Invalid(
        "grid.carbon_cover",
        N_("The carbon series does not cover the whole window."),
        hint=N_("Shorten the window, or choose days inside the series."),
    )
