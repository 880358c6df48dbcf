"""Contracts of either side between their terms and the rows that keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts import agreement as a
from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services.ports_contracts import PurchaseContract, UserContract

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork

Contract = UserContract | PurchaseContract


def drafted(
    made_id: str,
    terms: a.UserTerms | a.PurchaseTerms,
    person: str,
    now: int,
    *,
    standing: bool = False,
) -> Contract:
    """Return a draft of either side; ``standing`` for a contract of the house."""
    life = ("draft", standing, person, now, None, None, "", a.terms_digest(terms), None)
    if isinstance(terms, a.UserTerms):
        sides = (terms.firm, terms.branch, terms.currency, terms.terms.value)
        rest = (terms.limit_minor, terms.payment_days, terms.billing.value, terms.plan)
        return UserContract(made_id, *sides, *rest, terms.from_day, terms.to_day, *life)
    kept = tuple({"device": c.device, "device_hours": c.device_hours} for c in terms.commitments)
    days = (terms.from_day, terms.to_day)
    sides = (terms.centre, terms.branch, terms.currency)
    return PurchaseContract(made_id, *sides, terms.payment_days, kept, *days, *life)


def terms_of(contract: Contract) -> a.UserTerms | a.PurchaseTerms:
    """Return the terms of a kept contract, of which its digest is taken."""
    days = (contract.from_day, contract.to_day)
    if isinstance(contract, UserContract):
        return a.UserTerms(
            contract.firm_id,
            contract.branch,
            contract.currency,
            a.Terms(contract.terms),
            contract.limit_minor,
            contract.payment_days,
            a.Billing(contract.billing),
            contract.plan,
            *days,
        )
    kept = tuple(
        a.Commitment(str(row["device"]), cast(int, row["device_hours"]))
        for row in contract.commitments
    )
    sides = (contract.centre_id, contract.branch, contract.currency)
    return a.PurchaseTerms(*sides, contract.payment_days, kept, *days)


def keep_contract(uow: UnitOfWork, contract: Contract) -> None:
    """Keep a contract of either side."""
    if isinstance(contract, UserContract):
        uow.contracts.add_user(contract)
    else:
        uow.contracts.add_purchase(contract)


def found_contract(uow: UnitOfWork, contract_id: str) -> Contract:
    """Return a contract of either side.

    Raises:
        NotFound: no such contract.
    """
    found = uow.contracts.user(contract_id) or uow.contracts.purchase(contract_id)
    if found is None:
        raise NotFound(
            "contract.unknown",
            N_("There is no contract {id}."),
            hint=N_("List them: entrepot contracts list"),
            id=contract_id[:60],
        )
    return found
