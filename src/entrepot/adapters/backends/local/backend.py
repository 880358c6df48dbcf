"""The backend ``local``: prepares a folder, starts a supervisor, reads what it writes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from entrepot.adapters.backends.local import limits, sandbox
from entrepot.adapters.backends.local.collect import listed
from entrepot.adapters.backends.local.folder import (
    Body,
    JobFolder,
    read_json,
    take_lock,
    write_json,
)
from entrepot.adapters.backends.local.kinds import Kind, warnings_of
from entrepot.adapters.backends.local.recover import recover
from entrepot.adapters.backends.local.states import read_state, write_state
from entrepot.adapters.backends.local.usage import read_reports
from entrepot.adapters.identity.signing import load_or_create
from entrepot.domain.metering.report import read_report
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.backend_port import (
    BackendInfo,
    OutputFile,
    Phase,
    RunSpec,
    RunState,
    SignedReport,
)

REPORT_EVERY_S = 10
LOG_CHUNK = 1 << 20
PREPARE_WAIT_S = 30.0
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_SOURCE = str(Path(__file__).resolve().parents[4])


class LocalBackend:
    """Runs jobs on this machine.

    Args:
        home: folder of the state; jobs lie in ``jobs``, keys in ``keys``.
        report_every_s: seconds between usage reports.
        wanted_sandbox: kind of sandbox to use without a trial; empty for the best that works.
    """

    def __init__(
        self, home: Path, *, report_every_s: int = REPORT_EVERY_S, wanted_sandbox: str = ""
    ) -> None:
        self._home = home.absolute()
        self._report_every_s = report_every_s
        self._wanted = wanted_sandbox

    def key_path(self, centre_id: str) -> Path:
        """Return where the key lies by which a centre's meters sign.

        Raises:
            Invalid: the id could leave the folder of keys.
        """
        _check_id(centre_id)
        return self._home / "keys" / f"meter-{centre_id}.key"

    def public_key(self, centre_id: str) -> bytes:
        """Return the raw public key of a centre's meters; made if there is none yet."""
        return load_or_create(self.key_path(centre_id)).public

    def describe(self) -> BackendInfo:
        """Return the sandbox that works here, tried for real, and what to warn of."""
        kind = self._kind()
        return BackendInfo("local", kind.value, warnings_of(kind))

    def submit(self, spec: RunSpec) -> None:
        """Start the job, once; a second submit of the same job attaches to the first.

        Raises:
            Invalid: a name leaves the work folder, a limit has no meaning, a file is missing.
            Refused: the job asks for a network.
            Conflict: the job id was submitted with another spec.
            Fault: the home cannot be written.
        """
        _check(spec)
        folder = self._folder(spec.job_id)
        self.public_key(spec.centre_id)
        try:
            folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = take_lock(folder.prepare_lock, PREPARE_WAIT_S)
            try:
                self._prepare(folder, spec)
            finally:
                if lock is not None:
                    os.close(lock)
            if read_state(folder).phase is Phase.QUEUED:
                _start_supervisor(folder)
        except OSError as error:
            raise Fault(
                "backend.folder",
                N_("The job's folder {path} cannot be written: {why}."),
                hint=N_("Make room on the disk and check that the folder is yours."),
                path=str(folder.root),
                why=error.strerror or type(error).__name__,
            ) from error

    def state(self, job_id: str) -> RunState:
        """Return where the run stands; a run whose supervisor died is closed as lost."""
        return recover(self._known(job_id))

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return at most ``LOG_CHUNK`` bytes of log from ``offset`` on, and the next offset."""
        try:
            with self._known(job_id).log.open("rb") as file:
                file.seek(max(0, offset))
                chunk = file.read(LOG_CHUNK)
        except FileNotFoundError:
            return b"", offset
        return chunk, max(0, offset) + len(chunk)

    def cancel(self, job_id: str) -> None:
        """Ask for the end of the run; a run that never started is cancelled at once."""
        folder = self._known(job_id)
        if read_state(folder).phase.is_final:
            return
        folder.cancel.touch()
        lock = take_lock(folder.lock)
        if lock is None:
            return
        try:
            if read_state(folder).phase is Phase.QUEUED:
                phase, reason = limits.cancelled()
                write_state(folder, RunState(phase, reason=reason))
        finally:
            os.close(lock)
        recover(folder)

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        """Return the files handed back; empty until the run has ended."""
        folder = self._known(job_id)
        return listed(folder) if read_state(folder).phase.is_final else []

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        """Return the signed usage reports with a sequence number above ``after_seq``."""
        reports = read_reports(self._known(job_id).reports)
        return [report for report in reports if read_report(report.body).seq > after_seq]

    def _kind(self) -> Kind:
        cache = self._home / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        return sandbox.best(cache / "sandbox.json", self._wanted)

    def _folder(self, job_id: str) -> JobFolder:
        _check_id(job_id)
        return JobFolder(self._home / "jobs" / job_id)

    def _known(self, job_id: str) -> JobFolder:
        folder = self._folder(job_id)
        if not folder.spec.exists():
            raise NotFound(
                "backend.job",
                N_("Job {id} was never started on this machine."),
                hint=N_("List the jobs: entrepot jobs"),
                id=job_id,
            )
        return folder

    def _prepare(self, folder: JobFolder, spec: RunSpec) -> None:
        digest = sha256_hex(repr(_plain(spec)).encode())
        known = read_json(folder.spec)
        if known is not None:
            if known["digest"] != digest:
                raise Conflict(
                    "backend.other_spec",
                    N_("Job {id} was started before with another content."),
                    hint=N_("Take a new lease for the changed job."),
                    id=spec.job_id,
                )
            return
        # A folder without its spec is left over from a crash in this very place.
        for part in (folder.work, folder.tmp, folder.outputs):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
        _copy_files(folder, spec)
        body = _plain(spec) | {
            "digest": digest,
            "key": str(self.key_path(spec.centre_id)),
            "report_every_s": self._report_every_s,
            "sandbox": self._kind().value,
        }
        write_json(folder.spec, body)


def _plain(spec: RunSpec) -> Body:
    return {
        "job_id": spec.job_id,
        "lease_id": spec.lease_id,
        "fence": spec.fence,
        "centre_id": spec.centre_id,
        "command": list(spec.command),
        "files": {name: str(path) for name, path in sorted(spec.files.items())},
        "outputs": list(spec.outputs),
        "env": dict(sorted(spec.env.items())),
        "time_limit_s": spec.time_limit_s,
        "ends_at": spec.ends_at,
        "milli_devices": spec.milli_devices,
        "memory_bytes_max": spec.memory_bytes_max,
        "disk_bytes_max": spec.disk_bytes_max,
        "processes_max": spec.processes_max,
        "log_bytes_max": spec.log_bytes_max,
    }


def _start_supervisor(folder: JobFolder) -> None:
    """Start a supervisor; if one is at work already, the new one leaves at once."""
    path = os.pathsep.join(filter(None, (_SOURCE, os.environ.get("PYTHONPATH"))))
    with folder.errors.open("ab") as errors:
        subprocess.run(
            [sys.executable, "-m", "entrepot.adapters.backends.local.supervisor", folder.root],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd="/",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
            check=True,
        )


def _copy_files(folder: JobFolder, spec: RunSpec) -> None:
    left = spec.disk_bytes_max
    for name, source in spec.files.items():
        target = folder.work / name
        try:
            if not source.is_file():
                raise _invalid(N_("no such plain file: {value}"), f"run.files.{name}", str(source))
            left -= source.stat().st_size
            if left < 0:
                raise _invalid(
                    N_("the files are larger than the job's disk: {value}"), "run.files", name
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        except PermissionError:
            raise _invalid(
                N_("the file cannot be read: {value}"), f"run.files.{name}", str(source)
            ) from None
        target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def _check(spec: RunSpec) -> None:
    for value in (spec.job_id, spec.centre_id):
        _check_id(value)
    if spec.network_allowed:
        raise Refused(
            "backend.network",
            N_("The local backend runs jobs without a network only."),
            hint=N_("List what the job needs under run.files."),
        )
    if not spec.command or not all(spec.command) or "\0" in "".join(spec.command):
        raise _invalid(N_("the command is empty: {value}"), "run.command", str(spec.command))
    for name in (*spec.files, *spec.outputs):
        path = PurePosixPath(name)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
            raise _invalid(N_("the name leaves the work folder: {value}"), "run.files", name)
    for key, value in spec.env.items():
        if not key or "=" in key or "\0" in key + value:
            raise _invalid(N_("no name of a variable: {value}"), "run.env", key)
    for name in ("time_limit_s", "milli_devices", "memory_bytes_max", "disk_bytes_max",
                 "processes_max", "log_bytes_max", "fence"):  # fmt: skip
        if getattr(spec, name) < (0 if name == "fence" else 1):
            raise _invalid(N_("it must be positive: {value}"), name, str(getattr(spec, name)))


def _check_id(value: str) -> None:
    if not _ID.match(value):
        raise _invalid(N_("not an id: {value}"), "id", value)


def _invalid(why: str, field: str, value: str) -> EntrepotError:
    sentence = why.format(value=value)
    return Invalid(
        "backend.spec",
        N_("The job cannot be started: {why}."),
        hint=N_("Correct {field} in the job file."),
        fields={field: sentence},
        why=sentence,
        field=field,
    )
