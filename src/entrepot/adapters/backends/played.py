"""A centre that plays its jobs: nothing runs, and all promises of the port are kept.

For demonstrations. What a job used follows from its id, is signed with the centre's own key, and
lies in files, so that it outlives the process. Time is the app's, so that a past can be played.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from entrepot.adapters.backends.local.prepare import check_id
from entrepot.adapters.identity.signing import SigningKey, load_or_create
from entrepot.adapters.system import write_whole
from entrepot.domain.metering.model import NO_REPORT, UsageReport
from entrepot.domain.metering.report import write_report
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services.backend_port import (
    BackendInfo,
    OutputFile,
    Phase,
    Reason,
    RunSpec,
    RunState,
    SignedReport,
)

NAME = "played"
FAILS_ONE_IN = 24
"""One job in so many ends with an error, as real ones do."""


class PlayedBackend:
    """The port ``Backend`` without a machine.

    Args:
        home: folder of the state.
        now: returns the Unix second.
    """

    def __init__(self, home: Path, now: Callable[[], int]) -> None:
        self._home, self._now = home, now

    def _key(self, centre_id: str) -> SigningKey:
        return load_or_create(self._home / "keys" / f"meter-{centre_id}.key")

    def submit(self, spec: RunSpec) -> None:
        """Begin the play of a run; again changes nothing."""
        path = self._path(spec.job_id)
        if path.exists():
            return
        chance = int(sha256_hex(spec.lease_id.encode())[:8], 16)
        used_s = max(1, spec.time_limit_s * (40 + chance % 56) // 100)
        body = {
            "centre": spec.centre_id,
            "lease": spec.lease_id,
            "fence": spec.fence,
            "started": self._now(),
            "used_s": used_s,
            "milli_devices": spec.milli_devices,
            "failed": chance % FAILS_ONE_IN == 0,
            "outputs": list(spec.outputs),
        }
        write_whole(path, json.dumps(body).encode())

    def state(self, job_id: str) -> RunState:
        """Return where the play stands by the clock."""
        run = self._run(job_id)
        ended = min(run["started"] + run["used_s"], run.get("cancelled", 1 << 62))
        if self._now() < ended:
            return RunState(Phase.RUNNING, started_at=run["started"], node="played")
        if "cancelled" in run:
            reason = Reason("job.cancelled", N_("The job was cancelled."))
            return RunState(Phase.CANCELLED, None, reason, run["started"], ended, node="played")
        if run["failed"]:
            reason = Reason("job.exit_code", N_("The job ended with exit code {code}."),
                            params={"code": 1})  # fmt: skip
            return RunState(Phase.FAILED, 1, reason, run["started"], ended, node="played")
        return RunState(Phase.SUCCEEDED, 0, None, run["started"], ended, node="played")

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return the log: one line that says what this is."""
        self._run(job_id)
        text = b"This job is played: no device stands behind the centre.\n"
        return text[offset : offset + (1 << 20)], max(offset, len(text))

    def cancel(self, job_id: str) -> None:
        """End the play of a run now."""
        run = self._run(job_id)
        if not self.state(job_id).phase.is_final:
            body = {**run, "cancelled": self._now()}
            write_whole(self._path(job_id), json.dumps(body).encode())

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        """Return a small text for each file that the job names, once it has succeeded."""
        run = self._run(job_id)
        if self.state(job_id).phase is not Phase.SUCCEEDED:
            return []
        found: list[OutputFile] = []
        for name in run["outputs"]:
            path = self._home / NAME / "outputs" / job_id / name
            data = f"{name} of {job_id}, played\n".encode()
            if not path.exists():
                write_whole(path, data)
            found.append(OutputFile(name, path, len(data), sha256_hex(data)))
        return found

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        """Return the one report of a run that has ended, signed."""
        run, state = self._run(job_id), self.state(job_id)
        if not state.phase.is_final or after_seq >= 1 or state.ended_at is None:
            return []
        used_s = state.ended_at - run["started"]
        report = UsageReport(
            centre_id=run["centre"], lease_id=run["lease"], job_id=job_id, fence=run["fence"],
            seq=1, start=run["started"], end=state.ended_at, wall_seconds=used_s,
            milli_device_seconds=used_s * run["milli_devices"], cpu_ms=used_s * 800,
            memory_peak_bytes=1 << 30, final=True, recovered=False, prev=NO_REPORT,
        )  # fmt: skip
        body = write_report(report)
        key = self._key(run["centre"])
        return [SignedReport(body, key.sign(body), key.key_id)]

    def describe(self) -> BackendInfo:
        """Return what this is."""
        return BackendInfo(NAME, "none", (N_("Jobs are played; no device stands behind them."),))

    def _path(self, job_id: str) -> Path:
        check_id(job_id)
        return self._home / NAME / f"{job_id}.json"

    def _run(self, job_id: str) -> dict[str, Any]:
        try:
            return json.loads(self._path(job_id).read_bytes())
        except FileNotFoundError:
            raise NotFound(
                "backend.job",
                N_("Job {id} was never started on this machine."),
                hint=N_("List the jobs: entrepot jobs"),
                id=job_id,
            ) from None
