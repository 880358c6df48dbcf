"""Tables of contracts: both sides, their members, and what is owed, paid, credited, reminded.

Terms, members and documents are never changed; a contract's state moves, its terms do not. The
invoice of a job stays as it was in schema 1, one a job; ``invoice_job`` says which month's invoice
gathers it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

user_contract = Table(
    "user_contract",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("branch", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("limit_minor", INT64, nullable=False),
    Column("payment_days", INT64, nullable=False),
    Column("billing", Text, nullable=False),
    Column("plan", Text),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Column("state", Text, nullable=False),
    Column("standing", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("signed_by", Text),
    Column("signed_at", INT64),
    Column("reference", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("ended_on", Text),
    CheckConstraint("currency = 'HKD'", name="currency"),
    CheckConstraint("limit_minor >= 0 AND payment_days >= 0", name="range"),
    CheckConstraint("state = 'draft' OR state = 'ended' OR signed_by IS NOT NULL", name="signed"),
    CheckConstraint(
        "terms <> 'credit' OR signed_by IS NULL OR signed_by <> made_by", name="two_persons"
    ),
    sqlite_strict=True,
)

purchase_contract = Table(
    "purchase_contract",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    Column("branch", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("payment_days", INT64, nullable=False),
    Column("commitments", Text, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Column("state", Text, nullable=False),
    Column("standing", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("signed_by", Text),
    Column("signed_at", INT64),
    Column("reference", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("ended_on", Text),
    CheckConstraint("currency = 'CNH'", name="currency"),
    sqlite_strict=True,
)

contract_member = Table(
    "contract_member",
    metadata,
    Column("lease_id", Text, ForeignKey("lease.id"), primary_key=True),
    Column("user_contract_id", Text, ForeignKey("user_contract.id"), nullable=False, index=True),
    Column(
        "purchase_contract_id", Text, ForeignKey("purchase_contract.id"), nullable=False, index=True
    ),
    Column("terms", Text, nullable=False),
    Column("bound_at", INT64, nullable=False),
    sqlite_strict=True,
)

contract_line = Table(
    "contract_line",
    metadata,
    Column("invoice_id", Text, ForeignKey("invoice.id"), primary_key=True),
    Column("line", INT64, primary_key=True),
    Column("user_contract_id", Text, ForeignKey("user_contract.id"), nullable=False, index=True),
    Column(
        "purchase_contract_id", Text, ForeignKey("purchase_contract.id"), nullable=False, index=True
    ),
    Column("user_minor", INT64, nullable=False),
    Column("centre_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    sqlite_strict=True,
)

month_invoice = Table(
    "month_invoice",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("branch", Text, nullable=False),
    Column("year", INT64, nullable=False),
    Column("seq", INT64, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("contract_id", Text, ForeignKey("user_contract.id"), nullable=False),
    Column("month", Text, nullable=False),
    Column("issued_at", INT64, nullable=False),
    Column("due_on", Text, nullable=False),
    Column("total_minor", INT64, nullable=False),
    Column("extra_minor", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("branch", "year", "seq", name="month_invoice_gapless"),
    UniqueConstraint("contract_id", "month", name="month_invoice_once"),
    sqlite_strict=True,
)

invoice_job = Table(
    "invoice_job",
    metadata,
    Column("job_id", Text, ForeignKey("job.id"), primary_key=True),
    Column("bill_id", Text, ForeignKey("invoice.id"), nullable=False, unique=True),
    Column("month_id", Text, ForeignKey("month_invoice.id"), nullable=False, index=True),
    sqlite_strict=True,
)
"""Job and its bill → the month's invoice that gathers it; a job is in one at most."""

