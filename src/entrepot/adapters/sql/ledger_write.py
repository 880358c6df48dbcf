"""Writing many rows of the ledger at once, by the quickest way that each database has.

On SQLite the driver itself takes tuples; SQLAlchemy would spend longer on the parameters of a
row than SQLite on the row. PostgreSQL has a module of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql import ledger_write_postgres
from entrepot.domain.ledger.chain import Cell

Row = tuple[Cell, ...]
"""A transfer's columns, in the order of the table."""

Totals = tuple[int, int, int, int, int]
"""The four totals of an account in the order of ``BALANCE_COLUMNS``, then its number."""

_COLUMNS = tuple(column.name for column in tables.transfer.columns)
_INSERT = (
    f"INSERT INTO ledger_transfer ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
)
_SET = (
    f"UPDATE ledger_account SET {', '.join(f'{name} = ?' for name in tables.BALANCE_COLUMNS)}"
    " WHERE id = ?"
)


def write_transfers(conn: Connection, rows: Iterable[Row]) -> None:
    """Insert transfers.

    Args:
        conn: connection that holds the writer's place.
        rows: at least one.

    Raises:
        IntegrityError: an id stands already, or a hold was ended already.
    """
    if conn.dialect.name == "sqlite":
        _many(conn, _INSERT, rows)
    else:
        ledger_write_postgres.write_transfers(conn, rows)


def write_balances(conn: Connection, totals: Sequence[Totals]) -> None:
    """Set the four totals of accounts.

    Args:
        conn: connection that holds the writer's place.
        totals: at least one.
    """
    if conn.dialect.name == "sqlite":
        _many(conn, _SET, totals)
    else:
        ledger_write_postgres.write_balances(conn, totals)


@contextmanager
def undone_if_taken(conn: Connection) -> Generator[list[IntegrityError]]:
    """Undo what happens inside if a row of it stands already, and go on.

    Yields:
        A list that holds the database's complaint afterwards, if there was one.
    """
    complaints: list[IntegrityError] = []
    conn.exec_driver_sql("SAVEPOINT ledger_batch")
    try:
        yield complaints
    except IntegrityError as error:
        conn.exec_driver_sql("ROLLBACK TO SAVEPOINT ledger_batch")
        complaints.append(error)
    conn.exec_driver_sql("RELEASE SAVEPOINT ledger_batch")


def _many(conn: Connection, statement: str, rows: Iterable[tuple[Cell, ...]]) -> None:
    raw = cast("Any", conn.connection.driver_connection)
    try:
        raw.executemany(statement, rows)
    except sqlite3.Error as error:
        raise _known(statement, error) from error


def _known(statement: str, error: sqlite3.Error) -> DBAPIError:
    """Return what SQLAlchemy would have raised, so that the error is explained as any other."""
    kind = IntegrityError if isinstance(error, sqlite3.IntegrityError) else OperationalError
    return kind(statement, None, error)
