"""One suite for every database: members, debts, orders, words of the bank, own RMB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.domain.contracts.funding import Own
from entrepot.kernel.errors import Conflict
from entrepot.services.ports_settlement import BankEntry, Debt, OrderLine, OwnRmb

DEBT = Debt("DB-1", "gz", "B-1", "short", 1_700, 40, 44, None)
LINE = OrderLine("B-1", "PO-1", "d" * 64, "B-1", "pay", "CNH", 1_000, 1_102, 1_650, "desk")
ENTRY = BankEntry("BE-1", "booked|CNH|D|X|B-1", 1_700, "B-1", "CNH", 960, "booked", "X",
                  "2026-11-23", "算力中心", "", None, "", "", "")  # fmt: skip
OWN = OwnRmb("RM-1", "B-1", 1_700, 40, 44, "returned")


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    write(made, lambda uow: uow.settlements.add_batch(b.BATCH, ["I-1"]))
    return made


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    def more(uow: HouseUnitOfWork) -> None:
        uow.settling.keep_members("B-1", [("I-1", 1_000, 1_100)])
        uow.settling.add_debt(DEBT)
        uow.settling.add_line(LINE)
        uow.settling.add_line(LINE)
        assert uow.settling.add_entry(ENTRY)
        uow.settling.add_own(OWN)
        uow.settling.add_own(replace(OWN, id="RM-2", cnh_minor=-15, hkd_minor=-16))

    write(engine, more)
    asked: list[tuple[object, Callable[[HouseUnitOfWork], object]]] = [
        ([("I-1", 1_000, 1_100)], lambda uow: uow.settling.members("B-1")),
        ([DEBT], lambda uow: uow.settling.debts("gz", open_only=True)),
        ([], lambda uow: uow.settling.debts("other")),
        (LINE, lambda uow: uow.settling.line("B-1")),
        ([LINE], lambda uow: uow.settling.lines(batch_id="B-1")),
        ([LINE], lambda uow: uow.settling.lines(message_id="PO-1")),
        (ENTRY, lambda uow: uow.settling.entry("BE-1")),
        ({ENTRY.mark: ENTRY}, lambda uow: uow.settling.marked([ENTRY.mark, "no"])),
        ([ENTRY], lambda uow: uow.settling.entries(unmatched=True)),
        ([], lambda uow: uow.settling.entries("B-1")),
        (Own(25, 28), lambda uow: uow.settling.own()),
    ]
    for expected, ask in asked:
        assert read(engine, ask) == expected


def test_a_word_told_twice_is_kept_once_and_can_be_matched(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.settling.add_entry(ENTRY))
    assert not write(engine, lambda uow: uow.settling.add_entry(replace(ENTRY, id="BE-2")))
    matched = replace(ENTRY, batch_id="B-1", leg="pay", note="by_hand", matched_by="one, two")
    write(engine, lambda uow: uow.settling.update_entry(matched))
    assert read(engine, lambda uow: uow.settling.entries("B-1")) == [matched]
    assert read(engine, lambda uow: uow.settling.entries(unmatched=True)) == []


def test_a_debt_is_in_one_batch_until_that_fails(engine: Engine) -> None:
    second = replace(b.BATCH, id="B-2")

    def both(uow: HouseUnitOfWork) -> None:
        uow.settlements.add_batch(second, [])
        uow.settling.add_debt(DEBT)
        uow.settling.take_debts("B-2", ["DB-1"])

    write(engine, both)
    with pytest.raises(Conflict):
        write(engine, lambda uow: uow.settling.take_debts("B-1", ["DB-1"]))
    assert read(engine, lambda uow: uow.settling.debts(open_only=True)) == []
    write(engine, lambda uow: uow.settling.free_debts("B-2"))
    assert read(engine, lambda uow: uow.settling.debts(open_only=True)) == [DEBT]


def test_a_frozen_batch_and_what_was_said_are_never_changed(engine: Engine) -> None:
    def more(uow: HouseUnitOfWork) -> None:
        uow.settling.keep_members("B-1", [("I-1", 1_000, 1_100)])
        uow.settling.add_debt(DEBT)
        uow.settling.add_line(LINE)
        uow.settling.add_entry(ENTRY)
        uow.settling.add_own(OWN)
        uow.settlements.update_batch(replace(b.BATCH, state="instructed", pain_digest="x"))

    write(engine, more)
    for statement in (
        "UPDATE batch SET centre_minor = 1",
        "UPDATE batch SET value_date = '2026-11-24'",
        "UPDATE batch SET mid_minor = 1",
        "UPDATE batch SET pain_digest = 'y'",
        "DELETE FROM batch",
        "UPDATE batch_member SET centre_minor = 1",
        "DELETE FROM batch_member",
        "UPDATE payment_line SET minor = 1",
        "DELETE FROM payment_line",
        "UPDATE bank_entry SET minor = 1",
        "UPDATE bank_entry SET booked_on = ''",
        "DELETE FROM bank_entry",
        "UPDATE settlement_debt SET centre_minor = 1",
        "DELETE FROM settlement_debt",
        "UPDATE own_rmb SET cnh_minor = 1",
        "DELETE FROM own_rmb",
    ):
        with pytest.raises(Exception, match="append-only"):
            write(engine, lambda uow, s=statement: uow.conn.exec_driver_sql(s))
    write(engine, lambda uow: uow.settlements.update_batch(
        replace(b.BATCH, state="settled", pain_digest="x", bank_reference="X")))  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        lambda uow: uow.settling.add_debt(replace(DEBT, centre_minor=0, carrying_minor=0)),
        lambda uow: uow.settling.add_line(replace(LINE, minor=0)),
        lambda uow: uow.settling.add_line(replace(LINE, leg="leg")),
        lambda uow: uow.settling.add_entry(replace(ENTRY, status="said")),
        lambda uow: uow.settling.add_entry(replace(ENTRY, status="rejected")),
        lambda uow: uow.settling.add_entry(replace(ENTRY, batch_id="B-9")),
    ],
)
def test_the_database_itself_refuses_what_has_no_meaning(
    engine: Engine, wrong: Callable[[HouseUnitOfWork], object]
) -> None:
    with pytest.raises(SQLAlchemyError):
        write(engine, wrong)
