"""Mean and 95 % interval over seeds.

    x̄ ± t₀.₉₇₅(n − 1) · s / √n,      s² = Σ (xᵢ − x̄)² / (n − 1)

Seeds are independent draws of the same demand, so the interval tells how far the mean of so many
draws may lie from that of all; it says nothing of whether the assumptions are right. Two schemes
see the same demand of each seed: their difference is taken seed by seed.

Source: Student (1908); quantiles as in any table of the t distribution, three decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

T_MILLI = (
    *(12706, 4303, 3182, 2776, 2571, 2447, 2365, 2306, 2262, 2228),
    *(2201, 2179, 2160, 2145, 2131, 2120, 2110, 2101, 2093, 2086),
    *(2080, 2074, 2069, 2064, 2060, 2056, 2052, 2048, 2045, 2042),
)
"""0.975 quantiles for 1 to 30 degrees of freedom, thousandths; beyond, that of 30 is kept."""

DIGITS = 10**12


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over seeds.

    Attributes:
        mean: exact.
        half: half the width of the 95 % interval; None where there is one seed only.
        seeds: how many.
    """

    mean: Fraction
    half: Fraction | None
    seeds: int


def interval(values: Sequence[Fraction]) -> Interval:
    """Return mean and interval of at least one value.

    >>> found = interval([Fraction(1), Fraction(2), Fraction(3)])
    >>> found.mean, round(found.half * 1000)
    (Fraction(2, 1), 2484)
    """
    count = len(values)
    mean = sum(values, Fraction(0)) / count
    if count < 2:
        return Interval(mean, None, count)
    spread = sum(((value - mean) ** 2 for value in values), Fraction(0)) / (count - 1)
    error = spread / count
    # The root of a fraction to twelve decimals, in whole numbers: alike on every machine.
    root = Fraction(isqrt(error.numerator * DIGITS**2 // error.denominator), DIGITS)
    return Interval(mean, root * Fraction(T_MILLI[min(count - 1, len(T_MILLI)) - 1], 1000), count)
