"""Passwords kept by Argon2id, with so much memory at a time as the machine can spare.

Each password takes 19 MiB while it is worked on. A flood of logins would eat the memory of the
whole exchange, so that few are worked on at once and the rest wait for a short while.

Source: OWASP Password Storage Cheat Sheet, "Argon2id": at least 19 MiB of memory, two iterations
and one degree of parallelism,
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html, 2026-11-21;
RFC 9106 (Argon2, September 2021).
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19_456
ITERATIONS = 2
PARALLELISM = 1
AT_ONCE_MAX = 2
"""Passwords worked on at a time: 38 MiB at most."""

WAIT_S = 5
"""How long a login waits for its turn."""

BYTES_MAX = 1024
"""Longest password that is worked on at all, in UTF-8."""

_turns = threading.BoundedSemaphore(AT_ONCE_MAX)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=ITERATIONS, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)


@cache
def _nobodys() -> str:
    """Return the hash that an unknown account is compared with, so that it takes as long."""
    return _hasher().hash("the password of nobody")


@contextmanager
def _turn() -> Generator[None]:
    if not _turns.acquire(timeout=WAIT_S):
        raise Refused(
            "login.busy",
            N_("Too many logins are being checked at the moment."),
            hint=N_("Try again in {wait_s} s."),
            wait_s=WAIT_S,
        )
    try:
        yield
    finally:
        _turns.release()


def hash_password(password: str) -> str:
    """Return what is kept of a password: parameters, salt and digest as one text.

    Raises:
        Refused: too many passwords are being worked on.
    """
    with _turn():
        return _hasher().hash(password)


def is_password(kept: str, password: str) -> bool:
    """Say whether a password is the one kept.

    Args:
        kept: as :func:`hash_password` returned it; empty compares with nobody's and takes as long.
        password: as typed; one beyond 1,024 bytes is none.

    Raises:
        Refused: too many passwords are being worked on.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    typed = password if len(password.encode("utf-8", "replace")) <= BYTES_MAX else ""
    with _turn():
        try:
            return _hasher().verify(kept or _nobodys(), typed) and bool(kept)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def is_stale(kept: str) -> bool:
    """Say whether a password was kept under other parameters than today's."""
    return bool(kept) and _hasher().check_needs_rehash(kept)
