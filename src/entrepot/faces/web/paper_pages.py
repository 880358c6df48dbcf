"""Invoices and money of a firm: papers, balance, vouchers, instruments with their days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from entrepot.domain.access.model import Resource
from entrepot.faces.web.firm_here import firm_of, firms_of
from entrepot.faces.web.listing import listed
from entrepot.faces.web.owners import the_invoice
from entrepot.faces.web.visit import Answer, Download, Move, Page, Reply, Visit, absent
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_

RECENT = 8
"""Rows of the overview."""
STATEMENT_DAYS = 92
DUTIES_MAX = 200


def overview(visit: Visit) -> Answer:
    """Show a firm at a glance."""
    firm = firm_of(visit, "quote.read")
    found, _after = listed(visit, "lease.read", "leases", RECENT)
    bills, _more = listed(visit, "invoice.read", "invoices", RECENT)
    with visit.app.store.reading() as uow:
        balance = uow.ledger.balance(f"prepaid:{firm.id}")
        jobs = {lease.id: uow.deals.job_of_lease(lease.id) for lease in found}
        tasks = [t for t in uow.deals.tasks() if t.firm_id == firm.id and t.done_at is None]
        running = [one for one in uow.deals.leases(("running",)) if one.firm_id == firm.id]
    values = {
        "firm": firm,
        "balance": balance,
        "leases": found,
        "jobs": jobs,
        "bills": bills,
        "duties": len(tasks),
        "running": len(running),
    }
    return Answer("firm.html", values)


def invoices(visit: Visit) -> Answer:
    """List the bills of the reader's firms."""
    found, after = listed(visit, "invoice.read", "invoices")
    ids = {firm.id for firm in firms_of(visit, "invoice.read")}
    with visit.app.store.reading() as uow:
        months = [bill for bill in uow.receivables.months() if bill.firm_id in ids]
    return Answer("invoices.html", {"rows": found, "months": months, "after": after})


def invoice(visit: Visit) -> Answer:
    """Show a bill line by line, after its digest was verified."""
    from entrepot.services.stored_invoice import the_invoice as stored

    number = the_invoice(visit)
    with visit.app.store.reading() as uow:
        simple = uow.deals.invoice(number)
    if simple is None:
        return Answer("invoice_other.html", {"number": number})
    record, paper = stored(visit.app, number)
    return Answer("invoice.html", {"record": record, "paper": paper, "named": _named})


def _named(visit: Visit, names: Any) -> str:
    chinese = {"zh-Hant": names.zh_hant, "zh-Hans": names.zh_hans}
    return str(chinese.get(visit.reader.lang) or names.en)


def invoice_pdf(visit: Visit) -> Download:
    """Hand over a paper as PDF, in English and the reader's Chinese."""
    from entrepot.services.papers import the_paper

    paper = the_paper(visit.app, the_invoice(visit))
    lang = "zh-Hans" if visit.reader.lang == "zh-Hans" else "zh-Hant"
    return Download(paper.pdf(lang), "application/pdf", f"{paper.number}.pdf", inline=True)


def invoice_json(visit: Visit) -> Download:
    """Hand over a paper as the canonical JSON of which its digest is taken."""
    from entrepot.services.papers import the_paper

    paper = the_paper(visit.app, the_invoice(visit))
    return Download(paper.json, "application/json", f"{paper.number}.json")


def balance(visit: Visit) -> Answer:
    """Show the prepaid account of a firm with what moved on it."""
    from entrepot.services.books import open_holds_of, statement_of

    firm = firm_of(visit, "firm.read")
    code = f"prepaid:{firm.id}"
    today = local_day(visit.app.clock.now())
    first = today - timedelta(days=STATEMENT_DAYS)
    with visit.app.store.reading() as uow:
        totals = uow.ledger.balance(code)
    values = {
        "firm": firm,
        "firms": firms_of(visit, "firm.read"),
        "totals": totals,
        "statement": statement_of(visit.app, code, first, today + timedelta(days=1)),
        "holds": open_holds_of(visit.app, code),
        "branch": visit.app.settings.branch_name,
    }
    return Answer("balance.html", values)


def vouchers(visit: Visit) -> Answer:
    """Show the voucher programmes, what is reserved for the firm, and its claims."""
    firm = firm_of(visit, "voucher.read")
    claims, _after = listed(visit, "claim.read", "claims")
    values = {
        "firm": firm,
        "programmes": visit.app.programmes,
        "proposed": visit.app.proposed,
        "claims": [one for one in claims if one.firm_id == firm.id],
    }
    return Answer("vouchers.html", values)


def instruments(visit: Visit) -> Answer:
    """Show the legal instruments of a firm, their states and next days, and open duties."""
    return _instruments(visit, None)


def close_duty(visit: Visit) -> Reply:
    """Note that the record of a duty was made."""
    from entrepot.services.instruments import close_duty as close

    with visit.app.store.reading() as uow:
        found = [task for task in uow.deals.tasks() if task.id == visit.names["task"]]
    if not found:
        raise absent()
    visit.require("duty.close", Resource("duty", found[0].id, firm_id=found[0].firm_id))
    try:
        close(visit.app, found[0].id, visit.key)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _instruments(visit, error)
    return Move("/instruments", visit.say(N_("Noted as done.")))


def _instruments(visit: Visit, failed: EntrepotError | None) -> Answer:
    from entrepot.services.instrument_life import due_instruments, state_on
    from entrepot.services.instruments import instruments_of

    firm = firm_of(visit, "instrument.read")
    today = local_day(visit.app.clock.now())
    held = instruments_of(visit.app, firm.id)
    with visit.app.store.reading() as uow:
        tasks = [t for t in uow.deals.tasks() if t.firm_id == firm.id]
    values = {
        "firm": firm,
        "rows": [(one, state_on(one, today)) for one in held],
        "due": due_instruments(visit.app, firm.id, today),
        "tasks": sorted(tasks, key=lambda t: (t.done_at is not None, t.due_on))[:DUTIES_MAX],
        "today": today.isoformat(),
        "failed": failed,
    }
    return Answer("instruments.html", values, failed.http_status if failed else 200)


PAGES = (
    Page("GET", "/firm", overview, "quote.read"),
    Page("GET", "/invoices", invoices, "invoice.read"),
    Page("GET", "/invoices/{number}", invoice, "invoice.read"),
    Page("GET", "/invoices/{number}/pdf", invoice_pdf, "invoice.read"),
    Page("GET", "/invoices/{number}/json", invoice_json, "invoice.read"),
    Page("GET", "/balance", balance, "firm.read"),
    Page("GET", "/vouchers", vouchers, "voucher.read"),
    Page("GET", "/instruments", instruments, "instrument.read"),
    Page("POST", "/instruments/duties/{task}", close_duty, "duty.close"),
)
