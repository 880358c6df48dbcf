"""A run that a cluster lost is queued once more, and only what ran last is billed."""

from __future__ import annotations

import pytest
from tests.unit.services.desk import NOW, Desk, report, started

from entrepot.kernel.errors import Fault
from entrepot.services import records as r
from entrepot.services import requeue
from entrepot.services.backend_port import Phase, Reason, RunSpec, RunState
from entrepot.services.check import check_books
from entrepot.services.finish_job import Step, advance
from entrepot.services.run_job import the_job

LOST = RunState(Phase.LOST, None, Reason("backend.node_lost", "Gone."), NOW, NOW + 60)
NEVER_BEGUN = RunState(Phase.LOST, None, Reason("backend.given_up", "Gone."), None, NOW + 60)
DONE = RunState(Phase.SUCCEEDED, 0, None, NOW, NOW + 100)


@pytest.fixture
def job(desk: Desk) -> r.Job:
    """A job at a centre whose backend is a cluster."""
    found = started(desk)
    desk.sql("update centre set backend = 'gz-slurm'")
    return found


def look(desk: Desk, job: r.Job, state: RunState, seconds: int = 0) -> Step:
    """Look at a job of which the cluster says this, with a final report of so many seconds."""
    now = the_job(desk, job.id)
    desk.hand.run_state = state
    desk.hand.sent = [report(desk, now, seconds)] if seconds else []
    return advance(desk, job.id)


def seconds_of(step: Step) -> int:
    """Return the device-seconds on a bill."""
    assert step.invoice is not None
    document = step.invoice.body["document"]
    assert isinstance(document, dict)
    return int(document["head"]["usage"]["milli_device_seconds"]) // 1000


def test_a_lost_run_is_queued_once_more_and_not_billed(desk: Desk, job: r.Job) -> None:
    step = look(desk, job, LOST, 60)
    assert step.invoice is None and step.state.phase is Phase.QUEUED
    again = the_job(desk, job.id)
    assert (again.fence, again.state) == (job.fence + 1, "starting")
    assert [spec.fence for spec in desk.hand.submitted][-1] == job.fence + 1
    # What the lost run reports comes under the old token now.
    assert [one.refusal.value for one in step.rejected] == ["stale_fence"]
    assert check_books(desk) == []


def test_only_the_second_run_is_billed(desk: Desk, job: r.Job) -> None:
    look(desk, job, LOST, 60)
    look(desk, job, RunState(Phase.RUNNING, started_at=NOW))
    step = look(desk, job, DONE, 100)
    assert seconds_of(step) == 100 and step.job.state == "succeeded"
    assert check_books(desk) == []


def test_a_run_that_is_lost_again_and_again_is_billed_up_to_its_last_sign_of_life(
    desk: Desk, job: r.Job
) -> None:
    for _ in range(requeue.AGAIN_MAX):
        look(desk, job, LOST, 60)
        look(desk, job, RunState(Phase.RUNNING, started_at=NOW))
    step = look(desk, job, LOST, 30)
    assert step.job.state == "lost" and seconds_of(step) == 30
    assert len({spec.fence for spec in desk.hand.submitted}) == 1 + requeue.AGAIN_MAX
    assert check_books(desk) == []


def test_a_node_that_was_dead_before_the_run_began_takes_no_chance_from_it(
    desk: Desk, job: r.Job
) -> None:
    for state in (NEVER_BEGUN, LOST, NEVER_BEGUN, LOST):
        assert look(desk, job, state).state.phase is Phase.QUEUED
        look(desk, job, RunState(Phase.QUEUED))
    assert the_job(desk, job.id).fence == job.fence + 4
    step = look(desk, job, LOST, 30)
    assert step.job.state == "lost" and seconds_of(step) == 30


def test_a_run_that_never_begins_is_not_queued_for_ever(desk: Desk, job: r.Job) -> None:
    for _ in range(requeue.STARTS_MAX):
        assert look(desk, job, NEVER_BEGUN).state.phase is Phase.QUEUED
        look(desk, job, RunState(Phase.QUEUED))
    step = look(desk, job, NEVER_BEGUN)
    assert step.job.state == "lost" and seconds_of(step) == 0
    assert check_books(desk) == []


def test_a_run_on_this_machine_is_not_queued_again(desk: Desk) -> None:
    step = look(desk, started(desk), LOST, 60)
    assert step.job.state == "lost" and seconds_of(step) == 60


def test_a_gate_that_has_closed_meanwhile_keeps_the_run_lost(
    desk: Desk, job: r.Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requeue, "may_go", lambda *_: False)
    step = look(desk, job, LOST, 60)
    assert step.job.state == "lost" and the_job(desk, job.id).fence == job.fence


def test_a_cluster_that_is_silent_hears_of_the_new_token_later(
    desk: Desk, job: r.Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []

    def silent(spec: RunSpec) -> None:
        raise Fault("backend.unreachable", "Nobody answers.")

    monkeypatch.setattr(desk.hand, "submit", silent)
    assert look(desk, job, LOST, 60).invoice is None
    # The cluster still tells of the old run: nothing of it may be taken for the new one.
    assert look(desk, job, LOST).invoice is None
    monkeypatch.setattr(desk.hand, "submit", lambda spec: heard.append(spec.fence))
    assert look(desk, job, RunState(Phase.RUNNING, started_at=NOW)).invoice is None
    assert heard == [job.fence + 1]
    assert seconds_of(look(desk, job, DONE, 100)) == 100


def test_the_time_of_the_new_run_begins_when_it_is_queued(desk: Desk, job: r.Job) -> None:
    look(desk, job, LOST, 60)
    with desk.store.reading() as uow:
        kept = uow.deals.job(job.id)
    assert kept is not None and kept.spec["requeued"] == 1 and kept.spec["queued_at"] == NOW
