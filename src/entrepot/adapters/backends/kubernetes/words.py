"""What Kubernetes says of a Job and its pod, read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from entrepot.adapters.backends.cluster.scheduler import How, Look, Stage

_HOPELESS = {
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ImagePullBackOff",
    "InvalidImageName",
}
_GONE_NODES = {"NodeLost", "NodeShutdown", "Terminated", "Shutdown"}


def look_of(job: Any, pods: Sequence[Any]) -> Look:
    """Read where a Job is, by its newest pod, or by itself while it has none.

    Args:
        job: V1Job; pods: V1Pod of it.
    """
    if pods:
        newest = max(pods, key=lambda pod: _second(pod.metadata.creation_timestamp) or 0)
        return _of_pod(newest, _condition(job.status))
    told = _condition(job.status)
    if told is None:
        return Look(Stage.QUEUED)
    started, ended = _second(job.status.start_time), _second(job.status.completion_time)
    why = str(told.reason or told.type)
    how = {"Complete": How.BY_ITSELF, "DeadlineExceeded": How.TIME_LIMIT}
    found = how.get(why) or how.get(str(told.type), How.NODE_LOST)
    return Look(Stage.ENDED, found, "", started, ended, why)


def _of_pod(pod: Any, told: Any) -> Look:
    status, node = pod.status, str(pod.spec.node_name or "")
    states = [one.state for one in status.container_statuses or ()]
    done = next((one.terminated for one in states if one and one.terminated), None)
    if status.phase in ("Succeeded", "Failed"):
        return _of_ended(status, done, told, node)
    waiting = next((one.waiting for one in states if one and one.waiting), None)
    if waiting and waiting.reason in _HOPELESS:
        why = f"{waiting.reason}, {waiting.message or ''}".strip(", ")
        return Look(Stage.ENDED, How.NOT_STARTED, node, why=why[:200])
    if status.phase == "Pending":
        return Look(
            Stage.QUEUED, node=node, why=str(waiting.reason if waiting else _unplaced(status))
        )
    running = next((one.running for one in states if one and one.running), None)
    return Look(Stage.RUNNING, node=node, started_at=_second(running and running.started_at))


def _of_ended(status: Any, done: Any, told: Any, node: str) -> Look:
    why = str(status.reason or (done and done.reason) or status.phase)
    job_says = str(told.reason or "") if told else ""
    how = How.BY_ITSELF
    if done and done.reason == "OOMKilled":
        how = How.OUT_OF_MEMORY
    elif job_says == "DeadlineExceeded" or status.reason == "DeadlineExceeded":
        how = How.TIME_LIMIT
    elif status.reason in ("Evicted", "Preempting"):
        how = How.PREEMPTED
    elif status.reason in _GONE_NODES or (done is None and status.phase == "Failed"):
        how = How.NODE_LOST
    started, ended = (_second(done and done.started_at), _second(done and done.finished_at))
    return Look(Stage.ENDED, how, node, started, ended, why)


def _condition(status: Any) -> Any:
    """Return the condition that ends a Job; None while it goes on."""
    for one in (status.conditions if status else None) or ():
        if one.type in ("Complete", "Failed") and one.status == "True":
            return one
    return None


def _unplaced(status: Any) -> str:
    told = [one for one in status.conditions or () if one.type == "PodScheduled"]
    return str(told[0].message or told[0].reason or "") if told else ""


def _second(moment: Any) -> int | None:
    return int(moment.timestamp()) if isinstance(moment, datetime) else None


def message_of(body: object) -> str:
    """Return the sentence of a Status that the API answered with."""
    try:
        told = cast("dict[str, object]", json.loads(str(body)))
        return str(told["message"])
    except (ValueError, KeyError, TypeError):
        return str(body or "no word")[:200]
