"""Opening PostgreSQL: by which driver, on which servers, and what a failed call tells.

A server has to be of version 14 or later, keep text as UTF-8 and sync its log to disk; each new
connection looks. Commits are synchronous whatever the server's own default says: an
acknowledged one survives the loss of power.

Source: PostgreSQL 15, "Write Ahead Log" and "Client Connection Defaults",
https://www.postgresql.org/docs/15/runtime-config-wal.html, 2026-11-21.
"""

from __future__ import annotations

from typing import Protocol, cast
from urllib.parse import unquote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from entrepot.adapters.sql.sql_faults import BUSY_TIMEOUT_MS
from entrepot.kernel.errors import EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_

VERSION_MIN = 14
"""The first version with ``CREATE OR REPLACE TRIGGER``."""

CONNECT_TIMEOUT_S = 10

_LOOK = f"""
SELECT set_config('lock_timeout', '{BUSY_TIMEOUT_MS}', false),
       set_config('synchronous_commit', CASE current_setting('synchronous_commit')
           WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),
       current_setting('server_version_num')::int / 10000,
       current_setting('server_encoding'),
       current_setting('fsync')
"""


class _Cursor(Protocol):
    def execute(self, query: str) -> object: ...
    def fetchone(self) -> tuple[object, ...] | None: ...
    def close(self) -> None: ...


class _Raw(Protocol):
    def cursor(self) -> _Cursor: ...
    def commit(self) -> None: ...


def postgres_engine(url: URL) -> Engine:
    """Return an engine for a PostgreSQL database; nothing is connected yet.

    Args:
        url: address; what it leaves out comes from the usual ``PG…`` variables and files.

    Raises:
        Fault: the driver is not installed.
        Invalid: the address has an option that PostgreSQL does not know.
    """
    defaults = {"application_name": "entrepot", "connect_timeout": str(CONNECT_TIMEOUT_S)}
    query = {**defaults, **url.query}
    try:
        # A server that was started again is noticed before a command begins, not inside it.
        engine = create_engine(
            url.set(drivername="postgresql+psycopg", query=query), pool_pre_ping=True
        )
    except ModuleNotFoundError as error:
        raise Fault(
            "store.driver",
            N_("The driver for PostgreSQL is not installed."),
            hint=N_("Install it: pip install 'entrepot[postgres]'"),
        ) from error
    event.listen(engine, "connect", _connected)
    return engine


def shown_address(url: URL) -> str:
    """Return an address as it may be printed: no user's password, no options.

    >>> from sqlalchemy.engine import make_url
    >>> shown_address(make_url("postgresql://desk:secret@db.example:5433/books?password=x"))
    'postgresql://desk@db.example:5433/books'
    """
    host = url.query.get("host", "")
    plain = URL.create(
        url.get_backend_name(),
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={"host": host} if host else {},
    )
    return unquote(plain.render_as_string())


def _connected(raw: object, _record: object) -> None:
    connection = cast("_Raw", raw)
    cursor = connection.cursor()
    try:
        cursor.execute(_LOOK)
        row = cursor.fetchone() or ()
    finally:
        cursor.close()
    connection.commit()
    _judge(*row[2:])


def _judge(version: object, encoding: object, fsync: object) -> None:
    if int(str(version)) < VERSION_MIN:
        raise Refused(
            "store.version",
            N_("The database server is PostgreSQL {version}; {least} or later is needed."),
            hint=N_("Upgrade the server, or name another by ENTREPOT_DB."),
            version=version,
            least=VERSION_MIN,
        )
    if encoding != "UTF8":
        raise Refused(
            "store.encoding",
            N_("The database keeps its text as {encoding}, which cannot hold every name."),
            hint=N_("Make one that can: createdb --encoding UTF8 --template template0 NAME"),
            encoding=encoding,
        )
    if fsync != "on":
        raise Fault(
            "store.fsync",
            N_("The database server does not sync its log, so a commit can be lost."),
            hint=N_("Set fsync = on in postgresql.conf and restart the server."),
        )


def refused_connection(error: DBAPIError, url: URL) -> EntrepotError | None:
    """Say why a server took no connection.

    Args:
        error: what the driver raised at the first connection.
        url: address that was called; its password is not repeated.

    Returns:
        The refusal; None if the words are not known.
    """
    text, at = str(error.orig).lower(), shown_address(url)
    if "invalid uri" in text or "invalid connection option" in text:
        return Invalid(
            "store.option",
            N_("The address of the database has an option that PostgreSQL does not know."),
            hint=N_("Take out what follows the ? in ENTREPOT_DB, or correct it."),
        )
    if "database" in text and "does not exist" in text:
        return NotFound(
            "store.no_database",
            N_("The server has no such database: {address}"),
            hint=N_("Make it: createdb --encoding UTF8 --template template0 NAME"),
            address=at,
        )
    if any(words in text for words in _LOGIN):
        return Refused(
            "store.login",
            N_("The database server does not let this user in: {address}"),
            hint=N_("Check user and password; a file .pgpass keeps the password out of sight."),
            address=at,
        )
    if any(words in text for words in _SILENT):
        return Fault(
            "store.unreachable",
            N_("No database server answers at {address}."),
            hint=N_("Check the address in ENTREPOT_DB, and that the server runs."),
            address=at,
        )
    return None


_LOGIN = (
    "password authentication failed",
    "no password supplied",
    "authentication failed",
    "pg_hba.conf",
    "permission denied for database",
    'role "',
)
_SILENT = ("connection failed", "connection is bad", "failed to resolve", "timeout", "could not")
