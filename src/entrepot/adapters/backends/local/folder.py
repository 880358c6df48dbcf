"""Where the things of one job lie, and how they are written: whole, or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

Body = dict[str, object]

LOCK_RETRY_S = 0.02
LOG_CHUNK = 1 << 20
JSON_BYTES_MAX = 16 << 20


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Paths of one job below ``root``.

    Attributes:
        root: ``<home>/jobs/<job id>``.
    """

    root: Path

    @property
    def spec(self) -> Path:
        """What to run; written last, so that it stands for a complete folder."""
        return self.root / "spec.json"

    @property
    def state(self) -> Path:
        """Where the run stands."""
        return self.root / "state.json"

    @property
    def work(self) -> Path:
        """Folder the job sees and may fill."""
        return self.root / "work"

    @property
    def tmp(self) -> Path:
        """The job's private temporary folder."""
        return self.root / "tmp"

    @property
    def log(self) -> Path:
        """What the job printed."""
        return self.root / "log"

    @property
    def reports(self) -> Path:
        """Signed usage reports, one a line."""
        return self.root / "reports.jsonl"

    @property
    def outputs(self) -> Path:
        """Copies of the outputs."""
        return self.root / "outputs"

    @property
    def outputs_list(self) -> Path:
        """Names, sizes and digests of the outputs."""
        return self.root / "outputs.json"

    @property
    def heartbeat(self) -> Path:
        """Last measurement; what a lost run is billed up to."""
        return self.root / "heartbeat.json"

    @property
    def kin(self) -> Path:
        """Which processes belong to the run."""
        return self.root / "kin.json"

    @property
    def cancel(self) -> Path:
        """Present when the run is to end."""
        return self.root / "cancel"

    @property
    def limit(self) -> Path:
        """Time limit that was set after the start, if any."""
        return self.root / "limit.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor for its whole life."""
        return self.root / "lock"

    @property
    def prepare_lock(self) -> Path:
        """Held while the folder is filled."""
        return self.root / "prepare.lock"

    @property
    def errors(self) -> Path:
        """What the supervisor itself had to complain of."""
        return self.root / "supervisor.err"


def write_json(path: Path, body: Body, *, durable: bool = True) -> None:
    """Replace a file by another one in a single step.

    Args:
        path: target.
        body: plain values.
        durable: whether it must survive a loss of power too.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(body, file, ensure_ascii=False, sort_keys=True)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    draft.replace(path)
    if durable:
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_plain(path: Path) -> BinaryIO | None:
    """Open a plain file to read, or return None if there is none.

    A job may have put a link or a pipe in its place, to be handed another's file or to let its
    reader wait for ever.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return os.fdopen(handle, "rb")


def read_json(path: Path) -> Body | None:
    """Return the object in a file, or None if there is no such file.

    Raises:
        ValueError: it holds something else.
    """
    file = open_plain(path)
    if file is None:
        return None
    with file:
        return cast(Body, json.loads(file.read(JSON_BYTES_MAX).decode("utf-8")))


def read_log(path: Path, offset: int) -> tuple[bytes, int]:
    """Return at most ``LOG_CHUNK`` bytes of a log from ``offset`` on, and the next offset."""
    file = open_plain(path)
    if file is None:
        return b"", offset
    with file:
        file.seek(max(0, offset))
        chunk = file.read(LOG_CHUNK)
    return chunk, max(0, offset) + len(chunk)


def whole(body: Body, key: str) -> int:
    """Return a whole number of a stored object; 0 if absent."""
    value = body.get(key, 0)
    return value if isinstance(value, int) else 0


def take_lock(path: Path, wait_s: float = 0) -> int | None:
    """Take a lock that dies with its holder.

    Args:
        path: lock file, made if need be.
        wait_s: how long to try, seconds.

    Returns:
        Descriptor that holds the lock until closed, or None if another holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except OSError:
            if time.monotonic() >= deadline:
                os.close(handle)
                return None
            time.sleep(LOCK_RETRY_S)
