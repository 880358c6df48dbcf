"""The port ``Database``: the database of a home, looked at, migrated, copied, saved, restored."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from entrepot.adapters.sql.engine import open_engine, parse_url, sql_errors, writing
from entrepot.adapters.sql.metadata import SCHEMA_VERSION
from entrepot.adapters.sql.migrate import create, migrate_to, version_of
from entrepot.adapters.sql.revisions import path_between, run, statements
from entrepot.adapters.sql.sqlite_copy import copy_database
from entrepot.adapters.sql.table_copy import contents, move_tables
from entrepot.kernel.errors import Conflict, NotFound
from entrepot.kernel.text import N_
from entrepot.services.ports_database import (
    Contents,
    DatabaseInfo,
    Manifest,
    Migration,
    Restored,
    Told,
)


class SqlDatabase:
    """A database by its address, and the home folder beside it.

    Args:
        url: see :func:`entrepot.adapters.sql.engine.open_engine`.
        home: folder of keys, jobs and documents.
    """

    def __init__(self, url: str, home: Path) -> None:
        self.url = parse_url(url)
        self.home = home

    @property
    def file(self) -> Path | None:
        """The file of a database on SQLite; None on PostgreSQL."""
        is_file = self.url.get_backend_name() == "sqlite" and self.url.database
        return Path(str(self.url.database)) if is_file else None

    @contextmanager
    def opened(self) -> Generator[Engine]:
        """Open the database as it is; nothing is made or upgraded."""
        with sql_errors():
            engine = open_engine(self.url.render_as_string(hide_password=False))
            try:
                yield engine
            finally:
                engine.dispose()

    @contextmanager
    def _home(self) -> Generator[tuple[Engine, Connection, int]]:
        """Open one consistent view of the database with the version of its schema."""
        if self.file and not self.file.exists():
            raise self._missing()
        with self.opened() as engine, engine.connect() as conn:
            version = version_of(conn)
            if version is None:
                raise self._missing()
            yield engine, conn, version

    def _missing(self) -> NotFound:
        return NotFound(
            "db.no_home",
            N_("No home was made in this database: {address}"),
            hint=N_("Make one: entrepot init, or correct --home or ENTREPOT_DB."),
            address=self.address,
        )

    @property
    def address(self) -> str:
        """Where the database is, as it may be printed."""
        if self.file:
            return str(self.file)
        from entrepot.adapters.sql.postgres_engine import shown_address

        return shown_address(self.url)

    def info(self) -> DatabaseInfo:
        """Look at the database; nothing is upgraded."""
        with self._home() as (_, conn, version):
            server, size = _server_and_size(conn)
            found = contents(conn)
            return DatabaseInfo(server, self.address, version, SCHEMA_VERSION, size, found)

    def empty(self) -> bool:
        """Say whether no home was ever made in it."""
        if self.file and not self.file.exists():
            return True
        with self.opened() as engine, engine.connect() as conn:
            return version_of(conn) is None

    def differences(self) -> list[str]:
        """Return what its tables lack or have too much, one sentence each."""
        from entrepot.adapters.sql.schema_compare import schema_problems

        with self._home() as (engine, _, version):
            if version != SCHEMA_VERSION:
                return [f"the schema is {version}, and this program's is {SCHEMA_VERSION}"]
            return schema_problems(engine)

    def notes(self) -> list[str]:
        """Return what an operator should know and no proof rests on, one sentence each."""
        from entrepot.adapters.sql.row_security import ROLE, has_role

        with self._home() as (_, conn, _):
            if conn.dialect.name != "postgresql" or has_role(conn):
                return []
            return [f"role {ROLE} is missing, or this user may not take it: no firm can look in"]

    def plan(self, target: int | None) -> Migration:
        """Return what a migration would run; None as target is the program's schema."""
        after = SCHEMA_VERSION if target is None else target
        with self._home() as (engine, _, version):
            return Migration(
                version, after, tuple(path_between(version, after, engine.dialect.name))
            )

    def migrate(self, target: int | None) -> Migration:
        """Lead the database to a schema, all or nothing."""
        planned = self.plan(target)
        with self.opened() as engine:
            done = migrate_to(engine, planned.after)
            if done.after == SCHEMA_VERSION:
                _let_tenants_read(engine)
        return Migration(done.before, done.after, planned.statements, done.kept)

    def copy_to(self, address: str, told: Told) -> tuple[str, Contents]:
        """Copy all tables into the empty database at an address, and prove the copy."""
        other = SqlDatabase(address, self.home)
        with self._home() as (_, source, version):
            moved = other.take(source, version, told)
        return other.address, moved

    def take(
        self,
        source: Connection,
        version: int,
        told: Told,
        last: Callable[[], None] = lambda: None,
    ) -> Contents:
        """Make the tables of a schema here and move every row of a home into them.

        Args:
            source: one consistent view of the home.
            version: of its schema.
            told: progress.
            last: done when all is proven, just before the commit.

        Raises:
            Conflict: a home is here already.
        """
        with self.opened() as engine, writing(engine) as conn, conn.begin():
            if version_of(conn) is not None:
                raise Conflict(
                    "db.not_empty",
                    N_("A home lies already in {address}; it is not written over."),
                    hint=N_("Name an empty database: createdb NAME, or a new file."),
                    address=self.address,
                )
            if version == SCHEMA_VERSION:
                create(conn, "")
            else:
                run(conn, statements(f"{version:04d}.schema.{engine.dialect.name}.sql"))
            moved = move_tables(source, conn, told, proven=version == SCHEMA_VERSION)
            last()
            return moved

    def save(self, target: Path, told: Told) -> tuple[int, Contents]:
        """Write one consistent view of the database into a file of SQLite.

        Args:
            target: file that is not there yet.
            told: progress.

        Returns:
            Version of the schema, and what the file holds.
        """
        with self._home() as (_, conn, version):
            if self.file is None:
                SqlDatabase(f"sqlite:///{target}", self.home).take(conn, version, told)
        if self.file is not None:
            copy_database(self.file, target, told)
        with SqlDatabase(f"sqlite:///{target}", self.home)._home() as (_, conn, version):
            return version, contents(conn)

    def backup(self, file: Path, now: int, told: Told) -> Manifest:
        """Write database and home into one file; see :mod:`entrepot.adapters.sql.home_backup`."""
        from entrepot.adapters.sql.home_backup import back_up

        return back_up(self, file, now, told)

    def restore(self, file: Path, told: Told, *, force: bool) -> Restored:
        """Bring back what a backup holds; see :mod:`entrepot.adapters.sql.home_restore`."""
        from entrepot.adapters.sql.home_restore import restore

        return restore(self, file, told, force=force)


def _let_tenants_read(engine: Engine) -> None:
    from entrepot.adapters.sql.migrate import load_tables
    from entrepot.adapters.sql.row_security import grant_reading

    load_tables()
    with writing(engine) as conn, conn.begin():
        grant_reading(conn)


def _server_and_size(conn: Connection) -> tuple[str, int]:
    if conn.dialect.name == "postgresql":
        version = conn.exec_driver_sql("SHOW server_version").scalar_one()
        size = conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        return f"PostgreSQL {version}", int(size)
    version = conn.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    size = conn.exec_driver_sql("PRAGMA page_size").scalar_one()
    return f"SQLite {version}", int(pages) * int(size)
