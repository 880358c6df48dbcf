"""What callers get about money: firms, balances, bills, vouchers, claims, statements."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from entrepot.client.shapes import Asked, Id, Plain, Sentence

DAY = r"^\d{4}-\d{2}-\d{2}$"


class FirmOut(Struct, frozen=True):
    """A firm."""

    firm_id: str
    name: str
    address: str
    registration: str
    group_id: str
    profile: Plain
    registered_at: int


class BalanceOut(Struct, frozen=True):
    """The prepaid account of a firm, in HKD cents."""

    firm_id: str
    account: str
    asset: str
    balance_minor: int
    held_minor: Annotated[int, Meta(description="Bound by open leases.")]
    free_minor: int


class InvoiceRow(Struct, frozen=True):
    """A bill in a list, in HKD cents."""

    number: str
    invoice_id: str
    firm_id: str
    centre_id: str
    lease_id: str
    job_id: str
    issued_at: int
    total_minor: int
    digest: str


class InvoiceOut(Struct, frozen=True):
    """A bill, or any paper with a number, with the document that its digest is taken of."""

    number: str
    digest: str
    document: Plain


class Lang(Struct, frozen=True, forbid_unknown_fields=True):
    """Characters of the Chinese half of a paper."""

    lang: Annotated[str, Meta(pattern=r"^(zh-Hant|zh-Hans)$")] = "zh-Hant"


class VoucherOut(Struct, frozen=True):
    """Money of a programme kept for a lease."""

    reservation_id: str
    lease_id: str
    programme: str
    family: str
    asset: str
    amount_minor: int
    state: str


class ProgrammeOut(Struct, frozen=True):
    """A voucher programme as of today."""

    programme_id: str
    names: Plain
    currency: str
    stands: Annotated[str, Meta(description="Whether it is in force today.")]


class AskClaim(Asked, frozen=True):
    """A claim on a paid invoice."""

    invoice: Id
    programme: Id
    facts: Annotated[Plain, Meta(description="Facts of scope voucher.")] = field(
        default_factory=dict[str, Any]
    )


class ClaimOut(Struct, frozen=True):
    """A claim with where it stands."""

    claim_id: str
    invoice_id: str
    lease_id: str
    firm_id: str
    programme: str
    family: str
    asset: str
    payout: str
    state: str
    asked_minor: int
    amount_minor: int
    applied_by: str
    applied_at: int
    approved_by: str | None
    approved_at: int | None
    expires_on: str | None
    paid_at: int | None
    reason: str
    owed_minor: int


class GrantClaim(Asked, frozen=True):
    """What is granted of a claim; nothing said grants all that was asked."""

    amount_minor: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    expires_on: Annotated[str, Meta(pattern=DAY)] | None = None


class Because(Asked, frozen=True):
    """Why something is refused."""

    reason: Sentence


class Nothing(Asked, frozen=True):
    """No words are needed."""
