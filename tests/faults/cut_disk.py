"""A disk whose power fails: what was synced stays, what was not is dropped, kept or torn.

SQLite writes through a virtual file system that keeps, for every file, what the disk surely holds
and the writes that wait for a sync. When the power fails, each waiting sector of 512 bytes meets a
fate of its own, by a seeded choice; a deletion that nobody synced may have happened or not.

Source: SQLite, "Atomic Commit In SQLite", section 2, https://www.sqlite.org/atomiccommit.html,
2026-11-21.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import apsw

SECTOR = 512


class PowerCut(Exception):
    """The power is off; nothing reaches the disk any more."""


@dataclass(slots=True)
class Kept:
    """One file: what the disk surely holds, what a reader sees, what waits for a sync.

    Attributes:
        durable: bytes on the disk; None = the file's name is not on the disk yet.
        current: bytes as written so far.
        waiting: (offset, bytes) of a write, or (size, None) of a truncation, in order.
    """

    durable: bytes | None
    current: bytearray
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        """Write bytes, without a sync."""
        _put(self.current, offset, data)
        self.waiting.append((offset, data))

    def truncate(self, size: int) -> None:
        """Cut the file, without a sync."""
        del self.current[size:]
        self.waiting.append((size, None))

    def sync(self) -> None:
        """Bring everything to the disk."""
        self.durable = bytes(self.current)
        self.waiting.clear()

    def after_cut(self, rng: random.Random) -> bytes | None:
        """Return what the disk holds after the power failed; None = no such file."""
        if self.durable is None and rng.random() < 0.5:
            return None
        left = bytearray(self.durable or b"")
        fate = rng.choice(("none", "all", "first", "each", "each"))
        first = rng.randrange(len(self.waiting) + 1)
        for number, (offset, data) in enumerate(self.waiting):
            if fate == "none" or (fate == "first" and number >= first):
                break
            if data is None:
                if fate != "each" or rng.random() < 0.5:
                    del left[offset:]
            elif fate == "each":
                _put_sectors(left, offset, data, rng)
            else:
                _put(left, offset, data)
        return bytes(left)


@dataclass(slots=True)
class CutDisk:
    """All files of a machine whose power fails at one operation.

    Attributes:
        files: name → file; ghosts: deleted files whose deletion waits for a sync.
        cut_at: number of the operation that the power fails at; None = it never does.
        operations: writes, syncs, truncations and deletions so far.
    """

    files: dict[str, Kept] = field(default_factory=dict)
    ghosts: dict[str, Kept] = field(default_factory=dict)
    cut_at: int | None = None
    operations: int = 0

    def tick(self) -> None:
        """Count an operation.

        Raises:
            PowerCut: the power is off.
        """
        if self.cut_at is not None and self.operations >= self.cut_at:
            raise PowerCut
        self.operations += 1

    def look(self) -> None:
        """Let a reader pass, as long as there is power.

        Raises:
            PowerCut: the power is off.
        """
        if self.cut_at is not None and self.operations >= self.cut_at:
            raise PowerCut

    def open(self, name: str) -> Kept:
        """Return a file, made if need be."""
        if name not in self.files:
            self.files[name] = Kept(None, bytearray())
        return self.files[name]

    def delete(self, name: str, synced: bool) -> None:
        """Delete a file."""
        gone = self.files.pop(name, None)
        if gone is not None and not synced and gone.durable is not None:
            self.ghosts[name] = gone

    def after_cut(self, rng: random.Random) -> dict[str, bytes]:
        """Return name → bytes of the files that are there when the power is back."""
        left = {name: kept.after_cut(rng) for name, kept in sorted(self.files.items())}
        for name, kept in sorted(self.ghosts.items()):
            if name not in self.files and rng.random() < 0.5:
                left[name] = kept.after_cut(rng)
        return {name: data for name, data in left.items() if data is not None}

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> CutDisk:
        """Return a disk that holds files."""
        return cls({name: Kept(data, bytearray(data)) for name, data in files.items()})


class CutVfs(apsw.VFS):
    """SQLite's way to a :class:`CutDisk`.

    Args:
        name: of the file system, unique while it is in use.
        disk: where the files are.
    """

    def __init__(self, name: str, disk: CutDisk) -> None:
        self.disk = disk
        super().__init__(name, base="", exclude={"xSetSystemCall", "xGetSystemCall"})

    def xOpen(self, name, flags):  # type: ignore[no-untyped-def,override]
        path = name.filename() if isinstance(name, apsw.URIFilename) else (name or "temporary")
        self.disk.look()
        flags[1] = flags[0]
        return _CutFile(self.disk, self.disk.open(path))

    def xDelete(self, name: str, syncdir: bool) -> None:  # type: ignore[override]
        self.disk.tick()
        if name not in self.disk.files:
            raise apsw.IOError(f"no file {name}")
        self.disk.delete(name, syncdir)

    def xAccess(self, name: str, flags: int) -> bool:  # type: ignore[override]
        self.disk.look()
        return name in self.disk.files

    def xFullPathname(self, name: str) -> str:  # type: ignore[override]
        return name


class _CutFile:
    """One open file, as SQLite asks for it."""

    def __init__(self, disk: CutDisk, kept: Kept) -> None:
        self._disk = disk
        self._kept = kept

    def xRead(self, amount: int, offset: int) -> bytes:
        self._disk.look()
        return bytes(self._kept.current[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.tick()
        self._kept.write(offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        self._disk.tick()
        self._kept.truncate(size)

    def xSync(self, _flags: int) -> None:
        self._disk.tick()
        self._kept.sync()

    def xFileSize(self) -> int:
        return len(self._kept.current)

    def xLock(self, _level: int) -> None:
        """One writer alone has the disk."""

    def xUnlock(self, _level: int) -> None:
        """One writer alone has the disk."""

    def xCheckReservedLock(self) -> bool:
        return False

    def xClose(self) -> None:
        """Closing brings nothing to the disk."""

    def xFileControl(self, _op: int, _pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        # No promise at all: neither whole sectors nor the order of writes.
        return 0


def _put(target: bytearray, offset: int, data: bytes) -> None:
    if len(target) < offset:
        target.extend(bytes(offset - len(target)))
    target[offset : offset + len(data)] = data


def _put_sectors(target: bytearray, offset: int, data: bytes, rng: random.Random) -> None:
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        fate = rng.random()
        if fate < 0.45:
            _put(target, offset + start, data[start:end])
        elif fate < 0.6:
            _put(target, offset + start, data[start : rng.randrange(start, end)])
        start = end
