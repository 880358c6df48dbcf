"""One run: start the job, watch it, stop it if it must be, and end it in good order."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import time
from dataclasses import dataclass, field
from typing import cast

from entrepot.adapters.backends.local import limits, processes
from entrepot.adapters.backends.local.collect import collect
from entrepot.adapters.backends.local.folder import (
    Body,
    JobFolder,
    read_json,
    whole,
    write_json,
)
from entrepot.adapters.backends.local.kinds import Kind
from entrepot.adapters.backends.local.start import Order, start
from entrepot.adapters.backends.local.states import write_state
from entrepot.adapters.backends.local.usage import key_of, meter_of
from entrepot.services.backend_port import Phase, RunState

TICK_S = 0.1
HEARTBEAT_S = 1.0
GRACE_S = 2.0
DRAIN_S = 2.0
_CHUNK = 1 << 16
_NO_MEMORY = ("MemoryError", "Cannot allocate memory", "bad_alloc")
_NO_PROCESS = ("Resource temporarily unavailable", "can't start new thread", "Cannot fork")
_NOTE = "\n[entrepot] the log is cut here: it may hold {} bytes\n"


@dataclass(slots=True)
class _Measured:
    reaped_ms: int = 0
    cpu_ms: int = 0
    memory_peak_bytes: int = 0
    waits_ns: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])

    @property
    def waited_ms(self) -> int | None:
        """Time ready but kept waiting, of all processes ever seen; None if none was counted."""
        return sum(self.waits_ns.values()) // 1_000_000 if self.waits_ns else None


class Run:
    """A run from its start to its end, inside the supervisor.

    Args:
        folder: the job's folder, complete, its lock held.
        spec: stored spec of the run; one without a key is measured, and signed elsewhere.
    """

    def __init__(self, folder: JobFolder, spec: Body) -> None:
        self._folder = folder
        self._spec = spec
        self._command = [str(word) for word in cast("list[object]", spec["command"])]
        self._kind = Kind(str(spec["sandbox"]))
        self._started_at = int(time.time())
        self._began = time.monotonic()
        self._limit_s = _limit_s(spec, self._started_at)
        self._key = key_of(spec)
        self._measured = _Measured()
        self._watch = limits.Watch(
            (folder.work, folder.tmp),
            whole(spec, "memory_bytes_max"),
            whole(spec, "disk_bytes_max"),
            whole(spec, "processes_max"),
        )
        self._status: int | None = None
        self._ending: limits.Ending | None = None
        self._log_bytes = 0
        self._letters = b""
        self.told_to_stop = False

    def to_the_end(self, wake_fd: int) -> None:
        """Run the job, and return when its end state is written.

        Args:
            wake_fd: readable when a signal has come.
        """
        # Written before the job starts: a crash from here on makes it lost, never twice.
        write_state(self._folder, RunState(Phase.RUNNING, started_at=self._started_at))
        self._meter = meter_of(self._folder.reports, self._spec, self._key, self._started_at)
        self._began = time.monotonic()
        self._started = start(self._kind, self._folder, self._order())
        self._note_kin()
        try:
            with self._folder.log.open("ab", buffering=0) as log:
                os.set_blocking(self._started.log_fd, False)
                self._loop(log.fileno(), wake_fd)
                wall_s = self._wall_s()
                self._clear(log.fileno())
        finally:
            processes.end_family(os.getpid(), self._reap)
        self._finish(wall_s)

    def _order(self) -> Order:
        env = cast("dict[str, str]", self._spec["env"])
        return Order(
            str(self._spec["job_id"]),
            tuple(self._command),
            env,
            self._watch.memory_bytes_max,
            self._watch.disk_bytes_max,
            self._watch.processes_max,
            bool(self._spec.get("device")),
        )

    def _note_kin(self) -> None:
        first = processes.process(self._started.pid)
        start = first.start if first else 0
        kin: Body = {"boot": processes.boot_id(), "session": self._started.pid, "start": start}
        write_json(self._folder.kin, kin, durable=False)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def _wall_s(self) -> int:
        # Grace after the limit is not sold, so it is not billed.
        return min(-(-int(self._elapsed_s() * 1000) // 1000), self._limit_s)

    def _loop(self, log: int, wake_fd: int) -> None:
        next_tick, next_beat = 0.0, 0.0
        next_report = float(whole(self._spec, "report_every_s"))
        kill_at: float | None = None
        while self._status is None:
            readable, _, _ = select.select([self._started.log_fd, wake_fd], [], [], TICK_S)
            if wake_fd in readable:
                os.read(wake_fd, _CHUNK)
            if not self._drain(log) and self._started.log_fd in readable:
                time.sleep(TICK_S / 5)
            self._reap()
            now = self._elapsed_s()
            if self._status is None and now >= next_tick:
                next_tick = now + TICK_S
                self._tick()
                if self._ending and kill_at is None:
                    kill_at = now + self._ask_to_end()
            if now >= next_beat:
                next_beat = now + HEARTBEAT_S
                self._beat()
            if now >= next_report and self._ending is None:
                next_report = now + whole(self._spec, "report_every_s")
                self._report(self._wall_s())
            if kill_at is not None and now >= kill_at:
                self._kill()

    def _kill(self) -> None:
        if processes.end_family(os.getpid(), self._reap) and self._status is None:
            # Nothing lives and nothing was left to reap: never wait for it again.
            self._status = signal.SIGKILL

    def _tick(self) -> None:
        members = processes.family(os.getpid())
        now = processes.sample(members, self._own(members))
        measured = self._measured
        measured.cpu_ms = max(measured.cpu_ms, measured.reaped_ms + now.cpu_ms)
        measured.memory_peak_bytes = max(measured.memory_peak_bytes, now.memory_bytes)
        measured.waits_ns.update(processes.waits_ns(members))
        self._read_limit()
        if self._ending is None:
            self._ending = self._breach(now)

    def _read_limit(self) -> None:
        """Take over a time limit that was set since the start; one that ends is left alone."""
        told = read_json(self._folder.limit)
        if told is not None and self._ending is None:
            self._limit_s = whole(told, "time_limit_s")

    def _breach(self, now: processes.Sample) -> limits.Ending | None:
        if self._log_bytes >= whole(self._spec, "log_bytes_max"):
            return limits.log_flood(whole(self._spec, "log_bytes_max"))
        if self._folder.cancel.exists():
            return limits.cancelled()
        if self.told_to_stop:
            return limits.stopped()
        if self._elapsed_s() >= self._limit_s:
            return limits.timed_out(self._limit_s)
        return self._watch.breach(now)

    def _own(self, members: list[processes.Process]) -> frozenset[int]:
        """The sandbox's processes: bubblewrap, and the first one inside, which reaps."""
        if not self._kind.is_bwrap:
            return frozenset()
        inner = [one.pid for one in members if one.parent == self._started.pid]
        return frozenset([self._started.pid, *inner[:1]])

    def _ask_to_end(self) -> float:
        """Ask politely where there is time for it; return the seconds until the end."""
        assert self._ending is not None
        if self._ending[0] not in (Phase.CANCELLED, Phase.TIMED_OUT):
            return 0.0
        members = processes.descendants(os.getpid())
        own = self._own(members)
        processes.send([one for one in members if one.pid not in own], signal.SIGTERM)
        return GRACE_S

    def _reap(self) -> None:
        for pid, status, cpu_ms, peak_bytes in processes.reap():
            measured = self._measured
            measured.reaped_ms += cpu_ms
            measured.cpu_ms = max(measured.cpu_ms, measured.reaped_ms)
            measured.memory_peak_bytes = max(measured.memory_peak_bytes, peak_bytes)
            if pid == self._started.pid:
                self._status = status

    def _drain(self, log: int) -> bool:
        """Move what the job printed to its log, up to the limit; False at the end of it."""
        left = whole(self._spec, "log_bytes_max") - self._log_bytes
        try:
            chunk = os.read(self._started.log_fd, _CHUNK)
        except BlockingIOError:
            return True
        if left > 0 and chunk:
            os.write(log, chunk[:left])
            if len(chunk) >= left:
                os.write(log, _NOTE.format(whole(self._spec, "log_bytes_max")).encode())
        self._log_bytes += len(chunk)
        return bool(chunk)

    def _clear(self, log: int) -> None:
        """End what the job left behind, and read the last it printed."""
        processes.end_family(os.getpid(), self._reap)
        until = time.monotonic() + DRAIN_S
        while time.monotonic() < until:
            ready, _, _ = select.select([self._started.log_fd], [], [], 0)
            if not ready or not self._drain(log):
                break
        self._reap()
        os.set_blocking(self._started.status_fd, False)
        with contextlib.suppress(BlockingIOError):
            self._letters = os.read(self._started.status_fd, 8)

    def _beat(self, *, closing: bool = False) -> None:
        body: Body = {
            "closing": closing,
            "wall_seconds": self._wall_s(),
            "cpu_ms": self._measured.cpu_ms,
            "memory_peak_bytes": self._measured.memory_peak_bytes,
            "waited_ms": self._measured.waited_ms,
        }
        write_json(self._folder.heartbeat, body, durable=False)

    def _report(self, wall_s: int, *, final: bool = False) -> None:
        measured = self._measured
        self._meter.report(
            wall_s,
            measured.cpu_ms,
            measured.memory_peak_bytes,
            waited_ms=measured.waited_ms,
            final=final,
        )

    def _finish(self, wall_s: int) -> None:
        names = tuple(str(name) for name in cast("list[object]", self._spec["outputs"]))
        code = self._exit_code()
        ending = self._ending or self._judge(code)
        self._beat(closing=True)
        missing = collect(self._folder, names)
        if ending is None and missing:
            ending = limits.output_missing(missing[0])
        shutil.rmtree(self._folder.tmp, ignore_errors=True)
        measured = self._measured
        self._report(wall_s, final=True)
        phase, reason = ending or (Phase.SUCCEEDED, None)
        state = RunState(
            phase=phase,
            exit_code=code,
            reason=reason,
            started_at=self._started_at,
            ended_at=self._started_at + wall_s,
            cpu_ms=measured.cpu_ms,
            memory_peak_bytes=measured.memory_peak_bytes,
            log_truncated=self._log_bytes >= whole(self._spec, "log_bytes_max"),
        )
        write_state(self._folder, state)

    def _exit_code(self) -> int | None:
        if self._status is None:
            return None
        code = os.waitstatus_to_exitcode(self._status)
        return 128 - code if code < 0 else code

    def _judge(self, code: int | None) -> limits.Ending | None:
        """Say how a run ended that nobody stopped; None if well."""
        if self._log_bytes >= whole(self._spec, "log_bytes_max"):
            return limits.log_flood(whole(self._spec, "log_bytes_max"))
        if not self._letters:
            return limits.no_sandbox(self._last_lines()[-200:].splitlines()[-1])
        if self._letters != b"S":
            return limits.not_started(self._letters.decode()[-1], self._command[0])
        # Also of a job that ended well: a quick one can pass the limit between two looks.
        if self._watch.disk_is_full():
            return limits.disk_full(self._watch.disk_bytes_max)
        if code == 0:
            return None
        nearly = self._watch.memory_bytes_max * 9 // 10
        # A refusal by the kernel shows in the job's own last words only.
        words = self._last_lines()
        if self._measured.memory_peak_bytes >= nearly or any(w in words for w in _NO_MEMORY):
            return limits.out_of_memory(self._watch.memory_bytes_max)
        if any(w in words for w in _NO_PROCESS):
            return limits.too_many_processes(self._watch.processes_max)
        return limits.exited(code or 0, self._command[0])

    def _last_lines(self) -> str:
        with self._folder.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 2048))
            return file.read().decode(errors="replace").strip() or "no word"


def _limit_s(spec: Body, started_at: int) -> int:
    limit_s = whole(spec, "time_limit_s")
    ends_at = whole(spec, "ends_at")
    return max(0, min(limit_s, ends_at - started_at)) if ends_at else limit_s
