"""Which invoices their customers have paid.

A bill with terms of its own is paid when nothing of it is open; one that a month's invoice
gathered, when nothing of that is open. Bills from before there were terms are paid oldest first:
with U owed on the firm's receivable account beyond all open documents, such a bill is paid when
those after it add up to U or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from entrepot.services import records as r
from entrepot.services.open_items import OpenItem, open_items
from entrepot.services.ports import UnitOfWork


def paid_by_customers(uow: UnitOfWork, invoices: Sequence[r.Invoice]) -> list[r.Invoice]:
    """Return those of some invoices whose money is in, in the same order.

    Args:
        uow: the transaction.
        invoices: of any firms.
    """
    items = {one.item.document_id: one for one in open_items(uow)}
    unpaid = _without_terms(uow, sorted({one.firm_id for one in invoices}), items)
    unpaid |= {one.id for one in invoices if one.id in items and _open(items, one.id) > 0}
    return [invoice for invoice in invoices if invoice.id not in unpaid]


def _open(items: Mapping[str, OpenItem], document_id: str) -> int:
    """Return what is open of a bill, or of the month's invoice that gathered it."""
    item = items[document_id]
    month = items.get(item.month_id) if item.month_id else None
    return month.open if month else item.open


def _without_terms(
    uow: UnitOfWork, firms: Sequence[str], items: Mapping[str, OpenItem]
) -> set[str]:
    """Return the unpaid ones among bills that have no terms of their own: the newest."""
    owing = {firm: uow.ledger.balance(f"receivable:{firm}").debit_net for firm in firms}
    for one in items.values():
        if one.item.firm_id in owing:
            owing[one.item.firm_id] -= one.open
    unpaid: set[str] = set()
    if not any(minor > 0 for minor in owing.values()):
        return unpaid
    for invoice in reversed(uow.deals.invoices()):
        if owing.get(invoice.firm_id, 0) > 0 and invoice.id not in items:
            unpaid.add(invoice.id)
            owing[invoice.firm_id] -= payable_minor(invoice)
    return unpaid


def payable_minor(invoice: r.Invoice) -> int:
    """Return HKD cents that the firm pays itself: the total less vouchers at the purchase."""
    document = cast("Mapping[str, object]", invoice.body.get("document") or {})
    payable = document.get("payable")
    if isinstance(payable, Mapping):
        return cast(int, cast("Mapping[str, object]", payable)["minor"])
    return invoice.total_minor
