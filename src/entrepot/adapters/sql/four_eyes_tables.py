"""Table of the ends of proposals: each one ends once, and stays as it ended."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

four_eyes_end = Table(
    "four_eyes_end",
    metadata,
    Column("proposal_id", Text, ForeignKey("four_eyes.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", Text, nullable=False),
    CheckConstraint("state IN ('approved', 'refused', 'withdrawn')", name="state"),
    sqlite_strict=True,
)

forbid(four_eyes_end, "update")
forbid(four_eyes_end, "delete")
