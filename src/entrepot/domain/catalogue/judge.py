"""Judging one offer against one request: the meaning of every filter, in plain Python.

The columns of ``columns.py`` compute the same answers over many offers at once; a property test
holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entrepot.domain.catalogue.filters import ORDER, Filter
from entrepot.domain.catalogue.lease_rule import rule_of
from entrepot.domain.catalogue.model import ISOLATION_RANK, Mode, Offer, OfferKind
from entrepot.domain.catalogue.query import Query, candidate, region_holds, serves, taken
from entrepot.kernel.compute import MILLI


def _device(q: Query, i: int, o: Offer) -> bool:
    return serves(q.keys[i], q.request(i).name, o.device_id, o.device_name)


def _day(q: Query, i: int, o: Offer) -> bool:
    day = q.setting.day
    if day is None:
        return True
    begun = o.valid_from is None or o.valid_from <= day
    return begun and (o.valid_to is None or day < o.valid_to)


def _kind(q: Query, i: int, o: Offer) -> bool:
    return q.demand.indicative_ok or o.kind is OfferKind.POSTED


def _memory(q: Query, i: int, o: Offer) -> bool:
    return q.request(i).memory_mib.holds(o.memory_mib)


def _count(q: Query, i: int, o: Offer) -> bool:
    request = q.request(i)
    milli = taken(q, i, o)
    enough = o.devices_available is None or milli <= o.devices_available * MILLI
    return enough and milli <= request.milli_max


def _cpus(q: Query, i: int, o: Offer) -> bool:
    return q.demand.cpus.holds(o.of_instances(o.vcpus, taken(q, i, o)))


def _host_memory(q: Query, i: int, o: Offer) -> bool:
    return q.demand.host_memory_mib.holds(o.of_instances(o.host_memory_mib, taken(q, i, o)))


def _disk(q: Query, i: int, o: Offer) -> bool:
    asked = q.demand.disk_mib_min
    if not asked:
        return True
    disk = o.of_instances(o.disk_mib, taken(q, i, o))
    return disk is not None and asked <= disk


def _isolation(q: Query, i: int, o: Offer) -> bool:
    return ISOLATION_RANK[o.isolation] <= ISOLATION_RANK[q.demand.isolation]


def _lease_kind(q: Query, i: int, o: Offer) -> bool:
    if not q.demand.lease_kind:
        return True
    rule = rule_of(o.lease_rules, q.demand.lease_kind)
    return rule is not None and rule.allows(taken(q, i, o), q.demand.duration_s)


def _rating(q: Query, i: int, o: Offer) -> bool:
    precision, asked = q.demand.rating_precision, q.demand.rating_mflops_min
    if precision is None or not asked:
        return True
    speed = o.rating_mflops(precision)
    return speed is not None and speed * taken(q, i, o) >= asked * MILLI


def _interruptible(q: Query, i: int, o: Offer) -> bool:
    return q.demand.interruptible_ok or not o.interruptible


def _region(q: Query, i: int, o: Offer) -> bool:
    return not q.regions or region_holds(q.regions, o.region)


def _jurisdiction(q: Query, i: int, o: Offer) -> bool:
    return not q.jurisdictions or o.jurisdiction in q.jurisdictions


def latency_ok(q: Query, place: str) -> bool:
    """Say whether ``place`` is near enough; a latency not stated is not."""
    most = q.demand.latency_ms_max
    if most is None:
        return True
    stated = q.setting.latency_ms.get(place)
    return stated is not None and stated <= most


def _latency(q: Query, i: int, o: Offer) -> bool:
    return latency_ok(q, o.place)


def _green(q: Query, i: int, o: Offer) -> bool:
    asked = q.demand.green_share_bp_min
    return not asked or (o.green_share_bp is not None and asked <= o.green_share_bp)


def _gate(q: Query, i: int, o: Offer) -> bool:
    return q.setting.gate(o.place, o.device_id) is None


def _currency(q: Query, i: int, o: Offer) -> bool:
    return o.price.asset.code in q.rates


def _price_cap(q: Query, i: int, o: Offer) -> bool:
    cap = q.demand.price_cap
    if cap is None:
        return True
    priced = candidate(q, i, o)
    # Without a rate the currency filter has already spoken.
    return priced is None or priced.net_minor <= cap.minor


def _preference(q: Query, i: int, o: Offer) -> bool:
    return i in q.winners


Check = Callable[[Query, int, Offer], bool]

CHECKS: Mapping[Filter, Check] = {
    Filter.DEVICE: _device,
    Filter.DAY: _day,
    Filter.KIND: _kind,
    Filter.MEMORY: _memory,
    Filter.COUNT: _count,
    Filter.CPUS: _cpus,
    Filter.HOST_MEMORY: _host_memory,
    Filter.DISK: _disk,
    Filter.ISOLATION: _isolation,
    Filter.LEASE_KIND: _lease_kind,
    Filter.RATING: _rating,
    Filter.INTERRUPTIBLE: _interruptible,
    Filter.REGION: _region,
    Filter.JURISDICTION: _jurisdiction,
    Filter.LATENCY: _latency,
    Filter.GREEN: _green,
    Filter.GATE: _gate,
    Filter.CURRENCY: _currency,
    Filter.PRICE_CAP: _price_cap,
    Filter.PREFERENCE: _preference,
}
_IN_ORDER: tuple[Check, ...] = tuple(CHECKS[name] for name in ORDER)
DEAR = frozenset({Filter.GATE, Filter.PRICE_CAP})
_NEVER = frozenset({Filter.DEVICE, Filter.KIND})
PASSED = len(ORDER)
"""Stage of an offer that fails no filter."""


def stage(query: Query, index: int, offer: Offer) -> int:
    """Return the position in ``ORDER`` of the first filter that fails; ``PASSED`` = none."""
    for position, check in enumerate(_IN_ORDER):
        if not check(query, index, offer):
            return position
    return PASSED


def failing(query: Query, index: int, offer: Offer) -> tuple[Filter, ...]:
    """Return every filter that ``offer`` fails for alternative ``index``, in order.

    Law and price are judged only where they matter: for a device that was asked for, at a place
    that sells here.
    """
    found: list[Filter] = []
    for name in ORDER:
        beside = name in DEAR and not _NEVER.isdisjoint(found)
        if not beside and not CHECKS[name](query, index, offer):
            found.append(name)
    return tuple(found)


def lone_failure(query: Query, index: int, offer: Offer) -> tuple[int, Filter | None]:
    """Return how many wishes ``offer`` fails, 2 for more, and the only one if it is one.

    *Preference* is no wish of its own and does not count.
    """
    lone: Filter | None = None
    for name in ORDER[:-1]:
        if not CHECKS[name](query, index, offer):
            if lone is not None:
                return 2, None
            lone = name
    return (0, None) if lone is None else (1, lone)


def asked(query: Query) -> tuple[Filter, ...]:
    """Return the filters that can remove an offer under this query, in order."""
    demand = query.demand
    silent = {
        Filter.DAY: query.setting.day is None,
        Filter.KIND: demand.indicative_ok,
        Filter.MEMORY: all(r.memory_mib.open for r in demand.alternatives),
        Filter.CPUS: demand.cpus.open,
        Filter.HOST_MEMORY: demand.host_memory_mib.open,
        Filter.DISK: not demand.disk_mib_min,
        Filter.LEASE_KIND: not demand.lease_kind,
        Filter.RATING: not demand.rating_mflops_min,
        Filter.INTERRUPTIBLE: demand.interruptible_ok,
        Filter.REGION: not query.regions,
        Filter.JURISDICTION: not query.jurisdictions,
        Filter.LATENCY: demand.latency_ms_max is None,
        Filter.GREEN: not demand.green_share_bp_min,
        Filter.PRICE_CAP: demand.price_cap is None,
        Filter.PREFERENCE: demand.mode is Mode.ANY_OF,
    }
    return tuple(name for name in ORDER if not silent.get(name, False))
