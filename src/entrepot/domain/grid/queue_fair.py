"""Fair share by firm: whoever has used least for its weight goes next.

The usage of a firm is counted in seconds on devices; a running job counts to its limit from the
moment it starts, and what it did not use is given back when it ends:

    next firm = argmin charged(firm) / weight(firm), equals by number

Within a firm jobs go by submission. The head of that firm blocks until it finds a place, so a firm
with large gangs is not overtaken for ever by firms with small jobs.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine


class FairQueue:
    """Waiting jobs by firm.

    Args:
        firm: of each job.
        weight: firm → weight, at least 1; 1 where none is given.
    """

    def __init__(self, firm: tuple[int, ...], weight: Mapping[int, int]) -> None:
        self._firm = firm
        self._waiting: dict[int, list[int]] = {name: [] for name in sorted(set(firm))}
        # Shares are compared as whole numbers: charged × (common multiple / weight).
        common = lcm(*(weight.get(name, 1) for name in self._waiting)) if firm else 1
        self._factor = {name: common // weight.get(name, 1) for name in self._waiting}

    def add(self, job: int) -> None:
        """Take in a job."""
        insort(self._waiting[self._firm[job]], job)

    def drop(self, job: int) -> None:
        """Forget a job that waits."""
        waiting = self._waiting[self._firm[job]]
        del waiting[bisect_left(waiting, job)]

    def ended(self, job: int, *, early: bool) -> None:
        """Nothing depends on it."""

    def changed(self) -> None:
        """Nothing depends on it."""

    def serve(self, engine: Engine) -> None:
        """Start the head of the firm that is owed most, until one finds no place."""
        while True:
            able = [
                (engine.charged[firm] * self._factor[firm], firm)
                for firm, waiting in self._waiting.items()
                if waiting and engine.may(waiting[0])
            ]
            if not able:
                return
            waiting = self._waiting[min(able)[-1]]
            if not engine.start(waiting[0]):
                return
            del waiting[0]
