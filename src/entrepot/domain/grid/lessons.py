"""When the mix of requests is learned anew: often at first, then only when it has drifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

FIRST = 32
"""Requests after which the mix is first learned anew; then at every doubling."""
ENOUGH = 1_024
"""Requests after which the mix is learned anew at every so many."""
DRIFT = 0.15
"""Part of the mix that must have moved for the sequences to be drawn anew."""


class Lessons:
    """Counts of the requests seen, and when to learn from them.

    Args:
        classes: number of classes.
    """

    def __init__(self, classes: int) -> None:
        self._counts = np.zeros(classes, dtype=np.int64)
        self._seen = 0
        self._next = self._deep = 0
        self._learned = np.zeros(classes)

    def due(self, ask: int) -> tuple[Int64, bool] | None:
        """Return the counts to learn from, the request at hand included, if it is time.

        The second is whether the sequences that value a node are to be drawn anew as well, which
        is dear: at every doubling, and when the mix has drifted.
        """
        if self._seen < self._next:
            return None
        self._next = max(FIRST, 2 * self._seen if self._seen < ENOUGH else self._seen + ENOUGH)
        counts = self.counts(ask)
        deep = self._seen >= self._deep or self._drift(counts) >= DRIFT
        if deep:
            self._learned = counts / counts.sum()
            self._deep = max(FIRST, 2 * self._seen)
        return counts, deep

    def counts(self, ask: int) -> Int64:
        """Return the requests seen of each class, the one at hand included."""
        counts = self._counts.copy()
        counts[ask] += 1
        return counts

    def remember(self, before: Lessons) -> None:
        """Take over what has been seen of classes that are the first of these."""
        self._counts[: before._counts.size] = before._counts
        self._learned[: before._learned.size] = before._learned
        self._seen, self._next, self._deep = before._seen, before._next, before._deep

    def _drift(self, counts: Int64) -> float:
        """Return how far the mix has moved since the last lesson: half the sum of differences."""
        return float(np.abs(counts / counts.sum() - self._learned).sum()) / 2

    def until(self) -> int:
        """Return how many requests may be placed before the next lesson."""
        return max(self._next - self._seen, 1)

    def see(self, order: Int64) -> None:
        """Count requests."""
        np.add.at(self._counts, order, 1)
        self._seen += order.size
