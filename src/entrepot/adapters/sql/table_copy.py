"""Moving a whole home from one database to another, and saying what a database holds.

Both have the schema of this program. Tables go in the order of their foreign keys, rows in the
order of their keys; the target is proven before its transaction is committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, inspect, select
from sqlalchemy import table as named_table
from sqlalchemy.exc import DataError

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.journal_store import HOME_ID
from entrepot.adapters.sql.metadata import meta, metadata
from entrepot.adapters.sql.migrate import load_tables
from entrepot.kernel.errors import Fault, Refused
from entrepot.kernel.text import N_
from entrepot.services.ports_database import Contents, Told

CHUNK = 5_000
"""Rows that are read and written at a time."""

_NOT_OURS = ("alembic_version",)
"""Tables that others keep: alembic notes its revision."""


def tables_of(conn: Connection, *, own: bool = True) -> list[Table]:
    """Return the tables of a home, each after those that its rows refer to.

    Args:
        conn: a connection to it.
        own: it has the schema of this program; False asks the database, which takes longer.
    """
    if own:
        load_tables()
        return list(metadata.sorted_tables)
    found = MetaData()
    found.reflect(conn)
    return [table for table in found.sorted_tables if table.name not in _NOT_OURS]


def contents(conn: Connection) -> Contents:
    """Count the rows of all tables and read where ledger and journal end.

    Args:
        conn: one consistent view.
    """
    names = sorted(set(inspect(conn).get_table_names()) - set(_NOT_OURS))
    rows = {
        name: int(conn.execute(select(func.count()).select_from(named_table(name))).scalar_one())
        for name in names
    }
    home = conn.execute(select(meta.c.value).where(meta.c.key == HOME_ID)).scalar_one()
    ledger, journal = _last(conn, tables.batch), _last(conn, tables.journal)
    return Contents(str(home), rows, *ledger, *journal)


def _last(conn: Connection, table: Table) -> tuple[int, str]:
    query = select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)
    row = conn.execute(query).first()
    return (int(row[0]), str(row[1])) if row else (0, "")


def move_tables(
    source: Connection, target: Connection, told: Told | None = None, *, proven: bool = True
) -> Contents:
    """Copy every row of a home into an empty one, and prove the copy.

    Args:
        source: one consistent view of the home.
        target: a writing connection to fresh, empty tables; the caller commits.
        told: progress.
        proven: replay books and journal of the copy too; this program can do so for its own
            schema only. Counts and heads are compared always.

    Returns:
        What both hold now.

    Raises:
        Refused: a text has a character that the target cannot hold.
        Fault: the copy differs or does not prove; the caller rolls back.
    """
    before = contents(source)
    whole, moved = sum(before.rows.values()), 0
    target.execute(delete(meta))
    for table in tables_of(target, own=proven):
        for rows in _chunks(source, table):
            _insert(target, table, rows)
            moved += len(rows)
            if told:
                told(moved, whole)
        _count_on(target, table)
    prove_copy(target, before, proven=proven)
    return before


def _count_on(target: Connection, table: Table) -> None:
    """Let a counter of PostgreSQL go on after the numbers that were copied."""
    column = table.autoincrement_column
    if target.dialect.name == "postgresql" and column is not None:
        last = select(func.max(column)).scalar_subquery()
        counter = func.pg_get_serial_sequence(table.name, column.name)
        target.execute(select(func.setval(counter, func.coalesce(last, 1), last.is_not(None))))


def prove_copy(target: Connection, wanted: Contents, *, proven: bool = True) -> None:
    """Prove that a database holds what another held, and that its books and journal hold.

    Args:
        target: the copy.
        wanted: what the original holds.
        proven: replay books and journal too.

    Raises:
        Fault: it does not.
    """
    found = contents(target)
    if found != wanted:
        other = [name for name, n in wanted.rows.items() if found.rows.get(name) != n]
        problem = f"{other[0]}: {found.rows.get(other[0])} rows" if other else "heads differ"
        raise _differs(problem)
    problems = [*check_ledger(target), *verify_journal(target)] if proven else []
    if problems:
        raise _differs(str(problems[0]))


def _differs(problem: str) -> Fault:
    return Fault(
        "copy.differs",
        N_("The copy is not the original, and was not kept: {problem}."),
        hint=N_("Prove the original first: entrepot db check"),
        problem=problem,
    )


def _chunks(source: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    query = select(table).order_by(*table.primary_key.columns)
    result = source.execution_options(yield_per=CHUNK).execute(query)
    for rows in result.partitions():
        yield cast("Sequence[Sequence[Any]]", rows)


def _insert(target: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    names = [column.name for column in table.columns]
    try:
        if target.dialect.name == "postgresql":
            from entrepot.adapters.sql.ledger_write_postgres import copy_rows

            copy_rows(target, table.name, names, rows)
        else:
            text = str(insert(table).compile(dialect=target.dialect, column_keys=names))
            target.exec_driver_sql(text, [tuple(row) for row in rows])
    except DataError as error:
        raise Refused(
            "copy.text",
            N_("A text of table {table} has a character that the other database cannot hold."),
            hint=N_("Look for a zero character in it: entrepot db check"),
            table=table.name,
        ) from error
