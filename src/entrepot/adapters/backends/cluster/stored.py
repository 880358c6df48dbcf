"""What is stored of a job on a cluster beside its state: its spec, its ticket, its lock."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.cluster.seat import leave
from entrepot.adapters.backends.local import limits
from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, take_lock, whole
from entrepot.adapters.backends.local.states import write_state
from entrepot.services.backend_port import RunSpec, RunState

LOCK_WAIT_S = 30.0


@contextlib.contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold a lock for a while; after a long wait, go on without it."""
    lock = take_lock(path, LOCK_WAIT_S)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def ticket_in(folder: JobFolder) -> str:
    """Return the scheduler's name of the run of a job; empty before it has one."""
    return str((read_json(folder.root / "ticket.json") or {}).get("ticket", ""))


def closed(folder: JobFolder, seat: JobFolder, ending: limits.Ending) -> RunState:
    """Close a run that never started, and return its end."""
    phase, reason = ending
    state = RunState(phase, reason=reason, ended_at=int(time.time()))
    write_state(folder, state)
    leave(seat)
    return state


def spec_of(body: Body) -> RunSpec:
    """Return a stored spec as far as a scheduler asks for it; its files lie in the seat."""
    return RunSpec(
        job_id=str(body["job_id"]),
        lease_id=str(body["lease_id"]),
        fence=whole(body, "fence"),
        centre_id=str(body["centre_id"]),
        command=(),
        files={},
        outputs=tuple(cast("list[str]", body["outputs"])),
        env={},
        time_limit_s=whole(body, "time_limit_s"),
        milli_devices=whole(body, "milli_devices"),
        ends_at=whole(body, "ends_at"),
        memory_bytes_max=whole(body, "memory_bytes_max"),
        disk_bytes_max=whole(body, "disk_bytes_max"),
        device=str(body.get("device", "")),
        cpus=whole(body, "cpus") or 1,
    )
