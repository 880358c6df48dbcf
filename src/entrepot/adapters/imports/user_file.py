"""Reading a file that a user names."""

from __future__ import annotations

from pathlib import Path

from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_


def read_file(path: Path) -> bytes:
    """Read a user's file.

    Raises:
        NotFound: it is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(
            "file.missing",
            N_("The file {path} cannot be read: {why}."),
            hint=N_("Check the name; examples lie in the folder examples/."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
