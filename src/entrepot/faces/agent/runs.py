"""What an agent knows of its runs: noted before it acts, so that a crash loses none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from entrepot.kernel.errors import EntrepotError, Fault
from entrepot.kernel.text import N_
from entrepot.services.agent_run import plain_outputs, plain_state, read_spec, read_state
from entrepot.services.backend_port import Backend, Phase, Reason, RunSpec, RunState
from entrepot.services.ports_agent_desk import Workplace

FAULT = Fault.exit_code


@dataclass
class Run:
    """One run of this agent.

    Attributes:
        id: ``J-…:fence``; spec: the run as it came.
        refused: state of a run that the backend would not start; empty otherwise.
        started: whether the backend has it; noted afterwards, since it starts a run once only.
        acked: number of the last usage report that the exchange has kept.
        logged: how much of the log it has; told by its answers, so not noted.
    """

    id: str
    spec: Mapping[str, object]
    refused: Mapping[str, object]
    started: bool = False
    acked: int = 0
    logged: int = 0

    @property
    def job_id(self) -> str:
        """Id of the job."""
        return str(self.spec["job_id"])

    @property
    def fence(self) -> int:
        """Fencing token under which it runs."""
        return cast(int, self.spec["fence"])

    def plain(self) -> dict[str, object]:
        """Return it as it is noted."""
        return {
            "acked": self.acked,
            "refused": dict(self.refused),
            "spec": dict(self.spec),
            "started": self.started,
        }


def read_runs(noted: Mapping[str, object]) -> dict[str, Run]:
    """Return the runs of an agent's notes by id."""
    rows = cast("Mapping[str, Mapping[str, object]]", noted.get("runs", {}))
    return {
        name: Run(
            name,
            cast("Mapping[str, object]", row["spec"]),
            cast("Mapping[str, object]", row["refused"]),
            row["started"] is True,
            cast(int, row["acked"]),
        )
        for name, row in rows.items()
    }


class Bench:
    """Where the runs of an agent are started, looked at and stopped.

    Args:
        place: the agent's folder.
    """

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self.backend: Backend = place.backend

    def start(self, run: Run) -> None:
        """Start a run once its inputs are here; what the backend refuses is the run's end.

        Under a higher fencing token the backend ends what it still has of the job first.
        """
        try:
            self.backend.submit(self._spec(run))
        except EntrepotError as error:
            if error.exit_code == FAULT:  # The disk may have room again by the next poll.
                raise
            reason = Reason(error.code, "{why}", params={"why": str(error)})
            run.refused = plain_state(RunState(Phase.FAILED, reason=reason))
        run.started = True

    def _spec(self, run: Run) -> RunSpec:
        files = cast("Mapping[str, Mapping[str, object]]", run.spec["files"])
        paths: dict[str, Path] = {
            name: self._place.input(str(file["sha256"])) for name, file in files.items()
        }
        return read_spec(run.spec, paths)

    def state(self, run: Run) -> RunState | None:
        """Return where a run stands; None if it was never started."""
        if run.refused:
            return read_state(run.refused)
        return self.backend.state(run.job_id) if run.started else None

    def stop(self, run: Run) -> None:
        """Ask for the end of a run; one that never started needs no end."""
        if run.started and not run.refused:
            self.backend.cancel(run.job_id)
        elif not run.started:
            reason = Reason("agent.never_started", N_("The run was stopped before it started."))
            run.refused = plain_state(RunState(Phase.CANCELLED, reason=reason))
            run.started = True

    def row(self, run: Run, state: RunState) -> dict[str, object]:
        """Return a run as a poll tells of it."""
        over = state.phase.is_final and not run.refused
        return {
            "id": run.id,
            "log_left": over and bool(self.backend.logs(run.job_id, run.logged)[0]),
            "outputs": plain_outputs(self.backend.outputs(run.job_id)) if over else [],
            "state": plain_state(state),
        }

    def reports(self, run: Run, most: int) -> list[dict[str, object]]:
        """Return usage reports that the exchange has not kept yet, the oldest first."""
        if run.refused or not run.started:
            return []
        found = self.backend.reports(run.job_id, run.acked)
        return [
            {"body": one.body.decode(), "signature": one.signature.hex()} for one in found[:most]
        ]
