"""Orders to a bank to pay centres: one payment for one frozen netting batch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from entrepot.domain.contracts.settlement import BatchState, NettingBatch
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
    """

    end_to_end_id: str
    amount: Amount
    creditor: BankAccount
    remittance: str


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


def order_for(
    batch: NettingBatch, debtor: BankAccount, creditor: BankAccount, created_at: int
) -> PaymentOrder:
    """Make the order that pays a frozen batch; the file's id is the payment's reference.

    An instructed batch gives the same order again, so that a file lost in a crash can be
    written anew.

    Raises:
        Conflict: the batch is neither frozen nor instructed.
        Invalid: the creditor's account is not stated.
    """
    payable = batch.state in (BatchState.FROZEN, BatchState.INSTRUCTED)
    if not payable or batch.values is None:
        raise Conflict(
            "settlement.state",
            N_("Batch {id} is {state}, and only a frozen one can be paid."),
            hint=N_("Freeze it first: entrepot settle run"),
            id=batch.id,
            state=batch.state.value,
        )
    if creditor.number == NOT_PROVIDED:
        raise Invalid(
            "payment.creditor",
            N_("The centre {name} has no bank account on record."),
            hint=N_("Add name, number, and bic or cnaps to the centre's account."),
            name=creditor.holder,
        )
    reference = batch.end_to_end_id
    words = f"{batch.id} {len(batch.members)} invoices"
    payment = Payment(reference, batch.values.total, creditor, words)
    return PaymentOrder(reference, created_at, batch.value_date, debtor, (payment,))
