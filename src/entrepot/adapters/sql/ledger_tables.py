"""Tables of the ledger, the journal and the idempotency keys, with their fences.

Rows of transfers, batches, journal and keys are never changed. An account changes in
its four totals, which are a cache that replay rebuilds, and once when it is closed.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
)

from entrepot.adapters.sql.ledger_keys import transfer_keys
from entrepot.adapters.sql.metadata import INT64, forbid, metadata, partial_index, window_index

BALANCE_COLUMNS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
PHASES = ("posted", "pending", "post", "void", "expire")

WINDOW_BITS = 14
"""Transfers are found by account in windows of 2¹⁴. In an index by account alone, every new row
would go to another page of an ever larger tree: a transfer would cost three times as much at 10⁶
of them as at 10⁴. So new rows go to the few pages of the newest window, and whoever asks for an
account looks into each window: 611 of them at 10⁷ transfers."""

account = Table(
    "ledger_account",
    metadata,
    Column("id", INT64, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("asset", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("debit_bound", INT64, nullable=False),
    Column("credit_bound", INT64, nullable=False),
    Column("opened_batch", INT64, nullable=False),
    Column("closed_batch", INT64, nullable=False, server_default="0"),
    *(Column(name, INT64, nullable=False, server_default="0") for name in BALANCE_COLUMNS),
    CheckConstraint("debit_bound IN (0, 1) AND credit_bound IN (0, 1)", name="bounds"),
    *(CheckConstraint(f"{name} >= 0", name=name) for name in BALANCE_COLUMNS),
    Index("ix_ledger_account_owner", "owner"),
    sqlite_strict=True,
)
"""``opened_batch`` and ``closed_batch`` name the batches whose hashes cover the row."""

transfer = Table(
    "ledger_transfer",
    metadata,
    Column("seq", INT64, primary_key=True, autoincrement=False),
    Column("batch", INT64, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("debit", INT64, nullable=False),
    Column("credit", INT64, nullable=False),
    Column("amount", INT64, nullable=False),
    Column("asset", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("pending_id", Text, nullable=False),
    Column("timeout_s", INT64, nullable=False),
    Column("link_group", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("t", INT64, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
    # Not IN (…): SQLite would build that list anew for every row, a third of the insert's cost.
    CheckConstraint(" OR ".join(f"phase = '{name}'" for name in PHASES), name="phase"),
    # PostgreSQL looks at the accounts of a whole batch at once; see transfer_keys.
    ForeignKeyConstraint(["debit"], ["ledger_account.id"]).ddl_if(dialect="sqlite"),
    ForeignKeyConstraint(["credit"], ["ledger_account.id"]).ddl_if(dialect="sqlite"),
    sqlite_strict=True,
)
transfer_keys(transfer)
for _side in ("debit", "credit"):
    window_index(transfer, f"ix_ledger_transfer_{_side}", "seq", WINDOW_BITS, _side)
# A hold is resolved once: the database itself says so.
partial_index(transfer, "uq_ledger_transfer_pending_id", "pending_id", "pending_id <> ''", True)
partial_index(transfer, "ix_ledger_transfer_link_group", "link_group", "link_group <> ''")
partial_index(transfer, "ix_ledger_transfer_cause", "cause", "cause <> ''")
partial_index(transfer, "ix_ledger_transfer_hold", "id", "phase = 'pending'")

batch = Table(
    "ledger_batch",
    metadata,
    Column("seq", INT64, primary_key=True, autoincrement=False),
    Column("first_transfer", INT64, nullable=False),
    Column("last_transfer", INT64, nullable=False),
    Column("t", INT64, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    sqlite_strict=True,
)
"""``last_transfer`` is ``first_transfer`` − 1 for a batch that only opens or closes accounts."""

journal = Table(
    "journal",
    metadata,
    Column("seq", INT64, primary_key=True, autoincrement=False),
    Column("t", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("response_digest", Text, nullable=False),
    Column("ledger_head", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    sqlite_strict=True,
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_digest", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("journal_seq", INT64, ForeignKey("journal.seq"), nullable=False, unique=True),
    sqlite_strict=True,
)

for _table in (transfer, batch, journal, idempotency_key):
    forbid(_table, "update")
    forbid(_table, "delete")
forbid(account, "delete")
_STATIC = ("id", "code", "asset", "owner", "debit_bound", "credit_bound", "opened_batch")
forbid(account, "update", _STATIC)
forbid(account, "update", ("closed_batch",), when="old.closed_batch <> 0", name="reopen")
