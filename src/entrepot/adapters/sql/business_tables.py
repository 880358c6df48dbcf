"""Tables of the business: firms, centres, devices, quotes, leases, jobs, bills, settlements.

Columns are named as the fields of :mod:`entrepot.services.records`; a body is canonical JSON
text. Uniqueness that the law of the house rests on stands here, not in code: a quote is taken
once, a lease has one job, a job one invoice, a usage event one source and id.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from entrepot.adapters.sql.metadata import INT64, metadata

firm = Table(
    "firm",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("registration", Text, nullable=False),
    Column("group_id", Text, nullable=False, index=True),
    Column("profile", Text, nullable=False),
    Column("registered_at", INT64, nullable=False),
    sqlite_strict=True,
)

centre = Table(
    "centre",
    metadata,
    Column("id", Text, primary_key=True),
    Column("names", Text, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("latitude_udeg", INT64, nullable=False),
    Column("longitude_udeg", INT64, nullable=False),
    Column("operator_hq", Text, nullable=False),
    Column("backend", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("green_share_bp", INT64),
    Column("demonstration", INT64, nullable=False),
    Column("source", Text, nullable=False),
    Column("registered_at", INT64, nullable=False),
    sqlite_strict=True,
)

pool = Table(
    "pool",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    Column("device_id", Text, nullable=False),
    Column("devices", INT64, nullable=False),
    Column("device_memory_mib", INT64, nullable=False),
    Column("vcpus", INT64, nullable=False),
    Column("memory_mib", INT64, nullable=False),
    Column("disk_mib", INT64, nullable=False),
    Column("power_w", INT64),
    Column("isolations", Text, nullable=False),
    Column("export", Text, nullable=False),
    Column("ratings", Text, nullable=False),
    sqlite_strict=True,
)

device_unit = Table(
    "device_unit",
    metadata,
    Column("pool_id", Text, ForeignKey("pool.id"), primary_key=True),
    Column("ordinal", INT64, primary_key=True),
    Column("milli_free", INT64, nullable=False),
    CheckConstraint("milli_free >= 0 AND milli_free <= 1000", name="device_unit_range"),
    Index("device_unit_free", "pool_id", "milli_free"),
    sqlite_strict=True,
)

reservation = Table(
    "reservation",
    metadata,
    Column("lease_id", Text, primary_key=True),
    Column("pool_id", Text, primary_key=True),
    Column("ordinal", INT64, primary_key=True),
    Column("milli", INT64, nullable=False),
    CheckConstraint("milli > 0 AND milli <= 1000", name="reservation_range"),
    Index("reservation_unit", "pool_id", "ordinal"),
    sqlite_strict=True,
)

offer = Table(
    "offer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    Column("pool_id", Text, ForeignKey("pool.id"), nullable=False),
    Column("price", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("isolation", Text, nullable=False),
    Column("interruptible", INT64, nullable=False),
    Column("milli_min", INT64, nullable=False),
    Column("milli_max", INT64, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Column("source", Text, nullable=False),
    sqlite_strict=True,
)

market_offer = Table(
    "market_offer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_strict=True,
)

instrument = Table(
    "instrument",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("centre_id", Text),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Column("reference", Text, nullable=False),
    Column("signed_on", Text),
    Column("filed_on", Text),
    Column("filing_due", Text),
    Column("ended_on", Text),
    sqlite_strict=True,
)

quote = Table(
    "quote",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("created_at", INT64, nullable=False),
    Column("valid_until", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    sqlite_strict=True,
)

lease = Table(
    "lease",
    metadata,
    Column("id", Text, primary_key=True),
    Column("quote_id", Text, ForeignKey("quote.id"), nullable=False, unique=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("pool_id", Text, ForeignKey("pool.id"), nullable=False),
    Column("offer_id", Text, ForeignKey("offer.id"), nullable=False),
    Column("milli_devices", INT64, nullable=False),
    Column("isolation", Text, nullable=False),
    Column("duration_s", INT64, nullable=False),
    Column("created_at", INT64, nullable=False),
    Column("start_by", INT64, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("fence", INT64, nullable=False),
    Column("hold_id", Text, nullable=False, unique=True),
    Column("hold_minor", INT64, nullable=False),
    Column("choice", Text, nullable=False),
    sqlite_strict=True,
)

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False, unique=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("fence", INT64, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("created_at", INT64, nullable=False),
    Column("started_at", INT64),
    Column("ended_at", INT64),
    Column("exit_code", INT64),
    Column("reason", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("outputs", Text, nullable=False),
    sqlite_strict=True,
)

usage_event = Table(
    "usage_event",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False),
    Column("job_id", Text, ForeignKey("job.id"), nullable=False),
    Column("fence", INT64, nullable=False),
    Column("seq", INT64, nullable=False),
    Column("milli_device_seconds", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", Text, nullable=False),
    UniqueConstraint("lease_id", "fence", "seq", name="usage_event_sequence"),
    sqlite_strict=True,
)

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", INT64, nullable=False),
    sqlite_strict=True,
)

invoice = Table(
    "invoice",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("branch", Text, nullable=False),
    Column("year", INT64, nullable=False),
    Column("seq", INT64, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False),
    Column("job_id", Text, ForeignKey("job.id"), nullable=False, unique=True),
    Column("issued_at", INT64, nullable=False),
    Column("total_minor", INT64, nullable=False),
    Column("centre_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    Column("batch_id", Text, ForeignKey("batch.id"), index=True),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("branch", "year", "seq", name="invoice_gapless"),
    sqlite_strict=True,
)

batch = Table(
    "batch",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    Column("value_date", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("created_at", INT64, nullable=False),
    Column("centre_minor", INT64, nullable=False),
    Column("mid_minor", INT64, nullable=False),
    Column("spread_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    Column("pain_digest", Text, nullable=False),
    Column("bank_reference", Text, nullable=False),
    Column("journal_hash", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_strict=True,
)

duty_task = Table(
    "duty_task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False, index=True),
    Column("duty", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("due_on", Text, nullable=False),
    Column("done_at", INT64),
    sqlite_strict=True,
)

voucher_limit = Table(
    "voucher_limit",
    metadata,
    Column("key", Text, primary_key=True),
    Column("used_minor", INT64, nullable=False),
    CheckConstraint("used_minor >= 0", name="voucher_limit_range"),
    sqlite_strict=True,
)

voucher_reservation = Table(
    "voucher_reservation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False, index=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("group_id", Text, nullable=False, index=True),
    Column("programme", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("amount_minor", INT64, nullable=False),
    Column("state", Text, nullable=False),
    Column("limits", Text, nullable=False),
    UniqueConstraint("lease_id", "family", name="voucher_reservation_family"),
    sqlite_strict=True,
)

four_eyes = Table(
    "four_eyes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", INT64, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", INT64),
    Column("body", Text, nullable=False),
    CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="four_eyes_two"),
    sqlite_strict=True,
)
