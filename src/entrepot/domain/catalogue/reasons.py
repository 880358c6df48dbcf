"""The sentence for a removed offer, and what to ask instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from entrepot.domain.catalogue.filters import LABELS, Filter
from entrepot.domain.catalogue.lease_rule import size_text, time_text
from entrepot.domain.catalogue.model import ISOLATION_RANK, Offer, Range
from entrepot.domain.catalogue.query import Query, candidate, taken
from entrepot.kernel import rounding
from entrepot.kernel.compute import MILLI, Isolation
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_, Phrase, filled

Distance = Fraction | int | str | None
"""How far an offer is from passing a filter: a number to be small, a word to be frequent."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A translatable sentence with its values.

    >>> str(Reason("has {n} devices", {"n": 4}))
    'has 4 devices'
    """

    template: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of ``translate``."""
        return filled(self.template, self.params, translate)

    def __str__(self) -> str:
        return self.render()


_STATED: Mapping[Filter, str] = {
    Filter.DEVICE: N_("is {has}; {asks} was asked"),
    Filter.DAY: N_("the price holds {has}"),
    Filter.KIND: N_("a list price that shows the market and is not sold here"),
    Filter.MEMORY: N_("a device has {has}; {asks} was asked"),
    Filter.COUNT: N_("at most {has} can be leased at once; {asks} was asked"),
    Filter.CPUS: N_("comes with {has} host processors; {asks} was asked"),
    Filter.HOST_MEMORY: N_("comes with {has} of host memory; {asks} was asked"),
    Filter.DISK: N_("comes with {has} of disk; {asks} was asked"),
    Filter.ISOLATION: N_("firms are kept apart by {has}; {asks} was asked"),
    Filter.LEASE_KIND: N_("is leased as {has}; {asks} was asked"),
    Filter.RATING: N_("reaches {has}; {asks} was asked"),
    Filter.INTERRUPTIBLE: N_("may be taken back by the seller"),
    Filter.REGION: N_("stands in {has}; {asks} was asked"),
    Filter.JURISDICTION: N_("stands in {has}; {asks} was asked"),
    Filter.LATENCY: N_("is {has} away; at most {asks} was asked"),
    Filter.GREEN: N_("has contracted {has} of green power; {asks} was asked"),
    Filter.GATE: N_("the gate does not allow it: {has}"),
    Filter.CURRENCY: N_("priced in {has}, for which no rate of exchange is known"),
    Filter.PRICE_CAP: N_("costs {has}; the cap is {asks}"),
    Filter.PREFERENCE: N_("a device that is preferred has an offer"),
}
_NOT_STATED = N_("{what} is not stated by the offer")

_INSTEAD: Mapping[Filter, str] = {
    Filter.DEVICE: N_("take {value}"),
    Filter.KIND: N_("look at list prices too; they cannot be leased"),
    Filter.MEMORY: N_("take devices with {value}"),
    Filter.COUNT: N_("take {value}"),
    Filter.CPUS: N_("ask for {value} host processors"),
    Filter.HOST_MEMORY: N_("ask for {value} of host memory"),
    Filter.DISK: N_("ask for {value} of disk"),
    Filter.ISOLATION: N_("accept isolation by {value}"),
    Filter.LEASE_KIND: N_("lease it as {value}"),
    Filter.RATING: N_("ask for {value}"),
    Filter.INTERRUPTIBLE: N_("accept that the seller may take devices back"),
    Filter.REGION: N_("allow region {value}"),
    Filter.JURISDICTION: N_("allow jurisdiction {value}"),
    Filter.LATENCY: N_("allow {value}"),
    Filter.GREEN: N_("ask for {value} of green power"),
    Filter.PRICE_CAP: N_("raise the price cap to {value}"),
}
_DROP = N_("drop the wish for {what}")


def reason_for(query: Query, index: int, offer: Offer, name: Filter) -> Reason:
    """Say in one sentence why ``offer`` fails the filter ``name``.

    Args:
        query: what was asked.
        index: alternative.
        offer, name: the offer and the filter that it fails.
    """
    has = _has(query, index, offer, name)
    if has is None:
        return Reason(_NOT_STATED, {"what": Phrase(LABELS[name])})
    return Reason(_STATED[name], {"has": has, "asks": _asks(query, index, name)})


