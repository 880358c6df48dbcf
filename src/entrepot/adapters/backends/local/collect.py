"""Outputs handed back: plain files of the work folder, never reached through a link.

The job may have put a link or a pipe where a result should be, to make the machine hand out
a file of its own or wait for ever.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import PurePosixPath

from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, whole, write_json
from entrepot.services.backend_port import OutputFile

_CHUNK = 1 << 20


def collect(folder: JobFolder, names: tuple[str, ...]) -> list[str]:
    """Copy the declared outputs out of the work folder and list them with digests.

    Args:
        folder: the job's folder; no process of the job lives any more.
        names: declared outputs.

    Returns:
        The names that are missing or are no plain files.
    """
    missing: list[str] = []
    listed: list[object] = []
    for name in names:
        handle = _open_plain(folder, name)
        if handle is None:
            missing.append(name)
            continue
        with os.fdopen(handle, "rb") as source:
            target = folder.outputs / name
            target.parent.mkdir(parents=True, exist_ok=True)
            digest, size = hashlib.sha256(), 0
            with target.open("wb") as copy:
                while chunk := source.read(_CHUNK):
                    copy.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
        listed.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})
    write_json(folder.outputs_list, {"outputs": listed})
    return missing


def listed(folder: JobFolder) -> list[OutputFile]:
    """Return what :func:`collect` has copied."""
    body = read_json(folder.outputs_list) or {}
    rows = body.get("outputs", [])
    assert isinstance(rows, list)
    return [_output(folder, row) for row in rows]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _output(folder: JobFolder, row: Body) -> OutputFile:
    name = str(row["name"])
    return OutputFile(name, folder.outputs / name, whole(row, "bytes"), str(row["sha256"]))


def _open_plain(folder: JobFolder, name: str) -> int | None:
    """Open a file below the work folder, refusing a link at every step of the way."""
    parts = PurePosixPath(name).parts
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    at = os.open(folder.work, flags | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            below = os.open(part, flags | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = below
        # Without O_NONBLOCK, opening a pipe would wait for a writer that never comes.
        handle = os.open(parts[-1], flags | os.O_NONBLOCK, dir_fd=at)
    except OSError:
        return None
    finally:
        os.close(at)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None
