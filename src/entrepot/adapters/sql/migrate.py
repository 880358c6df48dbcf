"""Bringing a home's tables to the schema of this program.

A fresh home is made in one transaction from the metadata; an older one is upgraded by the
revisions in ``migrations/``; a newer one is refused. Alembic is loaded for an upgrade only.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sqlalchemy import Connection, Engine, insert, inspect, select, update

from entrepot.adapters.sql import ledger_tables as _ledger_tables
from entrepot.adapters.sql.engine import open_engine, sql_errors, writing
from entrepot.adapters.sql.journal_store import HOME_ID
from entrepot.adapters.sql.metadata import SCHEMA_VERSION, meta, metadata
from entrepot.adapters.sql.row_security import grant_reading
from entrepot.kernel.errors import Fault, Refused
from entrepot.kernel.text import N_

VERSION = "schema_version"
MIGRATIONS = Path(__file__).parent / "migrations"

assert _ledger_tables.journal.metadata is metadata


def open_store(url: str, home_id: str) -> Engine:
    """Open a database and bring its schema up to date.

    Args:
        url: see :func:`entrepot.adapters.sql.engine.open_engine`.
        home_id: id that a fresh home takes; an existing one keeps its own.

    Raises:
        EntrepotError: not writable, damaged, or written by a newer program.
    """
    engine = open_engine(url)
    prepare(engine, home_id)
    return engine


def prepare(engine: Engine, home_id: str) -> None:
    """Make or upgrade the tables; nothing happens if they are up to date.

    Args:
        engine: an opened database.
        home_id: id of a fresh home.

    Raises:
        Refused: the schema is newer than this program.
        Fault: the tables are incomplete.
    """
    with sql_errors():
        with engine.connect() as conn:
            if _version(conn) == SCHEMA_VERSION:
                return
        with writing(engine) as conn, conn.begin():
            # Asked again with the writer's place taken: another process may have been first.
            version = _version(conn)
            if version is None:
                create(conn, home_id)
            elif version < SCHEMA_VERSION:
                upgrade(conn, version)


def create(conn: Connection, home_id: str) -> None:
    """Make all tables of an empty database and record its version and id."""
    load_tables()
    metadata.create_all(conn)
    grant_reading(conn)
    rows = ({"key": VERSION, "value": str(SCHEMA_VERSION)}, {"key": HOME_ID, "value": home_id})
    conn.execute(insert(meta), rows)


def upgrade(conn: Connection, version: int) -> None:
    """Run the revisions after ``version`` in the connection's transaction."""
    from alembic import command

    config = alembic_config(conn)
    command.stamp(config, f"{version:04d}")
    command.upgrade(config, "head")
    conn.execute(update(meta).where(meta.c.key == VERSION).values(value=str(SCHEMA_VERSION)))


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


def _version(conn: Connection) -> int | None:
    """Return the schema version; None if the database is empty."""
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
