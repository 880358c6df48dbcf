"""Whose a thing is that somebody names by its id or number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Resource
from entrepot.kernel import ids

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork

_NAME = re.compile(r"(?P<prefix>[A-Z]{1,4})-[0-9A-Z-]{4,}\Z")
_SHARED = frozenset({ids.OFFER, ids.POOL, ids.AUCTION_CALL})
"""Kinds of the catalogue, which belong to nobody."""

Find = Callable[["UnitOfWork", str], object]

_FIND: Mapping[str, Find] = {
    ids.FIRM: lambda uow, name: uow.registry.firm(name),
    ids.QUOTE: lambda uow, name: uow.deals.quote(name),
    ids.LEASE: lambda uow, name: uow.deals.lease(name),
    ids.JOB: lambda uow, name: uow.deals.job(name),
    ids.INVOICE: lambda uow, name: _paper(uow, name),
    ids.CREDIT_NOTE: lambda uow, name: _paper(uow, name),
    ids.CLAIM: lambda uow, name: uow.claims.find(name),
    ids.BATCH: lambda uow, name: uow.settlements.batch(name),
    ids.PROPOSAL: lambda uow, name: uow.four_eyes.proposal(name),
    ids.USER_CONTRACT: lambda uow, name: uow.contracts.user(name),
    ids.PURCHASE_CONTRACT: lambda uow, name: uow.contracts.purchase(name),
    ids.MANIFEST: lambda uow, name: uow.gate_records.manifest(name),
    ids.MIX_CHECK: lambda uow, name: uow.gate_records.mix_check(name),
    ids.ISOLATION: lambda uow, name: uow.gate_records.isolation(name),
    ids.AGENT: lambda uow, name: uow.agents.agent(name),
    ids.INSTRUMENT: lambda uow, name: _instrument(uow, name),
    ids.TASK: lambda uow, name: _duty(uow, name),
    ids.AUCTION_ORDER: lambda uow, name: uow.market.order(name),
    ids.AUCTION_ASK: lambda uow, name: uow.market.order(name),
    ids.PROJECT: lambda uow, name: uow.links.project(name),
    ids.BUDGET: lambda uow, name: uow.budgets.find(name),
}


def is_name(word: str) -> bool:
    """Say whether a word has the form of an id or of a number of a paper.

    >>> is_name("L-01M801FDR6FBVVY34TPESRWDY2"), is_name("HK-2026-000001"), is_name("H100:1")
    (True, True, False)
    """
    return _NAME.match(word) is not None


def owner_of(uow: UnitOfWork, noun: str, name: str) -> Resource | None:
    """Return a named thing with those whose it is.

    Args:
        uow: a view of everything, since the owner is asked for before the right is known.
        noun: of the action that is meant: ``invoice``.
        name: id, or number of a paper.

    Returns:
        The thing; None for what belongs to nobody. What does not exist, or is of a kind that has
        no owner but the house, is the house's: a stranger learns nothing from the difference.
    """
    match = _NAME.match(name)
    if match is None or match["prefix"] in _SHARED:
        return None
    found = _FIND.get(match["prefix"], _paper)(uow, name)
    if found is None:
        return Resource(noun, name)
    if match["prefix"] == ids.FIRM:
        return Resource(noun, name, firm_id=name)
    return Resource(
        noun,
        name,
        firm_id=_text(found, "firm_id"),
        centre_id=_text(found, "centre_id"),
        programme=_text(found, "programme"),
        proposer=_text(found, "applied_by") or _text(found, "proposed_by"),
    )


def _paper(uow: UnitOfWork, name: str) -> object:
    book = uow.receivables
    return uow.deals.invoice(name) or book.month(name) or book.credit(name)


def _instrument(uow: UnitOfWork, name: str) -> object:
    firms = uow.registry.firms()
    found = (one for firm in firms for one in uow.registry.instruments(firm.id) if one.id == name)
    return next(found, None)


def _duty(uow: UnitOfWork, name: str) -> object:
    return next((one for one in uow.deals.tasks() if one.id == name), None)


def _text(found: object, name: str) -> str:
    return str(getattr(found, name, "") or "")
