"""Which rate counts on a day: the operator's own fixings beside the public history.

With the operator's rate ``o`` and the public one ``p``, each the last fixed on or before the day::

    o counts if  fixed(o) ≥ fixed(p)  or  day − fixed(o) ≤ s
    p counts otherwise

where ``s`` is the age in days from which a rate is stale: two persons have signed ``o`` for the
very currency, while a public rate may stand in for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from entrepot.kernel.money import ExchangeRate


def inverse(rate: ExchangeRate) -> ExchangeRate:
    """Return the rate seen from the other currency, exact.

    >>> from fractions import Fraction
    >>> from entrepot.kernel.money import HKD, USD
    >>> inverse(ExchangeRate(USD, HKD, Fraction(39, 5), "test", "2026-11-21")).value
    Fraction(5, 39)
    """
    return ExchangeRate(rate.quote, rate.base, 1 / rate.value, rate.source, rate.fixed_on)


def cross(base: ExchangeRate, quote: ExchangeRate) -> ExchangeRate:
    """Return the rate between two currencies that are both fixed against a third.

    With ``b`` and ``q`` units of them for one of the third: ``value = q / b``. It is as old as
    the older of the two.

    Raises:
        ValueError: they are not fixed against one and the same.

    >>> from fractions import Fraction
    >>> from entrepot.kernel.money import CNH, HKD, USD
    >>> usd_cnh = ExchangeRate(USD, CNH, Fraction(7), "a", "2026-11-20")
    >>> usd_hkd = ExchangeRate(USD, HKD, Fraction(39, 5), "b", "2026-11-21")
    >>> found = cross(usd_cnh, usd_hkd)
    >>> found.base.code, found.value, found.fixed_on
    ('CNH', Fraction(39, 35), '2026-11-20')
    """
    if base.base != quote.base:
        raise ValueError(f"{base.base.code} and {quote.base.code} are not one")
    source = base.source if base.source == quote.source else f"{base.source}; {quote.source}"
    fixed_on = min(base.fixed_on, quote.fixed_on)
    return ExchangeRate(base.quote, quote.quote, quote.value / base.value, source, fixed_on)


def newest(rates: Iterable[ExchangeRate | None]) -> ExchangeRate | None:
    """Return the rate fixed last; the first of several of one day; None of none."""
    best: ExchangeRate | None = None
    for rate in rates:
        if rate is not None and (best is None or rate.fixed_on > best.fixed_on):
            best = rate
    return best


def prefer(
    own: ExchangeRate | None, public: ExchangeRate | None, on: date, stale_days: int
) -> ExchangeRate | None:
    """Return the rate that counts; the equation stands at the head of this module.

    Args:
        own: of the operator.
        public: of the history.
        on: day.
        stale_days: age in days from which a rate is stale.
    """
    if own is None or public is None:
        return own or public
    fresh = age_days(own, on) <= stale_days
    return own if fresh or own.fixed_on >= public.fixed_on else public


def age_days(rate: ExchangeRate, on: date) -> int:
    """Return how many days before ``on`` a rate was fixed.

    >>> from fractions import Fraction
    >>> from entrepot.kernel.money import HKD, USD
    >>> age_days(ExchangeRate(USD, HKD, Fraction(8), "x", "2026-11-20"), date(2026, 11, 21))
    1
    """
    return (on - date.fromisoformat(rate.fixed_on)).days
