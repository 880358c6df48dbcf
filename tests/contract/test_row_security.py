"""Two firms on one PostgreSQL: each reads its own, and a table without its fence is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError
from tests.contract import business_samples as b
from tests.contract.business_samples import second_firm, write
from tests.contract.ledger_homes import fresh

from entrepot.adapters.sql.engine import writing
from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.row_security import ROLE, SETTING, SHARED, rule_of, tenant_view
from entrepot.kernel.errors import Fault

UNFENCED = text("""
    SELECT DISTINCT c.table_name FROM information_schema.columns c
    JOIN pg_class t ON t.relname = c.table_name AND t.relkind = 'r'
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
    WHERE c.table_schema = current_schema() AND c.column_name = 'firm_id' AND NOT (
        t.relrowsecurity AND EXISTS (
            SELECT FROM pg_policies p WHERE p.tablename = c.table_name AND p.cmd = 'ALL'
            AND p.qual LIKE '%firm_id = current_setting%'
            AND p.with_check LIKE '%firm_id = current_setting%'))
    ORDER BY 1""")
OWNED = ("firm", "quote", "lease", "job", "invoice", "usage_event", "duty_task", "reservation")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = fresh("postgresql", tmp_path)
    write(engine, b.add_business)
    write(engine, second_firm)
    yield engine
    engine.dispose()


def ids(conn: Connection, table: str) -> set[str]:
    column = "lease_id" if table in {"usage_event", "reservation"} else "id"
    return {str(row[0]) for row in conn.execute(text(f"SELECT {column} FROM {table}"))}


def test_each_firm_sees_its_own_rows_and_the_catalogue(engine: Engine) -> None:
    for firm, other in (("F-1", "F-2"), ("F-2", "F-1")):
        n, m = firm[-1], other[-1]
        with tenant_view(engine, firm) as conn:
            for table in OWNED:
                seen = ids(conn, table)
                assert all(name.endswith(n) for name in seen), table
                assert seen or (table == "invoice" and m == "1"), table
            assert conn.execute(text("SELECT count(*) FROM centre")).scalar_one() == 1
    with engine.connect() as conn:
        assert {name[-1] for name in ids(conn, "lease")} == {"1", "2"}


@pytest.mark.parametrize("firm", ["", "F-3", "F-1' OR 'x' = 'x"])
def test_nobody_named_sees_nothing(engine: Engine, firm: str) -> None:
    with tenant_view(engine, firm) as conn:
        assert [table for table in OWNED if ids(conn, table)] == []
    with engine.connect() as conn, conn.begin():
        conn.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")
        assert [table for table in OWNED if ids(conn, table)] == []


def test_what_is_nobodys_is_closed(engine: Engine) -> None:
    closed = [t for t in metadata.tables if t not in SHARED and not rule_of(metadata.tables[t])]
    assert {"journal", "ledger_transfer", "meta", "idempotency_key", "decision"} <= set(closed)
    for table in closed:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            tenant_view(engine, "F-1") as conn,
        ):
            conn.execute(text(f"SELECT count(*) FROM {table}"))


def test_a_tenant_writes_nothing(engine: Engine) -> None:
    for statement in ("UPDATE lease SET state = 'x'", "DELETE FROM quote", "DELETE FROM centre"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            writing(engine) as conn,
            conn.begin(),
        ):
            as_tenant(conn, "F-1")
            conn.execute(text(statement))


def as_tenant(conn: Connection, firm: str) -> None:
    conn.execute(text("SELECT set_config(:n, :f, true)"), {"n": SETTING, "f": firm})
    conn.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")


def test_even_one_that_may_write_cannot_write_the_others_rows(engine: Engine) -> None:
    with writing(engine) as conn, conn.begin() as work:
        conn.exec_driver_sql(f"GRANT INSERT, UPDATE, DELETE ON firm, lease, quote TO {ROLE}")
        as_tenant(conn, "F-1")
        assert conn.execute(text("UPDATE lease SET fence = 9")).rowcount == 1
        assert conn.execute(text("DELETE FROM quote WHERE firm_id = 'F-2'")).rowcount == 0
        for statement in (
            "UPDATE lease SET firm_id = 'F-2'",
            "INSERT INTO quote SELECT 'Q-9', 'F-2', created_at, 0, body, digest FROM quote",
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), conn.begin_nested():
                conn.execute(text(statement))
        work.rollback()


def test_every_table_of_a_firm_has_its_fence(engine: Engine) -> None:
    with engine.connect() as conn:
        assert list(conn.execute(UNFENCED).scalars()) == []
        open_tables = text(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE relkind = 'r' AND nspname = current_schema() AND NOT relrowsecurity"
        )
        assert set(conn.execute(open_tables).scalars()) & set(metadata.tables) == set()
    with engine.connect() as conn:
        firms = {t.name for t in metadata.tables.values() if "firm_id" in t.columns}
        assert len(firms) >= 10


@pytest.mark.parametrize(
    "planted",
    [
        "DROP POLICY quote_tenant ON quote",
        "ALTER TABLE quote DISABLE ROW LEVEL SECURITY",
        "ALTER POLICY quote_tenant ON quote USING (true)",
        "ALTER POLICY quote_tenant ON quote WITH CHECK (true)",
        "CREATE TABLE planted (firm_id text)",
    ],
)
def test_a_planted_hole_is_found(engine: Engine, planted: str) -> None:
    with writing(engine) as conn, conn.begin() as work:
        conn.exec_driver_sql(planted)
        assert list(conn.execute(UNFENCED).scalars()) == [
            "planted" if "planted" in planted else "quote"
        ]
        work.rollback()


def test_a_database_without_roles_says_so(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=ROLE), tenant_view(fresh("sqlite", tmp_path), "F-1"):
        pass
