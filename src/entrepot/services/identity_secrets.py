"""Secrets that are shown once: a prefix by which scanners find them, 256 bits, and a checksum.

``ent_`` marks a token of a program, ``entinv_`` a link that is used once, ``entses_`` the cookie of
a browser. The checksum tells a misspelt secret from an unknown one without a look at the database.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import sha256_hex

if TYPE_CHECKING:
    from entrepot.services.app import App

TOKEN = "ent_"
LINK = "entinv_"
COOKIE = "entses_"
_SECRET = re.compile(r"(ent_|entinv_|entses_)([A-Za-z0-9_-]{43})([0-9a-f]{8})\Z")


def new_secret(app: App, prefix: str) -> str:
    """Return a fresh secret of a kind."""
    body = f"{prefix}{app.new_secret()}"
    return body + _checksum(body)


def is_secret(text: str, prefix: str) -> bool:
    """Say whether a text is a whole secret of a kind; says nothing of whether it is known.

    >>> is_secret("ent_" + "A" * 43 + "00000000", "ent_")
    False
    """
    found = _SECRET.match(text) if text.isascii() else None
    return (
        found is not None and found[1] == prefix and found[3] == _checksum(f"{found[1]}{found[2]}")
    )


def digest_of(text: str) -> str:
    """Return what is kept of a secret: its SHA-256."""
    return sha256_hex(text.encode())


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
