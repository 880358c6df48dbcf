"""Runs of agents: given to one, taken up when it is lost, and never billed twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import CENTRE
from tests.faults.agent_centre import Place, log_of
from tests.faults.agent_world import AgentDesk, Person, open_agents
from tests.unit.services.agent_people import (
    around,
    bill,
    newest,
    pass_time,
    person,
    refusal,
    start,
    state,
)
from tests.unit.services.desk import NOW

from entrepot.faces.agent.loop import Agent, run_agent
from entrepot.kernel.errors import Conflict, EntrepotError, NotFound, Refused
from entrepot.kernel.rulebook.table import Outcome
from entrepot.services import agent_poll, agent_watch
from entrepot.services import records as r
from entrepot.services.agent_keys import meter_key
from entrepot.services.agent_message import Message, seal
from entrepot.services.agent_roll import drain, revoke, roll, the_agent, undrain
from entrepot.services.backend_port import Phase
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance
from entrepot.services.ports_agent_desk import Envelope
from entrepot.services.run_job import cancel_job


@pytest.fixture
def desk(tmp_path: Path) -> AgentDesk:
    return open_agents(tmp_path / "home")


# Running


def test_a_job_runs_at_the_centre_and_is_billed_for_what_it_ran(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    assert state(desk, job) == "starting"
    pass_time(desk, 90, one)
    found = bill(desk, job)
    assert found is not None and state(desk, job) == "succeeded"
    document: Any = found.body["document"]
    assert document["head"]["usage"]["milli_device_seconds"] == 60_000
    out = desk.home / "documents" / "outputs" / job.id / "out.txt"
    assert out.read_text() == f"made by {job.id} under 1\n"
    assert desk.backend("agent").logs(job.id, 0)[0].decode() == log_of(job.id)
    assert check_books(desk) == []
    assert the_agent(desk, one.id).word == "active"


def test_only_the_agent_that_has_a_run_signs_its_usage(desk: AgentDesk) -> None:
    one, other, job = person(desk, 1), person(desk, 2), start(desk)
    with desk.store.reading() as uow:
        centre = uow.registry.centre(CENTRE)
        assert centre is not None
        assert meter_key(uow, centre, job.id, 1) == ""
        assert meter_key(uow, replace(centre, backend="local"), job.id, 1) == centre.public_key
    assert not desk.verify("", b"usage", b"x" * 64)
    other.poll()
    with desk.store.reading() as uow:
        assert meter_key(uow, centre, job.id, 1) == other.place.key.public.hex()
        assert meter_key(uow, centre, job.id, 2) == ""
    assert one.place.machine.ever == []


def test_jobs_go_to_agents_that_have_room_each_to_one(desk: AgentDesk) -> None:
    first, second = person(desk, 1), person(desk, 2)
    jobs = [start(desk, n) for n in range(1, 6)]
    first.poll(slots=3)
    second.poll(slots=3)
    having = [newest(desk, job).agent_id for job in jobs]
    assert sorted(having.count(one.id) for one in (first, second)) == [2, 3]
    first.poll(slots=3)
    assert sum(len(one.place.machine.ever) for one in (first, second)) == 5


def test_without_an_agent_a_job_fails_at_once_and_costs_nothing(desk: AgentDesk) -> None:
    job = start(desk)
    found = advance(desk, job.id).invoice
    assert (state(desk, job), found and found.total_minor) == ("failed", 0)
    with desk.store.reading() as uow:
        kept = uow.deals.job(job.id)
    assert kept is not None and kept.message == f"Centre {CENTRE} has no agent that takes jobs."


def test_a_job_that_no_agent_takes_is_refunded(desk: AgentDesk) -> None:
    one = person(desk)
    drain(desk, one.id)
    undrain(desk, one.id)
    job = start(desk)
    desk.hand_clock.at += agent_watch.WAIT_S_MAX - 1
    assert advance(desk, job.id).state.phase is Phase.QUEUED
    desk.hand_clock.at += 1
    step = advance(desk, job.id)
    assert step.invoice is not None and step.invoice.total_minor == 0
    assert (step.job.state, step.job.reason) == ("failed", "agent.none_came")


def test_cancelled_before_anybody_took_it(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    cancel_job(desk, job.id)
    step = advance(desk, job.id)
    assert step.job.state == "cancelled"
    assert step.invoice is not None and step.invoice.total_minor == 0
    pass_time(desk, 10, one)
    assert one.place.machine.ever == []


def test_cancelled_while_it_runs_is_billed_for_what_it_ran(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    one.poll()
    pass_time(desk, 20, one)
    cancel_job(desk, job.id)
    pass_time(desk, 15, one)
    assert state(desk, job) == "cancelled"
    found = bill(desk, job)
    assert found is not None
    document: Any = found.body["document"]
    assert 20_000 <= document["head"]["usage"]["milli_device_seconds"] <= 30_000


# Loss


def lost_once(desk: AgentDesk, one: Person, job: r.Job) -> None:
    """Let an agent take a job and fall silent until it is noticed."""
    one.poll()
    pass_time(desk, 20, one)
    assert newest(desk, job).state == "running"
    for _ in range(9):
        desk.hand_clock.at += 5
        if agent_poll.watch(desk):
            return
    pytest.fail("nobody noticed within 45 s")


def test_a_lost_agent_is_noticed_and_its_job_runs_elsewhere_and_is_billed_once(
    desk: AgentDesk,
) -> None:
    first, second = person(desk, 1), person(desk, 2)
    job = start(desk)
    lost_once(desk, first, job)
    again = newest(desk, job)
    assert (again.fence, again.state) == (2, "waiting")
    assert roll(desk)[0].word == "lost"
    pass_time(desk, 70, second)
    assert state(desk, job) == "succeeded"
    # The machine of the lost agent ran on; now it comes back with usage under the old fence.
    with desk.store.reading() as uow:
        before = uow.deals.usage(job.lease_id)
    told: list[Any] = []
    first.poll()
    assert first.process is not None
    with desk.store.reading() as uow:
        assert uow.deals.usage(job.lease_id) == before
        assert len(uow.deals.invoices()) == 1
        assert uow.agents.assignment(f"{job.id}:1") is not None
    entries = [e for e in desk.store.journal_entries(50) if e["command"] == "agent.late"]
    assert len(entries) == 1
    body: Any = entries[0]["body"]
    assert all(row["why"] == "not_held" for row in body["reports"])
    assert body["reports"][0]["id"].startswith(f"{job.lease_id}:1:")
    first.poll()
    assert first.process._runs == {} and told == []
    assert check_books(desk) == []
    found = bill(desk, job)
    assert found is not None
    document: Any = found.body["document"]
    assert document["head"]["usage"]["milli_device_seconds"] == 60_000


def test_lost_twice_it_has_failed_and_costs_nothing(desk: AgentDesk) -> None:
    first, second = person(desk, 1), person(desk, 2)
    job = start(desk)
    lost_once(desk, first, job)
    lost_once(desk, second, job)
    with desk.store.reading() as uow:
        kept, lease = uow.deals.job(job.id), uow.deals.lease(job.lease_id)
    found = bill(desk, job)
    assert kept is not None and lease is not None and found is not None
    assert (kept.state, kept.reason, found.total_minor) == ("failed", "agent.lost", 0)
    assert (lease.state, lease.fence) == ("closed", 3)
    first.poll()
    second.poll()
    assert state(desk, job) == "failed" and len(roll(desk)[0].runs) == 1
    assert check_books(desk) == []


def test_a_short_silence_loses_nothing(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    one.poll()
    pass_time(desk, 20, one)
    one.link.parted_until = desk.clock.now() + 31
    pass_time(desk, 30, one)
    assert agent_poll.watch(desk) == []
    pass_time(desk, 40, one)
    assert (state(desk, job), newest(desk, job).fence) == ("succeeded", 1)
    found = bill(desk, job)
    assert found is not None
    document: Any = found.body["document"]
    assert document["head"]["usage"]["milli_device_seconds"] == 60_000


def test_the_gate_is_asked_again_before_a_lost_job_runs_again(
    desk: AgentDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, job = person(desk), start(desk)
    judged = agent_watch._judged

    def shut(*given: Any) -> Any:
        cases, decision = judged(*given)
        return cases, replace(decision, outcome=Outcome.REFUSE)

    monkeypatch.setattr(agent_watch, "_judged", shut)
    lost_once(desk, one, job)
    with desk.store.reading() as uow:
        kept = uow.deals.job(job.id)
        decisions = uow.decisions.decisions(f"requeue:{job.lease_id}")
    found = bill(desk, job)
    assert kept is not None and found is not None
    assert (kept.state, kept.reason, found.total_minor) == ("failed", "agent.gate_closed", 0)
    assert len(decisions) == 1


def test_new_duties_do_not_come_by_themselves(
    desk: AgentDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, job = person(desk), start(desk)
    judged = agent_watch._judged

    def more(*given: Any) -> Any:
        cases, decision = judged(*given)
        return cases, replace(decision, duties=(*decision.duties, "a_new_duty"))

    monkeypatch.setattr(agent_watch, "_judged", more)
    lost_once(desk, one, job)
    assert state(desk, job) == "failed"


def test_a_machine_that_lost_the_job_runs_it_once_more(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    one.poll()
    pass_time(desk, 20, one)
    one.place.machine.reboot()
    pass_time(desk, 80, one)
    assert (state(desk, job), newest(desk, job).fence) == ("succeeded", 2)
    assert check_books(desk) == []


def test_an_agent_that_never_ends_a_job_loses_it(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    one.place.machine._length_s = {job.id: 10**9}
    one.poll()
    limit_s = 600
    run = newest(desk, job)
    one.place.machine.runs[job.id].spec = replace(
        one.place.machine.runs[job.id].spec, time_limit_s=10**9
    )
    assert run.spec["time_limit_s"] == limit_s
    desk.hand_clock.at += limit_s + agent_watch.OVERDUE_S
    one.poll()
    assert newest(desk, job).fence == 2


# Draining and revoking


def test_a_drained_agent_ends_what_it_has_and_gets_nothing_new(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk, 1)
    person(desk, 2)
    one.poll()
    assert drain(desk, one.id).word == "draining"
    other = start(desk, 2)
    pass_time(desk, 90, one)
    assert state(desk, job) == "succeeded"
    assert (newest(desk, other).state, the_agent(desk, one.id).word) == ("waiting", "drained")
    assert undrain(desk, one.id).word == "active"
    pass_time(desk, 90, one)
    assert state(desk, other) == "succeeded"


def test_a_revoked_agent_is_not_listened_to_and_its_job_goes_to_another(desk: AgentDesk) -> None:
    bad, good = person(desk, 1), person(desk, 2)
    job = start(desk)
    bad.poll()
    pass_time(desk, 10, bad, good)
    assert revoke(desk, bad.id).word == "revoked"
    assert newest(desk, job).fence == 2
    told: list[str] = []
    assert bad.process is not None
    with pytest.raises(Refused, match="nothing of it counts"):
        run_agent(bad.process, lambda event, _values: told.append(event), lambda _s: True)
    assert bad.place.machine.state(job.id).phase is Phase.CANCELLED
    pass_time(desk, 90, good)
    assert state(desk, job) == "succeeded"
    with pytest.raises(Conflict, match="was revoked"):
        drain(desk, bad.id)
    assert revoke(desk, bad.id).word == "revoked"
    with pytest.raises(NotFound):
        revoke(desk, "AG-9")


# Outputs


def test_an_output_whose_return_leg_is_shut_never_leaves_the_centre(
    desk: AgentDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, job = person(desk), start(desk)
    right = agent_poll.gate_outputs

    def shut(app: Any, job: r.Job, files: Any) -> Any:
        return [{**row, "verdict": "forbid"} for row in right(app, job, files)]

    monkeypatch.setattr(agent_poll, "gate_outputs", shut)
    pass_time(desk, 90, one)
    assert state(desk, job) == "succeeded"
    run = newest(desk, job)
    assert [row["open"] for row in run.outputs] == [False]
    assert not desk.agent_shelf.output(run.id, str(run.outputs[0]["sha256"])).exists()
    with desk.store.reading() as uow:
        kept = uow.deals.job(job.id)
    assert kept is not None and [row["released"] for row in kept.outputs] == [False]


def test_what_was_not_announced_is_not_taken(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    one.poll()
    name = newest(desk, job).id

    def put(seq: int, digest: str, data: str, offset: int = 0) -> Envelope:
        payload: dict[str, object] = {
            "assignment": name, "sha256": digest, "offset": offset, "data": data
        }  # fmt: skip
        return seal(Message("put", one.id, seq, desk.clock.now(), payload), one.place.key)

    assert refusal(desk, put(11, "ab" * 32, "aGk=")) == "agent.output_closed"
    assert refusal(desk, put(12, "", "not base64")) == "agent.message"
    other = person(desk, 2)
    payload: dict[str, object] = {"assignment": name, "sha256": "ab" * 32, "offset": 0}
    asked = Message("get", other.id, 1, desk.clock.now(), payload)
    assert refusal(desk, seal(asked, other.place.key)) == "agent.not_held"
    mine = Message("get", one.id, 13, desk.clock.now(), payload)
    assert refusal(desk, seal(mine, one.place.key)) == "agent.input_unknown"


def test_the_loop_waits_longer_each_time_nobody_answers(desk: AgentDesk) -> None:
    one = person(desk)
    one.poll()
    assert one.process is not None
    one.link.parted_until = NOW + 10**6
    told: list[tuple[str, Any]] = []
    waits: list[int] = []

    def wait(seconds: int) -> bool:
        waits.append(seconds)
        return len(waits) < 6

    run_agent(one.process, lambda event, values: told.append((event, dict(values))), wait)
    assert waits == [5, 10, 20, 40, 60, 60]
    assert {event for event, _ in told} == {"trouble"}
    assert json.dumps(told[0][1])
    with pytest.raises(EntrepotError, match="Nobody answers"):
        run_agent(one.process, lambda *_: None, lambda _s: True, polls=1)


def test_a_folder_without_an_agent_runs_nothing(desk: AgentDesk) -> None:
    with pytest.raises(NotFound, match="holds no agent"):
        Agent(around(desk, Place(1, desk.clock.now, {})), 1)
