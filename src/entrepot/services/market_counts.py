"""Imported list prices beside a search that can lease none of them, few of them read in full.

A job asks for what can be leased. An imported price can fail three filters first, the first three:
another device, not valid on the day, a list price. So prices alike in device and days share one
verdict, and a quote needs one judgement a group. The counts are the same as if every price had
been judged, and only the prices of a device that was asked for can be near to what was asked;
tests hold both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.filters import ORDER, Filter
from entrepot.domain.catalogue.model import Demand, Offer, OfferKind, Setting
from entrepot.domain.catalogue.query import make_query
from entrepot.domain.catalogue.search import SearchResult, furthest
from entrepot.kernel.money import HKD, UnitPrice
from entrepot.services.offer_table import imported, newest_ids

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

Alike = tuple[str, str, str | None, str | None]
"""Device id, device name, first day, end day: all that the three filters look at."""


@dataclass(frozen=True, slots=True)
class Imports:
    """Imported list prices, of each the newest, by the filter that removes them.

    Attributes:
        removed: filter → how many.
        near: ids of those that nothing but being a list price need keep out.
        far: ids of the others.
    """

    removed: Counter[Filter]
    near: tuple[str, ...]
    far: tuple[str, ...]

    def beside(self, found: SearchResult) -> SearchResult:
        """Add the imported prices to the counts of a search that left them aside."""
        counts = Counter(dict(found.removed)) + self.removed
        removed: dict[Filter, int] = {name: counts[name] for name in ORDER if counts[name]}
        return replace(found, removed=removed, total=found.total + self.removed.total())

    def offers(self, app: App, uow: UnitOfWork, ids: tuple[str, ...]) -> list[Offer]:
        """Read some of them in full, in order of id."""
        return [imported(app, *row) for row in uow.registry.market_offers(ids)] if ids else []


def imports_of(uow: UnitOfWork, demand: Demand, setting: Setting) -> Imports:
    """Judge the imported list prices by groups.

    Args:
        uow: view of the registry.
        demand, setting: as searched; the demand takes no list prices.
    """
    heads = dict(uow.registry.market_heads())
    newest = newest_ids(heads)
    groups = Counter(heads[name] for name in newest)
    query = make_query(demand, setting)
    verdict = {alike: ORDER[furthest(query, _one_of(alike))] for alike in groups}
    removed: Counter[Filter] = Counter()
    for alike, count in groups.items():
        removed[verdict[alike]] += count
    near = tuple(name for name in newest if verdict[heads[name]] is Filter.KIND)
    far = tuple(name for name in newest if verdict[heads[name]] is not Filter.KIND)
    return Imports(removed, near, far)


def _one_of(alike: Alike) -> Offer:
    """Return an offer that stands for all alike; its price is never looked at."""
    device_id, device_name, from_day, to_day = alike
    return Offer(
        id="",
        provider="",
        device_id=device_id,
        device_name=device_name,
        region="",
        price=UnitPrice(Fraction(0), HKD),
        kind=OfferKind.INDICATIVE,
        valid_from=date.fromisoformat(from_day) if from_day else None,
        valid_to=date.fromisoformat(to_day) if to_day else None,
    )
