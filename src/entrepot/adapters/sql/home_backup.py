"""A backup: database and home folder in one tar file that says what it holds.

    home/database.sqlite     one consistent view of the database, whichever server keeps it
    home/keys/ documents/ …  files of the home, but caches and notes of faults
    home/journal.head        where the journal of that view ends
    manifest.json            last: size and SHA-256 of each file, rows of each table, both heads,
                             and the SHA-256 of the manifest itself

The database is taken first and the files after it, so that every key and paper that the database
knows of is there. Writers go on meanwhile. Any program can read it: tar, SQLite, sha256sum.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from entrepot import __version__
from entrepot.adapters.sql.sqlite_copy import sync
from entrepot.domain.oversight.model import Checkpoint
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Conflict, Fault
from entrepot.kernel.text import N_
from entrepot.services.ports_database import FileEntry, Manifest, Told

if TYPE_CHECKING:
    from entrepot.adapters.sql.database import SqlDatabase

FORMAT = "entrepot-backup/1"
MANIFEST = "manifest.json"
DATABASE = "home/database.sqlite"
HEAD = "home/journal.head"
LEFT_BEHIND = ("entrepot.db", "cache", "journal.head", "fault.log")
"""Names at the top of a home that are made anew; a name that goes on after them, too."""

CHUNK = 1 << 20


def back_up(database: SqlDatabase, file: Path, now: int, told: Told) -> Manifest:
    """Write a backup, whole or not at all.

    Args:
        database: with its home.
        file: to write; it must not be there.
        now: Unix second.
        told: progress of the database.

    Raises:
        Conflict: the file is there.
        Fault: it cannot be written, or a file shrank while it was read.
    """
    if file.exists():
        raise Conflict(
            "backup.exists",
            N_("{path} is there already, and an old backup is worth keeping."),
            hint=N_("Choose another name."),
            path=str(file),
        )
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as scratch:
            manifest = _write(database, part, Path(scratch) / "database.sqlite", now, told)
        part.replace(file)
        sync(file.absolute().parent)
    except OSError as error:
        raise Fault(
            "backup.write",
            N_("The backup {path} cannot be written: {why}."),
            hint=N_("Free disk space there, or choose another place."),
            path=str(file),
            why=error.strerror or str(error),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return manifest


def _write(database: SqlDatabase, part: Path, copy: Path, now: int, told: Told) -> Manifest:
    schema, held = database.save(copy, told)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
        files = [_add(tar, DATABASE, copy, now)]
        head = Checkpoint(held.home_id, held.journal_seq, held.journal_head).text().encode()
        if held.journal_seq:
            files.append(_add_bytes(tar, HEAD, head, now))
        left_out = 0
        for path in _files(database.home, database.file):
            name = f"home/{path.relative_to(database.home).as_posix()}"
            if path.is_symlink() or not path.is_file():
                left_out += 1
                continue
            with suppress(FileNotFoundError):  # a job's own scratch file may have gone
                files.append(_add(tar, name, path, now))
        manifest = Manifest(__version__, now, schema, held, tuple(files), left_out)
        _add_bytes(tar, MANIFEST, manifest_bytes(manifest), now)
        tar.close()
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as JSON that carries its own digest."""
    body: dict[str, object] = {"format": FORMAT, **asdict(manifest)}
    return canonical_json({**body, "digest": sha256_hex(canonical_json(body))})


def _files(home: Path, live: Path | None) -> Iterator[Path]:
    """Yield what lies in a home, in order of name, without the database and what is made anew."""
    skipped = (*LEFT_BEHIND, live.name) if live else LEFT_BEHIND
    for folder, folders, names in os.walk(home):
        if Path(folder) == home:
            folders[:] = [name for name in folders if not name.startswith(skipped)]
            names = [name for name in names if not name.startswith(skipped)]
        folders.sort()
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            yield Path(folder) / name


def _add(tar: tarfile.TarFile, name: str, path: Path, now: int) -> FileEntry:
    with path.open("rb") as file:
        held = os.fstat(file.fileno())
        info = _info(name, held.st_size, held.st_mode & 0o777, int(held.st_mtime))
        reader = _Measured(file, held.st_size)
        tar.addfile(info, cast("BinaryIO", reader))
    return FileEntry(name, info.size, reader.digest.hexdigest(), info.mode)


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes, now: int) -> FileEntry:
    tar.addfile(_info(name, len(data), 0o600, now), io.BytesIO(data))
    return FileEntry(name, len(data), sha256_hex(data), 0o600)


def _info(name: str, size: int, mode: int, mtime: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, mode, mtime
    return info


class _Measured:
    """Reads exactly as many bytes of a file as it had when it was opened, and digests them."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return the next bytes; a log that grows meanwhile is cut where it was."""
        data = self._file.read(min(size, self._left))
        if len(data) < min(size, self._left):
            raise Fault(
                "backup.shrank",
                N_("The file {path} became shorter while it was read; no backup was made."),
                hint=N_("Try again."),
                path=self._file.name,
            )
        self._left -= len(data)
        self.digest.update(data)
        return data
