"""The operator's desk: the network at a glance, settlement, second signatures, firms."""

from __future__ import annotations

from collections.abc import Callable

from entrepot.domain.access.model import Grant, Level, Resource, Role
from entrepot.faces.web.listing import listed
from entrepot.faces.web.visit import Answer, Handler, Move, Page, Reply, Visit, absent
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_

CENTRE_LEVEL = "lead"
FUND: Role = "voucher_authority"
HOUSE_ROLES: dict[str, Role] = {"operator": "operator", "auditor": "auditor", FUND: FUND}
"""Roles that two persons give."""


def overview(visit: Visit) -> Answer:
    """Show the centres with their capacity and load, and what waits for somebody."""
    from entrepot.services import four_eyes
    from entrepot.services.public_view import public_centres

    with visit.app.store.reading() as uow:
        free = uow.registry.free_milli()
        pools = uow.registry.pools()
        running = len(uow.deals.leases(("running",)))
        held = len(uow.deals.leases(("held",)))
        firms = len(uow.registry.firms())
        batches = uow.settlements.batches()
    centres = public_centres(visit.app).under_contract
    load = {
        c.id: (
            sum(pool.devices for pool in pools if pool.centre_id == c.id),
            sum(free.get(pool.id, (0, 0))[0] for pool in pools if pool.centre_id == c.id),
        )
        for c in centres
    }
    values = {
        "centres": centres,
        "load": load,
        "running": running,
        "held": held,
        "firms": firms,
        "waiting": len(four_eyes.open_proposals(visit.app)),
        "batches": sum(one.state not in ("settled", "failed") for one in batches),
    }
    return Answer("desk.html", values)


def settlement(visit: Visit) -> Answer:
    """Show the batches, and the open position in RMB."""
    return _settlement(visit, None)


def _settlement(visit: Visit, failed: EntrepotError | None) -> Answer:
    from entrepot.services import four_eyes
    from entrepot.services.exposure import exposure_of

    batches, after = listed(visit, "settlement.read", "batches")
    with visit.app.store.reading() as uow:
        owed = {c.id: uow.settlements.open_invoices(c.id) for c in uow.registry.centres()}
    waiting = four_eyes.open_proposals(visit.app, ("settlement_release",))
    position, why = None, None
    try:
        position = exposure_of(visit.app)
    except EntrepotError as error:  # a rate that is too old leaves the rest of the desk at work
        why = error
    values = {
        "batches": batches,
        "after": after,
        "owed": {c: sum(i.centre_minor for i in bills) for c, bills in owed.items() if bills},
        "waits": {one.proposal.subject: one.proposal for one in waiting},
        "position": position,
        "why": why,
        "failed": failed,
    }
    return Answer("settlement.html", values, failed.http_status if failed else 200)


def pay(visit: Visit) -> Reply:
    """Net what a centre is owed into a batch, and order its payment."""
    from entrepot.services.pay_centre import bank_of, pay_centres

    def act(visit: Visit) -> Reply:
        centre = visit.given("centre")
        visit.require("settlement.make", Resource("settlement"))
        bank = "simulated" if visit.given("bank") == "simulated" else "none"
        pay_centres(visit.app, [centre], bank_of(visit.app, bank), key=visit.key)
        return Move("/desk/settlement", visit.say(N_("The batch was made.")))

    return _guarded(visit, act, _settlement)


def release(visit: Visit) -> Reply:
    """Release a batch: the first signature, or the second where the first is another person's."""
    from entrepot.services.pay_centre import bank_of, release_batches
    from entrepot.services.settle_release import propose_release

    def act(visit: Visit) -> Reply:
        batch_id = visit.names["batch"]
        with visit.app.store.reading() as uow:
            batch = uow.settlements.batch(batch_id)
        if batch is None:
            raise absent()
        resource = Resource("settlement", batch_id, centre_id=batch.centre_id)
        visit.require("settlement.release", resource)
        view = propose_release(visit.app, batch_id)
        if view is not None and view.proposal.proposed_by == visit.app.actor:
            said = visit.say(N_("Signed once; a second person has to sign too."))
            return Move("/desk/settlement", said)
        release_batches(visit.app, [batch_id], bank_of(visit.app, "none"), visit.key)
        return Move("/desk/settlement", visit.say(N_("The batch was released.")))

    return _guarded(visit, act, _settlement)


def approvals(visit: Visit) -> Answer:
    """Show what waits for a second person."""
    return _approvals(visit, None)


def _approvals(visit: Visit, failed: EntrepotError | None) -> Answer:
    from entrepot.services import four_eyes

    views = four_eyes.all_proposals(visit.app)
    values = {
        "open": [one for one in views if one.state == "open"],
        "ended": [one for one in views if one.state != "open"][:50],
        "failed": failed,
    }
    return Answer("approvals.html", values, failed.http_status if failed else 200)


