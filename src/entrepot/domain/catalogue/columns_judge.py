"""The filters of ``judge.py`` over columns: one mask a filter and slice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial
from typing import TypeAlias

import numpy as np

from entrepot.domain.catalogue.columns import NO_LIMIT, Bools, Columns, Group, Ints
from entrepot.domain.catalogue.columns_net import net_cap
from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.judge import latency_ok
from entrepot.domain.catalogue.lease_rule import rule_of
from entrepot.domain.catalogue.model import ISOLATION_RANK, Range
from entrepot.domain.catalogue.net import RankedNet
from entrepot.domain.catalogue.query import Query, candidate, region_holds, serves, take
from entrepot.kernel.compute import MILLI

Rows: TypeAlias = "slice[int, int, int]"


def matching(columns: Columns, query: Query, index: int) -> list[Rows]:
    """Return the slices of the devices that alternative ``index`` asks for, neighbours joined."""
    key, name = query.keys[index], query.request(index).name
    joined: list[Rows] = []
    for device_id, device_name, start, end in columns.devices:
        if not serves(key, name, device_id, device_name):
            continue
        if joined and joined[-1].stop == start:
            joined[-1] = slice(joined[-1].start, end)
        else:
            joined.append(slice(start, end))
    return joined


def mask(
    columns: Columns, query: Query, index: int, name: Filter, rows: Rows, alive: Bools
) -> Bools:
    """Return which of ``rows`` pass one filter (other than the device filter).

    Args:
        columns, query: what is judged.
        index: alternative.
        name: the filter.
        rows: slice of rows.
        alive: bool[rows], rows whose answer matters; others may hold anything.
    """
    return _MASKS[name](columns, query, index, rows, alive)


def _within(span: Range, values: Ints) -> Bools:
    least = max(span.least or 0, 0)
    return (values >= least) & (values <= (NO_LIMIT if span.most is None else span.most))


def _by_group(columns: Columns, rows: Rows, value: Callable[[Group], int]) -> tuple[Ints, int]:
    """Give every group in the slice one integer; return them and the first group's number."""
    listed = list(columns.groups_in(rows.start, rows.stop))
    return np.array([value(group) for _, group in listed], dtype=np.int64), listed[0][0]


def _per_row(columns: Columns, rows: Rows, value: Callable[[Group], int]) -> Ints:
    values, first = _by_group(columns, rows, value)
    if len(values) == 1:
        return np.broadcast_to(values, (rows.stop - rows.start,))
    return values[columns.group_id[rows] - first]


