"""Types of the room: invoices and statements; those of a price come from ``price_model``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from entrepot.domain.contracts.plain import LATER, to_plain
from entrepot.domain.contracts.price_model import (
    CentreCost,
    LineKind,
    Names,
    Payout,
    PriceBreakdown,
    PriceLine,
    PriceTerms,
    RatedUse,
    VoucherDeduction,
)
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.money import HKD, Amount, ExchangeRate
from entrepot.kernel.period import Period

__all__ = [
    "CentreCost",
    "CentreStatement",
    "Duty",
    "Invoice",
    "InvoiceHead",
    "InvoiceLine",
    "LineKind",
    "Names",
    "Outcome",
    "OutcomeState",
    "Party",
    "Payout",
    "PriceBreakdown",
    "PriceLine",
    "PriceTerms",
    "RatedUse",
    "StatementLine",
    "Usage",
    "VoucherDeduction",
]


@dataclass(frozen=True, slots=True)
class Party:
    """A side of a contract as a paper names it.

    Attributes:
        id: id in the register.
        names: names in three languages.
        address: one line.
        registration: number of the business registration (Hong Kong) or the unified
            social credit code (mainland); empty = not stated.
    """

    id: str
    names: Names
    address: str = ""
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a job used, as the signed reports say.

    Attributes:
        milli_device_seconds: 1000 = one device for one second.
        cpu_ms: processor time in milliseconds.
        peak_memory_bytes: most memory held at once.
        egress_bytes: size of the outputs that left.
        energy_j: joules as the centre measured them, for information; None = not stated.
        waited_ms: milliseconds that its processes stood ready while others had the processor;
            None = not measured.
    """

    milli_device_seconds: int
    cpu_ms: int
    peak_memory_bytes: int
    egress_bytes: int
    energy_j: int | None = field(default=None, metadata=LATER)
    waited_ms: int | None = field(default=None, metadata=LATER)


class OutcomeState(StrEnum):
    """How a job ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended, and one sentence on it."""

    state: OutcomeState
    sentence: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of the data gate that the firm accepted with the lease."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice.

    Attributes:
        number: 1, 2, 3 … in order.
        kind: what the line is.
        text, params: description, see ``PriceLine``.
        milli_device_seconds: quantity, for a line of use; else None.
        cause: id of the rated line billed; empty for a line that follows from the others.
        amount: HKD; negative takes off.
    """

    number: int
    kind: LineKind
    text: str
    params: tuple[tuple[str, str], ...]
    milli_device_seconds: int | None
    cause: str
    amount: Amount

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the description in the language of ``translate``."""
        return translate(self.text).format(**dict(self.params))


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """Everything on an invoice that is not an amount.

    Attributes:
        id: id of the invoice.
        number: gapless number, ``HK-2026-000001``.
        branch: code of the issuing branch.
        issuer, firm, centre: who contracts, who buys, whose devices worked.
        job, lease, quote: what is billed.
        issued_at: Unix seconds.
        period: from the start to the end of the run.
        usage: what was used.
        outcome: how the job ended.
        duties: accepted with the lease.
        journal_hash: head of the journal's chain when the invoice was made.
        facts_digest: digest of the facts that the quote rests on.
        contract: id of the user contract, where the firm has signed one.
        due_on: ISO day by which it is to be paid; empty if it is paid at once.
        milli_devices: what was leased; 1000 = one device; 0 = not stated.
        isolation: how firms on one device were kept apart; empty = not stated.
        lease_kind: kind of the lease, see ``LeaseKind``; empty = not stated.
    """

    id: str
    number: str
    branch: str
    issuer: Party
    firm: Party
    centre: Party
    job: str
    lease: str
    quote: str
    issued_at: int
    period: Period
    usage: Usage
    outcome: Outcome
    duties: tuple[Duty, ...]
    journal_hash: str
    facts_digest: str
    contract: str = field(default="", metadata=LATER)
    due_on: str = field(default="", metadata=LATER)
    milli_devices: int = field(default=0, metadata=LATER)
    isolation: str = field(default="", metadata=LATER)
    lease_kind: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice: total = Σ lines, and that is what the receivable grows by.

    Attributes:
        head: parties, dates, references.
        lines: charges; sum = ``total``.
        vouchers: deductions and expected claims.
        total: HKD before vouchers.
        payable: total − vouchers deducted at the purchase.
        paid_from_prepaid: HKD taken from the hold.
        fx: rate between the offer's currency and HKD; None for an offer in HKD.
        price_version: same as the quote's.
    """

    head: InvoiceHead
    lines: tuple[InvoiceLine, ...]
    vouchers: tuple[VoucherDeduction, ...]
    total: Amount
    payable: Amount
    paid_from_prepaid: Amount
    fx: ExchangeRate | None
    price_version: str

    @property
    def due(self) -> Amount:
        """HKD still to be paid."""
        return self.payable - self.paid_from_prepaid

    @property
    def expected_claims(self) -> Amount:
        """HKD that the firm can still claim from programmes itself."""
        later = (v.amount.minor for v in self.vouchers if v.payout == Payout.AFTER_CLAIM)
        return Amount(sum(later), HKD)

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(Invoice, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))

    def as_json(self) -> bytes:
        """Return the canonical JSON, of which a hash can be taken."""
        return canonical_json(self.as_dict())


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One invoice on a centre's statement: what the centre gets for it.

    The firm is not named: a centre need not know for whom it worked.

    Attributes:
        invoice_number: number of the invoice to the firm.
        lease: lease that ran on the centre's devices.
        milli_device_seconds: quantity used.
        amount: CNH.
    """

    invoice_number: str
    lease: str
    milli_device_seconds: int
    amount: Amount


@dataclass(frozen=True, slots=True)
class CentreStatement:
    """What a centre was paid in one settlement, in RMB.

    Attributes:
        number: number of the statement.
        issuer, centre: who pays, who is paid.
        batch: id of the netting batch.
        value_date: ISO date on which the money moves.
        issued_at: Unix seconds.
        lines: members; sum = ``total``.
        total: CNH.
        fx: CNH/HKD rate of the settlement.
        bank_reference: the bank's reference of the booking; empty before it is known.
        journal_hash: head of the journal's chain.
    """

    number: str
    issuer: Party
    centre: Party
    batch: str
    value_date: str
    issued_at: int
    lines: tuple[StatementLine, ...]
    total: Amount
    fx: ExchangeRate
    bank_reference: str
    journal_hash: str

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(CentreStatement, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))

    def as_json(self) -> bytes:
        """Return the canonical JSON, of which a hash can be taken."""
        return canonical_json(self.as_dict())
