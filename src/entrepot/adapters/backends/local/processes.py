"""The processes of a run, as the kernel counts them.

Source: proc(5), Linux man-pages 6.7.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
PSS_PROCESSES_MAX = 32
END_S = 10.0
MARK = "ENTREPOT_JOB_ID"
"""Variable in a job's environment by which its processes are known."""


@dataclass(frozen=True, slots=True)
class Process:
    """One line of ``/proc/<pid>/stat``.

    Attributes:
        pid, parent, session: numbers.
        state: letter; ``Z`` has ended.
        cpu_ms: its own processor time and that of the children it has waited for.
        threads: tasks.
        start: clock ticks after the machine's start; pid and start name a process for good.
    """

    pid: int
    parent: int
    session: int
    state: str
    cpu_ms: int
    threads: int
    start: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What the processes of a run use now.

    Attributes:
        tasks: processes and threads.
        memory_bytes: resident, shared pages counted once where the kernel tells.
        cpu_ms: processor time of the living and of those they have waited for.
    """

    tasks: int
    memory_bytes: int
    cpu_ms: int


def process(pid: int) -> Process | None:
    """Read one process; None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    # The name in brackets may hold blanks and brackets: fields count from the last bracket.
    fields = text[text.rindex(b")") + 2 :].split()
    ticks = sum(int(field) for field in fields[11:15])
    return Process(
        pid=pid,
        parent=int(fields[1]),
        session=int(fields[3]),
        state=fields[0].decode(),
        cpu_ms=ticks * 1000 // _TICKS_PER_S,
        threads=int(fields[17]),
        start=int(fields[19]),
    )


def everyone() -> list[Process]:
    """Read all processes of the machine that can be seen."""
    found = (process(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [one for one in found if one]


def descendants(root: int, among: Iterable[Process] | None = None) -> list[Process]:
    """Return the processes below ``root``, parents first, ended ones left out."""
    children: dict[int, list[Process]] = {}
    for one in everyone() if among is None else among:
        children.setdefault(one.parent, []).append(one)
    found: list[Process] = []
    todo = [root]
    while todo:
        below = children.get(todo.pop(), [])
        found += [one for one in below if one.state != "Z"]
        todo += [one.pid for one in below]
    return found


def family(root: int) -> list[Process]:
    """Return the processes below ``root`` by the kernel's lists of children.

    Much cheaper than :func:`descendants`; a process that starts meanwhile may be missed.
    """
    found: list[Process] = []
    todo = [root]
    while todo:
        for pid in _children(todo.pop()):
            one = process(pid)
            if one and one.state != "Z":
                found.append(one)
                todo.append(pid)
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found
    for task in tasks:
        try:
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += [int(number) for number in file.read().split()]
        except OSError:
            continue
    return found


def sample(members: list[Process], leave_out: frozenset[int] = frozenset()) -> Sample:
    """Sum up what the members use.

    Args:
        members: processes of the run.
        leave_out: the sandbox's own processes: their time counts, their number does not.
    """
    counted = [one for one in members if one.pid not in leave_out]
    exact = 1 < len(counted) <= PSS_PROCESSES_MAX
    return Sample(
        tasks=sum(one.threads for one in counted),
        memory_bytes=sum(_memory_bytes(one.pid, exact) for one in counted),
        cpu_ms=sum(one.cpu_ms for one in members),
    )


def waits_ns(members: Iterable[Process]) -> dict[tuple[int, int], int]:
    """Return how long each member stood ready while others had the processor, nanoseconds.

    The second figure of ``/proc/<pid>/task/<tid>/schedstat``, summed over the threads that live.
    A member that cannot be read, or a kernel that does not count, is left out.

    Returns:
        (pid, start) → nanoseconds.
    """
    found: dict[tuple[int, int], int] = {}
    for one in members:
        with contextlib.suppress(OSError, ValueError, IndexError):
            tasks = os.listdir(f"/proc/{one.pid}/task")
            found[one.pid, one.start] = sum(_wait_ns(one.pid, task) for task in tasks)
    return found


def _wait_ns(pid: int, task: str) -> int:
    with open(f"/proc/{pid}/task/{task}/schedstat", "rb") as file:
        return int(file.read().split()[1])


def _memory_bytes(pid: int, exact: bool) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        if exact:
            with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
                for line in file:
                    if line.startswith(b"Pss:"):
                        return int(line.split()[1]) * 1024
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    return 0


def send(members: Iterable[Process], number: int) -> None:
    """Send a signal to processes, each only if it is still the one that was read."""
    for one in members:
        now = process(one.pid)
        if now and now.start == one.start:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one.pid, number)


def end_family(root: int, reaper: Callable[[], object], *, deadline_s: float = END_S) -> bool:
    """End everything below ``root``, also what forks faster than it is read.

    Args:
        root: process whose descendants go; it stays.
        reaper: collects ended children; called again and again.
        deadline_s: when to give up, seconds.

    Returns:
        Whether nothing is left.
    """
    until = time.monotonic() + deadline_s
    while members := descendants(root):
        # All stand still before any is ended, or the living would refork the dead.
        send(members, signal.SIGSTOP)
        send(members, signal.SIGKILL)
        reaper()
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    reaper()
    return True


def reap() -> list[tuple[int, int, int, int]]:
    """Collect ended children; return (pid, wait status, cpu ms, peak bytes) of each."""
    ended: list[tuple[int, int, int, int]] = []
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        cpu_ms = round((usage.ru_utime + usage.ru_stime) * 1000)
        ended.append((pid, status, cpu_ms, usage.ru_maxrss * 1024))


def marked(session: int, started: int, job_id: str) -> list[Process]:
    """Return the living processes of a job that nobody watches any more.

    A number may have been given to a stranger meanwhile. So a process must be in the job's
    session, have started no earlier than the job, and carry the job's mark in the environment
    it was started with.

    Args:
        session: session number of the job's first process.
        started: start of that process, clock ticks.
        job_id: the mark.
    """
    leader = process(session)
    if leader and leader.start != started:
        return []
    found = [one for one in everyone() if one.session == session and one.start >= started]
    return [one for one in found if one.state != "Z" and _has_mark(one.pid, job_id)]


def _has_mark(pid: int, job_id: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"{MARK}={job_id}".encode() in file.read().split(b"\0")
    except OSError:
        return False


def boot_id() -> str:
    """Return the name the kernel gave to this start of the machine."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
