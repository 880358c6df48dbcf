"""The process that watches over one job, and outlives the command that started it.

Started as ``python -m entrepot.adapters.backends.local.supervisor FOLDER``; it imports
little, since every job pays for it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, take_lock

PR_SET_CHILD_SUBREAPER = 36
LOCK_WAIT_S = 3.0


def main(root: str) -> int:
    """Watch over the job in a folder until it has ended.

    Args:
        root: the job's folder, complete.

    Returns:
        Exit code; 0 also when another supervisor has the job, or it has run.
    """
    folder = JobFolder(Path(root))
    if os.fork():
        # The caller waits for this process only; the supervisor belongs to nobody.
        return 0
    os.setsid()
    # A reader of the state holds the lock for a moment only, a supervisor for its life.
    if take_lock(folder.lock, LOCK_WAIT_S) is None:
        return 0
    try:
        _supervise(folder)
    except Exception as error:
        traceback.print_exc()
        _fail(folder, error)
        return 1
    return 0


def _supervise(folder: JobFolder) -> None:
    watch(folder, read_json(folder.spec) or {})


def watch(folder: JobFolder, spec: Body) -> None:
    """Run a job to its end, unless it has run or was cancelled; signals end it.

    Args:
        folder: the job's folder, complete.
        spec: stored spec of the run.
    """
    from entrepot.adapters.backends.local import limits
    from entrepot.adapters.backends.local.run import Run
    from entrepot.adapters.backends.local.states import read_state, write_state
    from entrepot.services.backend_port import Phase, RunState

    if read_state(folder).phase is not Phase.QUEUED:
        return
    if folder.cancel.exists():
        phase, reason = limits.cancelled()
        write_state(folder, RunState(phase, reason=reason))
        return
    # Processes whose parent ends come to the supervisor, which then can reap and meter them.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    run = Run(folder, spec)

    def stop(number: int, frame: FrameType | None) -> None:
        run.told_to_stop = True

    wake_fd, wake_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    run.to_the_end(wake_fd)


def _fail(folder: JobFolder, error: Exception) -> None:
    """Close the run with what is known of it; the caller's lock is still held."""
    from entrepot.adapters.backends.local import limits
    from entrepot.adapters.backends.local.recover import close

    close(folder, limits.fault(f"{type(error).__name__}: {error}"[:200]), int(time.time()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
