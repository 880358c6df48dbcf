"""Relaxations: the smallest step of one wish that would let more offers in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from entrepot.domain.catalogue.filters import ORDER, RELAXABLE, Filter
from entrepot.domain.catalogue.judge import lone_failure
from entrepot.domain.catalogue.model import Demand, Offer, Setting
from entrepot.domain.catalogue.query import Query
from entrepot.domain.catalogue.reasons import Distance, Reason, distance, relaxed_to
from entrepot.domain.catalogue.search import Judged, judged_parts, settled_query
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.text import N_

_STEP = N_("{step} (offers gained: {gain})")
_STEP_AND_ALL = N_("{step} (offers gained: {gain}; without this wish: {all})")


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What giving up or easing one filter alone would admit.

    Attributes:
        filter: the filter.
        admits: offers that fail this filter and no other.
        nearest: what to ask instead, the smallest step that admits an offer.
        nearest_admits: offers that this step admits.
    """

    filter: Filter
    admits: int
    nearest: Reason
    nearest_admits: int

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the step as a sentence in the language of ``translate``."""
        step = self.nearest.render(translate)
        template = _STEP if self.nearest_admits == self.admits else _STEP_AND_ALL
        return translate(template).format(step=step, gain=self.nearest_admits, all=self.admits)


def relaxations(offers: OfferTable, demand: Demand, setting: Setting) -> tuple[Relaxation, ...]:
    """Say which single relaxation would admit how many offers, the most first.

    An offer counts for the filter that it fails alone, for its best alternative. Law, dates and
    exchange rates are never relaxed.
    """
    parts = judged_parts(offers)
    query = settled_query(parts, demand, setting)
    lone: dict[Filter, dict[str, tuple[int, Offer]]] = {}
    for part in parts:
        for name, index, offer in lone_failures(part, query):
            lone.setdefault(name, {}).setdefault(offer.id, (index, offer))
    found = [_relaxation(query, name, list(rows.values())) for name, rows in lone.items()]
    return tuple(sorted(found, key=lambda r: (-r.admits, ORDER.index(r.filter))))


def lone_failures(part: Judged, query: Query) -> Iterator[tuple[Filter, int, Offer]]:
    """Yield the offers that fail one relaxable filter alone, with the alternative where they do.

    An offer that is a candidate already, or that only a preferred alternative keeps out, is left
    out; of two alternatives the earlier counts.
    """
    for offer in part.nearly(query):
        found = _lone(query, offer)
        if found is not None:
            yield *found, offer


def _lone(query: Query, offer: Offer) -> tuple[Filter, int] | None:
    """Return the first filter that ``offer`` fails alone; None also when it passes somewhere."""
    first: tuple[Filter, int] | None = None
    for index in range(len(query.demand.alternatives)):
        fails, name = lone_failure(query, index, offer)
        if fails == 0:
            return None
        if first is None and name is not None and name in RELAXABLE:
            first = (name, index)
    return first


def _relaxation(query: Query, name: Filter, rows: list[tuple[int, Offer]]) -> Relaxation:
    near = {offer.id: distance(query, index, offer, name) for index, offer in rows}
    nearest = _nearest([far for far in near.values() if far is not None])
    admitted = [(index, offer) for index, offer in rows if near[offer.id] == nearest]
    if nearest is None:
        # Nothing is stated that could be asked for instead: the wish can only be dropped.
        admitted = rows
    index, offer = min(admitted, key=lambda row: row[1].id)
    step = relaxed_to(query, index, offer, name, nearest)
    return Relaxation(name, len(rows), step, len(admitted))


def _nearest(stated: Sequence[Fraction | int | str]) -> Distance:
    """Return the smallest number, or the most frequent word; None when nothing is stated."""
    words = Counter(far for far in stated if isinstance(far, str))
    if words:
        return min(words, key=lambda word: (-words[word], word))
    return min((far for far in stated if not isinstance(far, str)), default=None)
