"""Devices of this machine in the hands of its jobs: which one has which, and how much of it.

A job takes whole devices, or a share of one: 1000 thousandths make up a device. The table lies in
one file under a lock; a job that has ended gives back what it had when the next one comes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.local.folder import read_json, take_lock, write_json
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_

VISIBLE = (
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
    "ASCEND_RT_VISIBLE_DEVICES",
)
"""Variables by which drivers are told which devices a process may use."""

Held = dict[str, dict[str, int]]
"""Job → device → thousandths of it."""


def choose(devices: Sequence[str], held: Mapping[str, Mapping[str, int]], milli: int) -> list[str]:
    """Choose devices: whole ones that are free, or the fullest one that has the share left.

    Args:
        devices: all devices, in order.
        held: job → device → thousandths.
        milli: thousandths asked for; above 1000, whole devices.

    Returns:
        The devices chosen; none if there is no room.

    >>> choose(["0", "1"], {"J-1": {"0": 250}}, 500), choose(["0", "1"], {"J-1": {"0": 250}}, 2000)
    (['0'], [])
    """
    taken = {one: sum(part.get(one, 0) for part in held.values()) for one in devices}
    if milli < MILLI:
        open_ones = [one for one in devices if taken[one] + milli <= MILLI]
        return [max(open_ones, key=lambda one: taken[one])] if open_ones else []
    count = -(-milli // MILLI)
    free = [one for one in devices if not taken[one]]
    return free[:count] if len(free) >= count else []


def assign(
    table: Path, devices: Sequence[str], job_id: str, milli: int, ended: Callable[[str], bool]
) -> list[str]:
    """Give devices to a job; the same job gets the same ones again.

    Args:
        table: file of who has what; its folder exists.
        devices: all devices of the machine.
        job_id: who asks.
        milli: thousandths asked for.
        ended: says whether a job that holds devices is over.

    Raises:
        Refused: they are in use.
    """
    lock = take_lock(table.with_suffix(".lock"), wait_s=30)
    try:
        held = cast("Held", read_json(table) or {})
        held = {job: part for job, part in held.items() if job == job_id or not ended(job)}
        if job_id not in held:
            chosen = choose(devices, held, milli)
            if not chosen:
                raise _taken(milli, devices)
            held[job_id] = {one: min(milli, MILLI) for one in chosen}
        write_json(table, cast("dict[str, object]", held))
        return list(held[job_id])
    finally:
        if lock is not None:
            os.close(lock)


def visible(chosen: Sequence[str]) -> dict[str, str]:
    """Return the environment that shows the chosen devices to a job, and no others."""
    return dict.fromkeys(VISIBLE, ",".join(chosen)) if chosen else {}


def _taken(milli: int, devices: Sequence[str]) -> Refused:
    return Refused(
        "backend.devices_taken",
        N_("{milli} thousandths of a device are not free among the {count} of this machine."),
        hint=N_("Wait until another job has ended, then lease again."),
        milli=milli,
        count=len(devices),
    )
