"""Digest of a file, or of a folder with everything in it.

    file    SHA-256 of its bytes
    folder  SHA-256 of the canonical list of [path, size, SHA-256] of its files, sorted by path

Names and contents count; times and permissions do not. Symbolic links are refused: what they
point to can change without the folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.text import N_
from entrepot.services.ports_gate_records import TreeDigest

CHUNK_BYTES = 1 << 20


def digest_of(path: Path, told: Callable[[int, int], None]) -> TreeDigest:
    """Read a file or folder whole.

    Args:
        path: file or folder.
        told: called with (bytes read, bytes in all) after each chunk.

    Raises:
        NotFound: something cannot be read.
        Invalid: the folder holds no file, or a symbolic link or device.
    """
    try:
        return _read(path, told)
    except OSError as error:
        raise NotFound(
            "file.missing",
            N_("The file {path} cannot be read: {why}."),
            hint=N_("Check the name and the permission."),
            path=str(error.filename or path),
            why=error.strerror or str(error),
        ) from error


def _read(path: Path, told: Callable[[int, int], None]) -> TreeDigest:
    files = _files(path)
    whole = sum(file.stat().st_size for file in files)
    rows: list[list[object]] = []
    done = 0
    for file in files:
        sha256, size = _hash(file, lambda extra, before=done: told(before + extra, whole))
        done += size
        rows.append([file.relative_to(path).as_posix(), size, sha256])
    if path.is_dir():
        return TreeDigest(digest(rows), done, len(rows))
    return TreeDigest(str(rows[0][2]), done, 1)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        with path.open("rb"):  # says why where it cannot be read
            pass
        found = [path]
    else:
        found = sorted(item for item in path.rglob("*") if item.is_symlink() or not item.is_dir())
    odd = [item for item in found if item.is_symlink() or not item.is_file()]
    if odd or not found:
        raise Invalid(
            "record.tree",
            N_("{path} is no plain file and no folder of plain files."),
            hint=N_("Leave out symbolic links and devices, and put at least one file there."),
            fields={"path": "files only"},
            path=str(odd[0] if odd else path),
        )
    return found


def _hash(file: Path, told: Callable[[int], None]) -> tuple[str, int]:
    hasher, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            hasher.update(chunk)
            size += len(chunk)
            told(size)
    return hasher.hexdigest(), size
