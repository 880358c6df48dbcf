"""Contracts: draft, sign and end them, and bind each lease to its two sides, back to back.

A firm that has signed nothing stands under a contract of the house: prepaid, an invoice a job. A
centre that has signed nothing sells at its list price, paid by the next settlement. Both are made
at the first lease, so that every lease has a contract on each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts import agreement as a
from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Refused
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.contract_records import (
    Contract,
    drafted,
    found_contract,
    keep_contract,
    terms_of,
)
from entrepot.services.credit_line import adjust_line
from entrepot.services.firms import the_firm
from entrepot.services.plans import the_plan
from entrepot.services.ports_contracts import Member, PurchaseContract, UserContract
from entrepot.services.settle_records import the_centre

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

HOUSE = "house"
"""Who signs the contracts that nobody had to sign."""


def draft_contract(app: App, terms: a.UserTerms | a.PurchaseTerms, key: str) -> Contract:
    """Keep a contract as a draft; it binds nobody before it is signed.

    Args:
        app: the exchange; its actor drafts.
        terms: of either side.
        key: idempotency key.

    Raises:
        NotFound: no such firm, centre or price plan.
    """
    now = app.clock.now()
    user = isinstance(terms, a.UserTerms)
    if isinstance(terms, a.UserTerms):
        the_firm(app, terms.firm)
        if terms.plan is not None:
            the_plan(app, terms.plan)
    else:
        the_centre(app, terms.centre)
    made_id = app.ids.new(ids.USER_CONTRACT if user else ids.PURCHASE_CONTRACT)

    def action(uow: UnitOfWork) -> dict[str, object]:
        keep_contract(uow, drafted(made_id, terms, app.actor, now))
        return {"contract_id": made_id}

    body = {"terms": to_plain(terms)}
    answer = app.store.command(app.actor, "contract.draft", key, body, now, action)
    return the_contract(app, str(answer["contract_id"]))


def sign_contract(app: App, contract_id: str, reference: str, key: str) -> Contract:
    """Sign a draft: its terms are in force from its first day and never change.

    The contract of the house that stood before ends on that day. A credit line is granted by two
    persons: who drafted it does not sign it.

    Args:
        app: the exchange; its actor signs.
        contract_id: ``UC-…`` or ``PC-…``.
        reference: of the signed paper.
        key: idempotency key.

    Raises:
        NotFound: no such contract.
        Conflict: no draft, or another signed contract covers some of its days.
        Refused: a credit line drafted by the same person.
    """
    now = app.clock.now()
    the_contract(app, contract_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = found_contract(uow, contract_id)
        _see_two_persons(found, app.actor)
        _see_free_days(uow, found)
        signed = a.terms_digest(terms_of(found))
        if not uow.contracts.sign(contract_id, app.actor, now, reference, signed):
            raise _not_a_draft(contract_id)
        if isinstance(found, UserContract):
            adjust_line(app, uow, found.firm_id, f"contract:{contract_id}")
        return {"contract_id": contract_id, "digest": signed}

    body: dict[str, object] = {"contract_id": contract_id, "reference": reference}
    app.store.command(app.actor, "contract.sign", key, body, now, action)
    return the_contract(app, contract_id)


def end_contract(app: App, contract_id: str, key: str) -> Contract:
    """End a contract as of today, or drop a draft; what was done under it stays.

    Raises:
        NotFound: no such contract.
        Conflict: it has ended already.
    """
    now = app.clock.now()
    the_contract(app, contract_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        day = local_day(now).isoformat()
        if not uow.contracts.end(contract_id, day):
            raise Conflict(
                "contract.ended",
                N_("Contract {id} has ended already."),
                hint=N_("See: entrepot contracts show {id}"),
                id=contract_id,
            )
        found = found_contract(uow, contract_id)
        if isinstance(found, UserContract):
            adjust_line(app, uow, found.firm_id, f"contract:{contract_id}:end")
        return {"contract_id": contract_id, "ended_on": day}

    body: dict[str, object] = {"contract_id": contract_id}
    app.store.command(app.actor, "contract.end", key, body, now, action)
    return the_contract(app, contract_id)


def the_contract(app: App, contract_id: str) -> Contract:
    """Return a contract of either side.

    Raises:
        NotFound: no such contract.
    """
    with app.store.reading() as uow:
        return found_contract(uow, contract_id)


def all_contracts(app: App) -> tuple[list[UserContract], list[PurchaseContract]]:
    """Return all user contracts and all purchase contracts in order of id."""
    with app.store.reading() as uow:
        return uow.contracts.users(), uow.contracts.purchases()


def bind_lease(app: App, uow: UnitOfWork, lease: r.Lease, now: int) -> Member:
    """Bind a lease to the contracts of its firm and its centre.

    Raises:
        Refused: a side has signed contracts before, and none of them covers today.
    """
    user, purchase = contracts_on(app, uow, (lease.firm_id, lease.centre_id), now)
    member = Member(lease.id, user.id, purchase.id, user.terms, now)
    uow.contracts.bind(member)
    return member


def contracts_on(
    app: App, uow: UnitOfWork, sides: tuple[str, str], now: int
) -> tuple[UserContract, PurchaseContract]:
    """Return the contracts of a firm and of a centre that are in force now.

    Raises:
        Refused: a side has signed contracts before, and none of them covers today.
    """
    day = local_day(now)
    user = user_contract_on(app, uow, sides[0], day, now)
    return user, _purchase_on(app, uow, sides[1], day, now)


def see_contract(uow: UnitOfWork, party: str, now: int) -> None:
    """Refuse a firm or a centre without a contract that could be in force now.

    Raises:
        Refused: it has signed contracts before, and none of them covers today.
    """
    day = local_day(now)
    sides: tuple[Sequence[Contract], ...] = (
        uow.contracts.users(party),
        uow.contracts.purchases(party),
    )
    for known in sides:
        if _covering(known, day) is None:
            _see_none_begun(known, party, day)


def user_contract_on(app: App, uow: UnitOfWork, firm_id: str, day: date, now: int) -> UserContract:
    """Return the contract of a firm that covers a day; that of the house is made if need be.

    Raises:
        Refused: the firm has signed contracts before, and none of them covers the day.
    """
    known = uow.contracts.users(firm_id)
    found = cast("UserContract | None", _covering(known, day))
    if found is None:
        _see_none_begun(known, firm_id, day)
        terms = a.UserTerms(
            firm_id,
            app.settings.branch,
            "HKD",
            a.Terms.PREPAID,
            0,
            0,
            a.Billing.PER_JOB,
            None,
            day.isoformat(),
            None,
        )
        found = _standing(app, uow, app.ids.new(ids.USER_CONTRACT), terms, now)
    assert isinstance(found, UserContract)
    return found


def _purchase_on(
    app: App, uow: UnitOfWork, centre_id: str, day: date, now: int
) -> PurchaseContract:
    known = uow.contracts.purchases(centre_id)
    found = cast("PurchaseContract | None", _covering(known, day))
    if found is None:
        _see_none_begun(known, centre_id, day)
        terms = a.PurchaseTerms(centre_id, app.settings.branch, "CNH", 0, (), day.isoformat(), None)
        found = _standing(app, uow, app.ids.new(ids.PURCHASE_CONTRACT), terms, now)
    assert isinstance(found, PurchaseContract)
    return found


def _covering(known: Sequence[Contract], day: date) -> Contract | None:
    """Return the active contract of a day: a signed one before that of the house."""
    active = [one for one in known if one.state == "active" and _holds(one, day)]
    return min(active, key=lambda one: one.standing, default=None)


def _holds(contract: Contract, day: date) -> bool:
    return a.covers(contract.from_day, a.last_day(contract.to_day, contract.ended_on), day)


def _see_none_begun(known: Sequence[Contract], party: str, day: date) -> None:
    begun = [one for one in known if one.signed_by is not None]
    if any(one.from_day <= day.isoformat() for one in begun):
        raise Refused(
            "contract.none",
            N_("No contract with {party} is in force today."),
            hint=N_("Draft and sign one: entrepot contracts new --help"),
            party=party,
        )


def _standing(
    app: App, uow: UnitOfWork, made_id: str, terms: a.UserTerms | a.PurchaseTerms, now: int
) -> Contract:
    draft = drafted(made_id, terms, app.actor, now, standing=True)
    keep_contract(uow, draft)
    uow.contracts.sign(made_id, HOUSE, now, "", a.terms_digest(terms))
    return found_contract(uow, made_id)


def _see_two_persons(contract: Contract, person: str) -> None:
    credit = isinstance(contract, UserContract) and contract.terms == a.Terms.CREDIT
    if credit and person.strip().casefold() == contract.made_by.strip().casefold():
        raise Refused(
            "contract.same_person",
            N_("{person} drafted the credit line of {id}, so another person signs it."),
            hint=N_("Let a second person sign, who acts under a name of their own."),
            person=person,
            id=contract.id,
        )


def _see_free_days(uow: UnitOfWork, contract: Contract) -> None:
    if isinstance(contract, UserContract):
        known: Sequence[Contract] = uow.contracts.users(contract.firm_id)
    else:
        known = uow.contracts.purchases(contract.centre_id)
    signed = [
        (one.from_day, a.last_day(one.to_day, one.ended_on))
        for one in known
        if one.signed_by is not None and not one.standing and one.id != contract.id
    ]
    if a.overlapping(contract.from_day, contract.to_day, [d for d in signed if d[0] != d[1]]):
        raise Conflict(
            "contract.overlap",
            N_("Another signed contract covers some of the days of {id}."),
            hint=N_("End the other one first: entrepot contracts end …"),
            id=contract.id,
        )


def _not_a_draft(contract_id: str) -> Conflict:
    return Conflict(
        "contract.not_draft",
        N_("Contract {id} is no draft any more."),
        hint=N_("See: entrepot contracts show {id}"),
        id=contract_id,
    )
