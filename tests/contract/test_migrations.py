"""A home of schema 1 becomes one of today's schema and goes back, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError
from tests.contract.ledger_homes import DATABASES, HOME_ID, empty, fresh
from tests.contract.postgres_server import server_url
from tools import write_revision

from entrepot.adapters.sql import revisions
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.database import SqlDatabase
from entrepot.adapters.sql.engine import open_engine, writing
from entrepot.adapters.sql.metadata import SCHEMA_VERSION, meta, metadata
from entrepot.adapters.sql.migrate import migrate_to, open_store, prepare, version_of
from entrepot.adapters.sql.schema_compare import describe, schema_problems
from entrepot.adapters.sql.unit_of_work import read_factory
from entrepot.kernel.errors import Fault, NotFound, Refused

DUMP = Path(__file__).parents[1] / "data" / "home_schema_1.sql"


def sqlite_home(folder: Path) -> str:
    """Return the address of a home that a program of schema 1 left."""
    path = folder / "entrepot.db"
    with sqlite3.connect(path) as db:
        db.executescript(DUMP.read_text(encoding="utf-8"))
    db.close()
    return f"sqlite:///{path}"


def postgres_home(folder: Path) -> Engine:
    """Return the same home on PostgreSQL, its tables as schema 1 had them."""
    engine = open_engine(server_url())
    empty(engine)
    source = create_engine(sqlite_home(folder))
    with writing(engine) as conn, conn.begin():
        revisions.run(conn, revisions.statements("0001.schema.postgresql.sql"))
        with source.connect() as old:
            for name in describe_tables():
                table = metadata.tables[name]
                held = {row[1] for row in old.exec_driver_sql(f"PRAGMA table_info({name})")}
                rows = old.execute(select(*(c for c in table.columns if c.name in held)))
                for row in rows.mappings().all():
                    conn.execute(insert(table).values(dict(row)))
    source.dispose()
    return engine


def describe_tables() -> list[str]:
    """Return the tables of schema 1, each after those that it refers to."""
    old = write_revision.frozen(1, "postgresql").tables
    return [table.name for table in metadata.sorted_tables if table.name in old]


@pytest.fixture(params=DATABASES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(sqlite_home(tmp_path))
    else:
        engine = postgres_home(tmp_path)
    yield engine
    engine.dispose()


def rows_of(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the tables of schema 1, with the columns of schema 1."""
    found: dict[str, list[tuple[object, ...]]] = {}
    old_tables = write_revision.frozen(1, engine.dialect.name).tables
    with engine.connect() as conn:
        for name, table in old_tables.items():
            columns = ", ".join(table.columns)
            query = text(f"SELECT {columns} FROM {name} WHERE :all = 1")
            found[name] = sorted(tuple(row) for row in conn.execute(query, {"all": 1}))
    found["meta"] = [row for row in found["meta"] if row[0] != "schema_version"]
    return found


def proven(engine: Engine) -> bool:
    with read_factory(engine)() as uow:
        assert check_ledger(uow.conn) == []
        assert verify_journal(uow.conn) == []
    return True


def test_the_newest_revision_lacks_nothing() -> None:
    problems = write_revision.missing(write_revision.wanted())
    assert problems == [], "run: python tools/write_revision.py"


def test_up_down_and_up_again(old: Engine) -> None:
    rows = rows_of(old)
    assert len(rows["journal"]) == 9
    with old.connect() as conn:
        first = describe(conn)
        assert version_of(conn) == 1
    for _ in range(2):
        done = migrate_to(old, SCHEMA_VERSION)
        assert (done.before, done.after) == (1, SCHEMA_VERSION)
        assert schema_problems(old) == []
        assert rows_of(old) == rows
        assert proven(old)
        assert migrate_to(old, 1).before == SCHEMA_VERSION
        assert rows_of(old) == rows
        with old.connect() as conn:
            assert describe(conn) == first
    assert migrate_to(old, 1).kept is None


@pytest.mark.parametrize("kind", DATABASES)
def test_all_revisions_from_nothing_make_the_tables_of_the_code(kind: str, tmp_path: Path) -> None:
    from alembic import command as alembic

    from entrepot.adapters.sql.migrate import alembic_config

    if kind == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path}/migrated.db")
    else:
        engine = open_engine(server_url())
        empty(engine)
    with writing(engine) as conn, conn.begin():
        alembic.upgrade(alembic_config(conn), "head")
    assert schema_problems(engine) == []
    engine.dispose()


