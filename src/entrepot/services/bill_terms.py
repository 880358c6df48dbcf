"""What the contracts of a lease say on its bill: its number, its due day, who pays when.

A firm billed by the month gets a job bill (``HK-JB-2026-000001``) when a job ends: the charge
stands in the books at once, and the month's invoice asks for it. All others get an invoice a job.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from entrepot.domain.contracts.agreement import Billing, Terms
from entrepot.domain.contracts.back_to_back import pair_lines
from entrepot.domain.contracts.number import JOB_BILL, format_number, in_series
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services.credit_line import hold_side, terms_of_lease
from entrepot.services.ports_contracts import Member, MemberLine, Receivable, UserContract

if TYPE_CHECKING:
    from entrepot.domain.contracts.model import Invoice, InvoiceHead
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


def next_number(app: App, uow: UnitOfWork, series: str, now: int) -> tuple[str, int, int, str]:
    """Take the next number of a series inside the transaction of its document.

    A document that is not kept gives its number back: there is never a gap.

    Args:
        app: the exchange; uow: the transaction.
        series: see :mod:`entrepot.domain.contracts.number`; empty for invoices.
        now: Unix second of issue; its year in Hong Kong counts.

    Returns:
        What is counted (``HK-CN``), the year, the count, and the number as written.
    """
    branch, year = app.settings.branch, local_day(now).year
    counted = in_series(branch, series)
    seq = uow.deals.next_invoice_seq(counted, year)
    return counted, year, seq, format_number(branch, year, seq, series)


def contract_of(uow: UnitOfWork, lease_id: str) -> UserContract | None:
    """Return the user contract of a lease; None for one of before there were contracts."""
    member = uow.contracts.member(lease_id)
    return uow.contracts.user(member.user_contract_id) if member else None


def bill_number(app: App, uow: UnitOfWork, lease_id: str, now: int) -> str:
    """Take the number of a lease's bill: an invoice's, or a job bill's under monthly billing."""
    contract = contract_of(uow, lease_id)
    monthly = contract is not None and contract.billing == Billing.MONTHLY
    return next_number(app, uow, JOB_BILL if monthly else "", now)[3]


def under_contract(uow: UnitOfWork, head: InvoiceHead) -> InvoiceHead:
    """Return an invoice's head with the contract that the firm has signed, and its due day."""
    contract = contract_of(uow, head.lease)
    if contract is None or contract.standing:
        return head
    return replace(head, contract=contract.id, due_on=_due_on(contract, head.issued_at) or "")


def paid_at_once(uow: UnitOfWork, lease_id: str) -> Amount | None:
    """Return what a bill takes from prepaid money: None = all of it, nought on credit."""
    return Amount(0, HKD) if terms_of_lease(uow, lease_id) == Terms.CREDIT else None


def side_of(uow: UnitOfWork, lease: r.Lease) -> tuple[str, str]:
    """Return the accounts over which a lease holds money."""
    side = hold_side(terms_of_lease(uow, lease.id), lease.firm_id)
    return side.debit, side.credit


def keep_bill(uow: UnitOfWork, record: r.Invoice, paper: Invoice) -> None:
    """Keep what the firm owes by a bill, and bind its lines to both contracts."""
    member = uow.contracts.member(record.lease_id)
    contract = contract_of(uow, record.lease_id)
    if member is None or contract is None:
        return
    monthly = contract.billing == Billing.MONTHLY
    uow.receivables.add(
        Receivable(
            record.id,
            record.number,
            "bill" if monthly else "job",
            record.firm_id,
            contract.id,
            member.terms,
            record.issued_at,
            _due_on(contract, record.issued_at),
            paper.payable.minor,
            paper.paid_from_prepaid.minor,
        )
    )
    uow.contracts.bind_lines(_lines(member, record, paper))


def due_day(contract: UserContract, issued_at: int) -> str:
    """Return the ISO day by which an invoice under a contract is to be paid."""
    return (local_day(issued_at) + timedelta(days=contract.payment_days)).isoformat()


def _due_on(contract: UserContract, issued_at: int) -> str | None:
    return None if contract.billing == Billing.MONTHLY else due_day(contract, issued_at)


def _lines(member: Member, record: r.Invoice, paper: Invoice) -> list[MemberLine]:
    pairs = pair_lines(paper.lines, record.centre_minor, record.carrying_minor)
    sides = (member.user_contract_id, member.purchase_contract_id)
    return [
        MemberLine(record.id, p.line, *sides, p.user_minor, p.centre_minor, p.carrying_minor)
        for p in pairs
    ]
