"""Which invoices their customers have paid: what a firm still owes lies on its newest bills.

A firm's payments discharge its oldest bills first. With U owed on the firm's receivable account,
an invoice is paid when the bills after it add up to U or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from entrepot.services import records as r
from entrepot.services.ports import UnitOfWork


def paid_by_customers(uow: UnitOfWork, invoices: Sequence[r.Invoice]) -> list[r.Invoice]:
    """Return those of some invoices whose money is in, in the same order.

    Args:
        uow: the transaction.
        invoices: of any firms.
    """
    unpaid: set[str] = set()
    owing = {firm: uow.ledger.balance(f"receivable:{firm}").debit_net for firm in _firms(invoices)}
    if any(minor > 0 for minor in owing.values()):
        for invoice in reversed(uow.deals.invoices()):
            if owing.get(invoice.firm_id, 0) > 0:
                unpaid.add(invoice.id)
                owing[invoice.firm_id] -= payable_minor(invoice)
    return [invoice for invoice in invoices if invoice.id not in unpaid]


def _firms(invoices: Sequence[r.Invoice]) -> list[str]:
    return sorted({invoice.firm_id for invoice in invoices})


def payable_minor(invoice: r.Invoice) -> int:
    """Return HKD cents that the firm pays itself: the total less vouchers at the purchase."""
    document = cast("Mapping[str, object]", invoice.body.get("document") or {})
    payable = document.get("payable")
    if isinstance(payable, Mapping):
        return cast(int, cast("Mapping[str, object]", payable)["minor"])
    return invoice.total_minor
