"""Sealed boxes: whoever has a public key can close one, only the private key opens it.

A fresh X25519 key a box is agreed with the public key; HKDF-SHA256 over the shared secret makes the
key of ChaCha20-Poly1305, which is used for this one message and so needs no nonce. Both public keys
and the context are bound into it.

Source: RFC 7748 (X25519, January 2016), RFC 5869 (HKDF, May 2010), RFC 8439 (June 2018).
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY_BYTES = 32
_NONCE = bytes(12)


def new_private() -> bytes:
    """Return 32 fresh secret bytes."""
    return secrets.token_bytes(KEY_BYTES)


def public_of(private: bytes) -> bytes:
    """Return the public key of a private one."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, data: bytes, context: bytes) -> bytes:
    """Close a box.

    Args:
        public: 32 bytes of whoever may open it.
        data: content.
        context: what the box is for; the same is needed to open it.

    Returns:
        32 bytes of the box's own public key, then the content, encrypted.

    Raises:
        ValueError: the public key is none.
    """
    own = new_private()
    mine = public_of(own)
    return mine + _cipher(own, public, mine + public + context).encrypt(_NONCE, data, context)


def unseal(private: bytes, sealed: bytes, context: bytes) -> bytes | None:
    """Open a box; None if it is damaged, for another key, or for another context."""
    from cryptography.exceptions import InvalidTag

    if len(sealed) <= KEY_BYTES:
        return None
    theirs, rest = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    with suppress(InvalidTag, ValueError):
        label = theirs + public_of(private) + context
        return _cipher(private, theirs, label).decrypt(_NONCE, rest, context)
    return None


def keyed_digest(secret: bytes, data: bytes) -> bytes:
    """Return HMAC-SHA256: unguessable without the secret, the same for the same data."""
    return hmac.digest(secret, data, sha256)


def secret_at(path: Path, *, create: bool) -> bytes | None:
    """Read the secret of a file that only its owner may read; make it if asked to.

    Raises:
        Fault: it cannot be read or written, or holds no secret.
    """
    try:
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):
                _write(path, new_private())
        found = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _cannot(path, error) from error
    if len(found) != KEY_BYTES:
        raise _cannot(path, ValueError("not 32 bytes"))
    return found


def _write(path: Path, secret: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # fails if another process was first
    finally:
        draft.unlink(missing_ok=True)


def _cipher(private: bytes, public: bytes, label: bytes) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    other = X25519PublicKey.from_public_bytes(public)
    shared = X25519PrivateKey.from_private_bytes(private).exchange(other)
    key = HKDF(SHA256(), KEY_BYTES, None, b"entrepot sealed order 1" + label).derive(shared)
    return ChaCha20Poly1305(key)


def _cannot(path: Path, error: Exception) -> Fault:
    return Fault(
        "seal.file",
        N_("The secret {path} cannot be read or written: {why}."),
        hint=N_("Check that the folder is yours and writable."),
        path=str(path),
        why=getattr(error, "strerror", None) or type(error).__name__,
    )
