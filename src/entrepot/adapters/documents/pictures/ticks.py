"""Scales: where a number stands, which numbers are written beside an axis, and how."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from entrepot.adapters.documents.pictures.scene import Px
from entrepot.services.charts import Axis, Number

STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
"""Ticks lie a step of these times a power of ten apart."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers lie along an axis.

    Attributes:
        least, most: numbers at its ends, least < most.
        begin, end: pixels of its ends.
        ticks: numbers that are written.
        decimals: digits after the point.
        log: by the logarithm.
    """

    least: Fraction
    most: Fraction
    begin: Px
    end: Px
    ticks: tuple[Fraction, ...]
    decimals: int
    log: bool = False

    def at(self, value: Number) -> Px:
        """Return the pixel of a number; beyond the ends it is taken to them."""
        return self.begin + (self.end - self.begin) * self.share(value)

    def share(self, value: Number) -> Px:
        """Return how far along a number lies, from 0 to 1."""
        least, most = _pixels(self.least), _pixels(self.most)
        inside = min(max(_pixels(value), least), most)
        if most == least:  # numbers that only a fraction tells apart
            exact = min(max(exactly(value), self.least), self.most)
            return _pixels((exact - self.least) / (self.most - self.least))
        if not self.log:
            return (inside - least) / (most - least)
        return math.log(inside / least) / math.log(most / least)

    def texts(self) -> list[str]:
        """Return the ticks as they are written; by the logarithm each with its own digits."""
        if self.log:
            return [number_text(tick, digits_of([tick])) for tick in self.ticks]
        return [number_text(tick, self.decimals) for tick in self.ticks]


def _pixels(value: Number) -> Px:
    return float(value)  # not money: no eye sees what is lost


def exactly(value: Number) -> Fraction:
    """Return a number as a fraction.

    Raises:
        ValueError: it is not a number, or has no end.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a picture has no place for what is no number")
    return Fraction(value)


def scale(
    axis: Axis, values: Iterable[Number], span: tuple[Px, Px], wished: int, *, tight: bool = False
) -> Scale:
    """Lay a scale over numbers.

    Args:
        axis: what is known of it.
        values: numbers that must have a place.
        span: pixels of its ends.
        wished: about how many ticks there is room for.
        tight: end at the outermost numbers, not at the ticks around them.
    """
    bounds = [value for value in (axis.least, axis.most) if value is not None]
    exact = [exactly(value) for value in (*values, *bounds)]
    if axis.log:
        exact = [value for value in exact if value > 0]
    low, high = min(exact, default=Fraction(0)), max(exact, default=Fraction(1))
    found = log_ticks(low, high) if axis.log else linear_ticks(low, high, wished)
    decimals = digits_of(found) if axis.decimals is None else axis.decimals
    first, last = (low, high) if tight and low < high else (found[0], found[-1])
    shown = tuple(tick for tick in found if first <= tick <= last)
    return Scale(first, last, *span, shown, decimals, axis.log)


def linear_ticks(low: Fraction, high: Fraction, wished: int) -> list[Fraction]:
    """Return even round numbers that enclose [low, high], about ``wished`` of them.

    >>> [str(tick) for tick in linear_ticks(Fraction(0), Fraction(93), 5)]
    ['0', '20', '40', '60', '80', '100']
    """
    if low == high:
        low, high = (low - 1, high + 1) if low else (Fraction(0), Fraction(1))
    step = _step((high - low) / max(1, wished))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * place for place in range(first, last + 1)]


def _step(rough: Fraction) -> Fraction:
    """Return the round number at or above ``rough``."""
    power = Fraction(10) ** (len(str(math.floor(rough))) - 1)
    while power > rough:
        power /= 10
    return next(step * power for step in STEPS if step * power >= rough)


def log_ticks(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return powers of ten that enclose [low, high], with 2 and 5 where those are few.

    >>> [str(tick) for tick in log_ticks(Fraction(3), Fraction(70))]
    ['2', '5', '10', '20', '50', '100']
    """
    if low <= 0:
        low, high = Fraction(1), max(high, Fraction(10))
    first = _power_below(low)
    last = first + 1
    while Fraction(10) ** last < high:
        last += 1
    powers = range(first, last)
    between = (1, 2, 5) if last - first <= 3 else (1,)
    ticks = [Fraction(10) ** power * digit for power in powers for digit in between]
    ticks.append(Fraction(10) ** last)
    below = [tick for tick in ticks if tick <= low]
    above = [tick for tick in ticks if tick >= high and tick > below[-1]]
    return [tick for tick in ticks if below[-1] <= tick <= above[0]]


def _power_below(value: Fraction) -> int:
    power = 0
    while Fraction(10) ** power > value:
        power -= 1
    while Fraction(10) ** (power + 1) <= value:
        power += 1
    return power


def digits_of(ticks: Sequence[Fraction]) -> int:
    """Return how many digits after the point the ticks need, nine at most.

    >>> digits_of([Fraction(1, 4), Fraction(1, 2)])
    2
    """
    return next((d for d in range(9) if all((tick * 10**d).denominator == 1 for tick in ticks)), 9)


def number_text(value: Number, decimals: int) -> str:
    """Write a number, thousands grouped by a comma as all three languages do.

    >>> number_text(Fraction(-12345, 10), 1)
    '−1,234.5'
    """
    scaled = round(exactly(value) * 10**decimals)
    text = f"{Decimal(abs(scaled)).scaleb(-decimals):,.{decimals}f}"
    return "−" + text if scaled < 0 else text


def thinned(count: int, room: int) -> range:
    """Return which of ``count`` names are written when only ``room`` of them fit.

    >>> list(thinned(24, 8))
    [0, 3, 6, 9, 12, 15, 18, 21]
    """
    return range(0, count, max(1, -(-count // max(1, room))))
