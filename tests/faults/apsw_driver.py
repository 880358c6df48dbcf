"""The store's SQL over APSW, so that SQLAlchemy writes through a file system of a test.

A DB-API module small enough for what the store asks of one: qmark parameters, ``BEGIN`` by hand,
rows fetched at once. ``locking_mode=EXCLUSIVE`` lets WAL live without shared memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

import apsw

Rewrite = Callable[[str], str]


class Error(Exception):
    """Any error of the database."""


class DatabaseError(Error):
    """As in DB-API."""


class OperationalError(DatabaseError):
    """As in DB-API."""


class IntegrityError(DatabaseError):
    """As in DB-API."""


class ProgrammingError(DatabaseError):
    """As in DB-API."""


class Cursor:
    """A cursor that has read all rows when ``execute`` returns."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Sequence[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        raw = self._connection.raw
        before = raw.total_changes()
        self._run(sql, lambda cursor, text: cursor.execute(text, tuple(parameters)))
        self.rowcount = raw.changes() if raw.total_changes() != before else 0
        self.lastrowid = raw.last_insert_rowid()
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        raw = self._connection.raw
        before = raw.total_changes()
        self._run(sql, lambda cursor, text: cursor.executemany(text, rows))
        self.rowcount = raw.total_changes() - before
        return self

    def _run(self, sql: str, work: Callable[[apsw.Cursor, str], apsw.Cursor]) -> None:
        described: list[Sequence[tuple[Any, ...]]] = []

        def trace(cursor: apsw.Cursor, _sql: str, _bindings: object) -> bool:
            if not described:
                described.append(
                    [(*column[:1], *(None,) * 6) for column in cursor.get_description()]
                )
            return True

        cursor = self._connection.raw.cursor()
        cursor.exec_trace = trace
        try:
            self._rows = iter(list(work(cursor, self._connection.rewrite(sql))))
        except apsw.ConstraintError as error:
            raise IntegrityError(str(error)) from error
        except apsw.Error as error:
            raise OperationalError(str(error)) from error
        self.description = described[0] if described and described[0] else None

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return [row for row, _ in zip(self._rows, range(size), strict=False)]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def close(self) -> None:
        """Nothing is held."""


class Connection:
    """One connection to a file of a file system."""

    isolation_level: str | None = None

    def __init__(self, name: str, vfs: str, rewrite: Rewrite) -> None:
        self.raw = apsw.Connection(name, vfs=vfs)
        self.raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        self.rewrite = rewrite

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    @property
    def total_changes(self) -> int:
        return self.raw.total_changes()

    def cursor(self) -> Cursor:
        return Cursor(self)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        return Cursor(self).execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        return Cursor(self).executemany(sql, rows)

    def commit(self) -> None:
        if self.raw.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.raw.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, name: str, count: int, work: Any, **_more: object) -> None:
        self.raw.create_scalar_function(name, work, count, deterministic=True)

    def close(self) -> None:
        self.raw.close(True)


def driver(name: str, vfs: str, rewrite: Rewrite = str) -> ModuleType:
    """Return a DB-API module whose every connection opens one file.

    Args:
        name: of the file; vfs: file system it lies in.
        rewrite: what becomes of a statement's text before it runs, for planted bugs.
    """
    module = ModuleType("apsw_driver_of_a_test")
    for part in (Error, DatabaseError, OperationalError, IntegrityError, ProgrammingError):
        setattr(module, part.__name__, part)
    module.paramstyle = "qmark"  # type: ignore[attr-defined]
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    module.sqlite_version_info = version  # type: ignore[attr-defined]
    module.sqlite_version = apsw.sqlite_lib_version()  # type: ignore[attr-defined]
    module.Binary = bytes  # type: ignore[attr-defined]
    module.connect = lambda *_a, **_k: Connection(name, vfs, rewrite)  # type: ignore[attr-defined]
    return module
