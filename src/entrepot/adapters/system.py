"""The machine's clock, random ids, and files written whole or not at all."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from entrepot.kernel.errors import Fault
from entrepot.kernel.ids import make_id
from entrepot.kernel.text import N_


class SystemClock:
    """The port ``Clock`` on the machine's clock."""

    def now(self) -> int:
        """Return the Unix second."""
        return int(time.time())


class RandomIds:
    """The port ``Ids``: milliseconds of now and 80 random bits, rising within the process."""

    def __init__(self) -> None:
        self._last = 0

    def new(self, prefix: str) -> str:
        """Return a fresh id; two made by one process never share a millisecond."""
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        return make_id(prefix, self._last, secrets.randbits(80))


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> Path:
    """Write a file so that a reader finds the old or the new one, never a part.

    Args:
        path: target; folders are made.
        data: content.
        mode: permission of the file.

    Returns:
        ``path``.

    Raises:
        Fault: the disk or the permission does not allow it.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_part(part, data, mode)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise Fault(
            "home.write",
            N_("{path} cannot be written: {why}."),
            hint=N_("Free disk space or give write permission, or choose another --home."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
    return path


def _write_part(part: Path, data: bytes, mode: int) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
