"""Tables of metering: reports that wait, closed months, price plans, lost time, accrued lines."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from entrepot.adapters.sql.metadata import INT64, forbid, metadata
from entrepot.services.ports_metering import Accrued

usage_waiting = Table(
    "usage_waiting",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("received_at", INT64, nullable=False),
    sqlite_strict=True,
)
"""Reports beyond a number that has not come; they leave once it has."""

closed_month = Table(
    "closed_month",
    metadata,
    Column("month", Text, primary_key=True),
    Column("closed_at", INT64, nullable=False),
    Column("closed_by", Text, nullable=False),
    sqlite_strict=True,
)

price_plan = Table(
    "price_plan",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", INT64, primary_key=True),
    Column("firms", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("added_at", INT64, nullable=False),
    Column("added_by", Text, nullable=False),
    CheckConstraint("revision > 0", name="revision"),
    sqlite_strict=True,
)

lost_time = Table(
    "lost_time",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False, index=True),
    Column("job_id", Text, ForeignKey("job.id"), nullable=False),
    Column("seconds", INT64, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("recorded_at", INT64, nullable=False),
    Column("recorded_by", Text, nullable=False),
    UniqueConstraint("lease_id", "reference", name="lost_time_once"),
    CheckConstraint("seconds > 0", name="seconds"),
    sqlite_strict=True,
)

accrued_line = Table(
    "accrued_line",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", INT64, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("job_id", Text, ForeignKey("job.id")),
    Column("lease_id", Text, ForeignKey("lease.id")),
    Column("invoice_id", Text, ForeignKey("invoice.id"), index=True),
    Column("month", Text, nullable=False),
    Column("booked_in", Text, nullable=False),
    Column("corrects", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("price_version", Text, nullable=False),
    Column("milli_device_seconds", INT64, nullable=False),
    Column("amount_minor", INT64, nullable=False),
    Column("spread_minor", INT64, nullable=False),
    Column("tax_minor", INT64, nullable=False),
    Column("centre_id", Text, ForeignKey("centre.id")),
    Column("centre_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    Column("text", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("taken_by", Text, index=True),
    CheckConstraint("kind IN ('plan', 'plan_correction', 'usage_correction')", name="kind"),
    CheckConstraint(
        "(kind = 'usage_correction') = (invoice_id IS NOT NULL)", name="correction_of_a_bill"
    ),
    Index("ix_accrued_line_firm", "firm_id", "month"),
    sqlite_strict=True,
)
"""Lines booked beside the bills of the jobs; only the paper that takes one is written later."""

for _table in (closed_month, price_plan, lost_time):
    forbid(_table, "update")
    forbid(_table, "delete")
forbid(accrued_line, "delete")
forbid(
    accrued_line,
    "update",
    tuple(field.name for field in fields(Accrued) if field.name != "taken_by"),
)
forbid(accrued_line, "update", ("taken_by",), when="old.taken_by IS NOT NULL", name="retake")
