"""One suite for every database: fixings, snapshots of rates, revaluations, ends of proposals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.domain.fx.model import FxQuote
from entrepot.services.ports_decisions import Ending, Proposal
from entrepot.services.ports_fx import Fixing, Revaluation

PROPOSAL = Proposal("PR-1", "fx_rate", "f.csv", "one", 1, None, None, {"act": {}})
ENDING = Ending("PR-1", "approved", "two", 2, "", {"fixings": 1})
FIXING = Fixing(0, "CNH/HKD", "2026-11-20", "11/10", "desk 臺", "PR-1", 5)
QUOTE = FxQuote("X-1", "CNH/HKD", "11/10", "desk", "2026-11-20", "mid", None, 5)
VALUED = Revaluation("2026-11-30", "X-1", 1_000, 1_090, 1_100, 10, 5, None)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = fresh(request.param, tmp_path)
    write(made, lambda uow: uow.four_eyes.propose(PROPOSAL))
    return made


def test_of_one_pair_and_day_the_last_fixing_counts(engine: Engine) -> None:
    later = replace(FIXING, day="2026-11-21", rate="6/5")
    better = replace(FIXING, rate="23/20")
    write(engine, lambda uow: uow.fx.add_fixings([FIXING, later]))
    write(engine, lambda uow: uow.fx.add_fixings([better]))
    write(engine, lambda uow: uow.fx.add_fixings([]))
    assert read(engine, lambda uow: uow.fx.fixings()) == [
        replace(better, id=3),
        replace(later, id=2),
    ]
    assert read(engine, lambda uow: uow.fx.fixings("USD/HKD")) == []
    for day, number in (("2026-11-19", None), ("2026-11-20", 3), ("2026-12-01", 2)):
        found = read(engine, lambda uow, d=day: uow.fx.last_fixing("CNH/HKD", d))
        assert (found.id if found else None) == number
    assert read(engine, lambda uow: uow.fx.fixing_of("CNH/HKD", "2026-11-22")) is None


def test_a_snapshot_is_kept_once_and_its_uses_are_noted(engine: Engine) -> None:
    again = replace(QUOTE, kept_at=99)
    other = replace(QUOTE, id="X-2", pair="USD/HKD")
    write(engine, lambda uow: uow.fx.keep([QUOTE, QUOTE], "batch:B-1"))
    write(engine, lambda uow: uow.fx.keep([again, other], "batch:B-1"))
    write(engine, lambda uow: uow.fx.keep([again]))
    assert read(engine, lambda uow: uow.fx.snapshot("X-1")) == QUOTE
    assert read(engine, lambda uow: uow.fx.snapshot("X-9")) is None
    assert read(engine, lambda uow: uow.fx.snapshots()) == [QUOTE, other]
    assert read(engine, lambda uow: uow.fx.snapshots("batch:B-1")) == [QUOTE, other]
    assert read(engine, lambda uow: uow.fx.snapshots("batch:B-2")) == []


def test_a_day_is_valued_once_and_undone_once(engine: Engine) -> None:
    write(engine, lambda uow: uow.fx.keep([QUOTE]))
    write(engine, lambda uow: uow.fx.add_revaluation(VALUED))
    with pytest.raises(SQLAlchemyError):
        write(engine, lambda uow: uow.fx.add_revaluation(VALUED))
    with pytest.raises(SQLAlchemyError):
        wrong = replace(VALUED, on_day="2026-12-31", unrealised_minor=11)
        write(engine, lambda uow: uow.fx.add_revaluation(wrong))
    assert write(engine, lambda uow: uow.fx.set_reversed("2026-11-30", 9))
    assert not write(engine, lambda uow: uow.fx.set_reversed("2026-11-30", 10))
    assert read(engine, lambda uow: uow.fx.revaluations()) == [replace(VALUED, reversed_at=9)]


def test_a_proposal_ends_once(engine: Engine) -> None:
    assert read(engine, lambda uow: uow.four_eyes.ending("PR-1")) is None
    assert write(engine, lambda uow: uow.four_eyes.end(ENDING))
    assert not write(engine, lambda uow: uow.four_eyes.end(replace(ENDING, state="refused")))
    assert read(engine, lambda uow: uow.four_eyes.endings()) == {"PR-1": ENDING}
    assert read(engine, lambda uow: uow.four_eyes.all_proposals(("fx_rate",))) == [PROPOSAL]
    assert read(engine, lambda uow: uow.four_eyes.all_proposals(("other",))) == []


def test_nothing_kept_is_changed_by_a_statement(engine: Engine) -> None:
    write(engine, lambda uow: uow.fx.add_fixings([FIXING]))
    write(engine, lambda uow: uow.fx.keep([QUOTE], "batch:B-1"))
    write(engine, lambda uow: uow.four_eyes.end(ENDING))
    for statement in (
        "UPDATE fx_fixing SET rate = '2'",
        "DELETE FROM fx_fixing",
        "UPDATE fx_quote SET rate = '2'",
        "DELETE FROM fx_use",
        "UPDATE four_eyes_end SET state = 'refused'",
        "DELETE FROM four_eyes_end",
    ):
        with pytest.raises(Exception, match="append-only"):
            write(engine, lambda uow, s=statement: uow.conn.exec_driver_sql(s))
