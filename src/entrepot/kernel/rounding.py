"""Named rounding. Money is rounded once, at the invoice line, half to even."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def half_even(value: Fraction) -> int:
    """Round an exact value to the nearest integer, halves to the even one.

    Args:
        value: exact value in minor units.

    Returns:
        The nearest integer.

    >>> [half_even(Fraction(n, 2)) for n in (1, 3, 5, -1)]
    [0, 2, 2, 0]
    """
    return round(value)


def floor(value: Fraction) -> int:
    """Round towards minus infinity: the rounding of every voucher.

    >>> floor(Fraction(-1, 2)), floor(Fraction(7, 2))
    (-1, 3)
    """
    return value.numerator // value.denominator


def ceil(value: Fraction) -> int:
    """Round towards plus infinity: the rounding of a hold.

    >>> ceil(Fraction(7, 2)), ceil(Fraction(4))
    (4, 4)
    """
    return -(-value.numerator // value.denominator)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` in proportion to ``weights`` so that the parts sum exactly.

    Each part is ⌊total·wᵢ/Σw⌋; the units left go to the largest remainders,
    ties to the earlier place.

    Args:
        total: minor units, ≥ 0.
        weights: non-negative integers, not all zero.

    Returns:
        Integer parts in the order of ``weights``.

    Raises:
        ValueError: a negative total or weight, or no positive weight.

    Source: Hamilton's method of apportionment, 1792.

    >>> largest_remainder(100, [1, 1, 1])
    [34, 33, 33]
    """
    scale = sum(weights)
    if total < 0 or scale <= 0 or min(weights) < 0:
        raise ValueError("total and weights must be non-negative, one weight positive")
    parts = [total * weight // scale for weight in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % scale), i))
    for index in rest[: total - sum(parts)]:
        parts[index] += 1
    return parts
