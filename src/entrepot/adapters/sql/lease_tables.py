"""Tables of leases beyond the booking: terms and nodes of pools, changes of leases."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

pool_terms = Table(
    "pool_terms",
    metadata,
    Column("pool_id", Text, ForeignKey("pool.id"), primary_key=True),
    Column("kinds", Text, nullable=False),
    Column("nodes", Text, nullable=False),
    sqlite_strict=True,
)

lease_change = Table(
    "lease_change",
    metadata,
    Column("lease_id", Text, ForeignKey("lease.id"), primary_key=True),
    Column("number", INT64, primary_key=True),
    Column("what", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", INT64, nullable=False),
    Column("changed_by", Text, nullable=False),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("what IN ('extend', 'shrink', 'give_back')", name="what"),
    sqlite_strict=True,
)

forbid(lease_change, "update")
forbid(lease_change, "delete")
