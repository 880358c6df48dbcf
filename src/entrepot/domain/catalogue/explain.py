"""Why: the verdict on every offer, with the one reason that counts and all that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.judge import PASSED, failing, stage
from entrepot.domain.catalogue.model import Candidate, Demand, Offer, Setting
from entrepot.domain.catalogue.query import Query, candidate
from entrepot.domain.catalogue.reasons import Reason, reason_for
from entrepot.domain.catalogue.search import judged_parts, settled_query
from entrepot.domain.catalogue.table import OfferTable


@dataclass(frozen=True, slots=True)
class OfferVerdict:
    """What the search says of one offer.

    Attributes:
        offer: the offer.
        candidate: its price for the job, when it serves the demand.
        alternative: the alternative at which it came furthest.
        removed_by: the one filter that counts as its reason; None for a candidate.
        failing: every filter that it fails there, in order.
        reason: the sentence for ``removed_by``.
    """

    offer: Offer
    candidate: Candidate | None
    alternative: int
    removed_by: Filter | None
    failing: tuple[Filter, ...]
    reason: Reason | None


def verdicts(offers: OfferTable, demand: Demand, setting: Setting) -> Iterator[OfferVerdict]:
    """Yield the verdict on every offer of the table, in the table's order.

    Args:
        offers, demand, setting: as for the search.
    """
    query = settled_query(judged_parts(offers), demand, setting)
    for offer in offers:
        yield verdict(query, offer)


def verdict(query: Query, offer: Offer) -> OfferVerdict:
    """Judge one offer and say why."""
    indexes = range(len(query.demand.alternatives))
    stages = [stage(query, index, offer) for index in indexes]
    if max(stages) == PASSED:
        prices = [candidate(query, i, offer) for i in indexes if stages[i] == PASSED]
        best = min((c for c in prices if c is not None), key=lambda c: c.order)
        return OfferVerdict(offer, best, best.alternative, None, (), None)
    index = stages.index(max(stages))
    fails = failing(query, index, offer)
    return OfferVerdict(
        offer, None, index, fails[0], fails, reason_for(query, index, offer, fails[0])
    )


def reason(query: Query, offer: Offer, translate: Callable[[str], str] = str) -> str:
    """Say in one sentence why ``offer`` is no candidate; empty when it is one."""
    found = verdict(query, offer).reason
    return "" if found is None else found.render(translate)