def decide(visit: Visit) -> Reply:
    """Approve or refuse a proposal as the second person."""
    from entrepot.services import four_eyes

    def act(visit: Visit) -> Reply:
        proposal_id = visit.names["proposal"]
        found = four_eyes.the_proposal(visit.app, proposal_id)
        by = found.proposal.proposed_by
        visit.require("approval.decide", Resource("approval", proposal_id, proposer=by))
        if visit.given("do") == "approve":
            four_eyes.approve(visit.app, proposal_id, visit.key)
            return Move("/desk/approvals", visit.say(N_("Approved, and done.")))
        reason = visit.needed("reason", N_("Reason"), 500)
        four_eyes.refuse(visit.app, proposal_id, reason, visit.key)
        return Move("/desk/approvals", visit.say(N_("Refused; nothing was done.")))

    return _guarded(visit, act, _approvals)


def firms(visit: Visit) -> Answer:
    """Show the firms with their balances, the accounts, and the booking of payments."""
    return _firms(visit, None)


def _firms(visit: Visit, failed: EntrepotError | None, **more: object) -> Answer:
    from entrepot.services.identity_accounts import all_accounts

    found, after = listed(visit, "firm.read", "firms")
    with visit.app.store.reading() as uow:
        free = {one.id: uow.ledger.balance(f"prepaid:{one.id}").credit_free for one in found}
        grants = {a.id: uow.accounts.grants_of(a.id) for a in uow.accounts.accounts()}
        centres = uow.registry.centres()
    values: dict[str, object] = {
        "rows": found,
        "free": free,
        "after": after,
        "accounts": all_accounts(visit.app),
        "grants": grants,
        "centres": centres,
        "programmes": visit.app.programmes,
        "house_roles": tuple(HOUSE_ROLES),
        "invited": "",
        "failed": failed,
        **more,
    }
    return Answer("firms.html", values, failed.http_status if failed else 200)


def book(visit: Visit) -> Reply:
    """Book a payment that reached the bank for a firm."""
    from entrepot.kernel.money import parse_amount
    from entrepot.services.register import deposit

    def act(visit: Visit) -> Reply:
        visit.require("payment.book", Resource("payment"))
        amount = parse_amount(visit.needed("amount", N_("Amount"), 40))
        reference = visit.needed("reference", N_("Bank reference"), 80)
        deposit(visit.app, visit.given("firm"), amount, reference, visit.key)
        return Move("/desk/firms", visit.say(N_("Booked {amount}."), amount=str(amount)))

    return _guarded(visit, act, _firms)


def invite(visit: Visit) -> Reply:
    """Invite somebody to act for a centre; the link is on this page and nowhere else."""
    from entrepot.services.identity_invitations import invite as make

    def act(visit: Visit) -> Reply:
        grant = Grant("supplier", "centre", visit.given("centre"), CENTRE_LEVEL)
        text, _link = make(visit.app, grant, visit.given("login"))
        return _firms(visit, None, invited=f"/invitation/{text}")

    return _guarded(visit, act, _firms)


def make_account(visit: Visit) -> Reply:
    """Make an account without any role; the link on this page lets its owner choose a password."""
    from entrepot.services.identity_accounts import create_account
    from entrepot.services.identity_invitations import make_reset

    def act(visit: Visit) -> Reply:
        login = visit.needed("login", N_("E-mail or user name"), 254)
        made = create_account(
            visit.app, login, visit.given("display"), visit.reader.lang, visit.key
        )
        return _firms(visit, None, invited=f"/password/{make_reset(visit.app, made.login)}")

    return _guarded(visit, act, _firms)


def appoint(visit: Visit) -> Reply:
    """Propose a role of the house for an account; another person has to approve it."""
    from entrepot.services.role_grant import propose_grant

    def act(visit: Visit) -> Reply:
        role = HOUSE_ROLES.get(visit.given("role"))
        if role is None:
            raise absent()
        scope, scope_id = ("programme", visit.given("programme")) if role == FUND else ("house", "")
        level: Level = "lead" if visit.given("level") == "lead" else "work"
        grant = Grant(role, scope, scope_id, level)
        propose_grant(visit.app, visit.given("account"), grant, visit.key)
        said = visit.say(N_("Proposed; another person has to approve it."))
        return Move("/desk/approvals", said)

    return _guarded(visit, act, _firms)


def _guarded(
    visit: Visit, act: Handler, again: Callable[[Visit, EntrepotError | None], Answer]
) -> Reply:
    try:
        return act(visit)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return again(visit, error)


PAGES = (
    Page("GET", "/desk", overview, "settlement.read"),
    Page("GET", "/desk/settlement", settlement, "settlement.read"),
    Page("POST", "/desk/settlement/pay", pay, "settlement.make"),
    Page("POST", "/desk/settlement/{batch}/release", release, "settlement.release"),
    Page("GET", "/desk/approvals", approvals, "approval.read"),
    Page("POST", "/desk/approvals/{proposal}", decide, "approval.decide"),
    Page("GET", "/desk/firms", firms, "account.read"),
    Page("POST", "/desk/firms/payment", book, "payment.book"),
    Page("POST", "/desk/firms/invite", invite, "member.invite"),
    Page("POST", "/desk/firms/account", make_account, "account.make"),
    Page("POST", "/desk/firms/role", appoint, "grant.propose"),
)
