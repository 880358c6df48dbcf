"""Truths over columns: one a row, or one for all rows, which costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_columns import Bools, Bytes, Shorts

Mask = Bools | bool
"""True or False a row, or one for all rows."""

COMPARISONS_MAX = 6
"""Codes that are compared one by one; a table is cheaper for more."""


def either(one: Mask, other: Mask) -> Mask:
    """Return one or other."""
    if one is True or other is True:
        return True
    if one is False:
        return other
    return one if other is False else one | other


def both(one: Mask, other: Mask) -> Mask:
    """Return one and other."""
    if one is False or other is False:
        return False
    if one is True:
        return other
    return one if other is True else one & other


def negated(mask: Mask) -> Mask:
    """Return the opposite.

    >>> negated(True), negated(np.array([True, False])).tolist()
    (False, [False, True])
    """
    return (not mask) if isinstance(mask, bool) else ~mask


def pick(codes: NDArray[np.integer[Any]], wanted: Sequence[int], count: int) -> Mask:
    """Return where a code is one of ``wanted``, of the codes 0 to ``count`` - 1.

    >>> pick(np.array([0, 1, 2], np.uint8), [1, 2], 3).tolist()
    [False, True, True]
    """
    if not wanted or len(wanted) == count:
        return bool(wanted)
    if len(wanted) > COMPARISONS_MAX and count - len(wanted) > COMPARISONS_MAX:
        table = np.zeros(count, np.bool_)
        table[list(wanted)] = True
        return table[codes]
    if len(wanted) > count - len(wanted):
        return negated(pick(codes, sorted(set(range(count)) - set(wanted)), count))
    found = codes == wanted[0]
    for code in wanted[1:]:
        found |= codes == code
    return found


def as_bytes(mask: Bools) -> Bytes:
    """Return a mask as bytes 0 and 1, without a copy."""
    return mask.view(np.uint8)


def times(mask: Bools, number: int) -> Shorts:
    """Return ``number`` where the mask is true, else 0."""
    return np.multiply(as_bytes(mask), np.uint16(number), dtype=np.uint16)
