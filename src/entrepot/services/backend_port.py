"""What a backend of a centre must do: start a job once, watch it, meter it, hand it back.

One Protocol serves every kind of backend (a process on this machine, Slurm, Ray,
Kubernetes). All values are frozen, so that a service can store and compare them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from entrepot.kernel.text import filled

MIB = 1 << 20

_PROGRESS = re.compile(
    r"^\s*progress[:\s]\s*(?P<a>\d{1,12}(?:\.\d{1,9})?)(?:\s*/\s*(?P<b>\d{1,12}))?(?P<pct>\s*%)?"
    r"(?:\s+(?P<text>.*))?$",
    re.IGNORECASE,
)


class Phase(StrEnum):
    """Where a run stands; the last five are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more will happen to the run."""
        return self not in (Phase.QUEUED, Phase.RUNNING)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run ended as it did.

    Attributes:
        code: stable machine name, such as ``job.exit_code``.
        message: English template marked for translation; ``{name}`` takes a parameter.
        hint: what to do about it, a template too.
        params: values of the templates, text or whole numbers.

    >>> Reason("job.exit_code", "The job ended with exit code {code}.", params={"code": 3}).text
    'The job ended with exit code 3.'
    """

    code: str
    message: str
    hint: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.render()

    @property
    def hint_text(self) -> str:
        """The way out in English."""
        return self.render_hint()

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of ``translate``."""
        return filled(self.message, self.params, translate)

    def render_hint(self, translate: Callable[[str], str] = str) -> str:
        """Return the way out in the language of ``translate``; may be empty."""
        return filled(self.hint, self.params, translate) if self.hint else ""


@dataclass(frozen=True, slots=True)
class RunState:
    """What is known of a run now.

    Attributes:
        phase: where it stands.
        exit_code: of the job's first process; 128 + n for signal n; None while unknown.
        reason: why it ended; None after success. While it runs, why nothing new is known of it,
            such as a scheduler that does not answer; else None.
        started_at, ended_at: Unix seconds; None when it has not come to that.
        cpu_ms: processor time of the job and its children, milliseconds.
        memory_peak_bytes: largest resident memory seen.
        log_truncated: whether the log was cut at its limit.
        node: machine that it runs on, as the centre calls it; empty while unknown.
        devices: the devices that it was given, as the centre numbers them on that machine.
    """

    phase: Phase
    exit_code: int | None = None
    reason: Reason | None = None
    started_at: int | None = None
    ended_at: int | None = None
    cpu_ms: int = 0
    memory_peak_bytes: int = 0
    log_truncated: bool = False
    node: str = ""
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSpec:
    """A job as a backend gets it: what to run, for which lease, within which limits.

    Attributes:
        job_id, lease_id, centre_id: who, under which lease, where.
        fence: fencing token of the lease; a report under an older one is refused.
        command: program and arguments; ``python3`` is the backend's own Python.
        files: name in the work folder → file to copy.
        outputs: names in the work folder to hand back.
        env: environment of the job.
        time_limit_s: longest run, seconds.
        ends_at: Unix second at which the lease ends; 0 = only ``time_limit_s`` counts.
        milli_devices: what the lease allocates; 1000 = one device.
        memory_bytes_max, disk_bytes_max, processes_max, log_bytes_max: limits of the sandbox.
        network_allowed: whether the job may reach a network.
        device: id of the kind of device that the lease holds; empty for the processors alone.
        cpus: processors that go with it.
    """

    job_id: str
    lease_id: str
    fence: int
    centre_id: str
    command: tuple[str, ...]
    files: Mapping[str, Path]
    outputs: tuple[str, ...]
    env: Mapping[str, str]
    time_limit_s: int
    milli_devices: int
    ends_at: int = 0
    memory_bytes_max: int = 1024 * MIB
    disk_bytes_max: int = 1024 * MIB
    processes_max: int = 128
    log_bytes_max: int = 8 * MIB
    network_allowed: bool = False
    device: str = ""
    cpus: int = 1


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file the job handed back.

    Attributes:
        name: as the job file declares it.
        path: where the copy lies.
        bytes: its size.
        sha256: its digest, 64 hexadecimal digits.
    """

    name: str
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A usage report as it came from the centre.

    Attributes:
        body: canonical JSON, exactly the bytes that were signed.
        signature: Ed25519 signature of ``body``, 64 bytes.
        key_id: which key of the centre signed.
    """

    body: bytes
    signature: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """What a backend says of itself.

    Attributes:
        name: kind of backend: ``local``, ``slurm``…
        sandbox: how jobs are kept apart from the machine.
        warnings: sentences that a person must see before a job runs; marked templates.
    """

    name: str
    sandbox: str
    warnings: tuple[str, ...]


class Backend(Protocol):
    """One centre's way of running jobs."""

    def submit(self, spec: RunSpec) -> None:
        """Start the job, once; a second submit of the same job attaches to the first.

        Under a higher fencing token the job starts anew: the run under the old one is ended
        first, and what it reported is set aside.

        Raises:
            Invalid: a file name leaves the work folder, or a limit has no meaning.
            Refused: what the job asks for is not to be had here, ever.
            Conflict: the same job id was submitted with another spec, or under a higher token.
            Fault: the folder cannot be written, or the scheduler does not answer; the same submit
                later goes on where this one stopped.
        """
        ...

    def state(self, job_id: str) -> RunState:
        """Return where the run stands; finds out and records when it was lost.

        Raises:
            NotFound: no such job here.
        """
        ...

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return log bytes from ``offset`` on, and the offset to ask for next."""
        ...

    def cancel(self, job_id: str) -> None:
        """Ask for the end of the run; does nothing to a run that has ended."""
        ...

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        """Return the files handed back; empty until the run has ended."""
        ...

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        """Return the signed usage reports with a sequence number above ``after_seq``."""
        ...

    def describe(self) -> BackendInfo:
        """Return the kind of sandbox and what to warn of."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job says it is.

    Attributes:
        done: share done, 0 ≤ done ≤ 1, exact.
        text: what it says it is doing; may be empty.
    """

    done: Fraction
    text: str = ""


def parse_progress(line: str) -> Progress | None:
    """Read a line of a job's log as progress, if it is one.

    Args:
        line: ``progress: 0.42``, ``progress: 42%``, or ``PROGRESS 42/100 text``.

    Returns:
        The progress, or None when the line says something else.

    >>> parse_progress("PROGRESS 42/100 fold the light curves")
    Progress(done=Fraction(21, 50), text='fold the light curves')
    >>> parse_progress("progress: 1.5") is None
    True
    """
    match = _PROGRESS.match(line.rstrip("\r\n"))
    if not match:
        return None
    whole = 100 if match["pct"] else int(match["b"] or 1)
    done = Fraction(match["a"]) / whole if whole else Fraction(-1)
    if not 0 <= done <= 1:
        return None
    return Progress(done, (match["text"] or "").strip())
