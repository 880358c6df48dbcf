"""Tables of kept decisions and of the texts of the law that they were made by; never changed."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

decision = Table(
    "decision",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decided_at", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("rulebook", Text, nullable=False),
    Column("cases", Text, nullable=False),
    Column("house", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("decision_cause", "cause"),
    sqlite_strict=True,
)

rulebook_text = Table(
    "rulebook_text",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("text", Text, nullable=False),
    sqlite_strict=True,
)
"""Hash of a rulebook and name of a file → its text."""

for _table in (decision, rulebook_text):
    forbid(_table, "update")
    forbid(_table, "delete")
