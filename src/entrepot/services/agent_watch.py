"""Notice that an agent is lost, and queue its run once more where the gate still lets it go.

A run is queued again under a higher fencing token: what the lost agent still reports under the
old one never counts, so two runs are never billed as one. A run that is lost twice, or that the
gate no longer lets go, has failed, and nothing of it is billed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.period import iso_utc, local_day
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.text import N_
from entrepot.services.agent_run import assignment_id, plain_state, read_state
from entrepot.services.backend_port import Phase, Reason, RunState
from entrepot.services.decisions import keep
from entrepot.services.gate_job import declared_of, judge_site, sender_of, site_cases, site_of
from entrepot.services.manifests import named_of
from entrepot.services.ports_agents import HELD, OPEN, Agent, Assignment

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

POLL_S = 5
"""How often an agent asks."""

LOST_AFTER_S = 35
"""Silence after which an agent is lost: with the rhythm of those who look, within 45 s."""

WAIT_S_MAX = 900
"""How long a run waits for an agent that takes it."""

OVERDUE_S = 600
"""How long after its time limit an agent that answers may take to end a run."""

AGAIN_MAX = 1
"""How often a lost run is queued again."""

_HINT = N_("Nothing is billed. Quote and lease again, at another centre if need be.")
_LEASABLE = ("allow", "allow_with_duties")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a run cannot go on where it is.

    Attributes:
        reason: for the customer; again: whether it may be queued once more.
    """

    reason: Reason
    again: bool


def trouble_of(one: Assignment, agent: Agent | None, now: int) -> Trouble | None:
    """Say what is wrong with an assignment now; None if nothing is.

    Args:
        one: the assignment.
        agent: who has it; None while it waits.
        now: Unix second.
    """
    if one.state == "waiting":
        return _none_came(now) if now - one.queued_at >= WAIT_S_MAX else None
    if one.state not in HELD or agent is None:
        return None
    if agent.state == "revoked":
        message = N_("Agent {agent} was revoked while it ran the job.")
        return Trouble(Reason("agent.revoked", message, _HINT, {"agent": agent.id}), True)
    if now - agent.last_seen >= LOST_AFTER_S:
        message = N_("Agent {agent} ran the job and was heard last at {at}.")
        told: dict[str, str | int] = {"agent": agent.id, "at": iso_utc(agent.last_seen)}
        return Trouble(Reason("agent.lost", message, _HINT, told), True)
    if one.seen and read_state(one.seen).phase is Phase.LOST:
        message = N_("The machine of agent {agent} lost the job while it ran.")
        return Trouble(Reason("agent.run_lost", message, _HINT, {"agent": agent.id}), True)
    limit_s = cast(int, one.spec["time_limit_s"])
    if now - (one.given_at or now) >= limit_s + OVERDUE_S:
        message = N_("Agent {agent} did not end the job at its time limit of {seconds} s.")
        told = {"agent": agent.id, "seconds": limit_s}
        return Trouble(Reason("agent.overdue", message, _HINT, told), True)
    return None


def _none_came(now: int) -> Trouble:
    message = N_("No agent of the centre took the job within {seconds} s, until {at}.")
    told: dict[str, str | int] = {"seconds": WAIT_S_MAX, "at": iso_utc(now)}
    return Trouble(Reason("agent.none_came", message, _HINT, told), False)


