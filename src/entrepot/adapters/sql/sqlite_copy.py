"""A consistent copy of a SQLite database while others read and write it.

Source: SQLite Online Backup API, https://www.sqlite.org/backup.html, 2026-11-21.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from entrepot.adapters.sql.sql_faults import BUSY_TIMEOUT_MS
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

PAGES = 2_000
"""Pages of one step; progress is told after each."""


def copy_database(
    source: Path, target: Path, told: Callable[[int, int], None] | None = None
) -> Path:
    """Copy a database as one transaction left it; writers go on meanwhile.

    Args:
        source: file of the database.
        target: file to write, whole or not at all; an older one is replaced.
        told: called with (pages copied, pages in all).

    Returns:
        ``target``, on the disk.

    Raises:
        Fault: it cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with (
            closing(sqlite3.connect(source, timeout=BUSY_TIMEOUT_MS / 1000)) as reader,
            closing(sqlite3.connect(part)) as writer,
        ):
            os.chmod(part, 0o600)
            _pin(reader)
            reader.backup(writer, pages=PAGES, progress=_progress(told))
            # One file, without a log beside it, so that it can be carried anywhere.
            writer.execute("PRAGMA journal_mode = DELETE")
        sync(part)
        part.replace(target)
        sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            part.unlink()
        raise Fault(
            "copy.write",
            N_("{path} cannot be written: {why}."),
            hint=N_("Free disk space there, or choose another place."),
            path=str(target),
            why=getattr(error, "strerror", None) or str(error),
        ) from error
    return target


def _pin(reader: sqlite3.Connection) -> None:
    """Hold one view of the database: without it each commit of a writer starts the copy again."""
    reader.isolation_level = None
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _progress(told: Callable[[int, int], None] | None) -> Callable[[int, int, int], object] | None:
    if told is None:
        return None
    return lambda _status, remaining, total: told(total - remaining, total)


def sync(path: Path) -> None:
    """Bring a file or a folder's names to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
