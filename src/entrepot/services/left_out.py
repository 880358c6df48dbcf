"""A search over every offer known, and why the others were left out, told only when asked.

Imported list prices may be very many. Where the demand takes none of them they are counted, and
read in full only if they are listed or may be near to what was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.explain import verdict
from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.model import Demand, Offer, Setting
from entrepot.domain.catalogue.reasons import Reason
from entrepot.domain.catalogue.relax import Relaxation, relaxations
from entrepot.domain.catalogue.search import SearchResult, judged_parts, search_in, settled_query
from entrepot.domain.catalogue.table import OfferTable
from entrepot.services.market_counts import Imports, imports_of
from entrepot.services.offer_table import offer_table

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

READ_AT_ONCE = 1_000
"""Imported prices read together while a list of offers left out is filled."""


@dataclass(frozen=True, slots=True)
class Removed:
    """An offer that is no candidate.

    Attributes:
        offer: the offer.
        filter: the one filter that counts as its reason.
        failing: every filter that it fails.
        reason: the sentence for ``filter``.
    """

    offer: Offer
    filter: Filter
    failing: tuple[Filter, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Look:
    """A search with what is needed to explain it.

    Attributes:
        app, uow: the exchange, and the view that was searched.
        demand, setting: what was asked.
        table: the offers that were judged one by one.
        found: candidates, and counts over every offer.
        imports: list prices that were only counted; None = they are in the table.
    """

    app: App
    uow: UnitOfWork
    demand: Demand
    setting: Setting
    table: OfferTable
    found: SearchResult
    imports: Imports | None

    def removed(self, limit: int | None = None) -> tuple[Removed, ...]:
        """Return offers that are no candidates, posted and public ones first.

        Args:
            limit: most of them; None = all.
        """
        query = settled_query(judged_parts(self.table), self.demand, self.setting)
        judged = (verdict(query, offer) for offer in chain(self.table, self._imported()))
        found = (
            Removed(item.offer, item.removed_by, item.failing, item.reason)
            for item in judged
            if item.removed_by is not None and item.reason is not None
        )
        return tuple(islice(found, limit))

    def relaxations(self) -> tuple[Relaxation, ...]:
        """Say which wish given up would admit the most offers."""
        table = self.table
        if self.imports is not None and self.imports.near:
            near = self.imports.offers(self.app, self.uow, self.imports.near)
            table = OfferTable(chain(table, near))
        return relaxations(table, self.demand, self.setting)

    def _imported(self) -> Iterator[Offer]:
        if self.imports is None:
            return
        ids = (*self.imports.near, *self.imports.far)
        for begin in range(0, len(ids), READ_AT_ONCE):
            part = ids[begin : begin + READ_AT_ONCE]
            yield from self.imports.offers(self.app, self.uow, part)


def look(
    app: App, uow: UnitOfWork, demand: Demand, setting: Setting, limit: int | None = None
) -> Look:
    """Search every offer.

    Args:
        app: the exchange.
        uow: view of the registry, open while the answer is explained.
        demand, setting: what is asked, and what is known.
        limit: most candidates; None = all.
    """
    if demand.indicative_ok:
        table = offer_table(app, uow)
        found = search_in(table, demand, setting, limit)
        return Look(app, uow, demand, setting, table, found, None)
    table = offer_table(app, uow, imports=False)
    imports = imports_of(uow, demand, setting)
    found = imports.beside(search_in(table, demand, setting, limit))
    return Look(app, uow, demand, setting, table, found, imports)


def devices_by_place(offers: Iterable[Offer]) -> dict[str, set[str]]:
    """Return centre → devices on offer there."""
    found: dict[str, set[str]] = {}
    for offer in offers:
        if offer.centre_id is not None:
            found.setdefault(offer.centre_id, set()).add(offer.device_id)
    return found
