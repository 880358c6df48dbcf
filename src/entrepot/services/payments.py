"""Payments of firms: money for an invoice, from the bank or from prepaid money.

With o open on the document and w written off of it and not recovered, a payment p goes::

    to the invoice = min(p, o)    recovered = min(p − that, w)    to the prepaid account = the rest

A payment below o leaves the invoice open and due as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.credit_line import adjust_line
from entrepot.services.open_items import OpenItem, open_item, recovered_of
from entrepot.services.ports_contracts import Receipt
from entrepot.services.postings import Entry, open_accounts, transfers_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

BANK = "bank"
PREPAID = "prepaid"


def pay_invoice(
    app: App, number: str, amount: Amount, reference: str, key: str, source: str = BANK
) -> Receipt:
    """Book a firm's payment of an invoice.

    Args:
        app: the exchange.
        number: of an invoice of a job or of a month.
        amount: HKD, positive; from prepaid money at most what is open.
        reference: of the bank, booked once a firm; the same payment again changes nothing.
        key: idempotency key.
        source: ``bank``, or ``prepaid`` for money that the firm has on account.

    Returns:
        The payment, with what became of it.

    Raises:
        NotFound: no such invoice.
        Invalid: not HKD, not positive, or no reference.
        Refused: a job bill that waits for its month's invoice, or too little prepaid.
        Conflict: another payment of the firm has that reference.
    """
    _see_amount(amount, reference)
    now, made_id = app.clock.now(), app.ids.new(ids.RECEIPT)

    def action(uow: UnitOfWork) -> dict[str, object]:
        one = open_item(uow, number)
        see_invoiced(uow, one)
        known = uow.receivables.receipt_of(one.item.firm_id, reference)
        if known is not None:
            _see_same(known, one, amount, source)
            return {"receipt_id": known.id}
        receipt = _receipt(uow, one, made_id, amount.minor, reference, source, now)
        if source == PREPAID:
            _see_prepaid(uow, one, receipt)
        uow.receivables.add_receipt(receipt)
        _book(app, uow, receipt)
        if one.item.terms == "credit":
            adjust_line(app, uow, receipt.firm_id, f"receipt:{receipt.id}")
        return {"receipt_id": receipt.id}

    body: dict[str, object] = {
        "number": number,
        "amount_minor": amount.minor,
        "reference": reference,
        "source": source,
    }
    answer = app.store.command(app.actor, "invoice.pay", key, body, now, action)
    return _kept(app, number, str(answer["receipt_id"]))


def _see_amount(amount: Amount, reference: str) -> None:
    if amount.asset != HKD or amount.minor <= 0 or not reference.strip():
        raise Invalid(
            "receipt.amount",
            N_("A payment is a positive amount of HKD with the bank's reference, not {amount}."),
            hint=N_("Write it as --amount '1000 HKD' --reference TT-4711."),
            amount=str(amount),
        )


def _kept(app: App, number: str, receipt_id: str) -> Receipt:
    with app.store.reading() as uow:
        kept = uow.receivables.receipts(open_item(uow, number).item.document_id)
    return next(one for one in kept if one.id == receipt_id)


def see_invoiced(uow: UnitOfWork, one: OpenItem) -> None:
    """Refuse a job bill: its month's invoice is what is paid and credited.

    Raises:
        Refused: it is a job bill.
    """
    if one.item.kind != "bill":
        return
    month = uow.receivables.month(one.month_id) if one.month_id else None
    if month is not None:
        raise Refused(
            "invoice.gathered",
            N_("Job bill {number} is on the invoice {month} of its month."),
            hint=N_("Name that invoice instead: {month}"),
            number=one.item.number,
            month=month.number,
        )
    raise Refused(
        "invoice.not_yet",
        N_("Job bill {number} is not due: the invoice of its month will ask for it."),
        hint=N_("When the month is over: entrepot invoice month 2026-11"),
        number=one.item.number,
    )


def _receipt(
    uow: UnitOfWork,
    one: OpenItem,
    made_id: str,
    minor: int,
    reference: str,
    source: str,
    now: int,
) -> Receipt:
    applied = min(minor, one.open)
    lost = one.written_off - recovered_of(uow, one.item.document_id)
    recovered = min(minor - applied, lost)
    excess = minor - applied - recovered
    places = (made_id, one.item.firm_id, one.item.document_id, reference, source, now)
    return Receipt(*places, minor, applied, recovered, excess)


def _book(app: App, uow: UnitOfWork, receipt: Receipt) -> None:
    firm = receipt.firm_id
    paid_by = "bank" if receipt.source == BANK else f"prepaid:{firm}"
    entries = [
        Entry(paid_by, f"receivable:{firm}", receipt.applied_minor, HKD, "payment"),
        Entry(paid_by, "bad_debt", receipt.recovered_minor, HKD, "recovered"),
        Entry(paid_by, f"prepaid:{firm}", receipt.excess_minor, HKD, "deposit"),
    ]
    made = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), f"receipt:{receipt.id}")
    open_accounts(uow.ledger, made)
    uow.ledger.post(made)


def _see_prepaid(uow: UnitOfWork, one: OpenItem, receipt: Receipt) -> None:
    free = uow.ledger.balance(f"prepaid:{receipt.firm_id}").credit_free
    if receipt.excess_minor or free < receipt.amount_minor:
        raise Refused(
            "receipt.prepaid",
            N_("{amount} cannot be taken: {open} is open on {number}, {free} is free."),
            hint=N_("Take at most what is open and free."),
            amount=str(Amount(receipt.amount_minor, HKD)),
            open=str(Amount(one.open, HKD)),
            number=one.item.number,
            free=str(Amount(free, HKD)),
        )


def _see_same(known: Receipt, one: OpenItem, amount: Amount, source: str) -> None:
    same = (known.document_id, known.amount_minor, known.source)
    if same != (one.item.document_id, amount.minor, source):
        raise Conflict(
            "receipt.known",
            N_("Another payment of the firm with the reference {reference} is booked already."),
            hint=N_("Give the reference of the new payment."),
            reference=known.reference,
        )
