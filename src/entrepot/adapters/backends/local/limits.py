"""When a run must be stopped, how it ended, and the one sentence for each."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from entrepot.adapters.backends.local.processes import Sample
from entrepot.kernel.text import N_
from entrepot.services.backend_port import MIB, Phase, Reason

ENTRY_BYTES = 4096
MEMORY_FLOOR = 256 * MIB
DISK_FLOOR = 512 * MIB

Ending = tuple[Phase, Reason]


def cancelled() -> Ending:
    """The tenant asked for the end."""
    message = N_("The job was cancelled; it is billed for the time it ran.")
    return Phase.CANCELLED, Reason("job.cancelled", message)


def timed_out(seconds: int) -> Ending:
    """The lease is over."""
    return Phase.TIMED_OUT, Reason(
        "job.time_limit",
        N_("The job was stopped after {seconds} s, the end of its lease."),
        N_("Ask for a longer duration in the job file, or give the job less to do."),
        {"seconds": seconds},
    )


def log_flood(bytes_max: int) -> Ending:
    """The log is full."""
    return Phase.FAILED, Reason(
        "job.log_flood",
        N_("The job printed more than {bytes} bytes and was stopped; the log is cut there."),
        N_("Print less, and write results to a file named under outputs."),
        {"bytes": bytes_max},
    )


def disk_full(bytes_max: int) -> Ending:
    """The work folder is full."""
    return Phase.FAILED, Reason(
        "job.disk_full",
        N_("The job filled its disk of {mib} MiB and was stopped."),
        N_("Raise resources.disk in the job file, or write less."),
        {"mib": bytes_max // MIB},
    )


def out_of_memory(bytes_max: int) -> Ending:
    """Memory is used up."""
    return Phase.FAILED, Reason(
        "job.out_of_memory",
        N_("The job needed more than its {mib} MiB of memory and ended."),
        N_("Raise resources.memory in the job file, or work on smaller pieces."),
        {"mib": bytes_max // MIB},
    )


def too_many_processes(processes_max: int) -> Ending:
    """Too many processes."""
    return Phase.FAILED, Reason(
        "job.too_many_processes",
        N_("The job started more than {count} processes and was stopped."),
        N_("Start fewer processes or threads at a time."),
        {"count": processes_max},
    )


def machine_low(what: str) -> Ending:
    """The machine itself is in danger."""
    return Phase.FAILED, Reason(
        "backend.machine_low",
        N_("The machine ran low on {what}, so the job was stopped to keep it alive."),
        N_("Run the job on a larger machine, or ask the centre to free some {what}."),
        {"what": what},
    )


def stopped() -> Ending:
    """The supervisor was told to end."""
    return Phase.FAILED, Reason(
        "backend.stopped",
        N_("The machine is being stopped, so the job was ended."),
        N_("Lease again and start the job anew."),
    )


def no_sandbox(why: str) -> Ending:
    """The job never started."""
    return Phase.FAILED, Reason(
        "backend.sandbox",
        N_("The sandbox could not be set up: {why}."),
        N_("See entrepot centres for the sandbox in use, and install bubblewrap."),
        {"why": why},
    )


def exited(code: int, command: str) -> Ending:
    """The job ended by itself, not well."""
    if code == 127:
        return Phase.FAILED, Reason(
            "job.exit_code",
            N_("The job ended with exit code 127: a program was not found; it runs {command}."),
            N_("Use python3 or a program of the base system, and list own files under run.files."),
            {"command": command},
        )
    if code > 128:
        return Phase.FAILED, Reason(
            "job.signal",
            N_("The job was ended by signal {signal}."),
            N_("Read the end of its log for the cause."),
            {"signal": code - 128},
        )
    return Phase.FAILED, Reason(
        "job.exit_code",
        N_("The job ended with exit code {code}."),
        N_("Read the end of its log for the cause."),
        {"code": code},
    )


def not_started(letter: str, command: str) -> Ending:
    """The program named could not be run."""
    message = N_("There is no program called {command} in the sandbox.")
    if letter == "P":
        message = N_("The program {command} may not be run.")
    return Phase.FAILED, Reason(
        "job.command",
        message,
        N_("Use python3 or a program of the base system, and list own files under run.files."),
        {"command": command},
    )


def output_missing(name: str) -> Ending:
    """A file that was promised is not there."""
    return Phase.FAILED, Reason(
        "job.output_missing",
        N_("The job ended well but left no plain file called {name}."),
        N_("Write {name} in the work folder, or take it out of run.outputs."),
        {"name": name},
    )


def lost() -> Ending:
    """Nobody watched the job any more."""
    return Phase.LOST, Reason(
        "backend.lost",
        N_(
            "The supervisor of the job died, so the job was ended; "
            "it is billed up to the last sign of life."
        ),
        N_("Lease again and start the job anew."),
    )


def fault(why: str) -> Ending:
    """The supervisor failed."""
    return Phase.FAILED, Reason(
        "backend.fault",
        N_("The supervisor of the job failed: {why}."),
        N_("Report it with the file supervisor.err of the job's folder."),
        {"why": why},
    )


@dataclass(slots=True)
class Watch:
    """Limits that are polled: memory, processes, disk, and the machine's own reserves.

    Attributes:
        folders: what counts as the job's disk.
        memory_bytes_max, disk_bytes_max, processes_max: the limits.
    """

    folders: tuple[Path, ...]
    memory_bytes_max: int
    disk_bytes_max: int
    processes_max: int
    _next_scan: float = 0
    _floors: dict[str, int] = field(default_factory=dict[str, int])

    def breach(self, now: Sample) -> Ending | None:
        """Return the ending that the run has earned, or None.

        Args:
            now: what the processes use.
        """
        if now.tasks > self.processes_max:
            return too_many_processes(self.processes_max)
        if now.memory_bytes > self.memory_bytes_max:
            return out_of_memory(self.memory_bytes_max)
        began = time.monotonic()
        if began < self._next_scan:
            return None
        full = self.disk_is_full()
        # Many files take long to count: spend at most a tenth of the time on it.
        self._next_scan = time.monotonic() + max(0.25, 9 * (time.monotonic() - began))
        if full:
            return disk_full(self.disk_bytes_max)
        return self._machine()

    def disk_is_full(self) -> bool:
        """Say whether the job's folders hold as much as they may."""
        left = self.disk_bytes_max
        for folder in self.folders:
            left -= disk_bytes(folder, left)
        return left <= 0

    def _machine(self) -> Ending | None:
        free = {"memory": _memory_available(), "disk": shutil.disk_usage(self.folders[0]).free}
        if not self._floors:
            # A machine that was low from the start must not fail every job for it.
            floors = {"memory": MEMORY_FLOOR, "disk": DISK_FLOOR}
            self._floors = {what: min(floors[what], free[what] // 2) for what in free}
        low = [what for what in free if free[what] < self._floors[what]]
        return machine_low(low[0]) if low else None


def disk_bytes(folder: Path, enough: int) -> int:
    """Return the bytes a folder takes, every entry at least 4 KiB; stops at ``enough``."""
    total = 0
    todo = [os.fspath(folder)]
    while todo and total < enough:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    total += max(ENTRY_BYTES, status.st_blocks * 512)
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
        except OSError:
            continue
    return total


def _memory_available() -> int:
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 1 << 62
