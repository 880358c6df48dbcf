"""Which pools of a call a job fits: the filters of a quote, over what stands behind each pool.

A pool of the call is all devices of a kind at a centre, and any of them may serve an order. So a
job fits only if it fits every stock there, by at least one of its posted offers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.judge import PASSED, failing, stage
from entrepot.domain.catalogue.model import Mode, Offer, Setting
from entrepot.domain.catalogue.query import Query, make_query, taken
from entrepot.domain.catalogue.reasons import reason_for
from entrepot.kernel.compute import MILLI
from entrepot.kernel.money import HKD
from entrepot.kernel.period import local_day
from entrepot.services.call_open import leasable_offers
from entrepot.services.offer_table import latencies, posted
from entrepot.services.order_reasons import Dropped, Place, no_offer
from entrepot.services.quote import exchange_rates

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.declaration import JobSpec
    from entrepot.services.places import Place as Spot
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import Call

Stocks = Mapping[str, Sequence[Offer]]
"""Stock → its offers."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What of a call serves an order, law apart.

    Attributes:
        devices: zone and class → devices that the job takes there; 0 where the order says.
        dropped: the other pools of the call, with their reasons.
    """

    devices: Mapping[Place, int]
    dropped: tuple[Dropped, ...]


def fit_of(
    app: App, uow: UnitOfWork, call: Call, job: JobSpec | None, spots: Mapping[str, Spot]
) -> Fit:
    """Hold a job against every pool of a call.

    Args:
        app: the exchange; uow: the registry; call: the call.
        job: what would run; None = every pool on offer fits.
        spots: centres, for latency.
    """
    pools = stocks_of(app, uow, call)
    empty = [(z, c) for z in call.zones for c in call.classes if (z, c) not in pools]
    dropped = [no_offer(place, call.slots) for place in empty]
    if job is None:
        return Fit(dict.fromkeys(pools, 0), tuple(dropped))
    query = _query(app, call, job, spots)
    fits = {place: _alternatives(query, list(found.values())) for place, found in pools.items()}
    if job.demand.mode is Mode.ORDERED:
        first = min((index for passed in fits.values() for index in passed), default=0)
        preferred = query.preferring(first)
        fits = {place: [n for n in passed if n == first] for place, passed in fits.items()}
        query = preferred if any(fits.values()) else query
    devices: dict[Place, int] = {}
    for place, passed in fits.items():
        if passed:
            devices[place] = min(_devices(query, index, pools[place]) for index in passed)
        else:
            dropped.append(_dropped(query, place, pools[place], call.slots))
    return Fit(devices, tuple(dropped))


def stocks_of(app: App, uow: UnitOfWork, call: Call) -> dict[Place, dict[str, list[Offer]]]:
    """Return zone and class → stock → posted offers of whole devices.

    How many are free now does not matter: the call decides who gets the devices of its slots.
    """
    centres = {centre.id: centre for centre in uow.registry.centres()}
    stocks = {pool.id: pool for pool in uow.registry.pools()}
    found: dict[Place, dict[str, list[Offer]]] = {}
    for offer in leasable_offers(uow, local_day(call.from_t).isoformat()):
        pool = stocks[offer.pool_id]
        place = (pool.centre_id, pool.device_id)
        if place[0] in call.zones and place[1] in call.classes:
            whole = posted(app, centres[place[0]], pool, offer, (pool.devices, MILLI))
            found.setdefault(place, {}).setdefault(pool.id, []).append(whole)
    return found


def _query(app: App, call: Call, job: JobSpec, spots: Mapping[str, Spot]) -> Query:
    """Return the job as a query; what an offer asks for is no matter, the call has its prices."""
    day = local_day(call.from_t)
    rates = exchange_rates(app, local_day(app.clock.now()))
    far = latencies(app, spots, job.demand.latency_from)
    setting = Setting(
        to_hkd={code: rate.value for code, rate in rates.items()} | {HKD.code: Fraction(1)},
        day=day,
        latency_ms={place: found.ms for place, found in far.items()},
    )
    return make_query(replace(job.demand, price_cap=None), setting)


def _alternatives(query: Query, stocks: Sequence[Sequence[Offer]]) -> list[int]:
    """Return the alternatives that every stock serves by some offer."""
    return [
        index
        for index in range(len(query.demand.alternatives))
        if all(any(stage(query, index, o) == PASSED for o in offers) for offers in stocks)
    ]


def _devices(query: Query, index: int, stocks: Stocks) -> int:
    return max(taken(query, index, o) for offers in stocks.values() for o in offers) // MILLI


def _dropped(query: Query, place: Place, stocks: Stocks, slots: int) -> Dropped:
    """Say why, by the best offer of the stock that comes least far."""
    found = min((_best(query, offers) for offers in stocks.values()), key=lambda best: best[0])
    _stage, index, offer = found
    names = failing(query, index, offer)
    name = names[0] if names else Filter.PREFERENCE
    return Dropped(place, name.value, reason_for(query, index, offer, name), 0, slots)


def _best(query: Query, offers: Sequence[Offer]) -> tuple[int, int, Offer]:
    """Return the offer that comes furthest at any alternative: stage, alternative, offer."""
    indexes = range(len(query.demand.alternatives))
    tried = [(stage(query, index, offer), index, offer) for index in indexes for offer in offers]
    return max(tried, key=lambda found: found[0])
