"""An account's transfers are found in every window of the index, and holds by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.contract.ledger_homes import DATABASES, fresh, post

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_lookup import holds_by_id, transfers_by_id
from entrepot.adapters.sql.unit_of_work import read_factory
from entrepot.domain.ledger.model import Phase, Transfer

WINDOW = 1 << tables.WINDOW_BITS
CUSTOMERS = 64
BATCH = 5_000
BATCHES = 4


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = fresh(request.param, tmp_path)
    for number in range(BATCHES):
        post(engine, f"k{number}", batch(number), 1_000 + number)
    yield engine
    engine.dispose()


def batch(number: int) -> list[Transfer]:
    """Return deposits of many customers in turn, and one hold of each."""
    many: list[Transfer] = []
    for n in range(number * BATCH, (number + 1) * BATCH):
        prepaid, held = f"prepaid:F-{n % CUSTOMERS}", n % BATCH >= BATCH - CUSTOMERS
        if held:
            many.append(Transfer(f"T-{n}", prepaid, "revenue", 1, "HKD", "hold", Phase.PENDING))
        else:
            many.append(Transfer(f"T-{n}", "bank", prepaid, 1 + n % 7, "HKD", "pay"))
    return many


def test_an_account_is_found_in_every_window(store: Engine) -> None:
    mine = [
        (n + 1, one)
        for n, one in enumerate(one for number in range(BATCHES) for one in batch(number))
        if "prepaid:F-3" in (one.debit, one.credit)
    ]
    with read_factory(store)() as uow:
        found = uow.ledger.transfers("prepaid:F-3")
        assert [(seq, one.id, one.amount) for seq, one in found] == [
            (seq, one.id, one.amount) for seq, one in mine
        ]
        assert found[0][0] < WINDOW < found[-1][0]
        late = [seq for seq, _ in uow.ledger.transfers("prepaid:F-3", after=WINDOW - 100, limit=4)]
        assert late == [seq for seq, _ in mine if seq > WINDOW - 100][:4]
        assert len(uow.ledger.open_holds("prepaid:F-3")) == BATCHES
        for code in ("bank", "revenue", "prepaid:F-3"):
            assert uow.ledger.balance_at(code, 9_999) == uow.ledger.balance(code)
        assert uow.ledger.transfers("prepaid:nobody") == []


def test_holds_are_looked_up_by_id(store: Engine) -> None:
    ended = Transfer("T-end", "prepaid:F-3", "revenue", 1, "HKD", "x", Phase.VOID, f"T-{BATCH - 5}")
    late = Transfer(
        "T-late", "prepaid:F-3", "revenue", 2, "HKD", "hold", Phase.PENDING, timeout_s=60
    )
    post(store, "more", [replace(ended, debit=f"prepaid:F-{(BATCH - 5) % CUSTOMERS}"), late], 2_000)
    with read_factory(store)() as uow:
        asked = {"T-0", "T-end", "T-late", f"T-{BATCH - 5}", "T-nobody"}
        codes = {account.id: account.code for account in uow.ledger.accounts()}
        found = holds_by_id(uow.conn, asked, codes)
        whole = transfers_by_id(uow.conn, asked)
        assert found == {
            one.id: (one.debit, one.credit, one.amount, one.deadline)
            for one in whole.values()
            if one.phase is Phase.PENDING
        }
        assert sorted(found) == sorted(["T-late", f"T-{BATCH - 5}"])
        assert found["T-late"][3] == 2_060
        assert holds_by_id(uow.conn, {"T-late"}, {}) == {"T-late": ("", "", 2, 2_060)}


def test_planted_bug_a_window_left_out_is_noticed(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "WINDOW_BITS", tables.WINDOW_BITS + 1)
    with read_factory(store)() as uow:
        assert uow.ledger.balance_at("bank", 9_999) != uow.ledger.balance("bank")


def test_sqlite_uses_the_windows_and_goes_through_no_table(tmp_path: Path) -> None:
    engine = fresh("sqlite", tmp_path)
    post(engine, "k", batch(0))
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, sql: str, params: Any, *_: object) -> None:
        if "ledger_transfer" in sql:
            asked.append((sql, params))

    event.listen(engine, "before_cursor_execute", note)
    with read_factory(engine)() as uow:
        uow.ledger.balance_at("prepaid:F-3", 9_999)
        uow.ledger.transfers("prepaid:F-3", after=10)
        uow.ledger.open_holds("prepaid:F-3")
        plans = [
            [row[3] for row in uow.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", params)]
            for sql, params in list(asked)
            if " >> " in sql
        ]
    engine.dispose()
    assert len(plans) == 3
    for plan in plans:
        for side in ("debit", "credit"):
            assert any(f"ix_ledger_transfer_{side} (<expr>=? AND {side}=?)" in x for x in plan)
        assert not [line for line in plan if line.startswith("SCAN")]


def test_sqlite_finds_the_transfers_of_a_cause_by_their_index(tmp_path: Path) -> None:
    engine = fresh("sqlite", tmp_path)
    post(engine, "k", batch(0))
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    with read_factory(engine)() as uow:
        assert uow.ledger.transfers_of_cause("nothing of the kind") == []
        sql, params = next(pair for pair in asked if "cause = ?" in pair[0])
        plan = [row[3] for row in uow.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", params)]
    engine.dispose()
    assert any("ix_ledger_transfer_cause (cause=?)" in line for line in plan)
    assert not [line for line in plan if line.startswith("SCAN")]
