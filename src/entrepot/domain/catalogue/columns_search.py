"""Counting and ranking over columns; the same answers as ``search.PlainPart``."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from entrepot.domain.catalogue.columns import Bools, Columns, Ints
from entrepot.domain.catalogue.columns_judge import Rows, mask, matching
from entrepot.domain.catalogue.columns_net import ranked_net
from entrepot.domain.catalogue.filters import ORDER, Filter
from entrepot.domain.catalogue.judge import PASSED, asked
from entrepot.domain.catalogue.model import Candidate, Offer
from entrepot.domain.catalogue.net import RankedNet
from entrepot.domain.catalogue.query import Query, candidate

_DEVICE = ORDER.index(Filter.DEVICE)


@dataclass(slots=True)
class ColumnsPart:
    """Offers that are judged by columns."""

    columns: Columns
    _alive: dict[tuple[frozenset[int], int, int], Bools] = field(
        default_factory=dict[tuple[frozenset[int], int, int], Bools]
    )

    def has_candidate(self, query: Query, index: int) -> bool:
        """Say whether any offer passes alternative ``index``."""
        return any(
            self._passing(query, index, rows).any() for rows in matching(self.columns, query, index)
        )

    def count(self, query: Query) -> list[int]:
        """Count offers by stage; the last place counts candidates."""
        counts = [0] * (PASSED + 1)
        counts[_DEVICE] = int(np.count_nonzero(self.columns.here))
        slices = [
            (index, rows)
            for index in range(len(query.demand.alternatives))
            for rows in matching(self.columns, query, index)
        ]
        if _disjoint([rows for _, rows in slices]):
            for index, rows in slices:
                self._count_slice(query, index, rows, counts)
        else:
            self._count_overlapping(query, slices, counts)
        return counts

    def _count_slice(self, query: Query, index: int, rows: Rows, counts: list[int]) -> None:
        """Count one slice that no other alternative touches: the living before less those after."""
        alive = self.columns.here[rows]
        left = int(np.count_nonzero(alive))
        counts[_DEVICE] -= left
        for name in asked(query)[1:]:
            if not left:
                break
            alive = alive & mask(self.columns, query, index, name, rows, alive)
            now = int(np.count_nonzero(alive))
            counts[ORDER.index(name)] += left - now
            left = now
        self._remember(query, index, rows, alive)
        counts[PASSED] += left

    def _count_overlapping(
        self, query: Query, slices: list[tuple[int, Rows]], counts: list[int]
    ) -> None:
        """Count slices that overlap: a row counts at the furthest stage of its alternatives."""
        names = asked(query)[1:]
        furthest = np.zeros(len(self.columns.offers), dtype=np.int8)
        for index, rows in slices:
            alive = self.columns.here[rows]
            passed = alive.view(np.int8).copy()
            for name in names:
                alive = alive & mask(self.columns, query, index, name, rows, alive)
                passed += alive.view(np.int8)
            self._remember(query, index, rows, alive)
            np.maximum(furthest[rows], passed, out=furthest[rows])
        # Place 0 holds rows of no alternative; place p counts rows that passed p − 1 of the names.
        places = [_DEVICE, *(ORDER.index(name) for name in names), PASSED]
        totals = np.bincount(furthest, minlength=len(places)).tolist()
        for place, total in list(zip(places, totals, strict=True))[1:]:
            counts[place] += total
            counts[_DEVICE] -= total

    def ranked(self, query: Query) -> Iterator[Candidate]:
        """Yield candidates in order, pricing only as many as are taken."""
        streams: list[Iterator[Candidate]] = []
        for index in sorted(query.winners):
            for rows in matching(self.columns, query, index):
                found = np.flatnonzero(self._passing(query, index, rows)) + rows.start
                net = query.setting.net
                if isinstance(net, RankedNet):
                    streams.append(ranked_net(self.columns, query, index, net, found))
                elif net is not None:
                    streams.append(iter(self._priced(query, index, found)))
                else:
                    streams.extend(self._groups(query, index, found))
        return heapq.merge(*streams, key=lambda c: c.order)

    def nearly(self, query: Query) -> Iterator[Offer]:
        """Yield the offers that fail at most one filter for some alternative."""
        size = len(self.columns.offers)
        near = np.zeros(size, dtype=np.bool_)
        whole = slice(0, size)
        names = [f for f in asked(query)[1:] if f is not Filter.PREFERENCE]
        for index in range(len(query.demand.alternatives)):
            fails = np.ones(size, dtype=np.int8)
            for rows in matching(self.columns, query, index):
                fails[rows] = 0
            for name in names:
                close = fails <= 1
                fails += ~mask(self.columns, query, index, name, whole, close)
            near |= fails <= 1
        for row in np.flatnonzero(near & self.columns.here).tolist():
            yield self.columns.offers[row]

    def _groups(self, query: Query, index: int, found: Ints) -> Iterator[Iterator[Candidate]]:
        """Split passing rows by group; inside a group row order is price order."""
        if not len(found):
            return
        groups = self.columns.group_id[found]
        bounds = np.flatnonzero(np.diff(groups)) + 1
        for part in np.split(found, bounds):
            yield self._stream(query, index, part)

    def _stream(self, query: Query, index: int, rows: Ints) -> Iterator[Candidate]:
        for row in rows:
            priced = candidate(query, index, self.columns.offers[int(row)])
            assert priced is not None, "the currency filter removed offers without a rate"
            yield priced

    def _priced(self, query: Query, index: int, rows: Ints) -> list[Candidate]:
        """Price all rows: a net price without bounds may order them in any way."""
        return sorted(self._stream(query, index, rows), key=lambda c: c.order)

    def _passing(self, query: Query, index: int, rows: Rows) -> Bools:
        key = (query.winners, index, rows.start)
        if key in self._alive:
            return self._alive[key]
        alive = self.columns.here[rows]
        for name in asked(query)[1:]:
            alive = alive & mask(self.columns, query, index, name, rows, alive)
        self._remember(query, index, rows, alive)
        return alive

    def _remember(self, query: Query, index: int, rows: Rows, alive: Bools) -> None:
        # Counting and ranking need the same masks; a part lives for one demand only, whose
        # queries differ by nothing but their winners.
        self._alive[query.winners, index, rows.start] = alive


def _disjoint(slices: list[Rows]) -> bool:
    ordered = sorted(slices, key=lambda rows: rows.start)
    return all(a.stop <= b.start for a, b in pairwise(ordered))
