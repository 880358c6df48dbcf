"""A look at the market: every offer known, in HKD a device-hour, leasable here or not.

    HKD a device-hour = list price · rate of the day

at the mid rate, before spread, egress, tax and vouchers, which a quote of a job adds line by line.
The gate is not asked: it needs the data of a job.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from entrepot.domain.catalogue.explain import OfferVerdict, verdicts
from entrepot.domain.catalogue.model import Demand, Offer, Setting
from entrepot.domain.catalogue.relax import Relaxation, relaxations
from entrepot.domain.catalogue.search import SearchResult, search_in
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import NotFound
from entrepot.kernel.money import HKD, ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.latency import Latency, between
from entrepot.services.offer_table import HOME_PLACE, latencies, offer_table, public_offers
from entrepot.services.places import places
from entrepot.services.quote import exchange_rates
from entrepot.services.regions import places_by_region


@dataclass(frozen=True, slots=True)
class Market:
    """Every offer known, with what is needed to compare them.

    Attributes:
        table: the offers.
        rates: asset → HKD for one unit, with source and day.
        latency: place → round trip from the origin.
    """

    table: OfferTable
    rates: Mapping[str, ExchangeRate]
    latency: Mapping[str, Latency]

    def in_hkd(self, offer: Offer) -> Fraction:
        """Return HKD cents of one device for one hour, exact."""
        code = offer.price.asset.code
        rate = Fraction(1) if code == HKD.code else self.rates[code].value
        digits = offer.price.asset.digits
        return offer.price.minor_per_device_hour * rate * Fraction(10) ** (HKD.digits - digits)


@dataclass(frozen=True, slots=True)
class MarketAnswer:
    """What a look at the market found.

    Attributes:
        market: all offers.
        demand, setting: what was asked.
        found: the best candidates, and what each filter removed; a candidate's ``net_minor`` is
            HKD cents of one device-hour.
    """

    market: Market
    demand: Demand
    setting: Setting
    found: SearchResult

    def relaxations(self) -> tuple[Relaxation, ...]:
        """Say which wish given up would admit the most offers."""
        return relaxations(self.market.table, self.demand, self.setting)

    def removed(self, limit: int | None = None) -> tuple[OfferVerdict, ...]:
        """Return offers that are no candidates, with their reasons: all, or the first ``limit``."""
        judged = verdicts(self.market.table, self.demand, self.setting)
        return tuple(islice((item for item in judged if item.candidate is None), limit))


@dataclass(frozen=True, slots=True)
class PerDeviceHour:
    """The price of one device-hour as the net price by which a look at the market ranks.

        net = gross / (hours · devices)

    It rises with the gross price, so its bounds are itself.
    """

    hours: Fraction

    def __call__(self, offer: Offer, milli_devices: int, gross: Fraction) -> Fraction:
        """Return HKD cents of one device-hour, exact."""
        return gross / (self.hours * Fraction(milli_devices, MILLI))

    def alike(self, place: str, device_id: str) -> Hashable:
        """Say that all offers are alike."""
        return None

    def bounds(
        self, key: Hashable, asset: str, milli_devices: int, gross: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Return the price twice."""
        exact = gross / (self.hours * Fraction(milli_devices, MILLI))
        return exact, exact


def open_market(app: App, origin: str | None = None) -> Market:
    """Gather every offer known; a machine without a home sees the public prices.

    Args:
        app: the exchange.
        origin: place from which round trips count; None = Hong Kong.

    Raises:
        NotFound: no such place.
    """
    start = _origin(app, origin)
    rates = exchange_rates(app, local_day(app.clock.now()))
    try:
        with app.store.reading() as uow:
            table = offer_table(app, uow)
            near = latencies(app, places(app, uow), start)
    except NotFound as error:
        if error.code != "home.missing":
            raise
        table, near = OfferTable(public_offers(app)), {}
    return Market(table, rates, {**_by_region(app, table, start), **near})


def search_market(
    app: App, market: Market, demand: Demand, limit: int | None = None
) -> MarketAnswer:
    """Find the offers that serve a demand, cheapest a device-hour first.

    Args:
        app: the exchange.
        market: all offers.
        demand: what is asked; its price cap is HKD a device-hour.
        limit: most candidates; None = all.
    """
    hours = Fraction(demand.duration_s, 3600)
    setting = Setting(
        to_hkd={code: rate.value for code, rate in market.rates.items()} | {HKD.code: Fraction(1)},
        day=local_day(app.clock.now()),
        latency_ms={place: found.ms for place, found in market.latency.items()},
        net=PerDeviceHour(hours),
    )
    return MarketAnswer(market, demand, setting, search_in(market.table, demand, setting, limit))


def offer_named(market: Market, offer_id: str) -> Offer:
    """Return an offer by id.

    Raises:
        NotFound: none of that id is known.
    """
    offer = market.table.get(offer_id)
    if offer is None:
        guess = did_you_mean(offer_id, [known.id for known in market.table])
        raise NotFound(
            "offer.unknown",
            N_("There is no offer {id}."),
            hint=N_("Did you mean {guess}?") if guess else N_("entrepot offers list shows them."),
            id=offer_id[:80],
            guess=guess or "",
        )
    return offer


def _origin(app: App, origin: str | None) -> str:
    if origin is None:
        return HOME_PLACE
    known = places_by_region(app.facts)
    place = known.get(origin) or known.get(origin.lower())
    if place is None:
        guess = did_you_mean(origin, list(known))
        raise NotFound(
            "place.unknown",
            N_("There is no place {name} among the facts."),
            hint=N_("Did you mean {guess}?") if guess else N_("entrepot facts show places"),
            name=origin[:80],
            guess=guess or "",
        )
    return place.id


def _by_region(app: App, table: OfferTable, origin: str) -> dict[str, Latency]:
    """Return region → round trip for offers of outside providers, where the place is known."""
    known = places_by_region(app.facts)
    found: dict[str, Latency] = {}
    for region in {offer.region for offer in table if offer.centre_id is None and offer.region}:
        place = known.get(region)
        link = between(app.facts, origin, place.id, None) if place else None
        if link is not None:
            found[region] = link
    return found
