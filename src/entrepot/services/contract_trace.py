"""Trace what hangs together back to back: leases, bills, invoices, credits and payments both ways.

From a contract of either side, a lease, a job, or the number of any document, to every lease behind
it; and for each lease to the firm's contract and invoice on one side and the centre's contract and
payment on the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services.lease_terms import terms_in

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_contracts import MemberLine


@dataclass(frozen=True, slots=True)
class Link:
    """One lease with both of its sides.

    Attributes:
        lease_id, job_id: what ran; job_id None before it starts.
        firm_id, user_contract: who pays; centre_id, purchase_contract: who is paid.
        bill: number of the job's invoice or job bill; None before the bill.
        invoice: number of the document that asks for it, the month's where there is one.
        user_minor: HKD cents charged; centre_minor: CNH fen owed.
        credits: numbers of credit notes on it; batch_id: settlement that pays the centre.
        lines: of the bill, each with its two amounts.
        kind, isolation, milli_devices: of the lease: its kind, how firms on one device are kept
            apart, and its size; 1000 = one device.
    """

    lease_id: str
    job_id: str | None
    firm_id: str
    user_contract: str
    centre_id: str
    purchase_contract: str
    bill: str | None
    invoice: str | None
    user_minor: int
    centre_minor: int
    credits: tuple[str, ...]
    batch_id: str | None
    lines: tuple[MemberLine, ...]
    kind: str
    isolation: str
    milli_devices: int


def trace(app: App, name: str) -> list[Link]:
    """Return every lease that hangs on a contract, a lease, a job or a document.

    Args:
        app: the exchange.
        name: ``UC-…``, ``PC-…``, ``L-…``, ``J-…``, ``B-…``, or the number of an invoice, job
            bill, month's invoice or credit note.

    Raises:
        NotFound: nothing of that name is known here.
    """
    with app.store.reading() as uow:
        leases = _leases_of(uow, name)
        if leases is None:
            raise NotFound(
                "contract.nothing",
                N_("Nothing of the name {name} is known here."),
                hint=N_("Name a contract, a lease, a job, a batch or an invoice's number."),
                name=name[:60],
            )
        return [link for lease in leases if (link := _link(uow, lease)) is not None]


def _leases_of(uow: UnitOfWork, name: str) -> Sequence[str] | None:
    if uow.contracts.user(name) or uow.contracts.purchase(name):
        return [member.lease_id for member in uow.contracts.members(name)]
    if uow.deals.lease(name):
        return [name]
    job = uow.deals.job(name)
    if job is not None:
        return [job.lease_id]
    invoice = uow.deals.invoice(name)
    if invoice is not None:
        return [invoice.lease_id]
    return _leases_behind(uow, name)


def _leases_behind(uow: UnitOfWork, name: str) -> Sequence[str] | None:
    """Return the leases behind a month's invoice, a credit note or a settlement batch."""
    month = uow.receivables.month(name)
    if month is not None:
        bills = [bill for bill, _ in uow.receivables.gathered(month.id)]
        return [one.lease_id for bill in bills if (one := uow.deals.invoice(bill))]
    note = uow.receivables.credit(name)
    if note is not None:
        invoice = uow.deals.invoice(note.invoice_id) if note.invoice_id else None
        return [invoice.lease_id] if invoice else _leases_behind(uow, note.document_id)
    if uow.settlements.batch(name) is not None:
        return [one.lease_id for one in uow.deals.invoices() if one.batch_id == name]
    return None


def _link(uow: UnitOfWork, lease_id: str) -> Link | None:
    lease, member = uow.deals.lease(lease_id), uow.contracts.member(lease_id)
    if lease is None or member is None:
        return None
    job = uow.deals.job_of_lease(lease_id)
    bill = uow.deals.invoice_of_job(job.id) if job else None
    month = uow.receivables.month_of(bill.id) if bill else None
    asked = uow.receivables.month(month) if month else None
    notes = uow.receivables.credits()
    return Link(
        lease_id,
        job.id if job else None,
        lease.firm_id,
        member.user_contract_id,
        lease.centre_id,
        member.purchase_contract_id,
        bill.number if bill else None,
        asked.number if asked else bill.number if bill else None,
        bill.total_minor if bill else 0,
        bill.centre_minor if bill else 0,
        tuple(note.number for note in notes if bill and note.invoice_id == bill.id),
        bill.batch_id if bill else None,
        tuple(uow.contracts.lines(invoice_id=bill.id)) if bill else (),
        terms_in(lease).kind.value,
        lease.isolation,
        lease.milli_devices,
    )
