"""Tables of settlement: members, debts left open, orders, the bank's words, the branch's own RMB.

Members, orders and own RMB are never changed. A frozen batch keeps its terms: the fence on
``batch`` lets its state move, and nothing of what it pays.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from entrepot.adapters.sql.business_tables import batch
from entrepot.adapters.sql.metadata import INT64, forbid, metadata

batch_member = Table(
    "batch_member",
    metadata,
    Column("batch_id", Text, ForeignKey("batch.id"), primary_key=True),
    Column("member_id", Text, primary_key=True),
    Column("centre_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    sqlite_strict=True,
)

settlement_debt = Table(
    "settlement_debt",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    # A batch, or the credit note of which the centre bears a part.
    Column("origin", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("created_at", INT64, nullable=False),
    Column("centre_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    Column("batch_id", Text, ForeignKey("batch.id"), index=True),
    CheckConstraint("centre_minor <> 0 OR carrying_minor <> 0", name="amount"),
    sqlite_strict=True,
)

payment_line = Table(
    "payment_line",
    metadata,
    Column("end_to_end_id", Text, primary_key=True),
    Column("message_id", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("batch_id", Text, ForeignKey("batch.id"), nullable=False, index=True),
    Column("leg", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("minor", INT64, nullable=False),
    Column("sells_minor", INT64, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    CheckConstraint("minor > 0 AND sells_minor >= 0", name="amount"),
    CheckConstraint("leg IN ('fx', 'pay')", name="leg"),
    sqlite_strict=True,
)

bank_entry = Table(
    "bank_entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("mark", Text, nullable=False, unique=True),
    Column("read_at", INT64, nullable=False),
    Column("end_to_end_id", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("minor", INT64, nullable=False),
    Column("status", Text, nullable=False),
    Column("bank_reference", Text, nullable=False),
    Column("booked_on", Text, nullable=False),
    Column("counterparty", Text, nullable=False),
    Column("info", Text, nullable=False),
    Column("batch_id", Text, ForeignKey("batch.id"), index=True),
    Column("leg", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("matched_by", Text, nullable=False),
    CheckConstraint("status IN ('booked', 'pending', 'rejected')", name="status"),
    CheckConstraint("status = 'booked' OR minor = 0", name="moved"),
    sqlite_strict=True,
)

own_rmb = Table(
    "own_rmb",
    metadata,
    Column("id", Text, primary_key=True),
    Column("batch_id", Text, ForeignKey("batch.id"), nullable=False),
    Column("at", INT64, nullable=False),
    Column("cnh_minor", INT64, nullable=False),
    Column("hkd_minor", INT64, nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_own_rmb_batch", "batch_id"),
    sqlite_strict=True,
)

for _table in (batch_member, payment_line, own_rmb):
    forbid(_table, "update")
    forbid(_table, "delete")
for _table in (settlement_debt, bank_entry):
    forbid(_table, "delete")

_SAID = ("mark", "end_to_end_id", "asset", "minor", "status", "bank_reference", "booked_on")
_OWED = ("centre_id", "origin", "centre_minor", "carrying_minor")
_TERMS = (
    *("centre_id", "value_date", "created_at"),
    *("centre_minor", "mid_minor", "spread_minor", "carrying_minor"),
)


def _changes(*columns: str) -> str:
    return " OR ".join(f"old.{column} <> new.{column}" for column in columns)


forbid(bank_entry, "update", when=_changes(*_SAID), name="rewording")
forbid(settlement_debt, "update", when=_changes(*_OWED), name="rewriting")
forbid(batch, "update", when=_changes(*_TERMS), name="new_terms")
forbid(
    batch,
    "update",
    when=f"old.pain_digest <> '' AND ({_changes('pain_digest')})",
    name="second_order",
)
forbid(batch, "delete")