def look_after(app: App, job_id: str) -> Assignment | None:
    """See whether the run of a job is in trouble, act on it, and return its newest assignment.

    Args:
        app: the exchange.
        job_id: ``J-…``.

    Returns:
        The assignment, a new one if it was queued again; None if the job was never assigned.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        one = uow.agents.newest(job_id)
        found = one and trouble_of(one, _agent_of(uow, one), now)
    if one is None or found is None:
        return one
    _ = app.rulebook  # Read before the transaction: nobody shall wait for it.
    body: dict[str, object] = {"assignment": one.id, "agent": one.agent_id, "at": now}
    app.store.command(
        app.actor,
        "agent.lose",
        f"lose:{one.id}:{now}",
        body,
        now,
        lambda uow: _lose(app, uow, one.id, now),
    )
    with app.store.reading() as uow:
        return uow.agents.newest(job_id)


def _agent_of(uow: UnitOfWork, one: Assignment) -> Agent | None:
    return uow.agents.agent(one.agent_id) if one.agent_id else None


def _lose(app: App, uow: UnitOfWork, name: str, now: int) -> dict[str, object]:
    """Take a run from where it is; nothing is done if its agent spoke meanwhile."""
    one = uow.agents.assignment(name)
    assert one is not None
    trouble = trouble_of(one, _agent_of(uow, one), now)
    if trouble is None:
        return {"lost": False}
    if one.cancelled:
        # Somebody wanted its end: what was reported until now is billed, and it never runs again.
        reason = replace(trouble.reason, hint="")
        state = RunState(Phase.CANCELLED, None, reason, _started(one), now)
        _end(uow, one, "done", state)
        return {"lost": True, "again": False, "reason": trouble.reason.code}
    lease = uow.deals.lease(one.lease_id)
    assert lease is not None
    again = trouble.again and one.fence - _first_fence(uow, one) < AGAIN_MAX
    open_still = again and may_go(app, uow, lease)
    raised = uow.agents.raise_fence(lease.id, one.fence)
    assert raised, f"lease {lease.id} is not at fence {one.fence}"
    if open_still:
        _end(uow, one, "lost", RunState(Phase.LOST, None, trouble.reason, _started(one), now))
        _queue_again(uow, one, now)
    else:
        reason = trouble.reason if not again else _shut(trouble.reason)
        _end(uow, one, "failed", RunState(Phase.FAILED, None, reason, _started(one), now))
    return {"lost": True, "again": open_still, "reason": trouble.reason.code}


def _shut(why: Reason) -> Reason:
    message = N_("The agent was lost, and the gate no longer lets the job run at this centre.")
    return Reason("agent.gate_closed", message, _HINT, dict(why.params))


def _started(one: Assignment) -> int | None:
    return read_state(one.seen).started_at if one.seen else None


def _first_fence(uow: UnitOfWork, one: Assignment) -> int:
    """Return the token under which the job was queued first."""
    fence = one.fence
    while uow.agents.assignment(assignment_id(one.job_id, fence - 1)) is not None:
        fence -= 1
    return fence


def _end(uow: UnitOfWork, one: Assignment, state: str, seen: RunState) -> None:
    changed = replace(one, state=state, seen=plain_state(seen))  # type: ignore[arg-type]
    assert uow.agents.change(changed, OPEN), f"{one.id} is not open"


def _queue_again(uow: UnitOfWork, one: Assignment, now: int) -> None:
    """Queue a lost run under the next token; its meter counts from its own beginning."""
    fence = one.fence + 1
    uow.agents.add(
        replace(
            one,
            id=assignment_id(one.job_id, fence),
            fence=fence,
            agent_id="",
            state="waiting",
            queued_at=now,
            given_at=None,
            spec={**one.spec, "fence": fence},
            seen={},
            outputs=(),
        )
    )
    job = uow.deals.job(one.job_id)
    assert job is not None
    spec = {**job.spec, "queued_at": now}
    uow.deals.update_job(replace(job, fence=fence, state="starting", started_at=None, spec=spec))


def may_go(app: App, uow: UnitOfWork, lease: r.Lease) -> bool:
    """Judge the lease again under the law of today, and keep the decision."""
    cases, decision = _judged(app, uow, lease)
    keep(app, uow, f"requeue:{lease.id}", cases, decision)
    verdict = cast("Mapping[str, object]", lease.choice["verdict"])
    accepted = set(cast("list[str]", verdict["duties"]))
    return decision.outcome in _LEASABLE and set(decision.duties) <= accepted


def _judged(app: App, uow: UnitOfWork, lease: r.Lease) -> tuple[list[GateCase], GateDecision]:
    quote, firm = uow.deals.quote(lease.quote_id), uow.registry.firm(lease.firm_id)
    assert quote is not None and firm is not None
    job = cast("Mapping[str, object]", quote.body["job"])
    site = site_of(app, uow, lease.centre_id, str(lease.choice["device_id"]))
    sender, day = sender_of(uow, firm, named_of(job["data"]), lease.id), local_day(app.clock.now())
    declared = declared_of(job)
    cases = site_cases(app, sender, declared, site, Stance(day))
    return cases, judge_site(app, sender, declared, site, day)


def suspects(uow: UnitOfWork, now: int) -> list[str]:
    """Return the jobs that an agent's silence or absence puts in trouble, by one small query."""
    return uow.agents.suspects(now - LOST_AFTER_S, now - WAIT_S_MAX)


def in_trouble(uow: UnitOfWork, now: int) -> list[str]:
    """Return the jobs whose run cannot go on where it is."""
    agents = {agent.id: agent for agent in uow.agents.agents()}
    return [
        one.job_id
        for one in uow.agents.assignments(states=OPEN)
        if trouble_of(one, agents.get(one.agent_id), now) is not None
    ]
