"""A user's file that may be packed by gzip; what it unpacks to is bounded."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

from entrepot.adapters.imports.user_file import read_file
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

UNPACKED_MAX = 500_000_000
MAGIC = b"\x1f\x8b"


def read_packed(path: Path, most: int = UNPACKED_MAX) -> bytes:
    """Read a file, unpacked if it is packed by gzip, whatever its name.

    Args:
        path: of the file.
        most: bytes that it may unpack to.

    Raises:
        NotFound: it cannot be read.
        Invalid: it is cut off, damaged, or unpacks to more.
    """
    data = read_file(path)
    if not data.startswith(MAGIC):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = stream.read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise _bad(path, N_("it is cut off or damaged")) from None
    if len(found) > most:
        raise _bad(path, N_("it unpacks to more than it may"))
    return found


def _bad(path: Path, why: str) -> Invalid:
    return Invalid(
        "file.packed",
        N_("The packed file {name} cannot be read: {why}."),
        hint=N_("Pack it again with gzip, or give it unpacked."),
        name=str(path),
        why=Phrase(why),
    )
