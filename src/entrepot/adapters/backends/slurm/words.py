"""What Slurm's programs print, read: states of jobs, refusals, the file of completed jobs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.cluster.scheduler import How, Look, Stage

TAIL_BYTES = 4 << 20

_QUEUED = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT"}
_ENDS = {
    "COMPLETED": How.BY_ITSELF,
    "FAILED": How.BY_ITSELF,
    "CANCELLED": How.CANCELLED,
    "REVOKED": How.CANCELLED,
    "TIMEOUT": How.TIME_LIMIT,
    "NODE_FAIL": How.NODE_LOST,
    "PREEMPTED": How.PREEMPTED,
    "OUT_OF_MEMORY": How.OUT_OF_MEMORY,
    "BOOT_FAIL": How.NOT_STARTED,
    "DEADLINE": How.NOT_STARTED,
}
NEVER = {
    "BadConstraints",
    "InvalidAccount",
    "InvalidQOS",
    "JobHoldMaxRequeue",
    "PartitionNodeLimit",
    "PartitionTimeLimit",
}
"""Reasons for waiting that waiting does not cure."""

HELD = ("launch failed requeued held", "launch_failed_requeued_held", "JobHeldAdmin")
"""Reasons for waiting that another run cures: the launch failed, or an administrator held it."""

_SILENCE = (
    "unable to contact",
    "socket timed out",
    "connection refused",
    "zero bytes were transmitted",
    "unable to establish",
    "munge encode failed",
    "backup controller",
    "slurm_load_jobs error: unexpected message",
    "protocol authentication error",
    "no route to host",
)


def look_of(job: Mapping[str, object]) -> Look:
    """Read a job of ``squeue --json``; its form changed between versions, both are read.

    >>> look_of({"job_state": ["RUNNING"], "nodes": "n1", "start_time": {"number": 5}}).started_at
    5
    """
    state, why = _word(job.get("job_state")), str(job.get("state_reason", ""))
    node = str(job.get("batch_host") or job.get("nodes") or "")
    started, ended = _second(job.get("start_time")), _second(job.get("end_time"))
    if state in _ENDS:
        why = state if why in ("", "None") else f"{state}, {why}"
        return Look(Stage.ENDED, _ENDS[state], node, started, ended, why)
    if state in _QUEUED:
        return Look(Stage.QUEUED, why=why)
    # Until a job has ended, its end is a forecast.
    return Look(Stage.RUNNING, node=node, started_at=started)


def look_of_completed(path: Path, ticket: str) -> Look | None:
    """Find a job in the file of ``jobcomp/filetxt``, from its end; None if it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return None
    line = next((one for one in reversed(lines) if one.startswith(f"JobId={ticket} ")), "")
    fields = dict(part.split("=", 1) for part in line.split() if "=" in part)
    if not fields:
        return None
    state = fields.get("JobState", "")
    started, ended = (_local(fields.get(key, "")) for key in ("StartTime", "EndTime"))
    how = _ENDS.get(state, How.BY_ITSELF)
    return Look(Stage.ENDED, how, fields.get("NodeList", ""), started, ended, state)


def is_silence(said: str) -> bool:
    """Say whether an error means that no controller answers."""
    low = said.lower()
    return any(words in low for words in _SILENCE)


def last_line(said: str) -> str:
    """Return what an error says at its end, without the name of the program."""
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1].rpartition("error: ")[2].strip() if lines else "no word"


def _word(value: object) -> str:
    if isinstance(value, list):
        return str(cast("list[object]", value)[0]) if value else ""
    return str(value or "")


def _second(value: object) -> int | None:
    if isinstance(value, dict):
        value = cast("dict[str, object]", value).get("number")
    return value if isinstance(value, int) and value > 0 else None


def _local(text: str) -> int | None:
    try:
        return int(time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%S")))
    except ValueError:
        return None