receivable_item = Table(
    "receivable_item",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("contract_id", Text, ForeignKey("user_contract.id"), nullable=False),
    Column("terms", Text, nullable=False),
    Column("issued_at", INT64, nullable=False),
    Column("due_on", Text),
    Column("payable_minor", INT64, nullable=False),
    Column("prepaid_minor", INT64, nullable=False),
    CheckConstraint("kind IN ('job', 'bill', 'month')", name="kind"),
    CheckConstraint("prepaid_minor BETWEEN 0 AND payable_minor", name="range"),
    Index("ix_receivable_item_firm", "firm_id", "issued_at"),
    sqlite_strict=True,
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column(
        "document_id", Text, ForeignKey("receivable_item.document_id"), nullable=False, index=True
    ),
    Column("reference", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("received_at", INT64, nullable=False),
    Column("amount_minor", INT64, nullable=False),
    Column("applied_minor", INT64, nullable=False),
    Column("recovered_minor", INT64, nullable=False),
    Column("excess_minor", INT64, nullable=False),
    CheckConstraint("amount_minor = applied_minor + recovered_minor + excess_minor", name="sum"),
    CheckConstraint(
        "amount_minor > 0 AND applied_minor >= 0 AND recovered_minor >= 0 AND excess_minor >= 0",
        name="range",
    ),
    UniqueConstraint("firm_id", "reference", name="receipt_once"),
    sqlite_strict=True,
)

credit_note = Table(
    "credit_note",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("branch", Text, nullable=False),
    Column("year", INT64, nullable=False),
    Column("seq", INT64, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column(
        "document_id", Text, ForeignKey("receivable_item.document_id"), nullable=False, index=True
    ),
    Column("invoice_id", Text, ForeignKey("invoice.id"), index=True),
    Column("line", INT64, nullable=False),
    Column("bill_line", INT64, nullable=False),
    Column("amount_minor", INT64, nullable=False),
    Column("applied_minor", INT64, nullable=False),
    Column("centre_id", Text, ForeignKey("centre.id")),
    Column("centre_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    Column("issued_at", INT64, nullable=False),
    Column("proposal_id", Text, ForeignKey("four_eyes.id"), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("amount_minor > 0 AND centre_minor >= 0", name="range"),
    CheckConstraint("applied_minor BETWEEN 0 AND amount_minor", name="applied"),
    UniqueConstraint("branch", "year", "seq", name="credit_note_gapless"),
    sqlite_strict=True,
)

write_off = Table(
    "write_off",
    metadata,
    Column("document_id", Text, ForeignKey("receivable_item.document_id"), primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("minor", INT64, nullable=False),
    Column("at", INT64, nullable=False),
    Column("proposal_id", Text, ForeignKey("four_eyes.id"), nullable=False),
    CheckConstraint("minor > 0", name="range"),
    sqlite_strict=True,
)

reminder_letter = Table(
    "reminder_letter",
    metadata,
    Column("document_id", Text, ForeignKey("receivable_item.document_id"), primary_key=True),
    Column("level", INT64, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("written_at", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    sqlite_strict=True,
)

centre_statement = Table(
    "centre_statement",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("branch", Text, nullable=False),
    Column("year", INT64, nullable=False),
    Column("seq", INT64, nullable=False),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("month", Text, nullable=False),
    Column("issued_at", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("branch", "year", "seq", name="centre_statement_gapless"),
    UniqueConstraint("centre_id", "month", name="centre_statement_once"),
    sqlite_strict=True,
)

_KEPT_FOR_GOOD = (
    *(contract_member, contract_line, month_invoice, invoice_job, receivable_item, receipt),
    *(credit_note, write_off, reminder_letter, centre_statement),
)
for _table in _KEPT_FOR_GOOD:
    forbid(_table, "update")
    forbid(_table, "delete")

_USER_TERMS = ("firm_id", "branch", "limit_minor", "payment_days", "terms", "billing", "from_day")
_PURCHASE_TERMS = ("centre_id", "branch", "payment_days", "commitments", "from_day")


def _changes(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"old.{column} <> new.{column}" for column in columns)


forbid(user_contract, "update", when=_changes(_USER_TERMS), name="new_terms")
forbid(user_contract, "delete")
forbid(purchase_contract, "update", when=_changes(_PURCHASE_TERMS), name="new_terms")
forbid(purchase_contract, "delete")
