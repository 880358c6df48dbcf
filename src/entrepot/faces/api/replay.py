"""Repeated writes: the first answer again, byte for byte, while this process remembers it.

What makes a retry harmless is the service: it keeps key and effect in one transaction, so a
repetition has no second effect in any process. Here only the words of the answer are kept, since
a thing may have moved on between the two.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_

KEPT_MAX = 4_096
BYTES_MAX = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer to a write, with the digest of what was asked."""

    asked: str
    status: int
    body: bytes


class Replays:
    """Answers to writes by their keys; the oldest go first."""

    def __init__(self, kept_max: int = KEPT_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._kept_max, self._bytes_max, self._bytes = kept_max, bytes_max, 0

    def find(self, key: str, asked: str) -> Kept | None:
        """Return the first answer under a key; None if it is new here.

        Raises:
            Conflict: the key came with another request.
        """
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept.asked != asked:
            raise Conflict(
                "api.key_used",
                N_("This idempotency key was used for another request."),
                hint=N_("Repeat the first request unchanged, or take a new key."),
            )
        return kept

    def keep(self, key: str, answer: Kept) -> Kept:
        """Keep an answer; if another thread was first, its answer counts."""
        with self._lock:
            first = self._kept.setdefault(key, answer)
            if first is answer:
                self._bytes += len(answer.body)
            while len(self._kept) > self._kept_max or self._bytes > self._bytes_max:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)
        return first