def test_an_old_home_on_sqlite_is_upgraded_when_opened_and_a_copy_kept(tmp_path: Path) -> None:
    url = sqlite_home(tmp_path)
    engine = open_store(url, HOME_ID)
    with engine.connect() as conn:
        assert version_of(conn) == SCHEMA_VERSION
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert proven(engine)
    engine.dispose()
    kept = tmp_path / "entrepot.db.schema-1"
    assert kept.stat().st_mode & 0o777 == 0o600
    copy = open_engine(f"sqlite:///{kept}")
    with copy.connect() as conn:
        assert version_of(conn) == 1
    assert len(rows_of(copy)["journal"]) == 9
    copy.dispose()


def test_an_old_home_on_postgresql_waits_for_its_operator(tmp_path: Path) -> None:
    engine = postgres_home(tmp_path)
    with pytest.raises(Refused, match="schema 1") as caught:
        prepare(engine, HOME_ID)
    assert "entrepot db migrate" in caught.value.render_hint()
    with engine.connect() as conn:
        assert version_of(conn) == 1


def test_an_old_home_on_postgresql_can_be_saved_before_it_is_upgraded(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    engine = postgres_home(tmp_path / "old")
    rows = rows_of(engine)
    address = engine.url.render_as_string(hide_password=False)
    manifest = SqlDatabase(address, tmp_path / "old").backup(tmp_path / "b.tar", 1, _quiet)
    assert manifest.schema == 1
    again = SqlDatabase(f"sqlite:///{tmp_path}/again/entrepot.db", tmp_path / "again")
    assert again.restore(tmp_path / "b.tar", _quiet, force=False).schema == SCHEMA_VERSION
    assert again.differences() == []
    with again.opened() as restored:
        assert rows_of(restored) == rows
    engine.dispose()


def _quiet(_done: int, _whole: int) -> None:
    pass


def test_rows_that_do_not_fit_leave_the_home_as_it_was(tmp_path: Path) -> None:
    url = sqlite_home(tmp_path)
    with sqlite3.connect(tmp_path / "entrepot.db") as db:
        db.execute("INSERT INTO pool SELECT 'x/y', 'no-centre', device_id, devices, "
                   "device_memory_mib, vcpus, memory_mib, disk_mib, power_w, isolations, export, "
                   "ratings FROM pool")  # fmt: skip
    db.close()
    engine = open_engine(url)
    with pytest.raises(Fault, match="table pool"):
        migrate_to(engine, SCHEMA_VERSION)
    with engine.connect() as conn:
        assert version_of(conn) == 1
    engine.dispose()


def test_a_step_that_breaks_off_leaves_the_home_as_it_was(
    old: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = revisions.revision_statements
    rows = rows_of(old)
    with old.connect() as conn:
        first = describe(conn)

    def broken(revision: str, direction: str, dialect: str) -> list[str]:
        return [*right(revision, direction, dialect), "INSERT INTO nowhere VALUES (1)"]

    monkeypatch.setattr(revisions, "revision_statements", broken)
    with pytest.raises(DBAPIError):
        migrate_to(old, SCHEMA_VERSION)
    monkeypatch.undo()
    with old.connect() as conn:
        assert describe(conn) == first
        assert version_of(conn) == 1
    assert rows_of(old) == rows
    assert migrate_to(old, SCHEMA_VERSION).after == SCHEMA_VERSION


def test_an_empty_database_is_made_a_home_only_when_asked(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/entrepot.db")
    with pytest.raises(NotFound, match="empty"):
        prepare(engine, HOME_ID, create=False)
    prepare(engine, HOME_ID)
    prepare(engine, HOME_ID, create=False)
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE quote ADD COLUMN planted TEXT", "quote.planted is not of this program"),
        ("DROP INDEX ix_quote_firm_id", "index ix_quote_firm_id is missing"),
        ("DROP TRIGGER journal_no_update{on_journal}", "trigger journal_no_update is missing"),
        ("DROP TABLE voucher_limit", "voucher_limit.key is missing"),
    ],
)
@pytest.mark.parametrize("kind", DATABASES)
def test_a_changed_schema_is_found(kind: str, statement: str, found: str, tmp_path: Path) -> None:
    engine = fresh(kind, tmp_path)
    on_journal = " ON journal" if kind == "postgresql" else ""
    with writing(engine) as conn, conn.begin():
        conn.exec_driver_sql(statement.format(on_journal=on_journal))
    assert found in schema_problems(engine)
    engine.dispose()


def test_a_version_without_its_row_is_a_fault(tmp_path: Path) -> None:
    engine = fresh("sqlite", tmp_path)
    with writing(engine) as conn, conn.begin():
        conn.execute(delete(meta).where(meta.c.key == "schema_version"))
    with pytest.raises(Fault, match="which schema"):
        prepare(engine, HOME_ID)
    engine.dispose()
