"""The backend ``agent``: what a job's run looks like when an agent at the centre has it.

Nothing is called at the centre. A submit writes an assignment, an agent comes and takes it, and
what it reports is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.agent_run import assignment_id, plain_spec, plain_state, read_state
from entrepot.services.agent_watch import look_after
from entrepot.services.backend_port import (
    BackendInfo,
    OutputFile,
    Phase,
    Reason,
    RunSpec,
    RunState,
    SignedReport,
)
from entrepot.services.ports_agents import OPEN, Assignment

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

LOG_CHUNK = 1 << 20


class AgentBackend:
    """Runs jobs through agents; see :class:`entrepot.services.backend_port.Backend`.

    Args:
        app: the exchange.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def submit(self, spec: RunSpec) -> None:
        """Queue the run for the agents of its centre, once.

        Raises:
            Invalid: a file of the job is not there.
            Refused: the centre has no agent that could ever take it.
        """
        app, now = self._app, self._app.clock.now()
        with app.store.reading() as uow:
            known, agents = uow.agents.newest(spec.job_id), uow.agents.agents(spec.centre_id)
        if known is not None and known.fence >= spec.fence:
            return
        if not any(agent.state == "active" for agent in agents):
            raise Refused(
                "agent.none",
                N_("Centre {id} has no agent that takes jobs."),
                hint=N_("Enrol one: entrepot agent token {id}"),
                id=spec.centre_id,
            )
        queued = self._queued(spec, now)

        def action(uow: UnitOfWork) -> dict[str, object]:
            uow.agents.add(queued)
            return {"assignment": queued.id}

        body: dict[str, object] = {"assignment": queued.id, "spec": digest(dict(queued.spec))}
        app.store.command(app.actor, "agent.queue", f"queue:{queued.id}", body, now, action)

    def _queued(self, spec: RunSpec, now: int) -> Assignment:
        if not spec.command:
            raise Invalid("agent.command", N_("The job has no command."))
        return Assignment(
            id=assignment_id(spec.job_id, spec.fence),
            job_id=spec.job_id,
            lease_id=spec.lease_id,
            centre_id=spec.centre_id,
            fence=spec.fence,
            agent_id="",
            state="waiting",
            queued_at=now,
            given_at=None,
            cancelled=False,
            spec=plain_spec(spec, self._app.agent_shelf),
            seen={},
            outputs=(),
        )

    def state(self, job_id: str) -> RunState:
        """Return where the run stands; a lost agent is noticed here, and the run queued again."""
        one = look_after(self._app, job_id)
        if one is None:
            raise _unknown(job_id)
        if one.state in ("done", "failed"):
            return read_state(one.seen)
        seen = read_state(one.seen) if one.seen else RunState(Phase.QUEUED)
        if one.state == "running":
            return RunState(Phase.RUNNING, started_at=seen.started_at)
        return RunState(Phase.QUEUED)

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return what has come of the log of the newest run from ``offset`` on, and its end."""
        path = self._app.agent_shelf.log(self._known(job_id).id)
        try:
            with path.open("rb") as file:
                file.seek(max(0, offset))
                chunk = file.read(LOG_CHUNK)
        except FileNotFoundError:
            return b"", offset
        return chunk, max(0, offset) + len(chunk)

    def cancel(self, job_id: str) -> None:
        """Ask for the end of the run; one that no agent has yet ends at once."""
        app, now, one = self._app, self._app.clock.now(), self._known(job_id)
        if one.state not in OPEN or one.cancelled:
            return

        def action(uow: UnitOfWork) -> dict[str, object]:
            current = uow.agents.assignment(one.id)
            assert current is not None
            asked = replace(current, cancelled=True)
            if current.state == "waiting":
                asked = replace(asked, state="done", seen=plain_state(_cancelled(now)))
            return {"asked": uow.agents.change(asked, OPEN), "state": asked.state}

        body: dict[str, object] = {"assignment": one.id}
        app.store.command(app.actor, "agent.cancel", f"cancel:{one.id}", body, now, action)

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        """Return what the run handed back; of an output whose return leg is shut only its name."""
        one = self._known(job_id)
        if one.state != "done":
            return []
        shelf = self._app.agent_shelf
        return [
            OutputFile(
                str(row["name"]),
                shelf.output(one.id, str(row["sha256"])),
                cast(int, row["bytes"]),
                str(row["sha256"]),
            )
            for row in one.outputs
        ]

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        """Return nothing: each report was kept when the agent brought it."""
        return []

    def describe(self) -> BackendInfo:
        """Return that agents run the jobs."""
        return BackendInfo("agent", "as its agent says", ())

    def _known(self, job_id: str) -> Assignment:
        with self._app.store.reading() as uow:
            one = uow.agents.newest(job_id)
        if one is None:
            raise _unknown(job_id)
        return one


def _cancelled(now: int) -> RunState:
    message = N_("The job was cancelled before an agent took it.")
    return RunState(Phase.CANCELLED, None, Reason("job.cancelled", message), None, now)


def _unknown(job_id: str) -> NotFound:
    return NotFound(
        "agent.job",
        N_("Job {id} was never queued for an agent."),
        hint=N_("List the jobs: entrepot jobs"),
        id=job_id,
    )
