"""Orders to a bank: pay the centres of frozen netting batches, or buy the RMB for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.domain.contracts.funding import FX_MARK, Leg, Mode
from entrepot.domain.contracts.settlement import BatchState, NettingBatch
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.money import Amount
from entrepot.kernel.text import N_

_BIC = re.compile(r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")
_CNAPS = re.compile(r"^[0-9]{12}$")

NOT_PROVIDED = "NOTPROVIDED"
"""Stands in a file for an account that the bank knows and we do not state."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account at a bank; neither Hong Kong nor the mainland uses IBAN.

    Attributes:
        holder: name of the holder, in Chinese or Latin script, 1 to 140 characters.
        number: account number, 1 to 34 characters; ``NOT_PROVIDED`` if the bank knows it,
            in which case bank codes may be left out too.
        bic: BIC of the bank; empty if it is named by CNAPS.
        cnaps: twelve digits of the mainland's CNAPS; empty if it is named by BIC.
        country: ISO 3166-1 code of the holder.

    Raises:
        Invalid: a part is missing or has no meaning.

    Source: ISO 9362 (BIC); ISO 20022 external code CNAPS, 2026-11-21.
    """

    holder: str
    number: str
    bic: str = ""
    cnaps: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        wrong = {
            "holder": not 1 <= len(self.holder.strip()) <= 140,
            "number": not 1 <= len(self.number.strip()) <= 34,
            "bic": bool(self.bic) and not _BIC.match(self.bic),
            "cnaps": bool(self.cnaps) and not _CNAPS.match(self.cnaps),
            "bank": not (self.bic or self.cnaps) and self.number != NOT_PROVIDED,
        }
        fields = {name: "missing or malformed" for name, bad in wrong.items() if bad}
        if fields:
            raise Invalid(
                "payment.account",
                N_("A bank account is incomplete: {parts}."),
                hint=N_("Give holder, number, and a BIC or a CNAPS code of 12 digits."),
                fields=fields,
                parts=", ".join(fields),
            )


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment.

    Attributes:
        end_to_end_id: our reference, at most 35 characters; comes back in every notice.
        amount: > 0; CNH is written CNY in the file.
        creditor: who is paid.
        remittance: words for the creditor, at most 140 characters.
        sells: HKD that the bank takes for the amount, at the rate agreed with it; None = the
            account is kept in the currency of the amount.
    """

    end_to_end_id: str
    amount: Amount
    creditor: BankAccount
    remittance: str
    sells: Amount | None = None


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Payments from one account on one day.

    Attributes:
        message_id: id of the file, at most 35 characters.
        created_at: Unix seconds.
        execute_on: ISO date.
        debtor: who pays.
        payments: at least one.
    """

    message_id: str
    created_at: int
    execute_on: str
    debtor: BankAccount
    payments: tuple[Payment, ...]


_PAYABLE = (BatchState.FROZEN, BatchState.FUNDING, BatchState.FUNDED, BatchState.INSTRUCTED)


def order_for(
    batch: NettingBatch,
    debtor: BankAccount,
    creditor: BankAccount,
    created_at: int,
    leg: Leg = Leg.PAY,
) -> PaymentOrder:
    """Make the order that pays a frozen batch, or buys the RMB for it; see :func:`orders_for`."""
    return orders_for([(batch, creditor)], debtor, created_at, leg)


def orders_for(
    batches: Sequence[tuple[NettingBatch, BankAccount]],
    debtor: BankAccount,
    created_at: int,
    leg: Leg = Leg.PAY,
) -> PaymentOrder:
    """Make one order for several frozen batches of one value date: one payment a batch.

    The id of a file with one payment is the payment's reference. An instructed batch gives the
    same order again, so that a file lost in a crash can be written anew.

    Args:
        batches: each with the account of its centre, at least one.
        debtor: the branch.
        created_at: Unix seconds.
        leg: ``fx`` buys RMB into the branch's own account, ``pay`` pays the centres.

    Raises:
        Conflict: a batch is neither frozen nor under way.
        Invalid: the batches have several value dates, or a creditor's account is not stated.
    """
    payments = tuple(_payment(batch, debtor, creditor, leg) for batch, creditor in batches)
    days = {batch.value_date for batch, _ in batches}
    if len(days) != 1:
        raise Invalid(
            "payment.dates",
            N_("One order has one value date; these batches have {count}."),
            hint=N_("Instruct the batches of each day together."),
            count=len(days),
        )
    message_id = message_id_of([payment.end_to_end_id for payment in payments])
    return PaymentOrder(message_id, created_at, days.pop(), debtor, payments)


def message_id_of(references: Sequence[str]) -> str:
    """Return the id of a file by its payments: the reference of one, a digest of several."""
    return references[0] if len(references) == 1 else f"PO-{digest(list(references))[:28].upper()}"


def one_order(batch: NettingBatch) -> bool:
    """Say whether the bank buys the RMB that it pays with, all by one order."""
    values = batch.values
    whole = values is not None and values.converted == values.total
    return batch.mode == Mode.PAY_AS_PAID and whole


def reference_of(batch: NettingBatch, leg: Leg) -> str:
    """Return the reference under which an order of a batch comes back in the bank's words."""
    return batch.end_to_end_id + (FX_MARK if leg == Leg.FX else "")


def _payment(batch: NettingBatch, debtor: BankAccount, creditor: BankAccount, leg: Leg) -> Payment:
    values = batch.values
    if batch.state not in _PAYABLE or values is None:
        raise Conflict(
            "settlement.state",
            N_("Batch {id} is {state}, and only a frozen one can be paid."),
            hint=N_("Freeze it first: entrepot settle run"),
            id=batch.id,
            state=batch.state.value,
        )
    reference = reference_of(batch, leg)
    if leg == Leg.FX:
        return Payment(reference, values.converted, debtor, f"{batch.id} HKD to RMB", values.paid)
    if creditor.number == NOT_PROVIDED:
        raise Invalid(
            "payment.creditor",
            N_("The centre {name} has no bank account on record."),
            hint=N_("Add name, number, and bic or cnaps to the centre's account."),
            name=creditor.holder,
        )
    sells = values.paid if one_order(batch) else None
    words = f"{batch.id} {len(batch.members)} invoices"
    return Payment(reference, values.total, creditor, words, sells)
