"""What firms owe by documents, and how it was settled, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from entrepot.adapters.sql import contract_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services import ports_contracts as p

ITEMS = RecordTable(t.receivable_item, p.Receivable)
MONTHS = RecordTable(t.month_invoice, p.MonthBill)
RECEIPTS = RecordTable(t.receipt, p.Receipt)
CREDITS = RecordTable(t.credit_note, p.KeptCredit)
WRITE_OFFS = RecordTable(t.write_off, p.WriteOff)
LETTERS = RecordTable(t.reminder_letter, p.Letter)
STATEMENTS = RecordTable(t.centre_statement, p.CentreStatementRow)


class SqlReceivables:
    """The port ``ReceivableBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(self, item: p.Receivable) -> None:
        """Keep a document by which a firm owes."""
        ITEMS.add(self._conn, item)

    def find(self, number_or_id: str) -> p.Receivable | None:
        """Return one by number or id."""
        row = t.receivable_item.c
        named = (row.document_id == number_or_id) | (row.number == number_or_id)
        return ITEMS.find(self._conn, named)

    def all(self, firm_id: str | None = None) -> list[p.Receivable]:
        """Return all in order of issue, of one firm or of all."""
        row = t.receivable_item.c
        where = [] if firm_id is None else [row.firm_id == firm_id]
        return ITEMS.all(self._conn, *where, order=[row.issued_at, row.document_id])

    def asked_before(self, firm_id: str, day: str) -> bool:
        """Say whether a document of a firm was due on or before a day and not paid at once."""
        row = t.receivable_item.c
        open_once = [row.firm_id == firm_id, row.payable_minor > row.prepaid_minor]
        query = select(row.document_id).where(*open_once, row.due_on <= day).limit(1)
        return self._conn.execute(query).first() is not None

    def add_month(self, bill: p.MonthBill, bills: Sequence[tuple[str, str]]) -> None:
        """Keep a month's invoice over job bills given as (job id, bill id), each in one month."""
        MONTHS.add(self._conn, bill)
        rows = [{"job_id": job, "bill_id": one, "month_id": bill.id} for job, one in bills]
        if rows:
            self._conn.execute(insert(t.invoice_job), rows)

    def month(self, number_or_id: str) -> p.MonthBill | None:
        """Return a month's invoice by number or id."""
        row = t.month_invoice.c
        return MONTHS.find(self._conn, (row.id == number_or_id) | (row.number == number_or_id))

    def months(self, firm_id: str | None = None) -> list[p.MonthBill]:
        """Return months' invoices in order of number, of one firm or of all."""
        row = t.month_invoice.c
        where = [] if firm_id is None else [row.firm_id == firm_id]
        return MONTHS.all(self._conn, *where, order=[row.branch, row.year, row.seq])

    def month_of(self, bill_id: str) -> str | None:
        """Return the id of the month's invoice that gathered a job bill."""
        row = t.invoice_job.c
        query = select(row.month_id).where(row.bill_id == bill_id)
        return self._conn.execute(query).scalar_one_or_none()

    def gathered(
        self, month_id: str | None = None, firm_id: str | None = None
    ) -> list[tuple[str, str]]:
        """Return (job bill id, month's invoice id) pairs: of a month's invoice, a firm, or all."""
        row = t.invoice_job.c
        query = select(row.bill_id, row.month_id).order_by(row.bill_id)
        if month_id is not None:
            query = query.where(row.month_id == month_id)
        if firm_id is not None:
            query = query.join(t.month_invoice).where(t.month_invoice.c.firm_id == firm_id)
        return [(bill, month) for bill, month in self._conn.execute(query)]

    def add_receipt(self, receipt: p.Receipt) -> None:
        """Keep a payment; a firm's reference counts once."""
        RECEIPTS.add(self._conn, receipt)

    def receipts(
        self, document_id: str | None = None, firm_id: str | None = None
    ) -> list[p.Receipt]:
        """Return payments in order of id: of a document, of a firm, or all."""
        row = t.receipt.c
        where = [] if document_id is None else [row.document_id == document_id]
        where += [] if firm_id is None else [row.firm_id == firm_id]
        return RECEIPTS.all(self._conn, *where, order=[row.id])

    def receipt_of(self, firm_id: str, reference: str) -> p.Receipt | None:
        """Return the payment of a firm under a reference."""
        row = t.receipt.c
        return RECEIPTS.find(self._conn, row.firm_id == firm_id, row.reference == reference)

    def add_credit(self, note: p.KeptCredit) -> None:
        """Keep a credit note."""
        CREDITS.add(self._conn, note)

    def credit(self, number_or_id: str) -> p.KeptCredit | None:
        """Return a credit note by number or id."""
        row = t.credit_note.c
        return CREDITS.find(self._conn, (row.id == number_or_id) | (row.number == number_or_id))

    def credits(
        self, document_id: str | None = None, firm_id: str | None = None
    ) -> list[p.KeptCredit]:
        """Return credit notes in order of number: of a document, of a firm, or all."""
        row = t.credit_note.c
        where = [] if document_id is None else [row.document_id == document_id]
        where += [] if firm_id is None else [row.firm_id == firm_id]
        return CREDITS.all(self._conn, *where, order=[row.branch, row.year, row.seq])

    def add_write_off(self, row: p.WriteOff) -> None:
        """Keep what was given up; a document once."""
        WRITE_OFFS.add(self._conn, row)

    def write_offs(self, firm_id: str | None = None) -> list[p.WriteOff]:
        """Return what was given up, of one firm or in all."""
        row = t.write_off.c
        where = [] if firm_id is None else [row.firm_id == firm_id]
        return WRITE_OFFS.all(self._conn, *where, order=[row.document_id])

    def add_letter(self, letter: p.Letter) -> None:
        """Keep a reminder; a document has one a level."""
        LETTERS.add(self._conn, letter)

    def letters(self, document_id: str | None = None) -> list[p.Letter]:
        """Return reminders by document and level."""
        row = t.reminder_letter.c
        where = [] if document_id is None else [row.document_id == document_id]
        return LETTERS.all(self._conn, *where, order=[row.document_id, row.level])

    def add_statement(self, row: p.CentreStatementRow) -> None:
        """Keep a month's statement; a centre has one a month."""
        STATEMENTS.add(self._conn, row)

    def statement(self, centre_id: str, month: str) -> p.CentreStatementRow | None:
        """Return a month's statement to a centre."""
        row = t.centre_statement.c
        return STATEMENTS.find(self._conn, row.centre_id == centre_id, row.month == month)

    def statements(self) -> list[p.CentreStatementRow]:
        """Return all months' statements in order of number."""
        row = t.centre_statement.c
        return STATEMENTS.all(self._conn, order=[row.branch, row.year, row.seq])
