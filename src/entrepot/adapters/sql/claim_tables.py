"""Table of voucher claims: one a line and family, and never approved by who applied."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Table, Text, UniqueConstraint

from entrepot.adapters.sql.metadata import INT64, metadata

claim = Table(
    "claim",
    metadata,
    Column("id", Text, primary_key=True),
    Column("invoice_line", Text, nullable=False),
    Column("invoice_id", Text, nullable=False, index=True),
    Column("lease_id", Text, nullable=False),
    Column("firm_id", Text, nullable=False, index=True),
    Column("group_id", Text, nullable=False, index=True),
    Column("programme", Text, nullable=False, index=True),
    Column("family", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("payout", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("asked_minor", INT64, nullable=False),
    Column("amount_minor", INT64, nullable=False),
    Column("held", INT64, nullable=False),
    Column("limits", Text, nullable=False),
    Column("applied_by", Text, nullable=False),
    Column("applied_at", INT64, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", INT64),
    Column("expires_on", Text),
    Column("paid_at", INT64),
    Column("reference", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("owed_minor", INT64, nullable=False),
    Column("collected_minor", INT64, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("invoice_line", "family", name="claim_once_a_family"),
    CheckConstraint("approved_by IS NULL OR approved_by <> applied_by", name="claim_four_eyes"),
    CheckConstraint("amount_minor > 0 AND amount_minor <= asked_minor", name="claim_amount"),
    CheckConstraint("collected_minor >= 0 AND collected_minor <= owed_minor", name="claim_owed"),
    sqlite_strict=True,
)
