"""Counting imported list prices that a job cannot lease anyway, without reading each in full.

A job asks for what can be leased. An imported price can fail three filters only, the first three:
another device, not valid on the day, a list price. So prices alike in device and days share one
verdict, and a quote needs one judgement a group. The counts are the same as if every price had
been judged; a test holds this.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.filters import ORDER, Filter
from entrepot.domain.catalogue.model import Demand, Offer, OfferKind, Setting
from entrepot.domain.catalogue.query import make_query
from entrepot.domain.catalogue.search import SearchResult, furthest
from entrepot.kernel.money import HKD, UnitPrice
from entrepot.services.offer_table import newest_ids

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork

Alike = tuple[str, str, str | None, str | None]
"""Device id, device name, first day, end day: all that the three filters look at."""


def with_imports(
    found: SearchResult, uow: UnitOfWork, demand: Demand, setting: Setting
) -> SearchResult:
    """Add the imported list prices to the counts of a search that left them aside.

    Args:
        found: search over every other offer.
        uow: view of the registry.
        demand, setting: as searched; the demand takes no list prices.
    """
    counts = Counter(dict(found.removed))
    groups = _groups(uow)
    query = make_query(demand, setting)
    for alike, count in groups.items():
        counts[ORDER[furthest(query, _one_of(alike))]] += count
    removed: dict[Filter, int] = {name: counts[name] for name in ORDER if counts[name]}
    return replace(found, removed=removed, total=found.total + groups.total())


def _groups(uow: UnitOfWork) -> Counter[Alike]:
    heads = dict(uow.registry.market_heads())
    return Counter(heads[name] for name in newest_ids(heads))


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
