"""Search: every offer ends as a candidate, or removed by exactly one filter.

Candidates are ranked by net HKD of the whole job, exact, then by id. With ``any_of`` all
alternatives compete and an offer counts once, at its cheapest; with ``ordered`` the first
alternative that has a candidate wins and offers of later ones are removed by *preference*.
The reason of a removed offer is the filter at which its furthest alternative failed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from entrepot.domain.catalogue.filters import ORDER, Filter
from entrepot.domain.catalogue.judge import PASSED, stage
from entrepot.domain.catalogue.model import Candidate, Demand, Gate, Mode, Net, Offer, Setting
from entrepot.domain.catalogue.query import Query, candidate, make_query
from entrepot.domain.catalogue.table import OfferTable


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        candidates: the best candidates, cheapest first; all of them unless a limit was set.
        feasible: how many candidates there are.
        removed: filter → offers that it removed, in the order of the filters, zeros left out.
        total: offers searched; total = feasible + Σ removed.
    """

    candidates: tuple[Candidate, ...]
    feasible: int
    removed: Mapping[Filter, int]
    total: int

    @property
    def best(self) -> Candidate | None:
        """The cheapest candidate, or None."""
        return self.candidates[0] if self.candidates else None


class Judged(Protocol):
    """Offers of one part of the table, judged: in plain Python or by columns."""

    def has_candidate(self, query: Query, index: int) -> bool:
        """Say whether any offer passes alternative ``index``."""
        ...

    def count(self, query: Query) -> list[int]:
        """Count offers by stage; the last place counts candidates."""
        ...

    def ranked(self, query: Query) -> Iterator[Candidate]:
        """Yield candidates in order; an offer may come once for each alternative."""
        ...

    def nearly(self, query: Query) -> Iterator[Offer]:
        """Yield at least the offers that fail one filter alone for some alternative."""
        ...


def search(
    offers: OfferTable,
    demand: Demand,
    *,
    to_hkd: Mapping[str, Fraction],
    latency_ms: Mapping[str, Fraction | int] | None = None,
    gate: Gate | Mapping[str, str | None] | None = None,
    net: Net | None = None,
    day: date | None = None,
    limit: int | None = None,
) -> SearchResult:
    """Find the offers that serve a demand, cheapest first.

    Args:
        offers: the table.
        demand: what is asked.
        to_hkd: HKD for one unit of each asset.
        latency_ms: place → ms of round trip.
        gate: reason why a place (and device) is closed, None = open; a mapping goes by place, and
            a place that it does not name is closed.
        net: turns gross into net HKD minor units.
        day: day on which prices must hold; None = any.
        limit: most candidates to return; None = all.

    Returns:
        Candidates and how many offers each filter removed.
    """
    setting = make_setting(to_hkd, latency_ms=latency_ms, gate=gate, net=net, day=day)
    return search_in(offers, demand, setting, limit)


def make_setting(
    to_hkd: Mapping[str, Fraction],
    *,
    latency_ms: Mapping[str, Fraction | int] | None = None,
    gate: Gate | Mapping[str, str | None] | None = None,
    net: Net | None = None,
    day: date | None = None,
) -> Setting:
    """Gather the values of a search; see :func:`search` for the arguments."""
    setting = Setting(to_hkd, day, latency_ms or {}, net=net)
    if gate is None:
        return setting
    closed = gate if callable(gate) else _gate_by_place(gate)
    return Setting(to_hkd, day, latency_ms or {}, closed, net)


def _gate_by_place(verdicts: Mapping[str, str | None]) -> Gate:
    return lambda place, device_id: verdicts.get(place, "not decided")


def search_in(
    offers: OfferTable, demand: Demand, setting: Setting, limit: int | None = None
) -> SearchResult:
    """Search with the values of ``setting``; see :func:`search`."""
    parts = judged_parts(offers)
    query = settled_query(parts, demand, setting)
    counts = [0] * (PASSED + 1)
    for part in parts:
        counts = [a + b for a, b in zip(counts, part.count(query), strict=True)]
    streams = [part.ranked(query) for part in parts]
    found = _first_of_each(heapq.merge(*streams, key=lambda c: c.order), limit)
    removed = {name: n for name, n in zip(ORDER, counts, strict=False) if n}
    return SearchResult(tuple(found), counts[PASSED], removed, len(offers))


def cheapest(offers: OfferTable, demand: Demand, setting: Setting) -> Candidate | None:
    """Return the cheapest candidate, or None.

    The counts of :func:`search` are not made; the answer is the same.
    """
    parts = judged_parts(offers)
    query = settled_query(parts, demand, setting)
    firsts = [next(part.ranked(query), None) for part in parts]
    return min((c for c in firsts if c is not None), key=lambda c: c.order, default=None)


def top_k(offers: OfferTable, demand: Demand, setting: Setting, k: int) -> tuple[Candidate, ...]:
    """Return the ``k`` cheapest candidates, in order."""
    return search_in(offers, demand, setting, k).candidates


def judged_parts(offers: OfferTable) -> list[Judged]:
    """Return the parts of the table behind one interface."""
    tiers, beside = offers.parts()
    parts: list[Judged] = [PlainPart(list(beside))]
    if tiers:
        # numpy costs 150 ms to import, and a small table never needs it.
        from entrepot.domain.catalogue.columns_search import ColumnsPart

        parts.extend(ColumnsPart(tier) for tier in tiers)
    return parts


def settled_query(parts: Iterable[Judged], demand: Demand, setting: Setting) -> Query:
    """Make the query; for ``ordered`` keep only the first alternative that has a candidate."""
    query = make_query(demand, setting)
    if demand.mode is Mode.ANY_OF or len(demand.alternatives) == 1:
        return query
    listed = list(parts)
    for index in range(len(demand.alternatives)):
        if any(part.has_candidate(query, index) for part in listed):
            return query.preferring(index)
    return query


@dataclass(frozen=True, slots=True)
class PlainPart:
    """Offers that are judged one by one."""

    offers: list[Offer]

    def has_candidate(self, query: Query, index: int) -> bool:
        """Say whether any offer passes alternative ``index``."""
        return any(stage(query, index, offer) == PASSED for offer in self.offers)

    def count(self, query: Query) -> list[int]:
        """Count offers by stage; the last place counts candidates."""
        counts = [0] * (PASSED + 1)
        for offer in self.offers:
            counts[furthest(query, offer)] += 1
        return counts

    def ranked(self, query: Query) -> Iterator[Candidate]:
        """Yield candidates in order."""
        found: list[Candidate] = []
        for offer in self.offers:
            for index in query.winners:
                priced = (
                    candidate(query, index, offer) if stage(query, index, offer) == PASSED else None
                )
                if priced is not None:
                    found.append(priced)
        return iter(sorted(found, key=lambda c: c.order))

    def nearly(self, query: Query) -> Iterator[Offer]:
        """Yield all offers: few lie in a part like this."""
        return iter(self.offers)


def furthest(query: Query, offer: Offer) -> int:
    """Return the best stage that ``offer`` reaches over all alternatives."""
    return max(stage(query, index, offer) for index in range(len(query.demand.alternatives)))


def _first_of_each(ranked: Iterable[Candidate], limit: int | None) -> Iterator[Candidate]:
    seen: set[str] = set()
    for found in ranked:
        if limit is not None and len(seen) >= limit:
            return
        if found.offer.id not in seen:
            seen.add(found.offer.id)
            yield found
