"""Tables of the gate's records: manifests, mix checks, statements of isolation, counts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from entrepot.adapters.sql.metadata import INT64, metadata

origin_manifest = Table(
    "origin_manifest",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", INT64, nullable=False),
    Column("files", INT64, nullable=False),
    Column("collected_in", Text, nullable=False),
    Column("controller", Text, nullable=False),
    Column("persons", INT64, nullable=False),
    Column("sensitive", INT64, nullable=False),
    Column("recorded_on", Text, nullable=False),
    CheckConstraint("persons >= 0 AND sensitive >= 0", name="counts"),
    sqlite_strict=True,
)

mix_check = Table(
    "mix_check",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("model", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("mixes_cn_personal", INT64, nullable=False),
    Column("mixes_cn_important", INT64, nullable=False),
    Column("checked_by", Text, nullable=False),
    Column("checked_on", Text, nullable=False),
    sqlite_strict=True,
)

isolation = Table(
    "isolation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("lease_id", Text, nullable=False),
    Column("separation", Text, nullable=False),
    Column("key_holder", Text, nullable=False),
    Column("stated_by", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("until_day", Text, nullable=False),
    Column("recorded_on", Text, nullable=False),
    Column("ended_on", Text, nullable=False),
    Column("ended_by", Text, nullable=False),
    Column("end_reason", Text, nullable=False),
    CheckConstraint("until_day = '' OR from_day < until_day", name="days"),
    sqlite_strict=True,
)

export_count = Table(
    "export_count",
    metadata,
    Column("id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("lease_id", Text, ForeignKey("lease.id"), index=True),
    Column("set_id", Text, nullable=False),
    Column("family", Text, nullable=False, index=True),
    Column("persons", INT64, nullable=False),
    Column("sensitive", INT64, nullable=False),
    Column("on_day", Text, nullable=False),
    Column("state", Text, nullable=False),
    CheckConstraint("persons >= 0 AND sensitive >= 0", name="counts"),
    Index("ix_export_count_group_day", "group_id", "on_day"),
    sqlite_strict=True,
)
