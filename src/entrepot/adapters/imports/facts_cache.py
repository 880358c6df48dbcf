"""A compiled copy of the facts, so that a command need not read them row by row again.

The copy is data only (MessagePack), named after the digest of the files it was made from and led
by the SHA-256 of itself. Whatever does not agree is thrown away and made again.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from entrepot.kernel.canonical import sha256_hex
from entrepot.services.facts_model import Facts

FORMAT = 1
"""Raised when the meaning of a field changes while its type stays."""

COPIES_MAX = 4
_HEAD = 64


def load_cached(folder: Path, content_digest: str) -> Facts | None:
    """Return the compiled facts of these files, or None if there is no sound copy.

    Args:
        folder: where copies lie.
        content_digest: of the files.
    """
    import msgspec

    try:
        data = _path(folder, content_digest).read_bytes()
    except OSError:
        return None
    head, body = data[:_HEAD], data[_HEAD:]
    if head != sha256_hex(body).encode():
        return None
    try:
        facts = msgspec.msgpack.decode(body, type=Facts)
    except (msgspec.DecodeError, ValueError):
        return None
    return facts if facts.content_digest == content_digest else None


def store_cached(folder: Path, facts: Facts) -> None:
    """Keep a compiled copy, whole or not at all; a folder that cannot be written is left alone."""
    import msgspec

    body = msgspec.msgpack.encode(facts)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".facts-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sha256_hex(body).encode() + body)
            os.replace(name, _path(folder, facts.content_digest))
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)
        _prune(folder)


def _prune(folder: Path) -> None:
    copies = sorted(folder.glob("facts-*.bin"), key=lambda path: path.stat().st_mtime)
    for path in copies[:-COPIES_MAX]:
        path.unlink()


def _path(folder: Path, content_digest: str) -> Path:
    return folder / f"facts-{FORMAT}-{content_digest[:24]}.bin"
