"""Queue a run again that the cluster of its centre lost, where the gate still lets it go.

It runs again under a higher fencing token: nothing that the lost run used is billed, and what it
still reports under the old token never counts. A run that was lost while it ran for a third time,
or that the gate no longer lets go, stays lost, and is billed up to its last sign of life. A node
that is lost before the run began there took nothing from anybody: that counts apart. Runs of agents
have their own rule, see :mod:`entrepot.services.agent_watch`; one on this machine is not queued
again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from entrepot.services import records as r
from entrepot.services.agent_watch import may_go
from entrepot.services.backend_port import Phase, RunState
from entrepot.services.run_job import backend_of, submit_again

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

AGAIN_MAX = 2
"""How often a run is queued again that was lost while it ran."""

STARTS_MAX = 4
"""How often a run is queued again in all: a scheduler may name a dead node more than once."""

ITS_OWN_RULE = ("local", "agent")


def look_at(app: App, job: r.Job) -> tuple[r.Job, RunState]:
    """Return a job and what its backend says of it; a run that was lost is queued once more.

    Args:
        app: the exchange.
        job: as stored, not over.

    Returns:
        The job, under a new token if it was queued again, and the state of its newest run.
    """
    if _times(job) and job.state == "starting":
        # A process may have died, or the cluster been silent, before it heard of the new token.
        told = submit_again(app, job)
        if told is None or told.state in r.OVER:
            return told or job, RunState(Phase.QUEUED)
    state = backend_of(app, job).state(job.id)
    if state.phase is not Phase.LOST or not _may_again(job, state):
        return job, state
    again = _queue_again(app, job, state)
    if again is None:
        return job, state
    return submit_again(app, again) or again, RunState(Phase.QUEUED)


def _may_again(job: r.Job, state: RunState) -> bool:
    if _times(job) >= STARTS_MAX:
        return False
    return state.started_at is None or _lost_running(job) < AGAIN_MAX


def _queue_again(app: App, job: r.Job, state: RunState) -> r.Job | None:
    now = app.clock.now()
    reason = state.reason.code if state.reason else ""
    lost = _lost_running(job) + (state.started_at is not None)

    def action(uow: UnitOfWork) -> dict[str, object]:
        again = _queue(app, uow, job, now, lost)
        return {"again": again, "reason": reason, "node": state.node}

    body: dict[str, object] = {"job_id": job.id, "fence": job.fence}
    key = f"requeue:{job.id}:{job.fence}"
    answer = app.store.command(app.actor, "job.requeue", key, body, now, action)
    with app.store.reading() as uow:
        current = uow.deals.job(job.id)
    return current if answer["again"] else None


def _queue(app: App, uow: UnitOfWork, job: r.Job, now: int, lost: int) -> bool:
    lease, centre = uow.deals.lease(job.lease_id), uow.registry.centre(job.centre_id)
    current = uow.deals.job(job.id)
    assert lease is not None and centre is not None and current is not None
    if centre.backend in ITS_OWN_RULE or current.state in r.OVER or current.fence != job.fence:
        return False
    if not may_go(app, uow, lease) or not uow.agents.raise_fence(lease.id, job.fence):
        return False
    counts = {"requeued": _times(current) + 1, "lost_running": lost}
    spec = {**current.spec, "queued_at": now, **counts}
    again = replace(current, fence=job.fence + 1, state="starting", started_at=None, spec=spec)
    uow.deals.update_job(again)
    return True


def _times(job: r.Job) -> int:
    return cast(int, job.spec.get("requeued", 0))


def _lost_running(job: r.Job) -> int:
    return cast(int, job.spec.get("lost_running", 0))
