"""A centre in the simulator's hand: machines that run jobs, and agents that come and go on them.

The machine goes on while its agent is dead, as real jobs do; what it measured is signed with the
agent's real key. Nothing here is right or wrong: it does what a centre does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from entrepot.adapters.identity.signing import SigningKey, from_secret
from entrepot.domain.metering.model import NO_REPORT, UsageReport
from entrepot.domain.metering.report import read_report, write_report
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Conflict, NotFound
from entrepot.services.backend_port import (
    BackendInfo,
    OutputFile,
    Phase,
    RunSpec,
    RunState,
    SignedReport,
)

REPORT_EVERY_S = 30


def log_of(job_id: str) -> str:
    """Return what a job prints."""
    return f"this is {job_id}\nthat was it\n"


@dataclass
class Played:
    """One run on a machine.

    Attributes:
        begun: by the machine's clock; runs_s: how long it would run.
        stopped: when somebody ended it; None if nobody did.
    """

    spec: RunSpec
    begun: int
    runs_s: int
    stopped: int | None = None
    sent: list[SignedReport] = field(default_factory=list[SignedReport])

    def wall_s(self, now: int) -> int:
        """Return the seconds that it has run."""
        until = now if self.stopped is None else min(now, self.stopped)
        return max(min(until - self.begun, self.runs_s, self.spec.time_limit_s), 0)

    def phase(self, now: int) -> Phase:
        """Return where it stands."""
        if self.stopped is not None and self.stopped < self.begun + self.runs_s:
            return Phase.CANCELLED
        return Phase.SUCCEEDED if now >= self.begun + self.runs_s else Phase.RUNNING


def is_barren(one: Played) -> bool:
    """Say whether a run leaves no output."""
    return one.runs_s % 3 == 1


class Machine:
    """The backend of one agent; its runs outlive the agent, not the machine.

    Args:
        key: of the agent; signs what is measured.
        now: clock of the machine.
        length_s: job id → how long it would run.
        folder: where outputs lie.
    """

    def __init__(
        self, key: SigningKey, now: Callable[[], int], length_s: Mapping[str, int], folder: Path
    ) -> None:
        self._key, self._now, self._length_s, self._folder = key, now, length_s, folder
        self.runs: dict[str, Played] = {}
        self.past: list[Played] = []
        self.ever: list[Played] = []

    def submit(self, spec: RunSpec) -> None:
        """Start a job once; under a higher token anew."""
        known = self.runs.get(spec.job_id)
        if known is not None and spec.fence < known.spec.fence:
            raise Conflict("test.fence", "A later run of {id} is here.", id=spec.job_id)
        if known is not None and spec.fence == known.spec.fence:
            return
        if known is not None:
            self._stop(known)
        made = Played(spec, self._now(), self._length_s[spec.job_id])
        self.runs[spec.job_id] = made
        self.ever.append(made)

    def reboot(self) -> None:
        """Lose power: every run ends here and now, and nobody remembers it."""
        for one in self.runs.values():
            self._stop(one)
        self.runs.clear()

    def _stop(self, one: Played) -> None:
        if one.stopped is None:
            one.stopped = self._now()

    def _known(self, job_id: str) -> Played:
        if job_id not in self.runs:
            raise NotFound("test.job", "Job {id} is not here.", id=job_id)
        return self.runs[job_id]

    def state(self, job_id: str) -> RunState:
        """Return where a run stands; one that the machine lost is lost."""
        if job_id not in self.runs:
            return RunState(Phase.LOST, ended_at=self._now())
        one, now = self._known(job_id), self._now()
        phase, wall = one.phase(now), one.wall_s(now)
        ended = one.begun + wall if phase.is_final else None
        code = 0 if phase is Phase.SUCCEEDED else None
        return RunState(phase, code, None, one.begun, ended, wall * 900, 1 << 20)

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return a line, and another one at the end."""
        data = log_of(job_id).encode()
        if not self.state(job_id).phase.is_final:
            data = data[: data.index(b"\n") + 1]
        return data[offset:], len(data)

    def cancel(self, job_id: str) -> None:
        """End a run."""
        self._stop(self._known(job_id))

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        """Return what a run that succeeded leaves; every third one leaves nothing."""
        one = self.runs.get(job_id)
        if one is None or one.phase(self._now()) is not Phase.SUCCEEDED or is_barren(one):
            return []
        data = f"made by {job_id} under {one.spec.fence}\n".encode()
        path = self._folder / sha256_hex(data)
        path.write_bytes(data)
        return [OutputFile(n, path, len(data), sha256_hex(data)) for n in one.spec.outputs]

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        """Return the chain of signed reports up to now."""
        if job_id not in self.runs:
            return []
        one, now = self._known(job_id), self._now()
        is_over, wall = one.phase(now).is_final, one.wall_s(now)
        while (len(one.sent) + 1) * REPORT_EVERY_S < wall:
            self._report(one, (len(one.sent) + 1) * REPORT_EVERY_S, final=False)
        if is_over and not (one.sent and read_report(one.sent[-1].body).final):
            self._report(one, wall, final=True)
        return [report for report in one.sent if read_report(report.body).seq > after_seq]

    def _report(self, one: Played, wall: int, *, final: bool) -> None:
        last = read_report(one.sent[-1].body) if one.sent else None
        spec = one.spec
        report = UsageReport(
            spec.centre_id, spec.lease_id, spec.job_id, spec.fence, len(one.sent) + 1,
            last.end if last else one.begun, one.begun + wall, wall, wall * spec.milli_devices,
            wall * 900, 1 << 20, final, False,
            sha256_hex(one.sent[-1].body) if one.sent else NO_REPORT,
        )  # fmt: skip
        body = write_report(report)
        one.sent.append(SignedReport(body, self._key.sign(body), self._key.key_id))

    def describe(self) -> BackendInfo:
        """Return a name."""
        return BackendInfo("played", "none", ())


class Place:
    """The folder of an agent, in memory; notes outlive the agent.

    Args:
        number: of the agent; its key follows from it.
        now: clock of the machine.
        length_s: job id → how long it would run.
    """

    def __init__(self, number: int, now: Callable[[], int], length_s: Mapping[str, int]) -> None:
        self.key = from_secret(sha256_hex(f"agent {number}".encode())[:32].encode())
        self.folder = Path(tempfile.mkdtemp(prefix="played-centre-"))
        self.machine = Machine(self.key, now, length_s, self.folder)
        self.notes: bytes = b"{}"

    def signer(self, centre_id: str) -> SigningKey:
        """Return the agent's key."""
        return self.key

    @property
    def backend(self) -> Machine:
        """The machine."""
        return self.machine

    def load(self) -> dict[str, object]:
        """Return what was noted, read anew as after a crash."""
        import json

        return dict(json.loads(self.notes))

    def note(self, state: Mapping[str, object]) -> None:
        """Note what must outlive a crash."""
        self.notes = canonical_json(dict(state))

    def input(self, digest: str) -> Path:
        """Return where an input lies."""
        return self.folder / f"in-{digest}"

    def keep_input(self, digest: str, data: bytes, *, executable: bool) -> Path:
        """Write an input."""
        self.input(digest).write_bytes(data)
        return self.input(digest)
