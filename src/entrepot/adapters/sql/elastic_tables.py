"""Tables of leases in later calls: where they stand, notices that they gave way, sellers' parts.

The asks and orders themselves are rows of ``auction_order`` as any other.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

auction_standing = Table(
    "auction_standing",
    metadata,
    Column("ask_id", Text, ForeignKey("auction_order.id"), primary_key=True),
    Column("order_id", Text, ForeignKey("auction_order.id"), unique=True),
    Column("call_id", Text, ForeignKey("auction_call.id"), nullable=False, index=True),
    Column("lease_id", Text, ForeignKey("auction_lease.lease_id"), nullable=False, index=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_t", INT64, nullable=False),
    Column("to_t", INT64, nullable=False),
    Column("whole", INT64, nullable=False),
    CheckConstraint("kind IN ('elastic', 'resale')", name="kind"),
    CheckConstraint("(kind = 'elastic') = (order_id IS NOT NULL)", name="pair"),
    CheckConstraint("from_t < to_t", name="window"),
    sqlite_strict=True,
)

auction_notice = Table(
    "auction_notice",
    metadata,
    Column("ask_id", Text, ForeignKey("auction_standing.ask_id"), primary_key=True),
    Column("call_id", Text, ForeignKey("auction_call.id"), nullable=False, index=True),
    Column("lease_id", Text, ForeignKey("auction_lease.lease_id"), nullable=False, index=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("given_at", INT64, nullable=False),
    Column("ends_at", INT64, nullable=False),
    Column("slots", INT64, nullable=False),
    Column("brought_minor", INT64, nullable=False),
    Column("refund_minor", INT64, nullable=False),
    Column("credit_minor", INT64, nullable=False),
    Column("fee_minor", INT64, nullable=False),
    CheckConstraint("given_at < ends_at AND slots > 0", name="ahead"),
    CheckConstraint(
        "kind <> 'elastic' OR brought_minor >= refund_minor + credit_minor", name="covered"
    ),
    sqlite_strict=True,
)
"""The checks hold two promises: notice comes before the end, and others pay what it costs."""

auction_part = Table(
    "auction_part",
    metadata,
    Column("lease_id", Text, ForeignKey("auction_lease.lease_id"), primary_key=True),
    Column("slot_t", INT64, primary_key=True),
    Column("ask_id", Text, ForeignKey("auction_standing.ask_id"), primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("minor", INT64, nullable=False),
    Column("basis_minor", INT64, nullable=False),
    CheckConstraint("minor >= 0 AND basis_minor >= 0", name="amount"),
    sqlite_strict=True,
)
"""What goes to the firm that sold devices of a slot again; that firm's row, not the buyer's."""

for _table in (auction_standing, auction_notice, auction_part):
    forbid(_table, "update")
    forbid(_table, "delete")
