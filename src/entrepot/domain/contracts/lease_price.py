"""The price of a lease that grows or shrinks, at the terms of its own quote.

With terms T, quantity q and vouchers V of the lease as it stands, and q' after the change::

    larger   price(T, q') with the vouchers V as they are: no programme has judged the rest
    smaller  price(T, q') with each voucher lowered to min(V, its share of the new total)

The terms never change, so that the same size and time cost the same, however they came about;
only the vouchers that a smaller lease has let go do not come back.
"""

from __future__ import annotations

from entrepot.domain.contracts.price import price_at, vouchers_for
from entrepot.domain.contracts.price_model import PriceBreakdown


def changed_price(price: PriceBreakdown, milli_device_seconds: int) -> PriceBreakdown:
    """Price another quantity at the terms of a lease.

    Args:
        price: of the lease as it stands.
        milli_device_seconds: quantity after the change, the most that can be charged.

    Returns:
        The price; what it holds is its ``payable_now``.

    Raises:
        Invalid: the sum is larger than any amount the exchange books.

    >>> from fractions import Fraction
    >>> from entrepot.domain.contracts.price import price as priced
    >>> from entrepot.kernel.money import HKD, UnitPrice
    >>> hour = priced(UnitPrice(Fraction(1200), HKD), 3_600_000, None)
    >>> str(changed_price(hour, 5_400_000).total), str(changed_price(hour, 900_000).total)
    ('HKD 18.00', 'HKD 3.00')
    """
    gross = price_at(price.terms, milli_device_seconds, price.egress_bytes)
    vouchers = price.vouchers
    if milli_device_seconds < price.milli_device_seconds:
        vouchers = vouchers_for(price.vouchers, price.total, gross.total)
    return price_at(price.terms, milli_device_seconds, price.egress_bytes, vouchers)
