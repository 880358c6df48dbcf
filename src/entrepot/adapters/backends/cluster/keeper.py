"""The process on a node that runs one job in its seat.

It takes the seat once: a scheduler that starts a run twice finds it taken. It signs nothing; its
heartbeat and the state that it writes at the end are what the backend reads.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.local import limits
from entrepot.adapters.backends.local.devices import VISIBLE
from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, write_json
from entrepot.adapters.backends.local.states import read_state, write_state
from entrepot.adapters.backends.local.supervisor import watch
from entrepot.services.backend_port import RunState

TAKEN = 75
"""Exit code of a keeper whose seat another one has."""

_PASSED = (*VISIBLE, "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK")
_NUMBERED = ("SLURM_JOB_GPUS", *VISIBLE)


def main(root: str) -> int:
    """Run the job of a seat to its end.

    Args:
        root: the seat, complete.

    Returns:
        Exit code of the job; 1 if it ended badly without one.
    """
    folder = JobFolder(Path(root))
    if not _take(folder):
        return TAKEN
    spec = read_json(folder.spec) or {}
    given = given_by_scheduler(os.environ)
    seat: Body = {"node": node_of(os.environ), "devices": devices_of(os.environ)}
    write_json(folder.kin.with_name("seat.json"), seat)
    try:
        watch(folder, spec | {"env": {**cast("dict[str, str]", spec["env"]), **given}})
    except Exception as error:
        traceback.print_exc()
        _fail(folder, f"{type(error).__name__}: {error}"[:200])
    state = read_state(folder)
    return state.exit_code or int(state.reason is not None)


def given_by_scheduler(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which a scheduler tells a job what is its own.

    >>> given_by_scheduler({"CUDA_VISIBLE_DEVICES": "1", "SLURM_NNODES": "2", "PATH": "/bin"})
    {'CUDA_VISIBLE_DEVICES': '1', 'SLURM_NNODES': '2'}
    """
    return {
        name: value
        for name, value in environ.items()
        if name in _PASSED or name.startswith("SLURM_")
    }


def devices_of(environ: Mapping[str, str]) -> list[str]:
    """Return the numbers of the devices that a scheduler gave; none if it gave none.

    >>> devices_of({"SLURM_JOB_GPUS": "0,2", "CUDA_VISIBLE_DEVICES": "0,1"})
    ['0', '2']
    """
    told = next((environ[name] for name in _NUMBERED if environ.get(name)), "")
    return [] if told in ("", "NoDevFiles", "none", "void") else told.split(",")


def node_of(environ: Mapping[str, str]) -> str:
    """Return the name of the node, by its scheduler if that tells."""
    told = environ.get("SLURMD_NODENAME") or environ.get("ENTREPOT_NODE")
    return told or os.uname().nodename


def _take(folder: JobFolder) -> bool:
    try:
        os.close(os.open(folder.root / "taken", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        print("another keeper has this seat", file=sys.stderr)
        return False
    return True


def _fail(folder: JobFolder, why: str) -> None:
    state = read_state(folder)
    phase, reason = limits.fault(why)
    write_state(folder, RunState(phase, reason=reason, started_at=state.started_at))
