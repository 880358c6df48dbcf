"""Hold contracts and what firms owe against the books.

receivable:F            = Σ open of F's documents
held on credit_line:F   = Σ holds of open leases on credit
credit_lines            = Σ credit_line:F ≤ Σ limits
lines of an invoice     = its total, and the debt to its centre
numbers                 = 1, 2, 3 … in every branch, series and year
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import digest
from entrepot.services.open_items import OpenItem, open_items

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_contracts import KeptCredit


def contract_problems(uow: UnitOfWork) -> list[str]:
    """Return one sentence a problem; none means proven.

    Args:
        uow: one view of everything kept.
    """
    items = open_items(uow)
    return [
        *_owed(uow, items),
        *_held(uow),
        *_granted(uow, items),
        *_lines(uow),
        *_months(uow),
        *_credits(uow, items),
        *_numbers(uow),
        *_documents(uow),
    ]


def charged_beside_jobs(uow: UnitOfWork) -> int:
    """Return HKD cents by which credit notes have lowered income; months' own lines are accrued."""
    return -sum(one.amount_minor for one in uow.receivables.credits())


def _owed(uow: UnitOfWork, items: list[OpenItem]) -> list[str]:
    problems = [
        f"document {one.item.number}: {one.open} cents are open of {one.item.payable_minor}"
        for one in items
        if not 0 <= one.open <= one.item.payable_minor
    ]
    wanted_of = _by_firm(items)
    for firm in uow.registry.firms():
        found = uow.ledger.balance(f"receivable:{firm.id}").debit_net
        wanted = wanted_of.get(firm.id, 0)
        if found != wanted:
            problems.append(
                f"firm {firm.id}: receivable stands at {found} cents, open documents at {wanted}"
            )
    return problems


def _by_firm(items: Iterable[OpenItem]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in items:
        sums[one.item.firm_id] = sums.get(one.item.firm_id, 0) + one.open
    return sums


def _held(uow: UnitOfWork) -> list[str]:
    """Σ held on prepaid accounts and credit lines = Σ holds of leases and orders, a firm."""
    wanted: dict[str, int] = {}
    for firm in uow.registry.firms():
        wanted |= {f"prepaid:{firm.id}": 0, f"credit_line:{firm.id}": 0}
    for order in uow.market.orders(states=("sealed", "opened")):
        if order.firm_id:
            wanted[f"prepaid:{order.firm_id}"] += order.hold_minor
    for lease in uow.deals.leases(("held", "running")):
        member = uow.contracts.member(lease.id)
        kind = "credit_line" if member and member.terms == "credit" else "prepaid"
        wanted[f"{kind}:{lease.firm_id}"] += lease.hold_minor
    return [
        f"account {code}: {held} cents held, open leases hold {minor}"
        for code, minor in wanted.items()
        if (held := uow.ledger.balance(code).debits_pending) != minor
    ]


def _granted(uow: UnitOfWork, items: list[OpenItem]) -> list[str]:
    problems: list[str] = []
    left = 0
    on_credit = _by_firm(one for one in items if one.item.terms == "credit")
    for firm in uow.registry.firms():
        line = uow.ledger.balance(f"credit_line:{firm.id}")
        left += line.credit_net
        free = line.credit_free
        signed = [c.limit_minor for c in uow.contracts.users(firm.id) if c.signed_by]
        used = on_credit.get(firm.id, 0)
        if free and free + used > max(signed, default=0):
            problems.append(f"firm {firm.id}: {free} cents of credit are free beside {used} open")
    counter = uow.ledger.balance("credit_lines").debit_net
    if counter != left:
        problems.append(f"credit lines hold {left} cents, their counterpart {counter}")
    return problems


def _lines(uow: UnitOfWork) -> list[str]:
    """What firms pay and what centres get for it, line by line, is what the invoice says."""
    sums: dict[str, list[int]] = {}
    for line in uow.contracts.lines():
        kept = sums.setdefault(line.invoice_id, [0, 0, 0])
        for place, minor in enumerate((line.user_minor, line.centre_minor, line.carrying_minor)):
            kept[place] += minor
    return [
        f"invoice {one.number}: its lines under both contracts sum to other amounts"
        for one in uow.deals.invoices()
        if one.id in sums
        and sums[one.id] != [one.total_minor, one.centre_minor, one.carrying_minor]
    ]


def _months(uow: UnitOfWork) -> list[str]:
    totals = {one.id: one.total_minor for one in uow.deals.invoices()}
    sums: dict[str, int] = {}
    for bill, month in uow.receivables.gathered():
        sums[month] = sums.get(month, 0) + totals[bill]
    return [
        f"invoice {one.number}: its jobs sum to {sums.get(one.id, 0)} cents, it says otherwise"
        for one in uow.receivables.months()
        if sums.get(one.id, 0) + one.extra_minor != one.total_minor
    ]


def _credits(uow: UnitOfWork, items: list[OpenItem]) -> list[str]:
    problems = [
        f"document {one.item.number}: {one.credited_all} cents credited of {one.item.payable_minor}"
        for one in items
        if one.credited_all > one.item.payable_minor
    ]
    owed = {(x.invoice_id, x.line): x.centre_minor for x in uow.contracts.lines()}
    for (invoice_id, line), minor in _borne(uow.receivables.credits()).items():
        if minor > owed.get((invoice_id, line), 0):
            problems.append(f"invoice {invoice_id}, line {line}: the centre bears {minor} fen")
    return problems


def _borne(notes: Iterable[KeptCredit]) -> dict[tuple[str, int], int]:
    sums: dict[tuple[str, int], int] = {}
    for note in notes:
        if note.invoice_id:
            key = (note.invoice_id, note.bill_line)
            sums[key] = sums.get(key, 0) + note.centre_minor
    return sums


def _numbers(uow: UnitOfWork) -> list[str]:
    """Numbers run 1, 2, 3 … in every branch, series and year."""
    seen: dict[tuple[str, int], list[int]] = {}
    kept = (
        uow.deals.invoices(),
        uow.receivables.months(),
        uow.receivables.credits(),
        uow.receivables.statements(),
    )
    for rows in kept:
        for row in rows:
            seen.setdefault((row.branch, row.year), []).append(row.seq)
    return [
        f"series {branch}, {year}: numbers {sorted(numbers)} have a gap or a double"
        for (branch, year), numbers in seen.items()
        if sorted(numbers) != list(range(1, len(numbers) + 1))
    ]


def _documents(uow: UnitOfWork) -> list[str]:
    """Every document kept is the one whose digest was taken when it was issued."""
    book = uow.receivables
    return [
        f"document {row.number}: it is not the one that was issued"
        for rows in (book.months(), book.credits(), book.statements())
        for row in rows
        if digest(row.body["document"]) != row.digest
    ]
