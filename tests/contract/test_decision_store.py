"""One suite for every database: kept decisions, texts of the law, acts of two persons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from tests.contract.business_samples import BODY, read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.services.ports_decisions import Decision, Proposal

DECISION = Decision(
    "V-1", 1_000, "desk", "lease:L-1", "inbound", "allow", "h1", '[{"算":1}]', ("house.x",),
    '{"outcome":"allow"}', "d1",
)  # fmt: skip
PROPOSAL = Proposal("R-1", "rules.review", "oo.sg", "one", 1_000, None, None, BODY)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return fresh(request.param, tmp_path)


def test_decisions_come_back_as_they_went_in_newest_first(engine: Engine) -> None:
    second = replace(DECISION, id="V-2", cause="case:x", house=())
    write(engine, lambda uow: [uow.decisions.add(one) for one in (DECISION, second)])
    assert read(engine, lambda uow: uow.decisions.decision("V-1")) == DECISION
    assert read(engine, lambda uow: uow.decisions.decision("V-3")) is None
    assert read(engine, lambda uow: uow.decisions.decisions()) == [second, DECISION]
    assert read(engine, lambda uow: uow.decisions.decisions("lease:L-1")) == [DECISION]
    assert read(engine, lambda uow: uow.decisions.decisions(limit=1)) == [second]


def test_texts_are_kept_once_under_their_hash(engine: Engine) -> None:
    write(engine, lambda uow: uow.decisions.keep_texts("h1", {"b": "二", "a": "one"}))
    write(engine, lambda uow: uow.decisions.keep_texts("h1", {"b": "other"}))
    assert read(engine, lambda uow: uow.decisions.texts("h1")) == {"a": "one", "b": "二"}
    assert read(engine, lambda uow: uow.decisions.texts("h2")) == {}


def test_nothing_kept_is_changed_by_a_statement(engine: Engine) -> None:
    def both(uow: HouseUnitOfWork) -> None:
        uow.decisions.add(DECISION)
        uow.decisions.keep_texts("h1", {"a": "one"})

    write(engine, both)
    for statement in (
        "UPDATE decision SET outcome = 'refuse'",
        "DELETE FROM decision",
        "UPDATE rulebook_text SET text = 'x'",
        "DELETE FROM rulebook_text",
    ):
        with pytest.raises(Exception, match="append-only"):
            write(engine, lambda uow, s=statement: uow.conn.exec_driver_sql(s))
    assert read(engine, lambda uow: uow.decisions.decision("V-1")) == DECISION
    assert read(engine, lambda uow: uow.decisions.texts("h1")) == {"a": "one"}


def test_a_second_person_approves_once(engine: Engine) -> None:
    write(engine, lambda uow: uow.four_eyes.propose(PROPOSAL))
    assert read(engine, lambda uow: uow.four_eyes.proposals("rules.review")) == [PROPOSAL]
    assert read(engine, lambda uow: uow.four_eyes.proposals("other")) == []
    assert write(engine, lambda uow: uow.four_eyes.approve("R-1", "two", 2_000))
    assert not write(engine, lambda uow: uow.four_eyes.approve("R-1", "three", 3_000))
    assert not write(engine, lambda uow: uow.four_eyes.approve("R-2", "two", 2_000))
    found = read(engine, lambda uow: uow.four_eyes.proposal("R-1"))
    assert found == replace(PROPOSAL, approved_by="two", approved_at=2_000)


def test_one_person_cannot_be_both(engine: Engine) -> None:
    write(engine, lambda uow: uow.four_eyes.propose(PROPOSAL))
    with pytest.raises(SQLAlchemyError):
        write(engine, lambda uow: uow.four_eyes.approve("R-1", "one", 2_000))
    assert read(engine, lambda uow: uow.four_eyes.proposal("R-1")) == PROPOSAL
