"""Claims as they are kept, and the port of their store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on one invoice line under one programme; a line is claimed once a family.

    Attributes:
        id: ``C-…``.
        invoice_line: id of the rated line.
        invoice_id, lease_id, firm_id: what it was billed for; group_id: whose caps count.
        programme, family: under which it is claimed; asset: currency of its amounts.
        payout: ``deducted_at_purchase`` or ``claim_then_redeem``.
        state: word of :class:`entrepot.domain.vouchers.claim_life.Stage`.
        asked_minor: applied for; amount_minor: asked, then granted, minor units.
        held: the counters of ``limits`` hold the amount.
        limits: counters and their limits, as reserved; the key of a year is in its scope.
        applied_by, applied_at: desk and Unix second; approved_by, approved_at: of the decision.
        expires_on: first day on which it cannot be redeemed; None = not stated.
        paid_at: Unix second of the programme's payment; reference: of that payment.
        reason: why it was refused or clawed back.
        evidence: digest of metered use and payment; empty before it is proven.
        owed_minor: what the firm owes because the programme did not pay, or took back.
        collected_minor: what of it was taken from the prepaid account.
        body: the entitlement as explained, and the facts stated.
    """

    id: str
    invoice_line: str
    invoice_id: str
    lease_id: str
    firm_id: str
    group_id: str
    programme: str
    family: str
    asset: str
    payout: str
    state: str
    asked_minor: int
    amount_minor: int
    held: bool
    limits: Body
    applied_by: str
    applied_at: int
    approved_by: str | None
    approved_at: int | None
    expires_on: str | None
    paid_at: int | None
    reference: str
    reason: str
    evidence: str
    owed_minor: int
    collected_minor: int
    body: Body


class ClaimBook(Protocol):
    """Claims inside a unit of work."""

    def add(self, claim: Claim) -> None:
        """Keep a claim; a line has one a family.

        Raises:
            Conflict: the line is claimed in the family.
        """
        ...

    def find(self, claim_id: str) -> Claim | None:
        """Return a claim, or None."""
        ...

    def replace(self, claim: Claim) -> None:
        """Write every field of a claim."""
        ...

    def of_line(self, invoice_line: str) -> list[Claim]:
        """Return the claims on a line, in order of id."""
        ...

    def all(self, states: Sequence[str] = ()) -> list[Claim]:
        """Return claims, of the states given, in order of id."""
        ...
