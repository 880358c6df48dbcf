"""The port of the database as a thing that is kept: looked at, moved, saved and brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Told = Callable[[int, int], None]
"""Called with (done, in all) while something long goes on."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds.

    Attributes:
        home_id: of the home.
        rows: table → number of rows.
        ledger_seq, ledger_head: number and hash of the last batch; 0 and empty without one.
        journal_seq, journal_head: number and hash of the last entry; 0 and empty without one.
    """

    home_id: str
    rows: Mapping[str, int]
    ledger_seq: int
    ledger_head: str
    journal_seq: int
    journal_head: str


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """A database as an operator sees it.

    Attributes:
        server: name and version of what keeps it.
        address: where it is, without a password.
        schema, schema_of_program: versions of the tables, there and in the program.
        size_bytes: on the disk.
        contents: what it holds.
    """

    server: str
    address: str
    schema: int
    schema_of_program: int
    size_bytes: int
    contents: Contents


@dataclass(frozen=True, slots=True)
class Migration:
    """A way from one schema to another, planned or gone.

    Attributes:
        before, after: versions of the schema.
        statements: what is run, in order.
        kept: copy of the database as it was; None if none was made.
    """

    before: int
    after: int
    statements: tuple[str, ...]
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a backup: name within it, bytes, SHA-256 in hexadecimal, permission bits."""

    name: str
    size: int
    sha256: str
    mode: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        program: version that made it; made_at: Unix second.
        schema: of the database; contents: of the database.
        files: every file but the manifest.
        left_out: links and sockets in the home, which no backup keeps.
    """

    program: str
    made_at: int
    schema: int
    contents: Contents
    files: tuple[FileEntry, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back, and where the home that was there before lies now."""

    manifest: Manifest
    schema: int
    aside: Path | None


class Database(Protocol):
    """One database and the home folder beside it, outside any unit of work."""

    def info(self) -> DatabaseInfo:
        """Look at the database; nothing is upgraded."""
        ...

    def empty(self) -> bool:
        """Say whether no home was ever made in it."""
        ...

    def differences(self) -> list[str]:
        """Return what its tables lack or have too much, one sentence each."""
        ...

    def notes(self) -> list[str]:
        """Return what an operator should know and no proof rests on, one sentence each."""
        ...

    def plan(self, target: int | None) -> Migration:
        """Return what a migration would run; None as target is the program's schema."""
        ...

    def migrate(self, target: int | None) -> Migration:
        """Lead the database to a schema, all or nothing."""
        ...

    def copy_to(self, address: str, told: Told) -> tuple[str, Contents]:
        """Copy all tables into the empty database at an address, and prove the copy.

        Returns:
            The address as it may be shown, and what both hold.
        """
        ...

    def backup(self, file: Path, now: int, told: Told) -> Manifest:
        """Write database and home into one file, whole or not at all, while writers go on."""
        ...

    def restore(self, file: Path, told: Told, *, force: bool) -> Restored:
        """Bring back what a backup holds, proven before it takes its place."""
        ...
