"""What either side gets at a rate with a spread; nobody gains by going round.

With mid ``m`` quote for one base and spread ``s``, the house buys the base at ``m·(1 − s)`` and
sells it at ``m·(1 + s)``; every conversion is rounded down for whom it is made. So for ``a`` quote
that go to base and back::

    ⌊ ⌊a / (m·(1 + s))⌋ · m·(1 − s) ⌋  ≤  a·(1 − s)/(1 + s)  ≤  a
"""

from __future__ import annotations

from entrepot.domain.fx.model import Side
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Amount, ExchangeRate
from entrepot.kernel.text import N_

BP = 10_000


def side_rate(mid: ExchangeRate, side: Side, spread_bp: int) -> ExchangeRate:
    """Return the rate of a side: the house sells the base dearer than it buys it.

    Args:
        mid: rate between the sides.
        side: seen from the house.
        spread_bp: distance of either side from mid, basis points.

    Raises:
        Invalid: a spread below nought, or of all there is.

    >>> from fractions import Fraction
    >>> from entrepot.kernel.money import CNH, HKD
    >>> mid = ExchangeRate(CNH, HKD, Fraction("1.10"), "x", "2026-11-21")
    >>> side_rate(mid, Side.SELL, 100).value, side_rate(mid, Side.BUY, 100).value
    (Fraction(1111, 1000), Fraction(1089, 1000))
    """
    if not 0 <= spread_bp < BP:
        raise Invalid(
            "fx.spread",
            N_("A spread lies between 0 and {most} basis points."),
            most=BP - 1,
        )
    sign = {Side.MID: 0, Side.BUY: -1, Side.SELL: 1}[side]
    value = mid.value * (BP + sign * spread_bp) / BP
    return ExchangeRate(mid.base, mid.quote, value, mid.source, mid.fixed_on)


def change(amount: Amount, mid: ExchangeRate, spread_bp: int) -> Amount:
    """Change an amount into the other currency, rounded down for whom it is changed.

    Args:
        amount: of either currency of the rate, not negative.
        mid: rate between the sides.
        spread_bp: distance of either side from mid, basis points.

    >>> from fractions import Fraction
    >>> from entrepot.kernel.money import CNH, HKD
    >>> mid = ExchangeRate(CNH, HKD, Fraction("1.10"), "x", "2026-11-21")
    >>> there = change(Amount(10_000, HKD), mid, 20)
    >>> str(there), str(change(there, mid, 20))
    ('CNH 90.72', 'HKD 99.59')
    """
    side = Side.SELL if amount.asset == mid.quote else Side.BUY
    return side_rate(mid, side, spread_bp).convert(amount, "floor")
