"""One MetaData for every table of the house, and the types that both databases share.

Integers of money and time are 64-bit. Every table is STRICT on SQLite, so that no
float and no blob slips into a column of money.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Integer, MetaData, Table, Text, event

SCHEMA_VERSION = 2
"""Version of the tables that this program writes and reads."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The tables of the ledger, the journal and the business."""

INT64 = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer on both databases; on SQLite it can be the row's own key."""

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)
"""Facts about the home: ``schema_version``, ``home_id``, ``journal_head``."""

_FORBID_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{name}
BEFORE {clause} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_FUNCTION_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''{table} is append-only''; END'
"""
_FORBID_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_no_{name}
BEFORE {clause} ON {table} FOR EACH ROW {when}
EXECUTE FUNCTION {table}_forbid()
"""


_NO_TRUNCATE_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_no_truncate
BEFORE TRUNCATE ON {table} FOR EACH STATEMENT
EXECUTE FUNCTION {table}_forbid()
"""


def forbid(
    table: Table, verb: str, columns: tuple[str, ...] = (), *, when: str = "", name: str = ""
) -> None:
    """Fence a table: rows may not be changed (or deleted) by a statement.

    The fence is the second one; the first is that no code does it, the third that the
    hash chain tells.

    Args:
        table: the table to fence.
        verb: ``update`` or ``delete``.
        columns: for ``update``, the columns that may not change; empty means all.
        when: SQL condition on ``old`` that narrows the fence; empty means always.
        name: end of the trigger's name; the verb if empty.
    """
    clause = verb.upper() + (f" OF {', '.join(columns)}" if columns else "")
    parts = {
        "table": table.name,
        "name": name or verb,
        "clause": clause,
        "when": f"WHEN ({when})" if when else "",
    }
    templates = [
        ("sqlite", _FORBID_SQLITE),
        ("postgresql", _FUNCTION_POSTGRESQL),
        ("postgresql", _FORBID_POSTGRESQL),
    ]
    if verb == "delete" and not when:
        templates.append(("postgresql", _NO_TRUNCATE_POSTGRESQL))
    for dialect, template in templates:
        statement = DDL(template.format(**parts).replace("%", "%%"))
        event.listen(table, "after_create", statement.execute_if(dialect=dialect))


def partial_index(table: Table, name: str, column: str, where: str, unique: bool = False) -> None:
    """Index the rows of a table that fit a condition.

    Both databases take the same statement. SQLAlchemy's own ``postgresql_where`` would load the
    whole PostgreSQL dialect at every start, 40 ms that a home on SQLite has no use for.

    Args:
        table: the table.
        name: of the index.
        column: indexed.
        where: SQL condition.
        unique: no two of those rows share a value.
    """
    kind = "UNIQUE INDEX" if unique else "INDEX"
    text = f"CREATE {kind} {name} ON {table.name} ({column}) WHERE {where}"
    event.listen(table, "after_create", DDL(text.replace("%", "%%")))


def window_index(table: Table, name: str, number: str, bits: int, column: str) -> None:
    """Index a table by a column within windows of its growing number.

    Args:
        table: the table.
        name: of the index.
        number: column that grows from row to row.
        bits: a window holds two to the power of so many rows.
        column: indexed within a window.
    """
    text = f"CREATE INDEX {name} ON {table.name} (({number} >> {bits}), {column})"
    event.listen(table, "after_create", DDL(text))
