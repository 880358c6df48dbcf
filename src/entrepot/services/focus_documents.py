"""What a period has billed, document by document: invoices, months' invoices, credit notes.

An invoice of a job stands for itself. A job bill belongs to the month's invoice that gathers it;
until then it is billed to nobody, and its rows name no invoice. A credit note takes a line back
under a number of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.contracts.focus_charges import Charge, charges_of, credited, month_charge
from entrepot.domain.contracts.model import Invoice
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.domain.fx.model import snapshot_id
from entrepot.kernel.errors import Fault
from entrepot.kernel.money import HKD, Amount, ExchangeRate
from entrepot.kernel.period import Period, local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.ports_contracts import KeptCredit, MonthBill
from entrepot.services.stored_invoice import paper_of

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork

BILL = "bill"


@dataclass(frozen=True, slots=True)
class Document:
    """What a firm was sent.

    Attributes:
        number: of the document; empty for a job bill that no month has gathered.
        reference: number of the invoice that it is about; its own, but for a credit note.
        issued_at: Unix second; due_on: ISO day, empty if it is paid at once.
        firm_id, firm, issuer: who owes, and the names of both sides.
    """

    number: str
    reference: str
    issued_at: int
    due_on: str
    firm_id: str
    firm: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Work:
    """The job behind a charge.

    Attributes:
        job: id; period: of the run; lease, centre: as kept.
        fx_quote: snapshot of the rate of the debt; batch: that pays it, may be empty.
        pricing: currency of the offer as files write it.
    """

    job: str
    period: Period
    lease: r.Lease
    centre: r.Centre
    fx_quote: str
    batch: str
    pricing: str


@dataclass(frozen=True, slots=True)
class Billed:
    """One charge with its document and the job behind it; the latter None for a month's own."""

    document: Document
    charge: Charge
    work: Work | None


def billed_in(uow: UnitOfWork, house: str, from_day: date, to_day: date) -> list[Billed]:
    """Return every charge of the documents issued in a period, both days included.

    Args:
        uow: transaction.
        house: name of the branch, for documents that state none.
        from_day, to_day: days of issue.

    Raises:
        Fault: charges do not sum to what is payable, or an invoice was altered.
    """

    def inside(issued_at: int) -> bool:
        return from_day <= local_day(issued_at) <= to_day

    found: list[Billed] = []
    for record in uow.deals.invoices():
        if inside(record.issued_at) and not _is_bill(uow, record.id):
            found.extend(_bill(uow, record, _document))
        elif inside(record.issued_at) and uow.receivables.month_of(record.id) is None:
            found.extend(_bill(uow, record, _unbilled))
    for month in uow.receivables.months():
        if inside(month.issued_at):
            found.extend(_month(uow, house, month))
    for note in uow.receivables.credits():
        if inside(note.issued_at):
            found.append(_credit(uow, house, note))
    return found


def check_sums(paper: Invoice, charges: tuple[Charge, ...], centre_minor: int) -> None:
    """See that the rows of an invoice sum to what is payable and to what the centre gets.

    Raises:
        Fault: they do not.
    """
    billed = sum(one.billed_minor for one in charges)
    owed = sum(one.centre_minor for one in charges)
    if billed != paper.payable.minor or owed not in (0, centre_minor):
        raise Fault(
            "focus.sum",
            N_("The rows of invoice {number} sum to {billed}, but {payable} is payable."),
            hint=N_("Nothing was written; report the invoice."),
            number=paper.head.number,
            billed=str(Amount(billed, paper.payable.asset)),
            payable=str(paper.payable),
        )


def _is_bill(uow: UnitOfWork, invoice_id: str) -> bool:
    item = uow.receivables.find(invoice_id)
    return item is not None and item.kind == BILL


def _bill(
    uow: UnitOfWork, record: r.Invoice, document: Callable[[Invoice], Document]
) -> Iterator[Billed]:
    paper = paper_of(record)
    work = _work(uow, record, paper)
    terms = from_plain(PriceBreakdown, work.lease.choice["price"]).terms
    charges = charges_of(paper, terms, record.centre_minor)
    check_sums(paper, charges, record.centre_minor)
    made = document(paper)
    for charge in charges:
        yield Billed(made, charge, work)


def _work(uow: UnitOfWork, record: r.Invoice, paper: Invoice) -> Work:
    lease, centre = uow.deals.lease(record.lease_id), uow.registry.centre(record.centre_id)
    assert lease is not None and centre is not None
    rate = from_plain(ExchangeRate, lease.choice["cnh_hkd"])
    pricing = paper.fx.base.iso if paper.fx else HKD.code
    head = paper.head
    return Work(
        head.job, head.period, lease, centre, snapshot_id(rate), record.batch_id or "", pricing
    )


def _document(paper: Invoice) -> Document:
    head = paper.head
    return Document(
        head.number,
        head.number,
        head.issued_at,
        head.due_on,
        head.firm.id,
        head.firm.names.en,
        head.issuer.names.en,
    )


def _unbilled(paper: Invoice) -> Document:
    head = paper.head
    names = (head.firm.names.en, head.issuer.names.en)
    return Document("", "", head.issued_at, "", head.firm.id, *names)


def _month(uow: UnitOfWork, house: str, month: MonthBill) -> Iterator[Billed]:
    number, firm = month.number, _firm(uow, month.firm_id)
    made = Document(number, number, month.issued_at, month.due_on, month.firm_id, firm, house)
    for bill_id, _ in uow.receivables.gathered(month.id):
        record = uow.deals.invoice(bill_id)
        assert record is not None
        yield from _bill(uow, record, lambda _: made)
    if month.extra_minor:
        yield Billed(made, month_charge(number, month.month, month.extra_minor), None)


def _credit(uow: UnitOfWork, house: str, note: KeptCredit) -> Billed:
    about = uow.receivables.find(note.document_id)
    reference = about.number if about else note.document_id
    firm = _firm(uow, note.firm_id)
    made = Document(note.number, reference, note.issued_at, "", note.firm_id, firm, house)
    record = uow.deals.invoice(note.invoice_id) if note.invoice_id else None
    if record is None:
        charge = credited(note.number, reference, note.amount_minor, note.centre_minor, None)
        return Billed(made, charge, None)
    paper = paper_of(record)
    line = next((one for one in paper.lines if one.number == note.bill_line), None)
    charge = credited(note.number, reference, note.amount_minor, note.centre_minor, line)
    return Billed(made, charge, _work(uow, record, paper))


def _firm(uow: UnitOfWork, firm_id: str) -> str:
    firm = uow.registry.firm(firm_id)
    return firm.name if firm else firm_id
