"""Bringing a home's tables to the schema of this program.

A fresh home is made in one transaction from the metadata. An older one on SQLite is upgraded by
the revisions in ``migrations/`` when it is opened, after a copy of it was laid beside it; an
older one on PostgreSQL is refused, since other programs may be using it: its operator upgrades it
by ``entrepot db migrate``. A newer one is refused. Alembic is loaded for an upgrade only.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, cast

from sqlalchemy import Connection, Engine, insert, inspect, select, update

from entrepot.adapters.sql import ledger_tables as _ledger_tables
from entrepot.adapters.sql.engine import open_engine, sql_errors, writing
from entrepot.adapters.sql.journal_store import HOME_ID
from entrepot.adapters.sql.metadata import SCHEMA_VERSION, meta, metadata
from entrepot.adapters.sql.row_security import grant_reading
from entrepot.kernel.errors import Fault, NotFound, Refused
from entrepot.kernel.text import N_

VERSION = "schema_version"
MIGRATIONS = Path(__file__).parent / "migrations"

assert _ledger_tables.journal.metadata is metadata


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did: schema before and after, and where the copy of before lies."""

    before: int
    after: int
    kept: Path | None


def open_store(url: str, home_id: str, *, create: bool = True) -> Engine:
    """Open a database and bring its schema up to date.

    Args:
        url: see :func:`entrepot.adapters.sql.engine.open_engine`.
        home_id: id that a fresh home takes; an existing one keeps its own.
        create: make the tables if the database is empty; False refuses.

    Raises:
        EntrepotError: not writable, damaged, empty, or of another program.
    """
    engine = open_engine(url)
    prepare(engine, home_id, create=create)
    return engine


def prepare(engine: Engine, home_id: str, *, create: bool = True) -> None:
    """Make or upgrade the tables; nothing happens if they are up to date.

    Args:
        engine: an opened database.
        home_id: id of a fresh home.
        create: make the tables if the database is empty.

    Raises:
        NotFound: the database is empty, and is not to be made a home.
        Refused: the schema is newer than this program, or older on PostgreSQL.
        Fault: the tables are incomplete.
    """
    with sql_errors():
        with engine.connect() as conn:
            version = version_of(conn)
        if version == SCHEMA_VERSION:
            return
        if version is None:
            _make(engine, home_id, create)
        elif engine.dialect.name == "sqlite":
            migrate_to(engine, SCHEMA_VERSION)
        else:
            raise _older(version)


def _make(engine: Engine, home_id: str, may_create: bool) -> None:
    if not may_create:
        raise NotFound(
            "home.empty",
            N_("The database is empty: no home was made in it."),
            hint=N_("Make one: entrepot init, or correct ENTREPOT_DB."),
        )
    with writing(engine) as conn, conn.begin():
        # Asked again with the writer's place taken: another process may have been first.
        if version_of(conn) is None:
            create(conn, home_id)


def _older(version: int) -> Refused:
    return Refused(
        "home.older",
        N_("The database has schema {theirs}; this program needs schema {ours}."),
        hint=N_("Stop the other entrepot programs, make a backup, then run: entrepot db migrate"),
        theirs=version,
        ours=SCHEMA_VERSION,
    )


def create(conn: Connection, home_id: str) -> None:
    """Make all tables of an empty database and record its version and id."""
    load_tables()
    metadata.create_all(conn)
    grant_reading(conn)
    rows = ({"key": VERSION, "value": str(SCHEMA_VERSION)}, {"key": HOME_ID, "value": home_id})
    conn.execute(insert(meta), rows)


def migrate_to(engine: Engine, target: int) -> Migrated:
    """Lead a home to another schema, up or down, in one transaction.

    Args:
        engine: an opened database that holds a home.
        target: version of the schema.

    Returns:
        What was done. On SQLite a copy of the database as it was lies beside it.

    Raises:
        Fault: rows do not fit the schema; nothing was changed then.
    """
    with sql_errors(), writing(engine) as conn:
        on_file = engine.dialect.name == "sqlite"
        if on_file:
            _keys(conn, enforced=False)
        try:
            with conn.begin():
                before = version_of(conn)
                if before is None or before == target:
                    return Migrated(target, target, None)
                kept = _keep(engine, before) if on_file else None
                upgrade(conn, before, target)
                _foreign_keys_hold(conn)
        finally:
            if on_file:
                _keys(conn, enforced=True)
    return Migrated(before, target, kept)


def _keys(conn: Connection, *, enforced: bool) -> None:
    # SQLite asks for it around a change of tables, and takes it outside a transaction only.
    raw = cast("Any", conn.connection.driver_connection)
    raw.execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")


def _keep(engine: Engine, version: int) -> Path | None:
    """Lay a copy of the database as it is beside it; None if it has no file."""
    from entrepot.adapters.sql.sqlite_copy import copy_database

    if engine.url.database in (None, "", ":memory:"):
        return None
    path = Path(str(engine.url.database))
    return copy_database(path, path.with_name(f"{path.name}.schema-{version}"))


def upgrade(conn: Connection, version: int, target: int = SCHEMA_VERSION) -> None:
    """Run the revisions from one schema to another in the connection's transaction.

    Args:
        conn: a writing connection.
        version: schema that is there.
        target: schema wanted, later or earlier.
    """
    from alembic import command

    load_tables()
    config = alembic_config(conn)
    command.stamp(config, f"{version:04d}")
    lead = command.upgrade if target > version else command.downgrade
    lead(config, f"{target:04d}")
    conn.execute(update(meta).where(meta.c.key == VERSION).values(value=str(target)))
    if target == SCHEMA_VERSION:
        grant_reading(conn)


def _foreign_keys_hold(conn: Connection) -> None:
    if conn.dialect.name != "sqlite":
        return  # PostgreSQL has looked at every row itself
    found = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found is not None:
        raise Fault(
            "home.schema_rows",
            N_("A row of table {table} does not fit the new schema; nothing was changed."),
            hint=N_("Run: entrepot ledger check"),
            table=str(found[0]),
        )


def alembic_config(conn: Connection):
    """Return an alembic configuration that works on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = conn
    return config


def load_tables() -> None:
    """Import every module that puts tables on the metadata: those named ``…_tables``."""
    for module in iter_modules([str(Path(__file__).parent)]):
        if module.name.endswith("_tables"):
            import_module(f"entrepot.adapters.sql.{module.name}")


def version_of(conn: Connection) -> int | None:
    """Return the schema version; None if the database is empty.

    Raises:
        Fault: the database does not say it.
        Refused: it is newer than this program.
    """
    if not inspect(conn).has_table(meta.name):
        return None
    value = conn.execute(select(meta.c.value).where(meta.c.key == VERSION)).scalar_one_or_none()
    if value is None or not str(value).isdecimal():
        raise Fault(
            "home.schema",
            N_("The database of the home folder does not say which schema it has."),
            hint=N_("Restore the last backup of the home folder, or choose another by --home."),
        )
    if int(value) > SCHEMA_VERSION:
        raise Refused(
            "home.newer",
            N_("The home folder was written by a newer entrepot (schema {theirs}, not {ours})."),
            hint=N_("Upgrade entrepot, or choose another home by --home."),
            theirs=int(value),
            ours=SCHEMA_VERSION,
        )
    return int(value)
