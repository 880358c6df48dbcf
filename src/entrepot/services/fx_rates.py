"""Rates of exchange as the house uses them: the operator's fixings beside the public history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.fx.choose import age_days, cross, inverse, newest, prefer
from entrepot.domain.fx.guards import check_age, check_peg
from entrepot.domain.fx.model import FxQuote, pair_text, snapshot
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, USD, Asset, ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.services.ports_fx import Fixing

if TYPE_CHECKING:
    from entrepot.services.app import App, Fx
    from entrepot.services.ports import UnitOfWork

FindFixings = Callable[[Sequence[str], str], Mapping[str, Fixing]]
"""(pairs, ISO day) → pair → its last fixing on or before the day, where there is one."""


class RateBook:
    """The port ``Fx`` over fixings and history; see :func:`entrepot.domain.fx.choose.prefer`.

    Args:
        history: public rates.
        find: reads the operator's fixings.
        stale_days: age in days from which a rate is stale.
    """

    def __init__(self, history: Fx, find: FindFixings, stale_days: int) -> None:
        self._history = history
        self._find = find
        self._stale_days = stale_days

    def rate(self, base: Asset, quote: Asset, on: date) -> ExchangeRate:
        """Return the rate that counts on a day; the operator's own, or that of the history.

        Raises:
            Invalid: neither knows the currencies on that day.
            Refused: HKD lies outside its band to the USD.
        """
        own = None if base == quote else self.own(base, quote, on)
        if own is not None and age_days(own, on) <= self._stale_days:
            return own  # What the history says cannot matter, so it is not read.
        public: ExchangeRate | None = None
        try:
            public = self._history.rate(base, quote, on)
        except Invalid:
            if own is None:
                raise
        found = prefer(own, public, on, self._stale_days)
        assert found is not None
        return found

    def staleness_days(self, on: date) -> int:
        """Return how many days before ``on`` the rate of CNH in HKD was fixed."""
        return age_days(self.rate(CNH, HKD, on), on)

    def own(self, base: Asset, quote: Asset, on: date) -> ExchangeRate | None:
        """Return the operator's rate: the pair, the pair upside down, or both against the USD."""
        legs = ((base, quote), (quote, base), (USD, base), (USD, quote))
        pairs = [pair_text(one, other) for one, other in legs if one != other]
        found = self._find(list(dict.fromkeys(pairs)), on.isoformat())
        if not found:
            return None
        upside_down = _fixed(found, quote, base)
        direct = (_fixed(found, base, quote), inverse(upside_down) if upside_down else None)
        return newest((*direct, None if USD in (base, quote) else self._by_usd(found, base, quote)))

    def _by_usd(
        self, found: Mapping[str, Fixing], base: Asset, quote: Asset
    ) -> ExchangeRate | None:
        one, other = _fixed(found, USD, base), _fixed(found, USD, quote)
        if one is None and other is None:
            return None
        # The leg that the operator has not fixed is taken as of the day of the other.
        day = date.fromisoformat(min(leg.fixed_on for leg in (one, other) if leg is not None))
        with suppress(Invalid):
            one = one or self._history.rate(USD, base, day)
            other = other or self._history.rate(USD, quote, day)
            return cross(one, other)
        return None


def _fixed(found: Mapping[str, Fixing], base: Asset, quote: Asset) -> ExchangeRate | None:
    fixing = found.get(pair_text(base, quote))
    if fixing is None:
        return None
    source = f"{fixing.source}, fixed {fixing.day}"
    rate = ExchangeRate(base, quote, Fraction(fixing.rate), source, fixing.day)
    check_peg(rate)
    return rate


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate with what it may be used for.

    Attributes:
        rate: as used; snapshot: as it would be kept.
        age_days: days since it was fixed.
        warn: from ``fx_stale_days`` on; too_old_to_pay: above ``fx_refuse_days``.
    """

    rate: ExchangeRate
    snapshot: FxQuote
    age_days: int
    warn: bool
    too_old_to_pay: bool


def rate_view(app: App, base: Asset, quote: Asset, on: date) -> RateView:
    """Return the rate that a day uses, with its age and what it may be used for."""
    rate = app.fx.rate(base, quote, on)
    age = age_days(rate, on)
    return RateView(
        rate,
        snapshot(rate, app.clock.now()),
        age,
        age >= app.settings.fx_stale_days,
        age > app.settings.fx_refuse_days,
    )


def rate_to_pay_by(app: App, on: date) -> ExchangeRate:
    """Return HKD for one CNH for a payment; see ``fx_refuse_days`` of the settings.

    Raises:
        Refused: the last rate is too old.
    """
    rate = app.fx.rate(CNH, HKD, on)
    check_age(rate, on, app.settings.fx_refuse_days)
    return rate


def keep_rates(app: App, uow: UnitOfWork, subject: str, *rates: ExchangeRate) -> dict[str, str]:
    """Keep the snapshots of rates at which something was made; return pair → ``X-…``.

    Args:
        app: the exchange.
        uow: transaction of what is made.
        subject: business fact, as ``batch:B-…``; empty notes no use.
        rates: as used.
    """
    kept = [snapshot(rate, app.clock.now()) for rate in rates]
    uow.fx.keep(kept, subject)
    return {one.pair: one.id for one in kept}


def fixings(app: App, pair: str | None = None) -> list[Fixing]:
    """Return the operator's fixings that count, by pair and day."""
    with app.store.reading() as uow:
        return uow.fx.fixings(pair)


def today(app: App) -> date:
    """Return the day in Hong Kong."""
    return local_day(app.clock.now())
