"""The seat of a run: complete before the scheduler hears of it, emptied when all is fetched."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.local.collect import collect
from entrepot.adapters.backends.local.folder import (
    Body,
    JobFolder,
    open_plain,
    read_json,
    write_json,
)
from entrepot.adapters.backends.local.prepare import copy_files, plain
from entrepot.services.backend_port import RunSpec

NAME_MAX = 128
NOTE_BYTES_MAX = 200
DEVICES_MAX = 1024


@dataclass(frozen=True, slots=True)
class _Handed(JobFolder):
    """A job's folder that takes in what a seat hands over.

    Attributes:
        source: outputs in the seat.
    """

    source: Path

    @property
    def work(self) -> Path:
        """Where outputs are read."""
        return self.source


def name_of(spec: RunSpec | Body) -> str:
    """Return the name of a run: job and fencing token.

    >>> name_of({"job_id": "J-1", "fence": 2})
    'J-1.2'
    """
    if isinstance(spec, RunSpec):
        return f"{spec.job_id}.{spec.fence}"
    return f"{spec['job_id']}.{spec['fence']}"


def fill(seat: JobFolder, spec: RunSpec, sandbox: str) -> None:
    """Make the seat of a run anew, complete.

    Args:
        seat: its folder; nobody works there yet.
        spec: the run.
        sandbox: kind of sandbox on the node.

    Raises:
        Invalid: a file of the job is not there or too large.
    """
    shutil.rmtree(seat.root, ignore_errors=True)
    for part in (seat.work, seat.tmp, seat.outputs):
        part.mkdir(parents=True)
    seat.root.chmod(0o700)
    copy_files(seat.work, spec)
    body: Body = plain(spec) | {
        "files": dict[str, object](),
        "report_every_s": 1 << 30,
        "sandbox": sandbox,
    }
    write_json(seat.spec, body)


def place_of(seat: JobFolder) -> tuple[str, tuple[str, ...]]:
    """Return the node and the devices that a keeper found itself with, as far as it told."""
    try:
        told = read_json(seat.root / "seat.json")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return "", ()
    node, devices = told.get("node"), told.get("devices")
    listed = cast("list[object]", devices) if isinstance(devices, list) else []
    names = [one[:NAME_MAX] for one in listed[:DEVICES_MAX] if isinstance(one, str)]
    return node[:NAME_MAX] if isinstance(node, str) else "", tuple(names)


def hand_over(
    seat: JobFolder, folder: JobFolder, names: Sequence[str], bytes_max: int
) -> list[str]:
    """Copy outputs and log of a run out of its seat.

    Args:
        seat: of the run; folder: of the job, here.
        names: outputs to take.
        bytes_max: longest log.

    Returns:
        The outputs that are not there.
    """
    folder.outputs.mkdir(exist_ok=True)
    missing = names if not seat.outputs.is_dir() else collect(
        _Handed(folder.root, seat.outputs), tuple(names)
    )  # fmt: skip
    _keep_log(seat, folder, bytes_max)
    return list(missing)


def _keep_log(seat: JobFolder, folder: JobFolder, bytes_max: int) -> None:
    source = None if folder.log.exists() else open_plain(seat.log)
    if source is None:
        return
    draft = folder.log.with_name(f".log.{os.getpid()}")
    with source, draft.open("wb") as copy:
        # The keeper's note that it cut the log stands behind the limit.
        copy.write(source.read(bytes_max + NOTE_BYTES_MAX))
    draft.replace(folder.log)


def ask_to_end(seat: JobFolder) -> None:
    """Put the mark into a seat by which its keeper ends the job; never through a link."""
    flags = os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with contextlib.suppress(OSError):
        os.close(os.open(seat.cancel, flags, 0o600))


def leave(seat: JobFolder) -> None:
    """Drop a seat whose run has ended: nothing of a firm stays on the cluster's disk."""
    shutil.rmtree(seat.root, ignore_errors=True)