def relaxed_to(query: Query, index: int, offer: Offer, name: Filter, value: Distance) -> Reason:
    """Say what to ask instead, so that ``offer`` would pass the filter ``name``.

    Args:
        query, index: what was asked.
        offer: the nearest offer.
        name: the filter that is eased.
        value: its distance; None when the offer does not state what was asked for.
    """
    if value is None:
        return Reason(_DROP, {"what": Phrase(LABELS[name])})
    return Reason(_INSTEAD[name], {"value": _has(query, index, offer, name)})


def distance(query: Query, index: int, offer: Offer, name: Filter) -> Distance:
    """Return how far ``offer`` is from passing the filter ``name``; None = not stated.

    A number is smaller the nearer the offer is. A word names what would have to be allowed.
    """
    read = _DISTANCES.get(name)
    return 0 if read is None else read(query, index, offer)


def _gap(span: Range, value: int | None) -> int | None:
    if value is None:
        return None
    if span.least is not None and value < span.least:
        return span.least - value
    return max(0, value - (value if span.most is None else span.most))


def _speed(q: Query, i: int, o: Offer) -> int | None:
    precision = q.demand.rating_precision
    one = None if precision is None else o.rating_mflops(precision)
    return None if one is None else one * taken(q, i, o) // MILLI


def _short_of(asked: int, value: int | None) -> int | None:
    return None if value is None else asked - value


def _lease_gap(q: Query, i: int, o: Offer) -> int:
    request = q.request(i)
    milli = taken(q, i, o)
    most = milli if o.devices_available is None else o.devices_available * MILLI
    return max(milli - most, milli - request.milli_max)


def _net(q: Query, i: int, o: Offer) -> Fraction | None:
    priced = candidate(q, i, o)
    return None if priced is None else priced.net_minor


_DISTANCES: Mapping[Filter, Callable[[Query, int, Offer], Distance]] = {
    Filter.DEVICE: lambda q, i, o: o.device_name,
    Filter.MEMORY: lambda q, i, o: _gap(q.request(i).memory_mib, o.memory_mib),
    Filter.COUNT: _lease_gap,
    Filter.CPUS: lambda q, i, o: _gap(q.demand.cpus, o.of_instances(o.vcpus, taken(q, i, o))),
    Filter.HOST_MEMORY: lambda q, i, o: _gap(
        q.demand.host_memory_mib, o.of_instances(o.host_memory_mib, taken(q, i, o))
    ),
    Filter.DISK: lambda q, i, o: _short_of(
        q.demand.disk_mib_min, o.of_instances(o.disk_mib, taken(q, i, o))
    ),
    Filter.ISOLATION: lambda q, i, o: ISOLATION_RANK[o.isolation],
    Filter.LEASE_KIND: lambda q, i, o: _rules(o),
    Filter.RATING: lambda q, i, o: _short_of(q.demand.rating_mflops_min, _speed(q, i, o)),
    Filter.REGION: lambda q, i, o: o.region,
    Filter.JURISDICTION: lambda q, i, o: o.jurisdiction,
    Filter.LATENCY: lambda q, i, o: q.setting.latency_ms.get(o.place),
    Filter.GREEN: lambda q, i, o: _short_of(q.demand.green_share_bp_min, o.green_share_bp),
    Filter.PRICE_CAP: _net,
}


def _has(q: Query, i: int, o: Offer, name: Filter) -> str | None:
    """Write what the offer has; None = not stated."""
    return _HAS[name](q, i, o) if name in _HAS else ""


def _asks(q: Query, i: int, name: Filter) -> str:
    return _ASKS[name](q, i) if name in _ASKS else ""


def _mib(value: int | None) -> str | None:
    if value is None:
        return None
    return f"{value // 1024:,} GiB" if value % 1024 == 0 else f"{value:,} MiB"


def _span(span: Range, write: Callable[[int], object] = str) -> str:
    if span.least == span.most and span.least is not None:
        return str(write(span.least))
    least = "" if span.least is None else write(span.least)
    most = "" if span.most is None else write(span.most)
    return f"{least}..{most}"


def _devices(milli: int) -> str:
    return f"{Fraction(milli, MILLI)}" if milli % MILLI == 0 else f"0.{milli:03d}".rstrip("0")


def _p(mflops: int | None) -> str | None:
    # Three digits after the point of a PFLOPS are teraflops; a slow host needs all nine.
    return None if mflops is None else f"{mflops // 10**9}.{mflops % 10**9:09d} P"


