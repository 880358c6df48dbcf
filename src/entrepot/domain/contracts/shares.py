"""A part's share of an amount: [amount · part / whole], exact for nought and for the whole."""

from __future__ import annotations

from fractions import Fraction

from entrepot.kernel.rounding import half_even


def share(amount: int, part: int, whole: int) -> int:
    """Return the share of ``part`` in ``amount``; all of it for a whole of nought.

    Args:
        amount: minor units to be shared.
        part: of ``whole``.
        whole: what the amount belongs to.

    >>> share(331, 100, 300), share(331, 300, 300), share(331, 0, 0)
    (110, 331, 331)
    """
    return half_even(Fraction(amount * part, whole)) if whole else amount
