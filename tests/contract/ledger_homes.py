"""Homes for the tests of the store: fresh ones, and one with a bit of everything in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine, insert
from tests.contract.postgres_server import server_url

from entrepot.adapters.sql.engine import open_engine, writing
from entrepot.adapters.sql.journal_store import HOME_ID as JOURNAL_HOME
from entrepot.adapters.sql.metadata import SCHEMA_VERSION, meta
from entrepot.adapters.sql.migrate import VERSION, open_store, prepare
from entrepot.adapters.sql.schema_compare import describe
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command, write_factory
from entrepot.domain.ledger.expiry import resolution
from entrepot.domain.ledger.model import Phase, Transfer

HOME_ID = "H-TEST"
DATABASES = ["sqlite", "postgresql"]


def fresh(kind: str, folder: Path) -> Engine:
    """Open an empty store of a kind of database."""
    if kind == "sqlite":
        return open_store(f"sqlite:///{folder}/entrepot.db", HOME_ID)
    engine = open_engine(server_url())
    if not _swept(engine):
        empty(engine)
        prepare(engine, HOME_ID)
        with engine.connect() as conn:
            _made.update(describe(conn))
    return engine


_made: dict[str, str] = {}
"""The tables on the server as this process made them."""

_SWEEP = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT relname, relkind FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S') LOOP
    IF one.relkind = 'r' THEN EXECUTE 'DELETE FROM ' || quote_ident(one.relname);
    ELSE EXECUTE 'ALTER SEQUENCE ' || quote_ident(one.relname) || ' RESTART'; END IF;
  END LOOP;
END $$
"""


def _swept(engine: Engine) -> bool:
    """Take all rows out, which is quicker than new tables; False if the tables are not as made."""
    with engine.connect() as conn:
        if not _made or describe(conn) != _made:
            return False
    with writing(engine) as conn, conn.begin():
        # As a replica the server runs no trigger: the fences would forbid it, as they should.
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.exec_driver_sql(_SWEEP)
        rows = (
            {"key": VERSION, "value": str(SCHEMA_VERSION)},
            {"key": JOURNAL_HOME, "value": HOME_ID},
        )
        conn.execute(insert(meta), rows)
    return True


def empty(engine: Engine) -> None:
    """Take everything out of the tests' PostgreSQL database, whatever schema it has."""
    with writing(engine) as conn, conn.begin():
        conn.exec_driver_sql("DROP SCHEMA public CASCADE")
        conn.exec_driver_sql("CREATE SCHEMA public")


def command(
    engine: Engine,
    key: str,
    action: Callable[[SqlUnitOfWork], Mapping[str, object]],
    *,
    now: int = 1_000,
    body: Mapping[str, object] | None = None,
    checkpoint: Path | None = None,
) -> dict[str, object]:
    """Run one journalled command as the test's desk."""
    return run_command(
        write_factory(engine, checkpoint),
        actor="desk",
        command="test",
        key=key,
        body=body or {"key": key},
        now=now,
        action=action,
    )


def post(engine: Engine, key: str, transfers: Sequence[Transfer], now: int = 1_000) -> None:
    """Post transfers by one command."""

    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        uow.ledger.post(transfers)
        return {"posted": len(transfers)}

    command(engine, key, action, now=now)


def hold(number: int, amount: int, timeout_s: int = 0) -> Transfer:
    """Return a hold on the prepaid money of firm F."""
    return Transfer(
        f"T-hold-{number}",
        "prepaid:F",
        "revenue",
        amount,
        "HKD",
        "hold",
        Phase.PENDING,
        timeout_s=timeout_s,
        cause=f"L-{number}",
    )


def furnish(engine: Engine, checkpoint: Path | None = None) -> None:
    """Fill a store: deposits, holds ended in every way, a group, a closed account."""
    post(engine, "in", [Transfer("T-in", "bank", "prepaid:F", 100_000, "HKD", cause="D-1")])
    for n in range(6):
        post(engine, f"hold {n}", [hold(n, 1_000 + n, 60 if n == 3 else 0)], 1_010 + n)
    ends = [
        resolution(hold(0, 1_000), "T-post-0", Phase.POST, 700),
        resolution(hold(1, 1_001), "T-void-1", Phase.VOID),
    ]
    post(engine, "ends", ends, 1_030)
    command(
        engine, "expire", lambda uow: {"n": len(uow.ledger.expire_due(1_200).booked)}, now=1_200
    )
    pair = [
        Transfer("T-x1", "cost_of_compute", "fx_clearing_hkd", 1_100, "HKD", link_group="X-1"),
        Transfer("T-x2", "fx_clearing_cnh", "payable:C", 1_000, "CNH", link_group="X-1"),
    ]
    post(engine, "fx", pair, 1_210)

    def shut(uow: SqlUnitOfWork) -> dict[str, object]:
        uow.ledger.ensure_account("fund", "HKD", credit_bound=True)
        uow.ledger.ensure_account("receivable:F")
        uow.ledger.close_account("receivable:F")
        return {"closed": "receivable:F", "算": [1, None, True]}

    command(engine, "shut", shut, now=1_220, body={"why": "算力"}, checkpoint=checkpoint)
