"""Contracts, and what is owed, paid, credited and reminded under them, as kept.

Terms and documents are kept for good. What is owed on an invoice is never stored: it is what was
payable less what the rows here say was paid, credited or written off.
"""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class UserContract:
    """A contract with a firm; terms as of :class:`entrepot.domain.contracts.agreement.UserTerms`.

    Attributes:
        state: ``draft``, ``active`` or ``ended``.
        standing: made by the house for a firm that has signed none: prepaid, an invoice a job.
        made_by, made_at, signed_by, signed_at: person and Unix second.
        reference: of the signed paper; digest: of the terms that were signed.
        ended_on: first day without it, where somebody ended it.
    """

    id: str
    firm_id: str
    branch: str
    currency: str
    terms: str
    limit_minor: int
    payment_days: int
    billing: str
    plan: str | None
    from_day: str
    to_day: str | None
    state: str
    standing: bool
    made_by: str
    made_at: int
    signed_by: str | None
    signed_at: int | None
    reference: str
    digest: str
    ended_on: str | None


@dataclass(frozen=True, slots=True)
class PurchaseContract:
    """A contract with a centre for the jobs of all firms; fields as of :class:`UserContract`."""

    id: str
    centre_id: str
    branch: str
    currency: str
    payment_days: int
    commitments: tuple[Body, ...]
    from_day: str
    to_day: str | None
    state: str
    standing: bool
    made_by: str
    made_at: int
    signed_by: str | None
    signed_at: int | None
    reference: str
    digest: str
    ended_on: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A lease bound to both contracts, back to back; terms: how its hold was taken."""

    lease_id: str
    user_contract_id: str
    purchase_contract_id: str
    terms: str
    bound_at: int


@dataclass(frozen=True, slots=True)
class MemberLine:
    """An invoice line bound to both contracts.

    Attributes:
        invoice_id, line: which line.
        user_minor: HKD cents charged; centre_minor: CNH fen owed; carrying_minor: HKD of that.
    """

    invoice_id: str
    line: int
    user_contract_id: str
    purchase_contract_id: str
    user_minor: int
    centre_minor: int
    carrying_minor: int


@dataclass(frozen=True, slots=True)
class MonthBill:
    """The invoice of a month as kept; body holds the document, digest is of it."""

    id: str
    number: str
    branch: str
    year: int
    seq: int
    firm_id: str
    contract_id: str
    month: str
    issued_at: int
    due_on: str
    total_minor: int
    extra_minor: int
    body: Body
    digest: str


@dataclass(frozen=True, slots=True)
class Receivable:
    """A document by which a firm owes money.

    Attributes:
        document_id: ``I-…``; number: of the document.
        kind: ``job`` = invoice of a job, ``bill`` = job bill that a month's invoice gathers,
            ``month`` = that invoice.
        terms: of the contract when it was issued.
        due_on: ISO day; None for a job bill, which is due with its month.
        payable_minor: HKD cents; prepaid_minor: of that taken from the hold at once.
    """

    document_id: str
    number: str
    kind: str
    firm_id: str
    contract_id: str
    terms: str
    issued_at: int
    due_on: str | None
    payable_minor: int
    prepaid_minor: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money of a firm for one document.

    Attributes:
        reference: of the bank, once a firm; source: ``bank`` or ``prepaid``.
        amount_minor: came in; applied_minor: to the document; recovered_minor: of what was
            written off; excess_minor: to the prepaid account. The last three sum to the first.
    """

    id: str
    firm_id: str
    document_id: str
    reference: str
    source: str
    received_at: int
    amount_minor: int
    applied_minor: int
    recovered_minor: int
    excess_minor: int


@dataclass(frozen=True, slots=True)
class KeptCredit:
    """A credit note as kept.

    Attributes:
        document_id: what it credits; invoice_id: the job's own bill behind the line, None for
            a line of the month itself; line: on the document; bill_line: on that bill.
        amount_minor: HKD cents; applied_minor: of that against the document; the rest went to
            the prepaid account.
        centre_id, centre_minor, carrying_minor: what the centre bears, CNH fen and HKD cents.
    """

    id: str
    number: str
    branch: str
    year: int
    seq: int
    firm_id: str
    document_id: str
    invoice_id: str | None
    line: int
    bill_line: int
    amount_minor: int
    applied_minor: int
    centre_id: str | None
    centre_minor: int
    carrying_minor: int
    issued_at: int
    proposal_id: str
    body: Body
    digest: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What was given up of a document by two persons, HKD cents."""

    document_id: str
    firm_id: str
    minor: int
    at: int
    proposal_id: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder that was written; body holds it, digest is of it."""

    document_id: str
    level: int
    firm_id: str
    written_at: int
    body: Body
    digest: str


@dataclass(frozen=True, slots=True)
class CentreStatementRow:
    """A month's statement to a centre as kept; body holds it, digest is of it."""

    id: str
    number: str
    branch: str
    year: int
    seq: int
    centre_id: str
    month: str
    issued_at: int
    body: Body
    digest: str
