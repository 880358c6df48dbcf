"""Agents in a test's hand: people that enrol them, time that passes, and what came of it."""

from __future__ import annotations

import pytest
from tests.faults.agent_centre import Place
from tests.faults.agent_world import AgentDesk, Person, lease_of

from entrepot.faces.agent.talk import Around
from entrepot.kernel.errors import EntrepotError
from entrepot.services import records as r
from entrepot.services.agent_desk import handle
from entrepot.services.agent_message import raise_error, read_message
from entrepot.services.ports_agent_desk import Envelope
from entrepot.services.ports_agents import Assignment
from entrepot.services.run_job import start_job


class Lengths(dict[str, int]):
    """Every job runs for a minute."""

    def __missing__(self, key: str) -> int:
        return 60


def person(desk: AgentDesk, number: int = 1) -> Person:
    return Person(desk, number, Lengths())


def pass_time(desk: AgentDesk, seconds: int, *people: Person) -> None:
    for _ in range(seconds // 5):
        desk.hand_clock.at += 5
        for one in people:
            one.poll()


def start(desk: AgentDesk, n: int = 1) -> r.Job:
    return start_job(desk, lease_of(desk, n).id)


def newest(desk: AgentDesk, job: r.Job) -> Assignment:
    with desk.store.reading() as uow:
        found = uow.agents.newest(job.id)
    assert found is not None
    return found


def bill(desk: AgentDesk, job: r.Job) -> r.Invoice | None:
    with desk.store.reading() as uow:
        return uow.deals.invoice_of_job(job.id)


def state(desk: AgentDesk, job: r.Job) -> str:
    with desk.store.reading() as uow:
        found = uow.deals.job(job.id)
    assert found is not None
    return found.state


def around(desk: AgentDesk, place: Place, skew_s: int = 0) -> Around:
    class Straight:
        def send(self, envelope: Envelope) -> Envelope:
            return handle(desk, envelope)

    return Around(place, Straight(), desk.verify, lambda: desk.clock.now() + skew_s)


def refusal(desk: AgentDesk, envelope: Envelope) -> str:
    answer = read_message(handle(desk, envelope).body)
    with pytest.raises(EntrepotError) as caught:
        raise_error(answer.payload)
    return caught.value.code
