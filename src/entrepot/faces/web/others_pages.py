"""Pages of centres, voucher authorities and auditors."""

from __future__ import annotations

from typing import Any, cast

from entrepot.domain.access.model import Resource
from entrepot.faces.web.listing import listed
from entrepot.faces.web.visit import Answer, Move, Page, Reply, Visit, absent, number_of
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services import records as r

ENTRIES = 100


def centre(visit: Visit) -> Answer:
    """Show a centre's pools with what is free, its offers, and the work at it without tenants."""
    centres, _after = listed(visit, "pool.read", "centres")
    ids = {one.id for one in cast("list[r.Centre]", centres)}
    work, _more = listed(visit, "assignment.read", "jobs")
    with visit.app.store.reading() as uow:
        pools = [pool for pool in uow.registry.pools() if pool.centre_id in ids]
        offers = [offer for offer in uow.registry.offers() if offer.centre_id in ids]
        free = uow.registry.free_milli()
    devices = visit.app.facts.devices
    values = {
        "centres": centres,
        "pools": pools,
        "offers": offers,
        "free": free,
        "work": work,
        "device_names": {pool.id: _device(devices, pool.device_id) for pool in pools},
    }
    return Answer("centre.html", values)


def _device(devices: Any, device_id: str) -> str:
    known = devices.get(device_id)
    return str(known.name) if known else device_id


def statements(visit: Visit) -> Answer:
    """Show the batches and monthly statements of a centre, in RMB."""
    rows, after = listed(visit, "statement.read", "statements")
    batches, _more = listed(visit, "statement.read", "batches")
    return Answer("statements.html", {"rows": rows, "after": after, "batches": batches})


def funds(visit: Visit) -> Answer:
    """Show the funds of the reader's programmes, and the claims on them."""
    return _funds(visit, None)


def _funds(visit: Visit, failed: EntrepotError | None) -> Answer:
    from entrepot.services.fund_view import all_funds

    reach = visit.reach("fund.read")
    found = all_funds(visit.app)
    shown = [one for one in found if reach.everything or one.programme in reach.programmes]
    claims, after = listed(visit, "claim.read", "claims")
    values = {"funds": shown, "claims": claims, "after": after, "failed": failed}
    return Answer("funds.html", values, failed.http_status if failed else 200)


def decide_claim(visit: Visit) -> Reply:
    """Approve or refuse a claim."""
    from entrepot.services.claim_steps import approve_claim, refuse_claim

    claim_id = visit.names["claim"]
    with visit.app.store.reading() as uow:
        found = uow.claims.find(claim_id)
    if found is None:
        raise absent()
    whose = {"firm_id": found.firm_id, "programme": found.programme}
    visit.require("claim.decide", Resource("claim", claim_id, **whose, proposer=found.applied_by))
    try:
        if visit.given("do") == "approve":
            approve_claim(visit.app, claim_id, key=visit.key)
        else:
            reason = visit.needed("reason", N_("Reason"), 300)
            refuse_claim(visit.app, claim_id, reason, key=visit.key)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _funds(visit, error)
    return Move("/funds", visit.say(N_("Decided.")))


def journal(visit: Visit) -> Answer:
    """Show entries of the journal, newest first, and one in full."""
    limit = number_of(visit.asked("rows"), ENTRIES, 1, 1_000)
    entries = visit.app.store.journal_entries(limit)
    chosen = visit.asked("entry")
    one = visit.app.store.journal_entry(int(chosen)) if _is_number(chosen) else None
    return Answer("journal.html", {"entries": entries, "one": one})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def prove_journal(visit: Visit) -> Answer:
    """Prove the journal now, and show what was found."""
    from entrepot.services.journal import prove_journal as prove

    found = prove(visit.app)
    return Answer("proof.html", {"problems": found.problems, "what": "journal", "proof": found})


def ledger(visit: Visit) -> Answer:
    """Show every account of the books."""
    from entrepot.services.books import account_lines

    return Answer("ledger.html", {"lines": account_lines(visit.app)})


def prove_ledger(visit: Visit) -> Answer:
    """Prove the books now, and show what was found."""
    from entrepot.services.check import check_books

    return Answer("proof.html", {"problems": check_books(visit.app), "what": "ledger"})


PAGES = (
    Page("GET", "/centre", centre, "pool.read"),
    Page("GET", "/statements", statements, "statement.read"),
    Page("GET", "/funds", funds, "fund.read"),
    Page("POST", "/funds/claims/{claim}", decide_claim, "claim.decide"),
    Page("GET", "/audit/journal", journal, "journal.read"),
    Page("GET", "/audit/journal/proof", prove_journal, "journal.verify"),
    Page("GET", "/audit/ledger", ledger, "ledger.read"),
    Page("GET", "/audit/ledger/proof", prove_ledger, "ledger.read"),
)
