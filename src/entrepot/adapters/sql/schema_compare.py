"""Whether the tables of a database are those of this program, part by part.

What is there is described by the database itself and compared with a fresh set of tables: in
memory on SQLite; on PostgreSQL in a schema of its own, in a transaction that is rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine

from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.migrate import load_tables

SCRATCH = "entrepot_scratch"
_OURS_NOT = frozenset({"alembic_version"})
"""Tables that others keep: alembic notes its revision."""

Parts = dict[str, str]
"""Name of a part, as ``quote.body`` or ``index quote_firm_id`` → its definition."""


def schema_problems(engine: Engine) -> list[str]:
    """Return what differs from the tables of this program, one sentence a part.

    Args:
        engine: an opened database of the schema of this program.
    """
    load_tables()
    with engine.connect() as conn:
        found = describe(conn)
    wanted = _wanted_postgresql(engine) if engine.dialect.name == "postgresql" else _wanted_sqlite()
    return compare(found, wanted)


def compare(found: Parts, wanted: Parts) -> list[str]:
    """Return the differences of two descriptions, one sentence each.

    >>> compare({"quote.id": "TEXT"}, {"quote.id": "TEXT", "quote.body": "TEXT"})
    ['quote.body is missing']
    """
    problems: list[str] = []
    for part in sorted(found.keys() | wanted.keys()):
        there, right = found.get(part), wanted.get(part)
        if there is None:
            problems.append(f"{part} is missing")
        elif right is None:
            problems.append(f"{part} is not of this program")
        elif there != right:
            problems.append(f"{part} is {there}, and should be {right}")
    return problems


def describe(conn: Connection) -> Parts:
    """Return every column, key, index, check, trigger and policy of the present schema."""
    return _postgresql(conn) if conn.dialect.name == "postgresql" else _sqlite(conn)


def _wanted_sqlite() -> Parts:
    fresh = create_engine("sqlite://")
    with fresh.connect() as conn:
        metadata.create_all(conn)
        found = describe(conn)
    fresh.dispose()
    return found


def _wanted_postgresql(engine: Engine) -> Parts:
    raw = engine.execution_options(isolation_level="READ COMMITTED", entrepot_write=True)
    with raw.connect() as conn, conn.begin() as work:
        conn.exec_driver_sql(f"CREATE SCHEMA {SCRATCH}")
        conn.exec_driver_sql(f"SET LOCAL search_path TO {SCRATCH}")
        metadata.create_all(conn)
        found = describe(conn)
        work.rollback()
    return found


_WORDS = re.compile(r"\s+")


def _plain(text: str) -> str:
    """Return a statement without what does not matter: quotes, and spaces beyond one."""
    return _WORDS.sub(" ", text.replace('"', "").replace("IF NOT EXISTS ", "")).strip()


def _sqlite(conn: Connection) -> Parts:
    parts: Parts = {}
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    for kind, name, table, sql in conn.exec_driver_sql(query).all():
        if table in _OURS_NOT or str(name).startswith("sqlite_"):
            continue
        if kind == "table":
            parts.update(_items(str(name), str(sql)))
        else:
            parts[f"{kind} {name}"] = _plain(str(sql))
    return parts


def _items(table: str, sql: str) -> Iterable[tuple[str, str]]:
    """Yield the columns and constraints of a table of SQLite by their own words."""
    body, _, tail = sql.partition("(")[2].rpartition(")")
    yield f"table {table}", _plain(tail)
    for item in _split(body):
        words = _plain(item)
        if words.startswith("CONSTRAINT "):
            yield f"constraint {words.split()[1]}", words.partition(" ")[2].partition(" ")[2]
        else:
            name, _, definition = words.partition(" ")
            yield f"{table}.{name}", definition


def _split(body: str) -> list[str]:
    """Cut a list at the commas that stand outside brackets and quoted texts.

    >>> _split("a TEXT, CHECK (a IN ('x', 'y'))")
    ['a TEXT', " CHECK (a IN ('x', 'y'))"]
    """
    parts, depth, quoted, start = list[str](), 0, False, 0
    for place, letter in enumerate(body):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if letter == "," and depth == 0:
                parts.append(body[start:place])
                start = place + 1
    return [*parts, body[start:]]


_PARTS_POSTGRESQL = """
SELECT t.relname || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
       || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ''), t.relname
FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid AND t.relkind = 'r'
LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
WHERE t.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint ' || c.conname, t.relname || ' ' || pg_get_constraintdef(c.oid), t.relname
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.connamespace = current_schema()::regnamespace
UNION ALL
SELECT 'index ' || i.relname, pg_get_indexdef(i.oid), t.relname
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE i.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'trigger ' || g.tgname, pg_get_triggerdef(g.oid), t.relname
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
WHERE t.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal
UNION ALL
SELECT 'function ' || p.proname, p.prosrc, '' FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prorettype = 'trigger'::regtype
UNION ALL
SELECT 'policy ' || p.policyname, p.tablename || ' ' || p.cmd || ' ' || coalesce(p.qual, '')
       || ' / ' || coalesce(p.with_check, ''), p.tablename
FROM pg_policies p WHERE p.schemaname = current_schema()
UNION ALL
SELECT 'row security ' || t.relname, t.relrowsecurity::text, t.relname FROM pg_class t
WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
"""


def _postgresql(conn: Connection) -> Parts:
    schema = str(conn.exec_driver_sql("SELECT current_schema()").scalar_one())
    rows: Any = conn.exec_driver_sql(_PARTS_POSTGRESQL.replace("%", "%%")).all()
    return {
        part: _plain(definition.replace(f"{schema}.", ""))
        for part, definition, table in rows
        if table not in _OURS_NOT
    }
