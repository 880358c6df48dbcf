"""Ed25519 keys: a centre signs its usage reports, and anyone can verify them.

A private key lies in one file that only its owner may read. A key that others can
read proves nothing, so it is refused.

Source: RFC 8032, Edwards-Curve Digital Signature Algorithm, January 2017.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Fault, NotFound, Refused
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_MODE = 0o600
SECRET_BYTES = 32
SIGNATURE_BYTES = 64


def key_id_of(public: bytes) -> str:
    """Return the short name of a public key: 16 hexadecimal digits of its SHA-256.

    >>> key_id_of(bytes(32))
    '66687aadf862bd77'
    """
    return sha256_hex(public)[:16]


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` over ``message`` was made by the holder of ``public``.

    Args:
        public: 32 raw bytes of the public key.
        message: the bytes that were signed.
        signature: 64 bytes.

    Returns:
        False for anything that does not verify, malformed keys and signatures included.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in memory.

    Attributes:
        public: 32 raw bytes of the public key, to be handed out.
    """

    public: bytes
    _private: Ed25519PrivateKey

    @property
    def key_id(self) -> str:
        """Short name of the key."""
        return key_id_of(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of ``message``."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id})"


def from_secret(secret: bytes) -> SigningKey:
    """Make a key from its 32 secret bytes.

    Raises:
        ValueError: not 32 bytes.

    >>> from_secret(bytes(32)).public.hex()[:16]
    '3b6a27bcceb6a42d'
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(secret)
    return SigningKey(private.public_key().public_bytes_raw(), private)


def create(path: Path) -> SigningKey:
    """Make a new key and write it, readable by its owner only.

    The file appears whole or not at all: it is written under another name, synced,
    and linked into place, which fails when another process was first.

    Raises:
        Refused: a key lies there already.
        Fault: the folder cannot be written.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            _write_private(draft, secret.hex() + "\n")
            placed = _placed(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(path, error) from error
    if not placed:
        raise Refused(
            "key.exists",
            N_("A signing key lies at {path} already."),
            hint=N_("Keep it; move it away only if it must be replaced."),
            path=str(path),
        )
    return from_secret(secret)


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_MODE)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _placed(draft: Path, path: Path) -> bool:
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    return True


def load(path: Path) -> SigningKey:
    """Read a key.

    Raises:
        NotFound: no file there.
        Refused: others may read the file, or it holds no key.
        Fault: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            text = file.read(4 * SECRET_BYTES)
    except FileNotFoundError:
        raise NotFound(
            "key.missing",
            N_("There is no signing key at {path}."),
            hint=N_("Run entrepot init, which makes one."),
            path=str(path),
        ) from None
    except OSError as error:
        raise _cannot(path, error) from error
    if mode & 0o077:
        raise Refused(
            "key.mode",
            N_("The signing key {path} can be read by others."),
            hint=N_("Run: chmod 600 {path}"),
            path=str(path),
        )
    try:
        return from_secret(bytes.fromhex(text.decode("ascii").strip()))
    except ValueError:
        raise Refused(
            "key.form",
            N_("The file {path} holds no Ed25519 key."),
            hint=N_("Put the key back from your backup."),
            path=str(path),
        ) from None


def load_or_create(path: Path) -> SigningKey:
    """Read the key at ``path``, or make it; two processes at once get the same key.

    Raises:
        Refused, Fault: as :func:`load` and :func:`create`.
    """
    try:
        return load(path)
    except NotFound:
        pass
    try:
        return create(path)
    except Refused:
        return load(path)


def _cannot(path: Path, error: OSError) -> Fault:
    return Fault(
        "key.file",
        N_("The signing key {path} cannot be read or written: {why}."),
        hint=N_("Check that the folder is yours and writable."),
        path=str(path),
        why=error.strerror or type(error).__name__,
    )
