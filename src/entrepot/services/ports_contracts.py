"""Ports of contracts: who is bound, what is owed and paid, inside a unit of work.

The rows that they keep stand in :mod:`entrepot.services.contract_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from entrepot.services.contract_rows import (
    CentreStatementRow,
    KeptCredit,
    Letter,
    Member,
    MemberLine,
    MonthBill,
    PurchaseContract,
    Receipt,
    Receivable,
    UserContract,
    WriteOff,
)

__all__ = [
    "CentreStatementRow",
    "ContractBook",
    "KeptCredit",
    "Letter",
    "Member",
    "MemberLine",
    "MonthBill",
    "PurchaseContract",
    "Receipt",
    "Receivable",
    "ReceivableBook",
    "UserContract",
    "WithContracts",
    "WriteOff",
]


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

    def asked_before(self, firm_id: str, day: str) -> bool:
        """Say whether a document of a firm was due on or before a day and not paid at once."""
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

    def gathered(
        self, month_id: str | None = None, firm_id: str | None = None
    ) -> list[tuple[str, str]]:
        """Return (job bill id, month's invoice id) pairs: of a month's invoice, a firm, or all."""
        ...

    def add_receipt(self, receipt: Receipt) -> None:
        """Keep a payment; a firm's reference counts once."""
        ...

    def receipts(self, document_id: str | None = None, firm_id: str | None = None) -> list[Receipt]:
        """Return payments in order of id: of a document, of a firm, or all."""
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

    def credits(
        self, document_id: str | None = None, firm_id: str | None = None
    ) -> list[KeptCredit]:
        """Return credit notes in order of number: of a document, of a firm, or all."""
        ...

    def add_write_off(self, row: WriteOff) -> None:
        """Keep what was given up; a document once."""
        ...

    def write_offs(self, firm_id: str | None = None) -> list[WriteOff]:
        """Return what was given up, of one firm or in all."""
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
