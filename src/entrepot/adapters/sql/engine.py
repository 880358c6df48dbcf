"""Opening the one database of a home, with durability checked and faults put in words.

SQLite runs in WAL mode with ``synchronous=FULL``: an acknowledged commit survives the
loss of power. Both settings are read back on every new connection.

Source: SQLite PRAGMA synchronous, https://www.sqlite.org/pragma.html, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, Refused
from entrepot.kernel.text import N_

BUSY_TIMEOUT_MS = 10_000
WRITE_OPTION = "entrepot_write"
WRITER_LOCK = 0x656E_7472
"""Number of the PostgreSQL advisory lock that makes writers take turns."""


_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


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
    parsed = _parse(url)
    if parsed.get_backend_name() == "postgresql":
        engine = _postgresql(parsed)
    elif parsed.database in (None, "", ":memory:"):
        engine = create_engine(
            parsed, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, in_memory=parsed.database in (None, "", ":memory:"))
    else:
        event.listen(engine, "begin", _begin_postgresql)
    with sql_errors(), engine.connect():
        pass
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _DRIVERS:
        raise Invalid(
            "store.url",
            N_("The database address is not one of SQLite or PostgreSQL."),
            hint=N_("Write sqlite:////folder/entrepot.db or postgresql://user@host/name."),
        )
    return parsed


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"))
    except ModuleNotFoundError as error:
        raise Fault(
            "store.driver",
            N_("The driver for PostgreSQL is not installed."),
            hint=N_("Install it: pip install 'entrepot[postgres]'"),
        ) from error


def _prepare_sqlite(engine: Engine, *, in_memory: bool) -> None:
    def connected(raw: object, _record: object) -> None:
        connection = cast("_Raw", raw)
        # The driver must not begin or commit by itself: the house says BEGIN IMMEDIATE.
        connection.isolation_level = None
        _pragma(connection, f"busy_timeout={BUSY_TIMEOUT_MS}")
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


@contextmanager
def sql_errors() -> Generator[None]:
    """Turn a database's exceptions into refusals with a way out.

    Raises:
        EntrepotError: busy, damaged, full, not writable, or not reachable.
    """
    try:
        yield
    except SQLAlchemyError as error:
        known = explain(error)
        if known is None:
            raise
        raise known from error
    except UnicodeDecodeError as error:
        # SQLite quotes damaged text in its own complaint, and the driver cannot read it.
        raise _damaged() from error


def explain(error: SQLAlchemyError) -> EntrepotError | None:
    """Return the refusal that a database's exception stands for, or None if unknown.

    Args:
        error: what SQLAlchemy raised.
    """
    text = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    for fragments, refusal in _KNOWN:
        if any(fragment in text for fragment in fragments):
            return refusal()
    return None


def _busy() -> EntrepotError:
    return Conflict(
        "store.busy",
        N_("Another process has kept the books locked for {seconds} seconds."),
        hint=N_("Let the other entrepot command finish, then try again."),
        seconds=BUSY_TIMEOUT_MS // 1000,
    )


def _damaged() -> EntrepotError:
    return Fault(
        "store.damaged",
        N_("The database of the home folder is damaged and cannot be read."),
        hint=N_("Restore the last backup of the home folder, then run: entrepot ledger check"),
    )


def _unwritable() -> EntrepotError:
    return Refused(
        "home.unwritable",
        N_("The home folder cannot be written."),
        hint=N_("Give yourself write permission on it, or choose another by --home."),
    )


def _full() -> EntrepotError:
    return Fault(
        "store.full",
        N_("The disk of the home folder is full; nothing was booked."),
        hint=N_("Free some space, then try again."),
    )


def _unreachable() -> EntrepotError:
    return Fault(
        "store.unreachable",
        N_("The database server does not answer."),
        hint=N_("Check the address and that the server runs."),
    )


_KNOWN = (
    (("database is locked", "database table is locked"), _busy),
    (("malformed", "not a database", "disk i/o error", "could not decode"), _damaged),
    (("readonly database", "unable to open database", "permission denied"), _unwritable),
    (("disk is full", "no space left"), _full),
    (("connection failed", "connection refused", "could not connect"), _unreachable),
)