def _decimal(value: Fraction | int | None, unit: str) -> str | None:
    if value is None:
        return None
    tenths = rounding.ceil(Fraction(value) * 10)
    return f"{tenths // 10}.{tenths % 10} {unit}"


def _percent(bp: int | None) -> str | None:
    return None if bp is None else f"{bp // 100}.{bp % 100:02d} %"


def _money(minor: Fraction | None) -> str | None:
    # Rounded up, so that a cap raised to the sum shown does admit the offer.
    return None if minor is None else str(Amount(rounding.ceil(minor), HKD))


def _count_has(q: Query, i: int, o: Offer) -> str:
    if o.devices_available is not None and taken(q, i, o) > o.devices_available * MILLI:
        return _devices(o.devices_available * MILLI)
    return _devices(taken(q, i, o))


def _rules(o: Offer) -> str | None:
    return ", ".join(str(rule) for rule in o.lease_rules) or None


def _kind_asked(q: Query, i: int) -> str:
    size, time = size_text(q.request(i).milli_min), time_text(q.demand.duration_s)
    return f"{q.demand.lease_kind} ({size} devices, {time})"


def _validity(q: Query, i: int, o: Offer) -> str:
    return f"{o.valid_from or ''}..{o.valid_to or ''}"


_HAS: Mapping[Filter, Callable[[Query, int, Offer], str | None]] = {
    Filter.DEVICE: lambda q, i, o: o.device_name,
    Filter.DAY: _validity,
    Filter.MEMORY: lambda q, i, o: _mib(o.memory_mib),
    Filter.COUNT: _count_has,
    Filter.CPUS: lambda q, i, o: (
        None if o.vcpus is None else str(o.of_instances(o.vcpus, taken(q, i, o)))
    ),
    Filter.HOST_MEMORY: lambda q, i, o: _mib(o.of_instances(o.host_memory_mib, taken(q, i, o))),
    Filter.DISK: lambda q, i, o: _mib(o.of_instances(o.disk_mib, taken(q, i, o))),
    Filter.ISOLATION: lambda q, i, o: o.isolation.value,
    Filter.LEASE_KIND: lambda q, i, o: _rules(o),
    Filter.RATING: lambda q, i, o: _p(_speed(q, i, o)),
    Filter.REGION: lambda q, i, o: o.region,
    Filter.JURISDICTION: lambda q, i, o: o.jurisdiction,
    Filter.LATENCY: lambda q, i, o: _decimal(q.setting.latency_ms.get(o.place), "ms"),
    Filter.GREEN: lambda q, i, o: _percent(o.green_share_bp),
    Filter.GATE: lambda q, i, o: q.setting.gate(o.place, o.device_id) or "",
    Filter.CURRENCY: lambda q, i, o: o.price.asset.code,
    Filter.PRICE_CAP: lambda q, i, o: _money(_net(q, i, o)),
}

_ASKS: Mapping[Filter, Callable[[Query, int], str]] = {
    Filter.DEVICE: lambda q, i: q.request(i).name or "",
    Filter.MEMORY: lambda q, i: _span(q.request(i).memory_mib, _mib),
    Filter.COUNT: lambda q, i: _span(
        Range(q.request(i).milli_min, q.request(i).milli_max), _devices
    ),
    Filter.CPUS: lambda q, i: _span(q.demand.cpus),
    Filter.HOST_MEMORY: lambda q, i: _span(q.demand.host_memory_mib, _mib),
    Filter.DISK: lambda q, i: _mib(q.demand.disk_mib_min) or "",
    Filter.ISOLATION: lambda q, i: Isolation(q.demand.isolation).value,
    Filter.LEASE_KIND: _kind_asked,
    Filter.RATING: lambda q, i: f"{_p(q.demand.rating_mflops_min)} {q.demand.rating_precision}",
    Filter.REGION: lambda q, i: ", ".join(q.demand.regions),
    Filter.JURISDICTION: lambda q, i: ", ".join(q.demand.jurisdictions),
    Filter.LATENCY: lambda q, i: _decimal(q.demand.latency_ms_max, "ms") or "",
    Filter.GREEN: lambda q, i: _percent(q.demand.green_share_bp_min) or "",
    Filter.PRICE_CAP: lambda q, i: str(q.demand.price_cap),
}
