"""Issue the invoices of a month: one a firm with monthly billing, over the bills of all its jobs.

Each invoice is one transaction under a key of its own: a run that was stopped goes on where it was,
and a run that is repeated finds what it made. Nothing is booked for the jobs, since each was booked
when it ended; the month's own lines are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.contracts.agreement import Billing, Terms
from entrepot.domain.contracts.model import InvoiceLine
from entrepot.domain.contracts.monthly import MonthHead, MonthInvoice, build_month, month_days
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import LineKind
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Fault, NotFound, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.accrued import charge_on_paper
from entrepot.services.bill_terms import due_day, next_number
from entrepot.services.credit_line import adjust_line
from entrepot.services.firms import the_firm
from entrepot.services.parties import branch_party, firm_party
from entrepot.services.ports_contracts import MonthBill, Receivable, UserContract
from entrepot.services.stored_invoice import paper_of

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

LANGUAGES = ("zh-Hant", "zh-Hans")


@dataclass(frozen=True, slots=True)
class Issued:
    """A month's invoice with where its papers lie."""

    bill: MonthBill
    papers: tuple[Path, ...]


def issue_months(app: App, month: str, firm_id: str | None = None) -> list[Issued]:
    """Issue the invoices of a month that is over.

    Args:
        app: the exchange.
        month: ``2026-11``.
        firm_id: only this firm; None = every firm with monthly billing.

    Returns:
        The invoices of the month, those issued before included; none for a firm without jobs.

    Raises:
        Invalid: no month.
        NotFound: no such firm.
        Refused: the month is not over.
    """
    see_over(app, month)
    if firm_id is not None:
        the_firm(app, firm_id)
    with app.store.reading() as uow:
        contracts = [
            one
            for one in uow.contracts.users(firm_id)
            if one.billing == Billing.MONTHLY and one.signed_by is not None
        ]
    found = [_issue(app, contract, month) for contract in contracts]
    return [Issued(bill, write_month(app, bill)) for bill in found if bill is not None]


def see_over(app: App, month: str) -> None:
    """Refuse a month that still runs.

    Raises:
        Invalid: no month.
        Refused: it is not over.
    """
    over = month_days(month)[1]
    if local_day(app.clock.now()) < over:
        raise Refused(
            "month.running",
            N_("The month {month} is not over before {day}."),
            hint=N_("Ask again on that day."),
            month=month,
            day=over.isoformat(),
        )


def the_month(app: App, number: str) -> tuple[MonthBill, MonthInvoice]:
    """Return a month's invoice as kept, and the paper that was issued.

    Raises:
        NotFound: no such invoice.
        Fault: what is kept is not what was issued.
    """
    with app.store.reading() as uow:
        bill = uow.receivables.month(number)
    if bill is None:
        raise NotFound(
            "invoice.unknown",
            N_("There is no invoice {number}."),
            hint=N_("See: entrepot invoice list"),
            number=number[:60],
        )
    return bill, month_paper(bill)


def month_paper(bill: MonthBill) -> MonthInvoice:
    """Return the paper of a kept month's invoice, held against its digest.

    Raises:
        Fault: the document or the record's own columns were changed.
    """
    document = bill.body.get("document")
    same = digest(document) == bill.digest
    paper = from_plain(MonthInvoice, document) if same else None
    if paper is None or (paper.head.number, paper.total.minor) != (bill.number, bill.total_minor):
        raise Fault(
            "invoice.altered",
            N_("Invoice {number} as kept is not the one that was issued: its digest differs."),
            hint=N_("Prove the journal (entrepot audit verify) and restore the last backup."),
            number=bill.number,
        )
    return paper


def write_month(app: App, bill: MonthBill) -> tuple[Path, ...]:
    """Write a month's invoice under the home; the same invoice gives the same files."""
    paper = month_paper(bill)
    name = f"invoices/{bill.number}"
    pdfs = (
        app.save(f"{name}.{lang}.pdf", app.documents.month_pdf(paper, lang)) for lang in LANGUAGES
    )
    return (*pdfs, app.save(f"{name}.json", paper.as_json()))


