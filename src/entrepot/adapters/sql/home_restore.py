"""Bringing back a backup: every digest and both chains are proven before it takes its place.

All is laid into a folder beside the home first. Only when the database there is what the manifest
says, and its ledger and journal prove, does the folder become the home; a home that was there is
moved aside, never deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from sqlalchemy import Engine

from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.engine import open_engine
from entrepot.adapters.sql.home_backup import CHUNK, DATABASE, FORMAT, MANIFEST
from entrepot.adapters.sql.metadata import SCHEMA_VERSION
from entrepot.adapters.sql.migrate import migrate_to
from entrepot.adapters.sql.sqlite_copy import sync
from entrepot.adapters.sql.table_copy import contents
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.ports_database import Contents, FileEntry, Manifest, Restored, Told

if TYPE_CHECKING:
    from entrepot.adapters.sql.database import SqlDatabase

MANIFEST_BYTES_MAX = 256 << 20


def restore(database: SqlDatabase, file: Path, told: Told, *, force: bool) -> Restored:
    """Bring a backup back.

    Args:
        database: where it goes, with the home folder beside it.
        file: the backup.
        told: progress.
        force: a home that is there is moved aside; False refuses.

    Raises:
        NotFound: there is no such file.
        Invalid: it is no backup, or was damaged on its way.
        Conflict: a home is there.
        Refused: its schema is newer than this program, or its books do not prove.
    """
    home = database.home
    with _opened(file) as tar:
        manifest = read_manifest(tar)
        _may_take_place(database, force)
        folder = home.with_name(f".{home.name}.restoring-{os.getpid()}")
        try:
            _extract(tar, manifest, folder, told)
            _prove(folder, manifest)
            aside = _place(database, folder, told)
        except OSError as error:
            raise Fault(
                "backup.place",
                N_("The backup cannot be laid at {path}: {why}."),
                hint=N_(
                    "Free disk space or give write permission there, or choose another --home."
                ),
                path=str(home),
                why=error.strerror or str(error),
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Restored(manifest, SCHEMA_VERSION, aside)


@contextmanager
def _opened(file: Path) -> Generator[tarfile.TarFile]:
    try:
        with tarfile.open(file, mode="r:") as tar:
            # Written in whole records: what is cut off its padding is noticed too.
            if file.stat().st_size % tarfile.RECORDSIZE:
                raise _damaged(file.name)
            yield tar
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise NotFound(
            "backup.missing",
            N_("The backup {path} cannot be read: {why}."),
            hint=N_("Name the file that entrepot db backup wrote."),
            path=str(file),
            why=error.strerror or str(error),
        ) from error
    except tarfile.TarError as error:
        raise _damaged(str(error)) from error


def _damaged(what: str) -> Invalid:
    return Invalid(
        "backup.damaged",
        N_("The backup is damaged or is none: {what}."),
        hint=N_("Take another copy of it; nothing was changed."),
        what=what,
    )


def read_manifest(tar: tarfile.TarFile) -> Manifest:
    """Read what a backup says of itself.

    Raises:
        Invalid: it says nothing, or was changed.
        Refused: a newer program made it.
    """
    try:
        member = tar.getmember(MANIFEST)
        if member.size > MANIFEST_BYTES_MAX:
            raise _damaged(MANIFEST)
        body = json.loads(_file_of(tar, member).read())
        digest = body.pop("digest")
        if digest != sha256_hex(canonical_json(body)):
            raise _damaged(MANIFEST)
        if body["format"] != FORMAT or int(body["schema"]) > SCHEMA_VERSION:
            raise Refused(
                "backup.newer",
                N_("A newer entrepot made this backup (schema {theirs}, not {ours})."),
                hint=N_("Upgrade entrepot, then restore."),
                theirs=body["schema"],
                ours=SCHEMA_VERSION,
            )
        return _manifest(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(MANIFEST) from error


def _manifest(body: Mapping[str, object]) -> Manifest:
    files = cast("list[dict[str, object]]", body["files"])
    held = cast("dict[str, object]", body["contents"])
    return Manifest(
        program=str(body["program"]),
        made_at=cast("int", body["made_at"]),
        schema=cast("int", body["schema"]),
        contents=Contents(**held),  # type: ignore[arg-type]
        files=tuple(FileEntry(**entry) for entry in files),  # type: ignore[arg-type]
        left_out=cast("int", body["left_out"]),
    )


def _may_take_place(database: SqlDatabase, force: bool) -> None:
    home = database.home
    if not database.empty() and (database.file is None or not force):
        raise Conflict(
            "backup.live",
            N_("A home lies already in {address}."),
            hint=N_("Choose an empty place; on SQLite --force moves the present home aside."),
            address=database.address,
        )
    if home.exists() and any(home.iterdir()) and not force:
        raise Conflict(
            "backup.home_in_use",
            N_("The folder {path} is not empty."),
            hint=N_("Choose another --home, or let --force move it aside."),
            path=str(home),
        )


def _extract(tar: tarfile.TarFile, manifest: Manifest, folder: Path, told: Told) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    members = {member.name: member for member in tar.getmembers() if member.isfile()}
    whole, done = sum(entry.size for entry in manifest.files), 0
    for entry in manifest.files:
        parts = PurePosixPath(entry.name).parts
        if entry.name not in members or parts[0] != "home" or ".." in parts or len(parts) < 2:
            raise _damaged(entry.name)
        target = folder.joinpath(*parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _lay(_file_of(tar, members[entry.name]), target, entry)
        done += entry.size
        told(done, whole)


def _file_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise _damaged(member.name)
    return file


def _lay(source: IO[bytes], target: Path, entry: FileEntry) -> None:
    digest, size = hashlib.sha256(), 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, entry.mode & 0o777)
    with os.fdopen(handle, "wb") as file:
        while data := source.read(CHUNK):
            digest.update(data)
            size += len(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if (size, digest.hexdigest()) != (entry.size, entry.sha256):
        raise _damaged(entry.name)


def _prove(folder: Path, manifest: Manifest) -> None:
    """Prove that the database laid out is the one that was saved, and upgrade it if it is old."""
    path = folder / Path(DATABASE).name
    try:
        engine = open_engine(f"sqlite:///{path}")
    except EntrepotError as error:
        raise _damaged(str(error)) from error
    try:
        with engine.connect() as conn:
            if contents(conn) != manifest.contents:
                raise _damaged(DATABASE)
        if manifest.schema < SCHEMA_VERSION:
            kept = migrate_to(engine, SCHEMA_VERSION).kept
            if kept:
                kept.unlink()
        _books_hold(engine, folder)
    finally:
        engine.dispose()


def _books_hold(engine: Engine, folder: Path) -> None:
    head = read_checkpoint(folder / "journal.head")
    with engine.connect() as conn:
        problems = [*check_ledger(conn), *verify_journal(conn, head)]
    if problems:
        raise Refused(
            "backup.unproven",
            N_("The books in the backup do not prove, so it was not restored: {problem}."),
            hint=N_("Take an older backup."),
            problem=str(problems[0]),
        )


def _place(database: SqlDatabase, folder: Path, told: Told) -> Path | None:
    """Put database and folder in their places; return where the home before them lies now."""
    saved = folder / Path(DATABASE).name
    if database.file is None:
        return _place_on_server(database, folder, saved, told)
    if database.file.parent == database.home:
        saved.rename(folder / database.file.name)
    else:
        _aside(database.file)
        shutil.move(saved, database.file)
        sync(database.file)
        sync(database.file.absolute().parent)
    return _swap(folder, database.home)


def _place_on_server(database: SqlDatabase, folder: Path, saved: Path, told: Told) -> Path | None:
    aside: list[Path | None] = []
    source = folder.with_name(f"{folder.name}.sqlite")
    saved.rename(source)
    engine = open_engine(f"sqlite:///{source}")
    try:
        with engine.connect() as conn:
            # The folder becomes the home inside the transaction: both are there, or neither.
            database.take(
                conn, SCHEMA_VERSION, told, last=lambda: aside.append(_swap(folder, database.home))
            )
    finally:
        engine.dispose()
        source.unlink()
    return aside[0]


def _swap(folder: Path, home: Path) -> Path | None:
    """Let the folder become the home; return where the home before it lies now."""
    aside = None
    if home.exists():
        if any(home.iterdir()):
            aside = _aside(home)
        else:
            home.rmdir()
    folder.rename(home)
    sync(home.absolute().parent)
    return aside


def _aside(path: Path) -> Path | None:
    if not path.exists():
        return None
    number = 1
    while (target := path.with_name(f"{path.name}.before-restore-{number}")).exists():
        number += 1
    path.rename(target)
    return target
