"""The backend ``local``: prepares a folder, starts a supervisor, reads what it writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.local import limits, sandbox
from entrepot.adapters.backends.local.collect import listed
from entrepot.adapters.backends.local.devices import assign, visible
from entrepot.adapters.backends.local.folder import (
    JobFolder,
    read_json,
    read_log,
    take_lock,
    write_json,
)
from entrepot.adapters.backends.local.kinds import Kind, warnings_of
from entrepot.adapters.backends.local.prepare import (
    check,
    check_id,
    check_network,
    copy_files,
    digest_of,
    disk_fault,
    is_newer,
    plain,
    set_aside,
)
from entrepot.adapters.backends.local.recover import recover
from entrepot.adapters.backends.local.states import read_state, write_state
from entrepot.adapters.backends.local.usage import read_reports
from entrepot.adapters.identity.signing import load_or_create
from entrepot.domain.metering.report import read_report
from entrepot.kernel.errors import NotFound
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
PREPARE_WAIT_S = 30.0
END_WAIT_S = 15.0
_SOURCE = str(Path(__file__).resolve().parents[4])


class LocalBackend:
    """Runs jobs on this machine.

    Args:
        home: folder of the state; jobs lie in ``jobs``, keys in ``keys``.
        report_every_s: seconds between usage reports.
        wanted_sandbox: kind of sandbox to use without a trial; empty for the best that works.
        devices: numbers of the machine's accelerators, given out to jobs that lease a device.
    """

    def __init__(
        self,
        home: Path,
        *,
        report_every_s: int = REPORT_EVERY_S,
        wanted_sandbox: str = "",
        devices: Sequence[str] = (),
    ) -> None:
        self._home = home.absolute()
        self._report_every_s = report_every_s
        self._wanted = wanted_sandbox
        self._devices = tuple(devices)

    def key_path(self, centre_id: str) -> Path:
        """Return where the key lies by which a centre's meters sign.

        Raises:
            Invalid: the id could leave the folder of keys.
        """
        check_id(centre_id)
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

        Under a higher fencing token the run under the old one is ended, and the job starts anew.

        Raises:
            Invalid: a name leaves the work folder, a limit has no meaning, a file is missing.
            Refused: the job asks for a network, or for devices that are in use.
            Conflict: the job id was submitted with another spec, or under a higher token.
            Fault: the home cannot be written.
        """
        check(spec)
        check_network(spec)
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
            raise disk_fault(folder.root, error) from error

    def state(self, job_id: str) -> RunState:
        """Return where the run stands; a run whose supervisor died is closed as lost."""
        folder = self._known(job_id)
        spec = read_json(folder.spec) or {}
        given = cast("list[str]", spec.get("assigned", []))
        return replace(recover(folder), node=os.uname().nodename, devices=tuple(given))

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return at most ``LOG_CHUNK`` bytes of log from ``offset`` on, and the next offset."""
        return read_log(self._known(job_id).log, offset)

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

    def set_limit(self, job_id: str, seconds: int) -> None:
        """Let a run last so many seconds from its start; said again, it changes nothing."""
        path = self._known(job_id).limit
        if (read_json(path) or {}).get("time_limit_s") != seconds:
            write_json(path, {"time_limit_s": seconds})

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
        check_id(job_id)
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
        known = read_json(folder.spec)
        if known is not None:
            if not is_newer(known, spec):
                return
            self._end(folder)
        set_aside(folder)
        # A folder without its spec is left over from a crash in this very place.
        for part in (folder.work, folder.tmp, folder.outputs):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
        copy_files(folder.work, spec)
        assigned = self._assigned(spec)
        body = plain(spec) | {
            "digest": digest_of(spec),
            "key": str(self.key_path(spec.centre_id)),
            "report_every_s": self._report_every_s,
            "sandbox": self._kind().value,
            "assigned": assigned,
            "env": dict(spec.env) | visible(assigned),
        }
        write_json(folder.spec, body)

    def _end(self, folder: JobFolder) -> None:
        """End the run under an old fencing token before the next one starts."""
        self.cancel(folder.root.name)
        until = time.monotonic() + END_WAIT_S
        while not recover(folder).phase.is_final and time.monotonic() < until:
            time.sleep(0.05)

    def _assigned(self, spec: RunSpec) -> list[str]:
        if not self._devices or not spec.device:
            return []
        table = self._home / "cache" / "devices.json"
        table.parent.mkdir(parents=True, exist_ok=True)
        return assign(table, self._devices, spec.job_id, spec.milli_devices, self._is_over)

    def _is_over(self, job_id: str) -> bool:
        folder = self._folder(job_id)
        return folder.spec.exists() and recover(folder).phase.is_final


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
