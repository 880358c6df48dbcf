"""No transfer names an account that does not exist, whichever way it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from tests.contract.ledger_homes import DATABASES, fresh, furnish

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.engine import writing
from entrepot.adapters.sql.ledger_write import write_balances, write_transfers
from entrepot.adapters.sql.unit_of_work import read_factory


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = fresh(request.param, tmp_path)
    furnish(engine)
    yield engine
    engine.dispose()


def row(seq: int, debit: int = 1, credit: int = 2, **changed: object) -> tuple[object, ...]:
    values = {"seq": seq, "batch": 99, "id": f"T-{seq}", "debit": debit, "credit": credit,
              "amount": 1, "asset": "HKD", "code": "算力\t\\N\n", "phase": "posted",
              "pending_id": "", "timeout_s": 0, "link_group": "", "cause": "", "t": 1}  # fmt: skip
    return tuple((values | changed).values())


def count(engine: Engine) -> int:
    with engine.connect() as conn:
        return len(conn.execute(select(tables.transfer.c.seq)).all())


@pytest.mark.parametrize(
    "bad",
    [
        row(101, debit=9_999),
        row(101, credit=9_999),
        row(101, debit=0),
        row(101, id="T-in"),
        row(1),
        row(101, amount=0),
        row(101, phase="gone"),
        row(101, phase="void", pending_id="T-hold-0"),
    ],
)
def test_one_bad_row_takes_the_whole_batch_with_it(store: Engine, bad: tuple[object, ...]) -> None:
    before = count(store)
    with pytest.raises(IntegrityError), writing(store) as conn, conn.begin():
        write_transfers(conn, [row(100), bad, row(102)])  # type: ignore[list-item]
    assert count(store) == before


def test_cells_come_back_as_they_were_written(store: Engine) -> None:
    many = [row(n) for n in range(100, 3_100)]
    with writing(store) as conn, conn.begin() as work:
        write_transfers(conn, many)  # type: ignore[arg-type]
        query = select(tables.transfer).where(tables.transfer.c.seq >= 100)
        found = conn.execute(query.order_by(tables.transfer.c.seq)).all()
        assert [tuple(one) for one in found] == many
        work.rollback()


def test_totals_are_set_account_by_account(store: Engine) -> None:
    with read_factory(store)() as uow:
        before = uow.ledger.balances()
        codes = [account.code for account in uow.ledger.accounts()]
    with writing(store) as conn, conn.begin() as work:
        write_balances(conn, [(10, 20, 0, 1, 1), (11, 21, 1, 0, 3)])
        table = tables.account.c
        names = [table[name] for name in tables.BALANCE_COLUMNS]
        rows = conn.execute(select(table.id, *names).order_by(table.id)).all()
        work.rollback()
    assert [tuple(rows[0]), tuple(rows[2])] == [(1, 10, 20, 0, 1), (3, 11, 21, 1, 0)]
    for number, code in enumerate(codes, start=1):
        if number not in (1, 3):
            kept = before[code]
            assert tuple(rows[number - 1])[1:] == (
                kept.debits_posted,
                kept.credits_posted,
                kept.debits_pending,
                kept.credits_pending,
            )


def test_an_account_goes_away_on_no_database(store: Engine) -> None:
    for statement in ("DELETE FROM ledger_account", "UPDATE ledger_account SET id = id + 100"):
        with (
            pytest.raises(Exception, match="append-only"),
            writing(store) as conn,
            conn.begin(),
        ):
            conn.exec_driver_sql(statement)


def test_no_table_of_the_ledger_is_emptied_at_once(tmp_path: Path) -> None:
    engine = fresh("postgresql", tmp_path)
    for table in (tables.account, tables.transfer, tables.batch, tables.journal):
        with (
            pytest.raises(Exception, match="append-only"),
            writing(engine) as conn,
            conn.begin(),
        ):
            conn.exec_driver_sql(f"TRUNCATE {table.name} CASCADE")
    engine.dispose()
