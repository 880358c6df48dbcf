"""Opening the one database of a home, with durability checked and faults put in words.

SQLite runs in WAL mode with ``synchronous=FULL``: an acknowledged commit survives the
loss of power. Both settings are read back on every new connection.

Source: SQLite PRAGMA synchronous, https://www.sqlite.org/pragma.html, 2026-11-21.
"""

from __future__ import annotations

from typing import Protocol, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from entrepot.adapters.sql.sql_faults import BUSY_TIMEOUT_MS, explain, sql_errors
from entrepot.kernel.errors import Fault, Invalid
from entrepot.kernel.text import N_

__all__ = ["WRITE_OPTION", "explain", "open_engine", "parse_url", "sql_errors", "writing"]

WRITE_OPTION = "entrepot_write"
WRITER_LOCK = 0x656E_7472
"""Number of the PostgreSQL advisory lock that makes writers take turns."""


CACHE_KIB = 65_536
"""Pages of SQLite kept by a connection, filled as they are read: the ledger's indexes at 10⁷ rows
do not fit the 2 MiB that it would keep by itself."""

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg", "postgres")


class _Cursor(Protocol):
    def execute(self, sql: str) -> object: ...
    def fetchone(self) -> tuple[object, ...] | None: ...
    def close(self) -> None: ...


class _Raw(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


def open_engine(url: str) -> Engine:
    """Open the database named by a URL.

    Args:
        url: ``sqlite:////path/to/entrepot.db``, ``sqlite://`` (in memory, for tests) or
            ``postgresql+psycopg://…``.

    Returns:
        An engine whose write transactions take the single writer's place at once.

    Raises:
        Invalid: the URL names no database that is supported.
        Refused: the folder or file cannot be written.
        Fault: the file is damaged, or the disk cannot give the durability asked for.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(parsed)
    if parsed.database in (None, "", ":memory:"):
        engine = create_engine(
            parsed, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    _prepare_sqlite(engine, in_memory=parsed.database in (None, "", ":memory:"))
    with sql_errors(), engine.connect():
        pass
    return engine


def parse_url(url: str) -> URL:
    """Read the address of a database.

    Raises:
        Invalid: it names no database that is supported; the address is not repeated, since
            it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed and parsed.drivername == "postgres":
        parsed = parsed.set(drivername="postgresql")
    if parsed is None or parsed.drivername not in _DRIVERS:
        raise Invalid(
            "store.url",
            N_("The database address is not one of SQLite or PostgreSQL."),
            hint=N_("Write sqlite:////folder/entrepot.db or postgresql://user@host/name."),
        )
    return parsed


def _open_postgresql(url: URL) -> Engine:
    # Loaded here only: a home on SQLite has no use for it.
    from entrepot.adapters.sql.postgres_engine import postgres_engine, refused_connection

    engine = postgres_engine(url)
    event.listen(engine, "begin", _begin_postgresql)
    try:
        with sql_errors(), engine.connect():
            pass
    except Exception as error:
        cause = error if isinstance(error, DBAPIError) else error.__cause__
        known = refused_connection(cause, url) if isinstance(cause, DBAPIError) else None
        if known is None:
            raise
        raise known from error
    return engine


def _prepare_sqlite(engine: Engine, *, in_memory: bool) -> None:
    def connected(raw: object, _record: object) -> None:
        connection = cast("_Raw", raw)
        # The driver must not begin or commit by itself: the house says BEGIN IMMEDIATE.
        connection.isolation_level = None
        _pragma(connection, f"busy_timeout={BUSY_TIMEOUT_MS}")
        _pragma(connection, f"cache_size=-{CACHE_KIB}")
        _pragma(connection, "foreign_keys=ON")
        journal = _pragma(connection, "journal_mode=WAL")
        _pragma(connection, "synchronous=FULL")
        level = _pragma(connection, "synchronous")
        if not in_memory and (str(journal).lower() != "wal" or level != 2):
            raise Fault(
                "store.durability",
                N_("The disk of the home folder cannot promise that a commit is kept."),
                hint=N_("Put the home folder on a local disk, not on a network share."),
            )

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begin_sqlite)


def _pragma(connection: _Raw, text: str) -> object:
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA {text}")
        row = cursor.fetchone()
    finally:
        cursor.close()
    return row[0] if row else None


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITE_OPTION))


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock before the first read, so a decision never rests
    # on rows that another writer changes meanwhile. Who only reads cannot write by mistake.
    writes = _writes(connection)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def writing(engine: Engine) -> Connection:
    """Return a connection whose next transaction takes the writer's place.

    Args:
        engine: an opened database.
    """
    return engine.connect().execution_options(**{WRITE_OPTION: True})
