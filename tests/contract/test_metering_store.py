"""One suite for every database: waiting reports, closed months, plans, lost time, accrued lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.kernel.errors import EntrepotError
from entrepot.services.ports_metering import (
    Accrued,
    ClosedMonth,
    LostTime,
    PlanRow,
    WaitingReport,
)

WAITING = WaitingReport("centre:gz", "L-1:1:2", "L-1", {"seq": 2}, "aa", 1_600)
MONTH = ClosedMonth("2026-11", 1_700, "desk")
PLAN = PlanRow("steady", 1, ("F-1",), {"id": "steady"}, "d" * 64, 1_700, "desk")
LOST = LostTime("LT-1", "L-1", "J-1", 60, "power cut 停電", "INC-7", 1_700, "desk")
LINE = Accrued(
    "c" * 32, 1, "usage_correction", "F-1", "J-1", "L-1", "I-1", "2026-11", "2026-12", "x",
    "job:J-1", "v1", 1_000, -5, -1, 0, "gz", -4, -4,
    "Correction of {number}", {"number": "HK-2026-000001"},
    {"vouchers": ["cn.beijing"]}, 1_700, None,
)  # fmt: skip
PLANNED = replace(
    LINE, id="e" * 32, number=2, kind="plan", job_id=None, lease_id=None, invoice_id=None,
    centre_id=None, month="2026-10", centre_minor=0, carrying_minor=0,
)  # fmt: skip


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    return made


def fill(uow: HouseUnitOfWork) -> None:
    assert uow.metering.add_waiting(WAITING)
    uow.metering.close_month(MONTH)
    uow.metering.add_plan(PLAN)
    uow.metering.add_plan(replace(PLAN, revision=2))
    uow.metering.add_lost_time(LOST)
    assert uow.metering.next_accrued() == 1
    uow.metering.add_accrued(LINE)
    uow.metering.add_accrued(PLANNED)
    assert uow.metering.next_accrued() == 3


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    write(engine, fill)

    def see(uow: HouseUnitOfWork) -> None:
        book = uow.metering
        assert book.waiting() == book.waiting("L-1") == [WAITING]
        assert book.waiting("L-2") == []
        assert (book.closed_month("2026-11"), book.closed_month("2026-10")) == (MONTH, None)
        assert book.closed_months() == [MONTH]
        assert book.plans("steady") == book.plans() == [PLAN, replace(PLAN, revision=2)]
        assert book.lost_time("L-1") == book.lost_time() == [LOST]
        assert book.accrued() == [LINE, PLANNED]
        assert book.accrued(month="2026-10") == [PLANNED]
        assert book.accrued(invoice_id="I-1", firm_id="F-1") == [LINE]
        assert book.accrued(firm_id="F-2") == []

    read(engine, see)


def test_a_report_waits_once_and_leaves(engine: Engine) -> None:
    write(engine, fill)
    assert not write(engine, lambda uow: uow.metering.add_waiting(WAITING))
    write(engine, lambda uow: uow.metering.drop_waiting([("centre:gz", "L-1:1:2")]))
    assert read(engine, lambda uow: uow.metering.waiting()) == []


def test_a_line_is_taken_once(engine: Engine) -> None:
    write(engine, fill)
    ids = [LINE.id, PLANNED.id]
    assert write(engine, lambda uow: uow.metering.take_accrued(ids[:1], "I-9")) == 1
    assert write(engine, lambda uow: uow.metering.take_accrued(ids, "I-10")) == 1
    found = read(engine, lambda uow: uow.metering.accrued())
    assert [line.taken_by for line in found] == ["I-9", "I-10"]
    assert read(engine, lambda uow: uow.metering.accrued(open_only=True)) == []


def test_what_is_unique_is_kept_once(engine: Engine) -> None:
    write(engine, fill)
    for act in (
        lambda uow: uow.metering.close_month(MONTH),
        lambda uow: uow.metering.add_plan(PLAN),
        lambda uow: uow.metering.add_lost_time(replace(LOST, id="LT-2")),
        lambda uow: uow.metering.add_accrued(replace(LINE, number=3)),
        lambda uow: uow.metering.add_accrued(replace(LINE, id="f" * 32)),
        lambda uow: uow.metering.add_accrued(replace(LINE, id="f" * 32, number=3, kind="plan")),
    ):
        with pytest.raises((EntrepotError, SQLAlchemyError)):
            write(engine, act)


def test_what_was_charged_is_never_changed(engine: Engine) -> None:
    write(engine, fill)
    write(engine, lambda uow: uow.metering.take_accrued([LINE.id], "I-9"))
    for statement in (
        "UPDATE accrued_line SET amount_minor = 1",
        "UPDATE accrued_line SET centre_minor = 1",
        "UPDATE accrued_line SET taken_by = 'I-10' WHERE number = 1",
        "DELETE FROM accrued_line",
        "UPDATE closed_month SET closed_at = 1",
        "DELETE FROM closed_month",
        "UPDATE price_plan SET body = '{}'",
        "DELETE FROM price_plan",
        "UPDATE lost_time SET seconds = 1",
        "DELETE FROM lost_time",
    ):
        with pytest.raises(Exception, match="append-only"):
            write(engine, lambda uow, s=statement: uow.conn.exec_driver_sql(s))
