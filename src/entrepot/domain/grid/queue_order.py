"""Queues with one fixed order: by submission (FIFO) or by length (SJF).

The head blocks: nothing behind it starts before it does. Only jobs whose firm is at its quota are
passed over, since no device of the cluster would help them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine


class OrderQueue:
    """Waiting jobs, sorted.

    Args:
        key: of a job; equals go by number, that is by submission.
    """

    def __init__(self, key: Callable[[int], int]) -> None:
        self._key = key
        self._waiting: list[tuple[int, int]] = []

    def add(self, job: int) -> None:
        """Take in a job."""
        insort(self._waiting, (self._key(job), job))

    def drop(self, job: int) -> None:
        """Forget a job that waits."""
        del self._waiting[bisect_left(self._waiting, (self._key(job), job))]

    def ended(self, job: int, *, early: bool) -> None:
        """Nothing depends on it."""

    def changed(self) -> None:
        """Nothing depends on it."""

    def serve(self, engine: Engine) -> None:
        """Start jobs from the head until one finds no place."""
        waiting, row = self._waiting, 0
        while row < len(waiting):
            job = waiting[row][1]
            if not engine.may(job):
                row += 1
            elif engine.start(job):
                del waiting[row]
            else:
                return
