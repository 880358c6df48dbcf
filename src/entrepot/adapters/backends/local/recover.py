"""A run whose supervisor died: end what is left of it, and close its account."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.local import limits, processes
from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, take_lock, whole
from entrepot.adapters.backends.local.states import read_state, write_state
from entrepot.adapters.backends.local.usage import Meter
from entrepot.adapters.identity.signing import load
from entrepot.services.backend_port import Phase, RunState

END_S = 5.0


def recover(folder: JobFolder) -> RunState:
    """Return the state of a run, closed as lost if nobody watches over it.

    Args:
        folder: the job's folder.

    Returns:
        The state as stored, after the closing.
    """
    state = read_state(folder)
    if state.phase.is_final:
        return state
    lock = take_lock(folder.lock)
    if lock is None:
        return state
    try:
        # Read again: it may have ended between the look and the lock.
        state = read_state(folder)
        if state.phase is Phase.RUNNING:
            close(folder, limits.lost(), int(time.time()))
            state = read_state(folder)
    finally:
        os.close(lock)
    return state


def close(folder: JobFolder, ending: limits.Ending, now: int) -> None:
    """End leftover processes, sign the final report, write the end state.

    Billed is what the last heartbeat had measured: nobody can say what came after it.

    Args:
        folder: the job's folder, its lock held.
        ending: how the run ended.
        now: Unix second.
    """
    _end_leftovers(folder)
    spec = read_json(folder.spec) or {}
    state = read_state(folder)
    beat = _heartbeat(folder)
    phase, reason = ending
    if state.started_at is None:
        write_state(folder, RunState(phase, reason=reason, ended_at=now))
        return
    meter = Meter(folder.reports, spec, load(Path(str(spec["key"]))), state.started_at)
    wall_s, cpu_ms, peak = (
        whole(beat, key) for key in ("wall_seconds", "cpu_ms", "memory_peak_bytes")
    )
    if not meter.is_final:
        waited = cast("int | None", beat.get("waited_ms"))
        meter.report(wall_s, cpu_ms, peak, waited_ms=waited, final=True, recovered=True)
    write_state(
        folder,
        RunState(
            phase=phase,
            reason=reason,
            started_at=state.started_at,
            ended_at=state.started_at + wall_s,
            cpu_ms=cpu_ms,
            memory_peak_bytes=peak,
        ),
    )


def _heartbeat(folder: JobFolder) -> Body:
    try:
        return read_json(folder.heartbeat) or {}
    except ValueError:
        return {}


def _end_leftovers(folder: JobFolder) -> None:
    try:
        kin = read_json(folder.kin) or {}
    except ValueError:
        kin = {}
    if not kin or kin.get("boot") != processes.boot_id():
        return
    until = time.monotonic() + END_S
    while time.monotonic() < until:
        left = processes.marked(whole(kin, "session"), whole(kin, "start"), folder.root.name)
        if not left:
            return
        processes.send(left, signal.SIGSTOP)
        processes.send(left, signal.SIGKILL)
        time.sleep(0.01)
