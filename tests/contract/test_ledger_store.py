"""The store of the ledger, on every database that it promises to run on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import DatabaseError
from tests.contract.ledger_homes import DATABASES, HOME_ID, command, fresh, furnish, hold, post

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.engine import open_engine, writing
from entrepot.adapters.sql.metadata import meta
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, read_factory, write_factory
from entrepot.domain.ledger.expiry import resolution
from entrepot.domain.ledger.model import Balance, Phase, Transfer
from entrepot.domain.ledger.replay import replay
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused

PAY_IN = Transfer("T-in", "bank", "prepaid:F", 1_000, "HKD", cause="D-1")


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = fresh(request.param, tmp_path)
    yield engine
    engine.dispose()


def sound(engine: Engine) -> bool:
    with read_factory(engine)() as uow:
        assert check_ledger(uow.conn) == []
        assert verify_journal(uow.conn) == []
    return True


def balance(engine: Engine, code: str) -> Balance:
    with read_factory(engine)() as uow:
        return uow.ledger.balance(code)


def test_a_furnished_home_is_sound(store: Engine, tmp_path: Path) -> None:
    furnish(store, tmp_path / "checkpoint")
    assert sound(store)
    with read_factory(store)() as uow:
        assert verify_journal(uow.conn, read_checkpoint(tmp_path / "checkpoint")) == []
        ledger = uow.ledger
        rebuilt = replay(ledger.accounts(), [one for _, one in ledger.transfers()])
        assert {c: rebuilt.balance(c) for c in ledger.balances()} == ledger.balances()
        assert [one.id for one in ledger.open_holds()] == ["T-hold-2", "T-hold-4", "T-hold-5"]
        assert ledger.open_holds("bank") == []
        assert ledger.account("prepaid:F").debit_bound  # pyright: ignore[reportOptionalMemberAccess]
        assert ledger.account("receivable:F").closed  # pyright: ignore[reportOptionalMemberAccess]
        assert len(ledger.transfers_of_cause("L-0")) == 2


def test_balance_at_each_second_is_the_replay_of_the_prefix(store: Engine) -> None:
    furnish(store)
    with read_factory(store)() as uow:
        accounts, lines = uow.ledger.accounts(), uow.ledger.transfers()
        for t in sorted({999, *(one.t for _, one in lines)}):
            rebuilt = replay(accounts, [one for _, one in lines], t)
            for account in accounts:
                assert uow.ledger.balance_at(account.code, t) == rebuilt.balance(account.code)
            posted = uow.ledger.posted_at(t)
            for account in uow.ledger.accounts():
                found, whole = posted[account.code], rebuilt.balance(account.code)
                assert found == Balance(whole.debits_posted, whole.credits_posted)
        assert uow.ledger.balance_at("nowhere", 1_000) == Balance()


def test_a_statement_runs_from_its_opening_balance(store: Engine) -> None:
    furnish(store)
    with read_factory(store)() as uow:
        lines = uow.ledger.statement("prepaid:F", 1_001, 2_000)
        assert [(line.debit, line.credit, line.debit_net) for line in lines] == [(700, 0, -99_300)]
        assert uow.ledger.statement("prepaid:F", 0, 1_000) == []
        assert uow.ledger.transfers("prepaid:F", after=2, limit=1)[0][0] == 3
        assert uow.ledger.transfer("T-x1").link_group == "X-1"  # pyright: ignore[reportOptionalMemberAccess]
        assert uow.ledger.transfer("T-none") is None


def test_a_refusal_changes_no_row(store: Engine) -> None:
    post(store, "in", [PAY_IN])
    with pytest.raises(Refused, match="600 HKD cents free"):
        post(store, "more", [hold(1, 400), replace(hold(2, 1_001), link_group="")])
    assert balance(store, "prepaid:F") == Balance(credits_posted=1_000)
    with read_factory(store)() as uow:
        assert len(uow.journal.entries()) == 1
        assert uow.ledger.account("revenue") is None
    assert sound(store)


def test_post_each_books_what_it_can(store: Engine) -> None:
    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        applied = uow.ledger.post_each([PAY_IN, hold(1, 5_000), hold(2, 900)])
        return {"refused": [one.transfer.id for one in applied.refused]}

    assert command(store, "k", action) == {"refused": ["T-hold-1"]}
    assert balance(store, "prepaid:F") == Balance(0, 1_000, 900, 0)
    assert sound(store)


def test_the_same_transfer_is_booked_once(store: Engine) -> None:
    post(store, "a", [PAY_IN])
    post(store, "b", [PAY_IN], 1_100)
    assert balance(store, "bank") == Balance(debits_posted=1_000)
    with pytest.raises(Conflict, match="other contents"):
        post(store, "c", [replace(PAY_IN, amount=1)], 1_200)
    assert sound(store)


def test_a_group_spans_no_two_commands(store: Engine) -> None:
    post(store, "a", [replace(PAY_IN, link_group="G")])
    with pytest.raises(Conflict, match="Link group G"):
        post(store, "b", [replace(PAY_IN, id="T-2", link_group="G")])
    post(store, "c", [replace(PAY_IN, link_group="G")])
    assert sound(store)


def test_posts_of_one_command_see_each_other(store: Engine) -> None:
    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        uow.ledger.post([PAY_IN])
        uow.ledger.post([hold(1, 1_000)])
        uow.ledger.post([resolution(hold(1, 1_000), "T-end", Phase.POST, 600)])
        return {"batch": uow.ledger.seal().seq}

    assert command(store, "k", action) == {"batch": 1}
    assert balance(store, "prepaid:F") == Balance(600, 1_000)
    assert sound(store)


def test_expiry_comes_once_also_after_reopening(store: Engine) -> None:
    post(store, "in", [PAY_IN, hold(1, 10, timeout_s=60)])
    assert command(store, "e1", expire_at(1_059), now=1_059) == {"expired": 0}
    store.dispose()
    assert command(store, "e2", expire_at(1_060), now=1_060) == {"expired": 1}
    assert command(store, "e3", expire_at(1_061), now=1_061) == {"expired": 0}
    with pytest.raises(Conflict, match="already resolved"):
        post(store, "late", [resolution(hold(1, 10), "T-late", Phase.POST)], 1_062)
    assert sound(store)


def expire_at(now: int):
    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        return {"expired": len(uow.ledger.expire_due(now).booked)}

    return action


def test_accounts_open_once_and_close_for_good(store: Engine) -> None:
    def opening(uow: SqlUnitOfWork) -> dict[str, object]:
        first = uow.ledger.ensure_account("prepaid:F", "HKD")
        again = uow.ledger.ensure_account("prepaid:F")
        own = uow.ledger.ensure_account("own:x", "VCH:SZ-2026", credit_bound=True)
        return {"same": first == again, "owner": own.owner, "bound": own.credit_bound}

    assert command(store, "open", opening) == {"same": True, "owner": "x", "bound": True}
    wrongs: list[dict[str, Any]] = [
        {"asset": "CNH"},
        {"debit_bound": False},
        {"credit_bound": True},
    ]
    for wrong in wrongs:
        with pytest.raises(Conflict, match="another asset or bound"):
            command(
                store,
                "k",
                lambda uow, w=wrong: {"a": uow.ledger.ensure_account("prepaid:F", **w).id},
            )  # pyright: ignore
    with pytest.raises(Invalid, match="chart"):
        command(store, "k", lambda uow: {"a": uow.ledger.ensure_account("teapot").id})

    def close(uow: SqlUnitOfWork) -> dict[str, object]:
        return {"closed": uow.ledger.close_account("own:x").closed}

    assert command(store, "c1", close) == command(store, "c2", close) == {"closed": True}
    with pytest.raises(Refused, match="closed"):
        post(store, "t", [Transfer("T-1", "own:x", "own:y", 1, "VCH:SZ-2026")])
    assert sound(store)


def test_an_account_in_use_stays_open(store: Engine) -> None:
    post(store, "in", [PAY_IN])
    with pytest.raises(Refused, match="not empty"):
        command(store, "k", lambda uow: {"c": uow.ledger.close_account("bank").closed})
    with pytest.raises(NotFound):
        command(store, "k", lambda uow: {"c": uow.ledger.close_account("nowhere").closed})


def test_a_key_has_one_effect_and_one_answer(store: Engine) -> None:
    calls: list[int] = []

    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        calls.append(1)
        uow.ledger.post([replace(PAY_IN, id=f"T-{len(calls)}")])
        return {"pair": (1, 2), "none": None}

    first = command(store, "k", action)
    assert command(store, "k", action, now=2_000) == first == {"pair": [1, 2], "none": None}
    assert len(calls) == 1
    with pytest.raises(Conflict, match="used for another request"):
        command(store, "k", action, body={"other": 1})
    assert balance(store, "bank").debits_posted == 1_000
    assert sound(store)


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb", "a\x00b"])
def test_a_bad_key_is_refused(store: Engine, key: str) -> None:
    with pytest.raises(Invalid, match="idempotency key"):
        command(store, key, lambda uow: {})


def test_threads_with_one_key_have_one_effect(store: Engine) -> None:
    answers: list[object] = []
    barrier = threading.Barrier(8)

    def one(number: int) -> None:
        def action(uow: SqlUnitOfWork) -> dict[str, object]:
            uow.ledger.post([replace(PAY_IN, id=f"T-{number}")])
            return {"by": number}

        barrier.wait()
        answers.append(command(store, "k", action))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
    assert balance(store, "bank") == Balance(debits_posted=1_000)


def test_a_failing_action_leaves_nothing(store: Engine, tmp_path: Path) -> None:
    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        uow.ledger.post([PAY_IN])
        raise Refused("test.no", "No.")

    with pytest.raises(Refused, match="No"):
        command(store, "k", action, checkpoint=tmp_path / "checkpoint")
    assert balance(store, "bank") == Balance()
    assert read_checkpoint(tmp_path / "checkpoint") is None
    assert sound(store)


def test_postings_outside_a_command_are_a_fault(store: Engine) -> None:
    with pytest.raises(RuntimeError, match="journalled"), write_factory(store)() as uow:
        uow.ledger.post([PAY_IN])
    with pytest.raises(RuntimeError, match="reading"), read_factory(store)() as uow:
        uow.ledger.post([PAY_IN])
    assert balance(store, "bank") == Balance()


def test_time_stands_still_for_a_lagging_clock_and_stops_for_a_wrong_one(store: Engine) -> None:
    post(store, "a", [PAY_IN], 5_000)
    post(store, "b", [replace(PAY_IN, id="T-2")], 4_900)
    with read_factory(store)() as uow:
        assert [one.t for _, one in uow.ledger.transfers()] == [5_000, 5_000]
    with pytest.raises(Refused, match="clock stands 200 seconds"):
        post(store, "c", [replace(PAY_IN, id="T-3")], 4_800)
    assert sound(store)


@pytest.mark.parametrize("table", ["transfer", "batch", "journal", "idempotency_key", "account"])
def test_the_database_itself_forbids_edits(store: Engine, table: str) -> None:
    furnish(store)
    target = getattr(tables, table)
    column = "id" if table == "account" else target.columns.keys()[-1]
    for statement in (delete(target), update(target).values({column: target.c[column]})):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            writing(store) as conn,
            conn.begin(),
        ):
            conn.execute(statement)


def test_a_closed_account_cannot_be_reopened_in_the_database(store: Engine) -> None:
    furnish(store)
    with pytest.raises(DatabaseError, match="append-only"), writing(store) as conn, conn.begin():
        conn.execute(update(tables.account).values(closed_batch=0))


def test_the_database_resolves_a_hold_once(store: Engine) -> None:
    furnish(store)
    row = {"seq": 99, "batch": 9, "id": "T-99", "debit": 1, "credit": 2, "amount": 1,
           "asset": "HKD", "code": "", "phase": "void", "pending_id": "T-hold-0",
           "timeout_s": 0, "link_group": "", "cause": "", "t": 1}  # fmt: skip
    with pytest.raises(DatabaseError), writing(store) as conn, conn.begin():
        conn.execute(insert(tables.transfer).values(row))


def test_opening_again_keeps_the_home(store: Engine, tmp_path: Path) -> None:
    furnish(store)
    if store.dialect.name == "sqlite":
        again = open_store(f"sqlite:///{tmp_path}/entrepot.db", "H-OTHER")
        with read_factory(again)() as uow:
            assert uow.journal.home_id == HOME_ID
        again.dispose()
    assert sound(store)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder}/entrepot.db"


def test_a_newer_home_is_refused(tmp_path: Path) -> None:
    engine = open_store(sqlite_url(tmp_path), HOME_ID)
    with writing(engine) as conn, conn.begin():
        conn.execute(update(meta).where(meta.c.key == "schema_version").values(value="99"))
    engine.dispose()
    with pytest.raises(Refused, match="newer entrepot") as caught:
        open_store(sqlite_url(tmp_path), HOME_ID)
    assert caught.value.code == "home.newer"
    with sqlite3.connect(tmp_path / "entrepot.db") as raw:
        raw.execute("UPDATE meta SET value = 'one' WHERE key = 'schema_version'")
    raw.close()
    with pytest.raises(Fault, match="which schema"):
        open_store(sqlite_url(tmp_path), HOME_ID)


@pytest.mark.parametrize(
    ("content", "code"), [(b"not a database" * 500, "store.damaged"), (None, "home.unwritable")]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes | None, code: str) -> None:
    if content is None:
        (tmp_path / "entrepot.db").mkdir()
    else:
        (tmp_path / "entrepot.db").write_bytes(content)
    with pytest.raises(EntrepotError) as caught:
        open_store(sqlite_url(tmp_path), HOME_ID)
    assert caught.value.code == code


@pytest.mark.parametrize("url", ["", "entrepot.db", "mysql://localhost/x", "sqlite+nope:///x"])
def test_an_address_that_names_no_database(url: str) -> None:
    with pytest.raises(EntrepotError):
        open_engine(url)


def test_a_locked_home_is_a_conflict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrepot.adapters.sql.engine.BUSY_TIMEOUT_MS", 50)
    engine = open_store(sqlite_url(tmp_path), HOME_ID)
    other = sqlite3.connect(tmp_path / "entrepot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Conflict, match="locked"):
        post(engine, "k", [PAY_IN])
    other.rollback()
    other.close()
    post(engine, "k", [PAY_IN])
    assert sound(engine)


def test_durability_is_on(tmp_path: Path) -> None:
    engine = open_store(sqlite_url(tmp_path), HOME_ID)
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    in_memory = open_store("sqlite://", HOME_ID)
    post(in_memory, "k", [PAY_IN])
    assert sound(in_memory)


def test_the_store_loads_no_alembic(tmp_path: Path) -> None:
    program = (
        "import sys; from entrepot.adapters.sql.migrate import open_store;"
        f"open_store('{sqlite_url(tmp_path)}', 'H');"
        "print(sorted({'alembic', 'numpy', 'rich'} & set(sys.modules)))"
    )
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_full_disk_leaves_the_books_unchanged(tmp_path: Path) -> None:
    engine = open_store(sqlite_url(tmp_path), HOME_ID)
    post(engine, "in", [PAY_IN])
    with writing(engine) as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [replace(PAY_IN, id=f"T-{n}") for n in range(2_000)]
    with pytest.raises(Fault, match="disk of the home folder is full"):
        post(engine, "many", many)
    engine.dispose()
    assert balance(engine, "bank") == Balance(debits_posted=1_000)
    assert sound(engine)
    post(engine, "many", many)


def test_a_missing_driver_and_a_silent_server_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Fault) as caught:
        open_engine("postgresql://nobody@127.0.0.1:1/none")
    assert caught.value.code in {"store.unreachable", "store.driver"}
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Fault, match="driver for PostgreSQL"):
        open_engine("postgresql://nobody@127.0.0.1:1/none")
