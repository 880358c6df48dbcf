"""One poll of an agent: what it runs and measured comes in, what it has to do goes out.

The answer is made from what stands, not from what happened: a message that is lost or doubled is
made good by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import EntrepotError
from entrepot.services import agent_usage as usage
from entrepot.services.agent_files import missing_outputs
from entrepot.services.agent_message import Message, rows_of, text_of, whole_of
from entrepot.services.agent_run import plain_state, read_state
from entrepot.services.agent_usage import LEASABLE, announced
from entrepot.services.agent_watch import POLL_S, in_trouble, suspects, trouble_of
from entrepot.services.backend_port import Phase, RunState
from entrepot.services.finish_job import advance, gate_outputs
from entrepot.services.ports_agents import HELD, Agent, Assignment
from entrepot.services.run_job import the_job

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

GIVE_MAX = 16
"""Runs given in one answer."""

ROWS_MAX = 1000
"""Runs, and reports, in one message."""

PATIENCE_S = 300
"""How long after the end of a run its last usage report and the rest of its log may be missing."""

Row = Mapping[str, object]


def poll(app: App, agent: Agent, message: Message, now: int) -> dict[str, object]:
    """Take in what an agent reports and tell it what to do.

    Args:
        app: the exchange.
        agent: who asks.
        message: ``runs``, ``reports`` and ``free``.
        now: Unix second.

    Returns:
        ``give`` (runs to start), ``cancel``, ``drop`` (runs to forget), ``acked`` (last number
        of the usage reports kept), ``want`` (outputs to send), ``log_from``, ``refused`` (usage
        that does not count), ``state`` and ``poll_s``.
    """
    runs = {text_of(row, "id"): row for row in rows_of(message.payload, "runs", ROWS_MAX)}
    sent, free = rows_of(message.payload, "reports", ROWS_MAX), whole_of(message.payload, "free")
    scene = _scene(app, agent, now)
    held = scene.held
    refused = usage.take(app, agent, held, sent, now) if sent else []
    for name in runs.keys() & held.keys():
        _note(app, agent, held[name], runs[name], now)
    for one in held.values():
        if one.cancelled and one.state == "given" and one.id not in runs:
            _close(app, agent, one, RunState(Phase.CANCELLED, ended_at=now), now)
    if agent.state == "active" and free and scene.is_waiting:
        _give(app, agent, min(free, GIVE_MAX), message.seq, now)
    after = _held(app, agent) if held or scene.is_waiting else held
    ended = [held[name].job_id for name in held.keys() - after.keys()]
    troubled = [one.job_id for one in after.values() if trouble_of(one, agent, now)]
    if _go_on(app, [*ended, *troubled, *scene.suspects]):
        after = _held(app, agent)
    return {**_orders(app, after, runs), "refused": refused, "state": agent.state}


@dataclass(frozen=True, slots=True)
class _Scene:
    """What stands when an agent asks: its runs, whether others wait, and who may be lost."""

    held: Mapping[str, Assignment]
    is_waiting: bool
    suspects: Sequence[str]


def _scene(app: App, agent: Agent, now: int) -> _Scene:
    with app.store.reading() as uow:
        held = {one.id: one for one in uow.agents.assignments(agent_id=agent.id, states=HELD)}
        queue = uow.agents.assignments(centre_id=agent.centre_id, states=("waiting",))
        return _Scene(held, bool(queue), suspects(uow, now))


def _held(app: App, agent: Agent) -> dict[str, Assignment]:
    with app.store.reading() as uow:
        return {one.id: one for one in uow.agents.assignments(agent_id=agent.id, states=HELD)}


def _note(app: App, agent: Agent, one: Assignment, row: Row, now: int) -> None:
    """Note how far a run is; once it is over and all has come, close it."""
    known = read_state(one.seen).phase if one.seen else None
    state = read_state(cast("Row", row["state"])) if isinstance(row.get("state"), dict) else None
    if state is None or state.phase is Phase.QUEUED:
        return
    if known is None or (state.phase.is_final and not known.is_final):
        one = _seen(app, agent, one, state, row, now)
    end = read_state(one.seen) if one.seen else None
    # A run that its machine lost is not over: it is queued again, or fails and costs nothing.
    if end and end.phase.is_final and end.phase is not Phase.LOST and _is_whole(app, one, row, now):
        _close(app, agent, one, end, now)


def _seen(
    app: App, agent: Agent, one: Assignment, state: RunState, row: Row, now: int
) -> Assignment:
    outputs: tuple[Row, ...] = ()
    if state.phase.is_final:
        files = announced(app, one, rows_of(row, "outputs", ROWS_MAX))
        # The gate judges the return leg before anything of it leaves the centre.
        judged = gate_outputs(app, the_job(app, one.job_id), files)
        outputs = tuple(
            {key: gated[key] for key in ("name", "bytes", "sha256")}
            | {"open": gated["verdict"] in LEASABLE}
            for gated in judged
        )
    changed = replace(one, state="running", seen=plain_state(state), outputs=outputs)

    def action(uow: UnitOfWork) -> dict[str, object]:
        current = uow.agents.assignment(one.id)
        assert current is not None
        kept = replace(changed, cancelled=current.cancelled)
        return {"noted": uow.agents.change(kept, HELD)}

    body: dict[str, object] = {"run": one.id, "seen": changed.seen, "outputs": list(outputs)}
    key = f"seen:{one.id}:{digest(body)}"
    app.store.command(f"agent:{agent.id}", "agent.seen", key, body, now, action)
    return changed


def _is_whole(app: App, one: Assignment, row: Row, now: int) -> bool:
    """Say whether the log, the last usage and all permitted outputs of a run have come."""
    if missing_outputs(app, one):
        return False
    state = read_state(one.seen)
    if now - (state.ended_at or now) > PATIENCE_S:
        return True
    counted = state.started_at is None or usage.is_final(app, one)
    return counted and row.get("log_left") is not True


def _close(app: App, agent: Agent, one: Assignment, state: RunState, now: int) -> None:
    def action(uow: UnitOfWork) -> dict[str, object]:
        current = uow.agents.assignment(one.id)
        assert current is not None
        done = replace(current, state="done", seen=plain_state(state))
        return {"done": uow.agents.change(done, HELD)}

    body: dict[str, object] = {"run": one.id, "phase": state.phase.value}
    app.store.command(f"agent:{agent.id}", "agent.done", f"done:{one.id}", body, now, action)


def _give(app: App, agent: Agent, free: int, seq: int, now: int) -> None:
    """Give waiting runs of the centre to the agent, the oldest first; no run to two agents."""

    def action(uow: UnitOfWork) -> dict[str, object]:
        current = uow.agents.agent(agent.id)
        if current is None or current.state != "active":
            return {"given": []}
        queue = uow.agents.assignments(centre_id=agent.centre_id, states=("waiting",))
        given: list[str] = []
        for one in queue[:free]:
            taken = replace(one, state="given", agent_id=agent.id, given_at=now)
            if uow.agents.change(taken, ("waiting",)):
                given.append(one.id)
        return {"given": given}

    body: dict[str, object] = {"agent": agent.id, "seq": seq, "free": free}
    key = f"give:{agent.id}:{seq}"
    app.store.command(f"agent:{agent.id}", "agent.give", key, body, now, action)


def _go_on(app: App, jobs: Sequence[str]) -> bool:
    """Bill runs that are over and take up those in trouble; say whether there were any."""
    for job_id in jobs:
        # What cannot be billed now is found again by the next command that recovers.
        with suppress(EntrepotError):
            advance(app, job_id)
    return bool(jobs)


def watch(app: App) -> list[str]:
    """Look at all runs that agents have, and take up those in trouble.

    Args:
        app: the exchange.

    Returns:
        The jobs that were taken up.
    """
    with app.store.reading() as uow:
        jobs = in_trouble(uow, app.clock.now())
    _go_on(app, jobs)
    return jobs


def _orders(app: App, held: Mapping[str, Assignment], runs: Mapping[str, Row]) -> dict[str, object]:
    """Return what the agent has to do, by what stands now and what it says that it has."""
    mine = [one for one in held.values() if one.id in runs]
    new = [one for one in held.values() if one.id not in runs][:GIVE_MAX]
    return {
        "acked": usage.acked(app, mine),
        "cancel": [one.id for one in mine if one.cancelled],
        "drop": sorted(runs.keys() - held.keys()),
        "give": [{"id": one.id, "spec": dict(one.spec)} for one in new],
        "log_from": {one.id: app.agent_shelf.log_bytes(one.id) for one in mine},
        "poll_s": POLL_S,
        "want": {one.id: missing_outputs(app, one) for one in mine},
    }
