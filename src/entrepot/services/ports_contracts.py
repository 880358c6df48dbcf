"""Contracts as the services see them, with what hangs on them: who is bound, what is owed and paid.

Terms and documents are kept for good. What is owed on an invoice is never stored: it is what was
payable less what the rows here say was paid, credited or written off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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


class ContractBook(Protocol):
    """Contracts and their members inside a unit of work."""

    def add_user(self, contract: UserContract) -> None:
        """Keep a user contract."""
        ...

    def add_purchase(self, contract: PurchaseContract) -> None:
        """Keep a purchase contract."""
        ...

    def user(self, contract_id: str) -> UserContract | None:
        """Return a user contract."""
        ...

    def purchase(self, contract_id: str) -> PurchaseContract | None:
        """Return a purchase contract."""
        ...

    def users(self, firm_id: str | None = None) -> list[UserContract]:
        """Return user contracts in order of id, of one firm or of all."""
        ...

    def purchases(self, centre_id: str | None = None) -> list[PurchaseContract]:
        """Return purchase contracts in order of id, of one centre or of all."""
        ...

    def sign(self, contract_id: str, person: str, at: int, reference: str, digest: str) -> bool:
        """Make a draft active; False if it is none."""
        ...

    def end(self, contract_id: str, on_day: str) -> bool:
        """End an active contract or drop a draft; False if it is neither."""
        ...

    def bind(self, member: Member) -> None:
        """Bind a lease to both contracts, once."""
        ...

    def member(self, lease_id: str) -> Member | None:
        """Return the contracts of a lease; None for one of before there were contracts."""
        ...

    def members(self, contract_id: str) -> list[Member]:
        """Return the leases of a contract of either side, in order of id."""
        ...

    def bind_lines(self, lines: Sequence[MemberLine]) -> None:
        """Bind invoice lines to both contracts, each once."""
        ...

    def lines(self, *, invoice_id: str = "", contract_id: str = "") -> list[MemberLine]:
        """Return the bound lines of an invoice or of a contract, or all of them."""
        ...


class ReceivableBook(Protocol):
    """What firms owe by documents, and how it was settled, inside a unit of work."""

    def add(self, item: Receivable) -> None:
        """Keep a document by which a firm owes."""
        ...

    def find(self, number_or_id: str) -> Receivable | None:
        """Return one by number or id."""
        ...

    def all(self, firm_id: str | None = None) -> list[Receivable]:
        """Return all in order of issue, of one firm or of all."""
        ...

    def add_month(self, bill: MonthBill, bills: Sequence[tuple[str, str]]) -> None:
        """Keep a month's invoice over job bills given as (job id, bill id), each in one month."""
        ...

    def month(self, number_or_id: str) -> MonthBill | None:
        """Return a month's invoice by number or id."""
        ...

    def months(self, firm_id: str | None = None) -> list[MonthBill]:
        """Return months' invoices in order of number, of one firm or of all."""
        ...

    def month_of(self, bill_id: str) -> str | None:
        """Return the id of the month's invoice that gathered a job bill."""
        ...

    def gathered(self, month_id: str | None = None) -> list[tuple[str, str]]:
        """Return (job bill id, month's invoice id) pairs, of one month's invoice or of all."""
        ...

    def add_receipt(self, receipt: Receipt) -> None:
        """Keep a payment; a firm's reference counts once."""
        ...

    def receipts(self, document_id: str | None = None) -> list[Receipt]:
        """Return payments in order of id, of one document or of all."""
        ...

    def receipt_of(self, firm_id: str, reference: str) -> Receipt | None:
        """Return the payment of a firm under a reference."""
        ...

    def add_credit(self, note: KeptCredit) -> None:
        """Keep a credit note."""
        ...

    def credit(self, number_or_id: str) -> KeptCredit | None:
        """Return a credit note by number or id."""
        ...

    def credits(self, document_id: str | None = None) -> list[KeptCredit]:
        """Return credit notes in order of number, of one document or of all."""
        ...

    def add_write_off(self, row: WriteOff) -> None:
        """Keep what was given up; a document once."""
        ...

    def write_offs(self) -> list[WriteOff]:
        """Return all that was given up."""
        ...

    def add_letter(self, letter: Letter) -> None:
        """Keep a reminder; a document has one a level."""
        ...

    def letters(self, document_id: str | None = None) -> list[Letter]:
        """Return reminders by document and level."""
        ...

    def add_statement(self, row: CentreStatementRow) -> None:
        """Keep a month's statement; a centre has one a month."""
        ...

    def statement(self, centre_id: str, month: str) -> CentreStatementRow | None:
        """Return a month's statement to a centre."""
        ...

    def statements(self) -> list[CentreStatementRow]:
        """Return all months' statements in order of number."""
        ...


class WithContracts(Protocol):
    """A transaction over contracts and what is owed by them."""

    @property
    def contracts(self) -> ContractBook:
        """Contracts and members."""
        ...

    @property
    def receivables(self) -> ReceivableBook:
        """Documents, payments, credit notes, letters, statements."""
        ...
