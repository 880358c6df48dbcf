"""Tables of the auction: calls, sealed orders, what was decided, leases by slot, promised devices.

Calls and what they decided are public. An order keeps commitment, number, hold and sealed body as
they came; what a call decided is never changed.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

auction_call = Table(
    "auction_call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("from_t", INT64, nullable=False),
    Column("to_t", INT64, nullable=False),
    Column("slot_s", INT64, nullable=False),
    Column("gate_closure", INT64, nullable=False),
    Column("zones", Text, nullable=False),
    Column("classes", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("seed", INT64, nullable=False),
    Column("fee_ppm_max", INT64, nullable=False),
    Column("credit_bp", INT64, nullable=False),
    Column("rates", Text, nullable=False),
    Column("seal_key", Text, nullable=False),
    Column("released_key", Text, nullable=False),
    Column("opened_at", INT64, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("closed_at", INT64),
    Column("ended_at", INT64),
    Column("note", Text, nullable=False),
    CheckConstraint("state IN ('open', 'closed', 'cleared', 'void')", name="state"),
    CheckConstraint("from_t < to_t AND gate_closure <= from_t AND slot_s > 0", name="window"),
    Index("ix_auction_call_window", "kind", "from_t"),
    sqlite_strict=True,
)

auction_order = Table(
    "auction_order",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, ForeignKey("auction_call.id"), nullable=False),
    Column("seq", INT64, nullable=False),
    Column("side", Text, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), index=True),
    Column("centre_id", Text, ForeignKey("centre.id"), index=True),
    Column("group_id", Text, nullable=False),
    Column("commitment", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("hold_id", Text, nullable=False),
    Column("hold_minor", INT64, nullable=False),
    Column("stock", Text, nullable=False),
    Column("placed_at", INT64, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("call_id", "seq", name="auction_order_number"),
    UniqueConstraint("call_id", "commitment", name="auction_order_commitment"),
    CheckConstraint("side IN ('order', 'ask')", name="side"),
    CheckConstraint("hold_minor >= 0", name="hold"),
    CheckConstraint("firm_id IS NOT NULL OR centre_id IS NOT NULL", name="party"),
    sqlite_strict=True,
)
"""Orders and asks; who made one sees it, and nobody its body before the gate closed."""

auction_clearing = Table(
    "auction_clearing",
    metadata,
    Column("call_id", Text, ForeignKey("auction_call.id"), primary_key=True),
    Column("certificate", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("cleared_at", INT64, nullable=False),
    Column("cleared_by", Text, nullable=False),
    sqlite_strict=True,
)

auction_result = Table(
    "auction_result",
    metadata,
    Column("order_id", Text, ForeignKey("auction_order.id"), primary_key=True),
    Column("call_id", Text, ForeignKey("auction_call.id"), nullable=False, index=True),
    Column("firm_id", Text, ForeignKey("firm.id")),
    Column("centre_id", Text, ForeignKey("centre.id")),
    Column("charge_minor", INT64, nullable=False),
    Column("whole_minor", INT64, nullable=False),
    Column("fee_minor", INT64, nullable=False),
    Column("fraction_minor", INT64, nullable=False),
    Column("net_minor", INT64, nullable=False),
    Column("body", Text, nullable=False),
    CheckConstraint("net_minor >= 0", name="net"),
    sqlite_strict=True,
)

auction_lease = Table(
    "auction_lease",
    metadata,
    Column("lease_id", Text, ForeignKey("lease.id"), primary_key=True),
    Column("call_id", Text, ForeignKey("auction_call.id"), nullable=False, index=True),
    Column("order_id", Text, ForeignKey("auction_order.id"), nullable=False, index=True),
    Column("option", Text, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("pool_id", Text, ForeignKey("pool.id"), nullable=False),
    Column("devices", INT64, nullable=False),
    Column("from_t", INT64, nullable=False),
    Column("to_t", INT64, nullable=False),
    Column("paid_minor", INT64, nullable=False),
    Column("owed_minor", INT64, nullable=False),
    CheckConstraint("devices > 0 AND from_t < to_t", name="size"),
    sqlite_strict=True,
)

auction_slot = Table(
    "auction_slot",
    metadata,
    Column("lease_id", Text, ForeignKey("auction_lease.lease_id"), primary_key=True),
    Column("slot_t", INT64, primary_key=True),
    Column("slot_s", INT64, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("paid_minor", INT64, nullable=False),
    Column("owed_minor", INT64, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("reference", Text, nullable=False),
    Column("changed_at", INT64, nullable=False),
    CheckConstraint("state IN ('due', 'delivered', 'failed', 'yielded', 'resold')", name="state"),
    sqlite_strict=True,
)

auction_job = Table(
    "auction_job",
    metadata,
    Column("lease_id", Text, ForeignKey("auction_lease.lease_id"), primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("job", Text, nullable=False),
    Column("given_at", INT64, nullable=False),
    Column("given_by", Text, nullable=False),
    sqlite_strict=True,
)
"""What runs under a lease whose order named no job; given once."""

device_promise = Table(
    "device_promise",
    metadata,
    Column("pool_id", Text, ForeignKey("pool.id"), primary_key=True),
    Column("hour", INT64, primary_key=True),
    Column("devices", INT64, nullable=False),
    CheckConstraint("devices >= 0", name="devices"),
    sqlite_strict=True,
)
"""Devices of a pool that asks or leases of the auction bind in an hour."""

for _table in (auction_clearing, auction_result, auction_lease, auction_job):
    forbid(_table, "update")
    forbid(_table, "delete")
for _table in (auction_call, auction_order, auction_slot):
    forbid(_table, "delete")

_MOVED = {
    auction_call: ("state", "released_key", "closed_at", "ended_at", "note"),
    auction_order: ("state", "reason", "body"),
    auction_slot: ("state", "reference", "changed_at"),
}
for _table, _free in _MOVED.items():
    _fixed = tuple(column.name for column in _table.columns if column.name not in _free)
    forbid(_table, "update", _fixed)

forbid(
    auction_call,
    "update",
    ("state",),
    when="old.state IN ('cleared', 'void')",
    name="reopening",
)
forbid(auction_order, "update", ("body",), when="old.body <> '{}'", name="rewriting")