def _day(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    day = q.setting.day
    if day is None:
        return alive
    number = day.toordinal()
    return (c.ints["from"][rows] <= number) & (number < c.ints["to"][rows])


def _flag(column: str, wanted: int, c: Columns, q: Query, i: int, r: Rows, alive: Bools) -> Bools:
    return c.ints[column][r] == wanted


def _memory(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    span = q.request(i).memory_mib
    return alive if span.open else _within(span, c.ints["memory"][rows])


def _count(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    request = q.request(i)

    def taken(group: Group) -> int:
        milli = take(request, group.devices_per_instance, group.share_milli)
        return milli if milli <= request.milli_max else NO_LIMIT + 1

    return _per_row(c, rows, taken) <= c.ints["available"][rows]


def _of_instances(c: Columns, q: Query, i: int, rows: Rows, column: str) -> Ints:
    """Scale a quantity of one instance to the lease; a negative "not stated" stays negative."""
    request = q.request(i)

    def milli(group: Group) -> int:
        return take(request, group.devices_per_instance, group.share_milli)

    instance = _per_row(c, rows, lambda group: group.devices_per_instance * MILLI)
    return c.ints[column][rows] * _per_row(c, rows, milli) // instance


def _cpus(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return _within(q.demand.cpus, _of_instances(c, q, i, rows, "vcpus"))


def _host_memory(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return _within(q.demand.host_memory_mib, _of_instances(c, q, i, rows, "host_memory"))


def _disk(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return _of_instances(c, q, i, rows, "disk") >= q.demand.disk_mib_min


def _isolation(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return c.ints["isolation"][rows] <= ISOLATION_RANK[q.demand.isolation]


def _lease_kind(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    kind, request = q.demand.lease_kind, q.request(i)
    if not kind:
        return alive
    # Offers have few rules between them, so each is held against all rows at once.
    milli = _per_row(c, rows, lambda g: take(request, g.devices_per_instance, g.share_milli))
    codes = c.ints["rules"][rows]
    passed = np.zeros(len(codes), dtype=np.bool_)
    for code, rules in enumerate(c.rules):
        rule = rule_of(rules, kind)
        if rule is not None and q.demand.duration_s <= rule.duration_s_max:
            passed |= (codes == code) & (rule.milli_min <= milli) & (milli <= rule.milli_max)
    return passed


def _rating(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    precision, request = q.demand.rating_precision, q.request(i)
    if precision is None:
        return alive
    asked = q.demand.rating_mflops_min * MILLI

    # speed · taken ≥ asked  ⇔  speed ≥ ⌈asked / taken⌉, which cannot overflow.
    def least(group: Group) -> int:
        taken = take(request, group.devices_per_instance, group.share_milli)
        return min(-(-asked // taken), NO_LIMIT)

    return c.rating(precision)[rows] >= _per_row(c, rows, least)


def _listed(allowed: Iterable[bool], codes: Ints) -> Bools:
    return np.array(list(allowed), dtype=np.bool_)[codes]


def _region(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return _listed((region_holds(q.regions, r) for r in c.regions), c.ints["region"][rows])


def _jurisdiction(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    allowed = (place in q.jurisdictions for place in c.jurisdictions)
    return _listed(allowed, c.ints["jurisdiction"][rows])


def _latency(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return _listed((latency_ok(q, place) for place in c.places), c.ints["place"][rows])


def _green(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return c.ints["green"][rows] >= q.demand.green_share_bp_min


def _gate(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    codes = c.ints["pair"][rows]
    # A gate decision is dear: only pairs that a living row needs are asked.
    allowed = np.zeros(len(c.pairs), dtype=np.bool_)
    needed = np.bincount(codes[alive], minlength=len(c.pairs)).nonzero()[0]
    for code in needed.tolist():
        allowed[code] = q.setting.gate(*c.pairs[code]) is None
    return allowed[codes]


def _currency(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return _per_row(c, rows, lambda group: int(group.asset in q.rates)) == 1


def _price_cap(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    net = q.setting.net
    if isinstance(net, RankedNet):
        return net_cap(c, q, i, net, rows, alive)
    if net is not None:
        return _priced_cap(c, q, i, rows, alive)
    limits: dict[tuple[str, int, int], int] = {}

    def limit(group: Group) -> int:
        key = (group.asset, group.devices_per_instance, group.share_milli)
        if key not in limits:
            limits[key] = _rank_limit(c, q, i, group)
        return limits[key]

    return c.rank[rows] < _per_row(c, rows, limit)


def _rank_limit(c: Columns, q: Query, i: int, group: Group) -> int:
    cap, rate = q.demand.price_cap, q.rates.get(group.asset)
    if cap is None or rate is None or rate == 0:
        return NO_LIMIT
    milli = take(q.request(i), group.devices_per_instance, group.share_milli)
    hours = Fraction(q.demand.duration_s * milli, 3600 * MILLI)
    return c.rank_limit(group.asset, cap.minor / (rate * hours))


def _priced_cap(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    cap = q.demand.price_cap
    passed = alive.copy()
    for row in np.flatnonzero(alive):
        priced = candidate(q, i, c.offers[rows.start + int(row)])
        passed[row] = priced is None or cap is None or priced.net_minor <= cap.minor
    return passed


def _preference(c: Columns, q: Query, i: int, rows: Rows, alive: Bools) -> Bools:
    return np.full(rows.stop - rows.start, i in q.winners, dtype=np.bool_)


Mask = Callable[[Columns, Query, int, Rows, Bools], Bools]

_MASKS: Mapping[Filter, Mask] = {
    Filter.DAY: _day,
    Filter.KIND: partial(_flag, "posted", 1),
    Filter.MEMORY: _memory,
    Filter.COUNT: _count,
    Filter.CPUS: _cpus,
    Filter.HOST_MEMORY: _host_memory,
    Filter.DISK: _disk,
    Filter.ISOLATION: _isolation,
    Filter.LEASE_KIND: _lease_kind,
    Filter.RATING: _rating,
    Filter.INTERRUPTIBLE: partial(_flag, "interruptible", 0),
    Filter.REGION: _region,
    Filter.JURISDICTION: _jurisdiction,
    Filter.LATENCY: _latency,
    Filter.GREEN: _green,
    Filter.GATE: _gate,
    Filter.CURRENCY: _currency,
    Filter.PRICE_CAP: _price_cap,
    Filter.PREFERENCE: _preference,
}