def _issue(app: App, contract: UserContract, month: str) -> MonthBill | None:
    now, made_id = app.clock.now(), app.ids.new(ids.INVOICE)

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = _known(uow, contract, month)
        if known is not None:
            return {"invoice_id": known.id}
        waiting = _waiting(uow, contract, month)
        extra = month_lines(app, uow, contract, waiting, made_id)
        if not waiting and not extra:
            return {"invoice_id": ""}
        bill = _make(app, uow, contract, month, made_id, now, waiting, extra)
        return {"invoice_id": made_id, "number": bill.number}

    body: dict[str, object] = {"contract_id": contract.id, "month": month}
    # Without jobs nothing is kept, so that a bill of a job that ends late is still gathered.
    key = f"month:{contract.id}:{month}:{now}"
    with app.store.reading() as uow:
        known = _known(uow, contract, month)
    if known is not None:
        return known
    answer = app.store.command(app.actor, "invoice.month", key, body, now, action)
    with app.store.reading() as uow:
        return uow.receivables.month(str(answer["invoice_id"]))


def _known(uow: UnitOfWork, contract: UserContract, month: str) -> MonthBill | None:
    months = uow.receivables.months(contract.firm_id)
    return next((m for m in months if (m.contract_id, m.month) == (contract.id, month)), None)


def _waiting(uow: UnitOfWork, contract: UserContract, month: str) -> list[r.Invoice]:
    """Return the job bills of a contract and month that no month's invoice has gathered."""
    gathered = {bill for bill, _ in uow.receivables.gathered()}
    start, end = month_days(month)
    found: list[r.Invoice] = []
    for item in uow.receivables.all(contract.firm_id):
        if item.kind != "bill" or item.contract_id != contract.id or item.document_id in gathered:
            continue
        if start <= local_day(item.issued_at) < end:
            record = uow.deals.invoice(item.document_id)
            assert record is not None
            found.append(record)
    return found


def month_lines(
    app: App,
    uow: UnitOfWork,
    contract: UserContract,
    waiting: Sequence[r.Invoice],
    invoice_id: str,
) -> list[InvoiceLine]:
    """Return what is charged beside the jobs, by a price plan or a correction, and book it as due.

    Such lines wait until a paper takes them; see :mod:`entrepot.services.accrued`.
    """
    due = sum(paper_of(one).due.minor for one in waiting)
    return [
        InvoiceLine(
            0,
            LineKind.LIST,
            line.text,
            tuple((name, str(value)) for name, value in line.params.items()),
            line.milli_device_seconds,
            line.id,
            Amount(line.amount_minor, HKD),
        )
        for line in charge_on_paper(app, uow, contract.firm_id, invoice_id, due)
    ]


def _make(
    app: App,
    uow: UnitOfWork,
    contract: UserContract,
    month: str,
    made_id: str,
    now: int,
    waiting: Sequence[r.Invoice],
    extra: Sequence[InvoiceLine],
) -> MonthBill:
    branch, year, seq, number = next_number(app, uow, "", now)
    due_on = due_day(contract, now)
    head = MonthHead(
        made_id,
        number,
        app.settings.branch,
        branch_party(app),
        firm_party(uow, contract.firm_id),
        contract.id,
        month,
        now,
        due_on,
        uow.journal_head(),
    )
    paper = build_month(head, [(paper_of(one), one.digest) for one in waiting], extra)
    document = paper.as_dict()
    places = (made_id, number, branch, year, seq, contract.firm_id, contract.id, month, now, due_on)
    more = sum(line.amount.minor for line in extra)
    bill = MonthBill(*places, paper.total.minor, more, {"document": document}, digest(document))
    uow.receivables.add_month(bill, [(one.job_id, one.id) for one in waiting])
    uow.receivables.add(_owed(contract, bill, paper))
    if extra and contract.terms == Terms.CREDIT:
        adjust_line(app, uow, contract.firm_id, f"invoice:{made_id}")
    return bill


def _owed(contract: UserContract, bill: MonthBill, paper: MonthInvoice) -> Receivable:
    return Receivable(
        bill.id,
        bill.number,
        "month",
        bill.firm_id,
        contract.id,
        contract.terms,
        bill.issued_at,
        bill.due_on,
        paper.payable.minor,
        paper.paid_from_prepaid.minor,
    )
