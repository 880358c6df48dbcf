"""One suite for every database: tokens, agents, assignments, and who is second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork, SqlStore
from entrepot.kernel.errors import EntrepotError
from entrepot.services.ports_agents import HELD, OPEN, Agent, AgentToken, Assignment

TOKEN = AgentToken("AT-1", "gz", "d" * 64, 1_000, "desk", 4_600, None, "")
AGENT = Agent("AG-1", "gz", "機房 1", "k" * 64, "active", 1_000, 1_000, 0, "", "local (bwrap)")
RUN = Assignment(
    "J-1:1", "J-1", "L-1", "gz", 1, "", "waiting", 1_100, None, False, {"算": [1, None]}, {}, ()
)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    write(made, fill)
    return made


def fill(uow: HouseUnitOfWork) -> None:
    uow.agents.add_token(TOKEN)
    uow.agents.add_agent(AGENT)
    uow.agents.add_agent(replace(AGENT, id="AG-2", public_key="l" * 64, last_seen=1_050))
    uow.agents.add(RUN)


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    given = replace(
        RUN, id="J-1:2", fence=2, agent_id="AG-1", state="running", queued_at=1_200,
        given_at=1_210, cancelled=True, seen={"phase": "running"}, outputs=({"name": "出.txt"},),
    )  # fmt: skip
    write(engine, lambda uow: uow.agents.add(given))

    def see(uow: HouseUnitOfWork) -> None:
        book = uow.agents
        assert (book.token("d" * 64), book.token("e" * 64)) == (TOKEN, None)
        assert (book.agent("AG-1"), book.agent("AG-9")) == (AGENT, None)
        assert book.agent_of_key("k" * 64) == AGENT
        assert [one.id for one in book.agents()] == ["AG-1", "AG-2"]
        assert book.agents("sz") == []
        assert (book.assignment("J-1:1"), book.assignment("J-1:3")) == (RUN, None)
        assert (book.newest("J-1"), book.newest("J-2")) == (given, None)
        assert book.assignments() == [RUN, given]
        assert book.assignments(agent_id="AG-1") == book.assignments(states=HELD) == [given]
        assert book.assignments(centre_id="gz", states=("waiting",)) == [RUN]
        assert book.assignments(centre_id="sz") == []

    read(engine, see)


def test_a_token_is_used_once(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.agents.use_token("AT-1", "AG-1", 1_300))
    assert not write(engine, lambda uow: uow.agents.use_token("AT-1", "AG-2", 1_301))
    used = read(engine, lambda uow: uow.agents.token("d" * 64))
    assert used == replace(TOKEN, used_at=1_300, agent_id="AG-1")


def test_a_message_counts_only_with_a_number_above_the_last(engine: Engine) -> None:
    told = [write(engine, lambda u, n=n: u.agents.touch("AG-1", n, "x", 1_000 + n)) for n in (3, 2)]
    assert told == [True, False]
    agent = read(engine, lambda uow: uow.agents.agent("AG-1"))
    assert agent == replace(AGENT, last_seq=3, last_digest="x", last_seen=1_003)


def test_a_run_goes_to_one_agent(engine: Engine) -> None:
    for name, taken in (("AG-1", True), ("AG-2", False)):
        given = replace(RUN, state="given", agent_id=name, given_at=1_300)
        assert write(engine, lambda u, g=given: u.agents.change(g, ("waiting",))) is taken
    kept = read(engine, lambda uow: uow.agents.assignment("J-1:1"))
    assert kept is not None and kept.agent_id == "AG-1"
    done = replace(kept, state="done")
    assert write(engine, lambda uow: uow.agents.change(done, OPEN))
    assert not write(engine, lambda uow: uow.agents.change(done, OPEN))


def test_jobs_of_silent_revoked_and_missing_agents_are_suspect(engine: Engine) -> None:
    def suspects(silent_since: int, queued_before: int) -> list[str]:
        return read(engine, lambda uow: uow.agents.suspects(silent_since, queued_before))

    assert (suspects(0, 1_099), suspects(0, 1_100)) == ([], ["J-1"])
    given = replace(RUN, state="given", agent_id="AG-1", given_at=1_300)
    write(engine, lambda uow: uow.agents.change(given, ("waiting",)))
    assert (suspects(999, 9_999), suspects(1_000, 0)) == ([], ["J-1"])
    write(engine, lambda uow: uow.agents.touch("AG-1", 1, "x", 2_000))
    assert suspects(1_999, 9_999) == []
    write(engine, lambda uow: uow.agents.set_state("AG-1", ("active",), "revoked"))
    assert suspects(0, 0) == ["J-1"]
    write(engine, lambda uow: uow.agents.change(replace(given, state="done"), HELD))
    assert suspects(9_999, 9_999) == []


def test_the_last_report_of_a_token_is_known(engine: Engine) -> None:
    def last(fence: int) -> tuple[int, bool]:
        return read(engine, lambda uow: uow.agents.last_report("L-1", fence))

    assert last(1) == (0, False)
    for seq, final in ((1, False), (2, True)):
        event = replace(b.EVENT, id=f"L-1:1:{seq}", seq=seq, body={"final": final})
        write(engine, lambda uow, e=event: uow.deals.add_usage(e))
        assert last(1) == (seq, final)
    assert last(2) == (0, False)


def test_a_fence_rises_once(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.agents.raise_fence("L-1", 1))
    assert not write(engine, lambda uow: uow.agents.raise_fence("L-1", 1))
    lease = read(engine, lambda uow: uow.deals.lease("L-1"))
    assert lease is not None and lease.fence == 2


def test_a_revoked_agent_stays_revoked(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.agents.set_state("AG-1", ("active",), "revoked"))
    assert not write(engine, lambda uow: uow.agents.set_state("AG-1", ("active",), "draining"))
    agent = read(engine, lambda uow: uow.agents.agent("AG-1"))
    assert agent is not None and agent.state == "revoked"


WRONG: dict[str, Callable[[HouseUnitOfWork], object]] = {
    "a second run under one token": lambda u: u.agents.add(replace(RUN, id="J-1:x")),
    "a run of no job": lambda u: u.agents.add(replace(RUN, id="J-9:1", job_id="J-9")),
    "a run that an agent has and that waits": lambda u: u.agents.add(
        replace(RUN, id="J-1:2", fence=2, agent_id="AG-1")
    ),
    "a run that nobody has and that runs": lambda u: u.agents.add(
        replace(RUN, id="J-1:2", fence=2, state="running")
    ),
    "a key that is enrolled": lambda u: u.agents.add_agent(replace(AGENT, id="AG-3")),
    "a token of a known secret": lambda u: u.agents.add_token(replace(TOKEN, id="AT-2")),
    "a token used by nobody": lambda u: u.agents.add_token(
        replace(TOKEN, id="AT-2", digest="e", used_at=5)
    ),
    "a state that is none": lambda u: u.agents.set_state("AG-1", ("active",), cast(Any, "lost")),
}


def test_the_database_itself_refuses(engine: Engine) -> None:
    before = read(engine, lambda uow: (uow.agents.assignments(), uow.agents.agents()))
    for name, wrong in WRONG.items():
        with pytest.raises((SQLAlchemyError, EntrepotError)):
            write(engine, wrong)
            pytest.fail(f"it took {name}")
    assert read(engine, lambda uow: (uow.agents.assignments(), uow.agents.agents())) == before


def test_what_was_heard_is_noted_but_no_money_is(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/e.db", "H-TEST")
    store.note(b.add_business)  # type: ignore[arg-type]
    assert store.note(lambda uow: uow.registry.firms()) == [b.FIRM]
    assert store.journal_entries(5) == []

    def post(uow: HouseUnitOfWork) -> None:
        from tests.contract.ledger_homes import hold

        uow.ledger.ensure_account("prepaid:F")
        uow.ledger.post([replace(hold(1, 5), debit="bank")])

    with pytest.raises((RuntimeError, EntrepotError)):
        store.note(post)  # type: ignore[arg-type]
