"""Net prices over columns: the cheapest first, pricing few offers, and the cap as ranks.

Rows of one group, and of places and devices that share bounds, are a *class*: in it the row order
is the order of prices, so the bounds of its next row hold for all that follow.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from entrepot.domain.catalogue.columns import Bools, Columns, Group, Ints
from entrepot.domain.catalogue.model import Candidate
from entrepot.domain.catalogue.net import RankedNet
from entrepot.domain.catalogue.query import Query, candidate, gross, gross_of, take


def ranked_net(
    columns: Columns, query: Query, index: int, net: RankedNet, found: Ints
) -> Iterator[Candidate]:
    """Yield candidates by net price, pricing only rows whose lower bound comes first.

    A heap holds, for each class, the lower bound of its next row, and the priced rows. When a
    priced row is on top, every row not priced yet costs more; at equal figures bounds come first.

    Args:
        columns, query, index: what is searched.
        net: the net price.
        found: rows that pass every filter, rising.
    """
    rows_of, keys = _classes(columns, net, found)
    ahead = [0] * len(rows_of)
    heap: list[tuple[Fraction, int, str, int, Candidate | None]] = []

    def push(number: int) -> None:
        if ahead[number] < len(rows_of[number]):
            row = int(rows_of[number][ahead[number]])
            bound = _low(columns, query, index, net, keys[number], row)
            heapq.heappush(heap, (bound, 0, "", number, None))

    for number in range(len(rows_of)):
        push(number)
    while heap:
        _figure, _kind, _id, number, priced = heapq.heappop(heap)
        if priced is not None:
            yield priced
            continue
        row = int(rows_of[number][ahead[number]])
        ahead[number] += 1
        made = candidate(query, index, columns.offers[row])
        assert made is not None, "the currency filter removed offers without a rate"
        heapq.heappush(heap, (made.net_minor, 1, made.offer.id, number, made))
        push(number)


def _low(
    columns: Columns, query: Query, index: int, net: RankedNet, key: Hashable, row: int
) -> Fraction:
    offer = columns.offers[row]
    milli = take(query.request(index), offer.devices_per_instance, offer.share_milli)
    whole = gross(query, offer, milli)
    assert whole is not None, "the currency filter removed offers without a rate"
    return net.bounds(key, offer.price.asset.code, milli, whole)[0]


def _classes(columns: Columns, net: RankedNet, found: Ints) -> tuple[list[Ints], list[Hashable]]:
    """Split rows into classes, each in row order, with the key of each class."""
    if not len(found):
        return [], []
    keys, labels = _labels(columns, net, columns.ints["pair"][found])
    mixed = columns.group_id[found] * len(keys) + labels
    if len(keys) > 1:
        order = np.argsort(mixed, kind="stable")
        found, mixed = found[order], mixed[order]
    bounds = np.flatnonzero(np.diff(mixed)) + 1
    parts = np.split(found, bounds)
    firsts = [0, *bounds.tolist()]
    return parts, [keys[int(mixed[first]) % len(keys)] for first in firsts]


def _labels(columns: Columns, net: RankedNet, pairs: Ints) -> tuple[list[Hashable], Ints]:
    """Return the keys of offers alike, and for each row the place of its key."""
    present = np.bincount(pairs, minlength=len(columns.pairs)).nonzero()[0]
    place_of: dict[Hashable, int] = {}
    label = np.zeros(len(columns.pairs), dtype=np.int64)
    for code in present.tolist():
        label[code] = place_of.setdefault(net.alike(*columns.pairs[code]), len(place_of))
    return list(place_of), label[pairs]


def net_cap(
    columns: Columns,
    query: Query,
    index: int,
    net: RankedNet,
    rows: slice[int, int, int],
    alive: Bools,
) -> Bools:
    """Return which rows cost at most the cap: by rank where the bounds decide, else priced.

    Args:
        columns, query, index, net: what is searched.
        rows: slice of rows.
        alive: bool[rows], rows whose answer matters.
    """
    cap = query.demand.price_cap
    if cap is None:
        return alive
    keys, labels = _labels(columns, net, columns.ints["pair"][rows])
    groups = list(columns.groups_in(rows.start, rows.stop))
    limits = _Limits(columns, query, index, net, keys)
    sure = np.array([[limits.of(g, k)[0] for k in range(len(keys))] for _, g in groups])
    never = np.array([[limits.of(g, k)[1] for k in range(len(keys))] for _, g in groups])
    where = (columns.group_id[rows] - groups[0][0], labels)
    rank = columns.rank[rows]
    passed: Bools = rank < sure[where]
    for row in np.flatnonzero(alive & ~passed & (rank < never[where])).tolist():
        priced = candidate(query, index, columns.offers[rows.start + row])
        passed[row] = priced is None or priced.net_minor <= cap.minor
    return passed


class _Limits:
    """How many of an asset's prices surely pass the cap, and from which on none does."""

    def __init__(
        self, columns: Columns, query: Query, index: int, net: RankedNet, keys: Sequence[Hashable]
    ) -> None:
        self._columns, self._query, self._index = columns, query, index
        self._net, self._keys = net, keys

    def of(self, group: Group, place: int) -> tuple[int, int]:
        """Return (ranks that pass, ranks that may pass) for a group and the key at a place."""
        request = self._query.request(self._index)
        milli = take(request, group.devices_per_instance, group.share_milli)
        # Alternatives that take as much share their limits, and there may be many of them.
        named = (id(self._columns), group.asset, milli, self._keys[place])
        if named not in self._query.memo:
            self._query.memo[named] = self._find(group.asset, milli, place)
        return self._query.memo[named]

    def _find(self, asset: str, milli: int, place: int) -> tuple[int, int]:
        prices, cap = self._columns.prices[asset], self._query.demand.price_cap
        if cap is None or asset not in self._query.rates:
            return len(prices), len(prices)

        def above(side: int, price: Fraction) -> bool:
            whole = gross_of(self._query, asset, price, milli)
            bound = self._net.bounds(self._keys[place], asset, milli, whole)[side]
            return bound > cap.minor

        sure = bisect_left(prices, True, key=lambda price: above(1, price))
        return sure, bisect_left(prices, True, lo=sure, key=lambda price: above(0, price))
