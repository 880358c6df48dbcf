"""What can still be credited on a line of an invoice, of a job or of a month."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.contracts.credit_note import Room
from entrepot.kernel.errors import NotFound
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_
from entrepot.services.monthly_invoice import month_paper
from entrepot.services.open_items import OpenItem, open_item
from entrepot.services.payments import see_invoiced
from entrepot.services.stored_invoice import paper_of

if TYPE_CHECKING:
    from entrepot.domain.contracts.model import InvoiceLine
    from entrepot.domain.contracts.price_model import VoucherDeduction
    from entrepot.services import records as r
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_contracts import KeptCredit


@dataclass(frozen=True, slots=True)
class Credited:
    """A line that is to be credited.

    Attributes:
        item: the document; line: as numbered on it.
        record: the job's own bill behind the line; None for a line of the month itself.
        bill_line: the line as it stands on that bill.
        vouchers: deductions on that bill.
        room: what can still be credited.
        carrying_minor: HKD cents of the line's debt to the centre.
    """

    item: OpenItem
    line: int
    record: r.Invoice | None
    bill_line: InvoiceLine
    vouchers: tuple[VoucherDeduction, ...]
    room: Room
    carrying_minor: int

    def carrying_of(self, centre_minor: int) -> int:
        """Return HKD cents of a part of the debt; the parts of the whole add up to it."""
        if not centre_minor:
            return 0
        before = self.room.centre_credited
        share = Fraction(self.carrying_minor, self.room.centre)
        return half_even(share * (before + centre_minor)) - half_even(share * before)


def credited_line(uow: UnitOfWork, number: str, line: int) -> Credited:
    """Return a line of an invoice with what can still be credited on it.

    Args:
        uow: the transaction.
        number: of the invoice.
        line: number of the line on it.

    Raises:
        NotFound: no such invoice or line.
        Refused: a job bill that waits for its month's invoice.
    """
    item = open_item(uow, number)
    see_invoiced(uow, item)
    found = _on_month(uow, item, line) if item.item.kind == "month" else _on_job(uow, item, line)
    if found is None:
        raise NotFound(
            "invoice.line",
            N_("Invoice {number} has no line {line}."),
            hint=N_("See its lines: entrepot invoice show {number}"),
            number=number,
            line=line,
        )
    record, bill_line, vouchers = found
    return _with_room(uow, item, line, record, bill_line, vouchers)


_Found = tuple["r.Invoice | None", "InvoiceLine", "tuple[VoucherDeduction, ...]"]


def _on_job(uow: UnitOfWork, item: OpenItem, line: int) -> _Found | None:
    record = uow.deals.invoice(item.item.document_id)
    assert record is not None
    paper = paper_of(record)
    found = next((one for one in paper.lines if one.number == line), None)
    return (record, found, paper.vouchers) if found else None


def _on_month(uow: UnitOfWork, item: OpenItem, line: int) -> _Found | None:
    bill = uow.receivables.month(item.item.document_id)
    assert bill is not None
    found = month_paper(bill).line(line)
    if found is None:
        return None
    job, one = found
    return (uow.deals.invoice(job.bill), one, job.vouchers) if job else (None, one, ())


def _with_room(
    uow: UnitOfWork,
    item: OpenItem,
    line: int,
    record: r.Invoice | None,
    bill_line: InvoiceLine,
    vouchers: tuple[VoucherDeduction, ...],
) -> Credited:
    earlier = [one for one in uow.receivables.credits(item.item.document_id) if one.line == line]
    centre, carrying = _owed(uow, record, bill_line)
    room = Room(
        item.item.payable_minor,
        item.credited_all,
        bill_line.amount.minor,
        sum(one.amount_minor for one in earlier),
        item.open,
        centre,
        _borne(earlier),
    )
    return Credited(item, line, record, bill_line, vouchers, room, carrying)


def _owed(uow: UnitOfWork, record: r.Invoice | None, bill_line: InvoiceLine) -> tuple[int, int]:
    if record is None:
        return 0, 0
    for one in uow.contracts.lines(invoice_id=record.id):
        if one.line == bill_line.number:
            return one.centre_minor, one.carrying_minor
    return 0, 0


def _borne(earlier: list[KeptCredit]) -> int:
    return sum(one.centre_minor for one in earlier)
