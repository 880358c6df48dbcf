"""The share of an amount over whole columns, exact: ⌊amount · rate / 10000⌋.

Amounts reach 9·10¹⁵ and rates 10⁴, so a plain product would not fit 64 bits. The fraction is
reduced first (20 % is one fifth); where the product could still be too large, the amount is
split: with a = 10000·q + r, ⌊a·p/10000⌋ = q·p + ⌊r·p/10000⌋.
"""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_columns import (
    SMALL_MAX,
    UINT32_MAX,
    Ints,
    Whole,
    greatest,
)
from entrepot.domain.vouchers.model import WHOLE_BP

INT64_MAX = 2**63 - 1


def shares(amounts: NDArray[np.integer[Any]], rate_bp: Ints | int, narrow: bool = False) -> Whole:
    """Return the share of each amount, rounded down to the minor unit.

    Args:
        amounts: minor units, 0 to 9·10¹⁵.
        rate_bp: basis points, 0 to 10000; one for all, or one a row.
        narrow: answer in 32 bits where the amounts are so wide, one rate holds for all
            and the product fits.

    >>> shares(np.array([999, 4, 9 * 10**15]), 2000).tolist()
    [199, 0, 1800000000000000]
    >>> shares(np.array([9 * 10**15 - 1]), np.array([9999])).tolist()
    [8999099999999999]
    """
    if isinstance(rate_bp, int):
        common = gcd(rate_bp, WHOLE_BP)
        parts, whole = rate_bp // common, WHOLE_BP // common
        if narrow and amounts.dtype.itemsize == 4:
            most = greatest(amounts) * parts
            if most <= UINT32_MAX and most // whole <= SMALL_MAX:
                return _narrow(amounts.view(np.uint32), parts, whole)
        return _fraction(amounts.astype(np.int64, copy=False), parts, whole)
    base = amounts.astype(np.int64, copy=False)
    if greatest(base) * greatest(rate_bp) <= INT64_MAX:
        return divided(base * rate_bp, WHOLE_BP)
    return _split(base, rate_bp, WHOLE_BP)


def divided(numbers: Ints, by: int) -> Ints:
    """Divide numbers that are not negative, rounding down."""
    # Unsigned division need not look at signs and takes half the time.
    return np.floor_divide(numbers.view(np.uint64), np.uint64(by)).view(np.int64)


def _narrow(amounts: NDArray[np.uint32], parts: int, whole: int) -> NDArray[np.int32]:
    base = amounts if parts == 1 else amounts * np.uint32(parts)
    return np.floor_divide(base, np.uint32(whole)).view(np.int32)


def _fraction(base: Ints, parts: int, whole: int) -> Ints:
    if parts == 1:
        return divided(base, whole)
    if greatest(base) * parts <= INT64_MAX:
        return divided(base * parts, whole)
    return _split(base, parts, whole)


def _split(base: Ints, parts: Ints | int, whole: int) -> Ints:
    quotient = divided(base, whole)
    rest = base - quotient * whole
    return quotient * parts + divided(rest * parts, whole)
