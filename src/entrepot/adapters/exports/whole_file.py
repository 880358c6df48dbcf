"""A file that is written whole or not at all, piece by piece."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """Open a file for writing that takes its name only when all of it is on the disk.

    Args:
        path: target; its folder must be there.

    Yields:
        A binary stream.

    Raises:
        Fault: the disk or the permission does not allow it.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise Fault(
            "export.write",
            N_("{path} cannot be written: {why}."),
            hint=N_("Choose a folder that is there and may be written: --out …"),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
