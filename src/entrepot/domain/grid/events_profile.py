"""Free devices of the nodes over time to come: what backfilling with promises plans on.

Time is cut into intervals; in each, for every number of devices, the mask of the nodes that have at
least so many free. The nodes that suit a job for its whole length are then the common bits of the
intervals that it spans.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from entrepot.domain.grid.events_pool import find

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine
    from entrepot.domain.grid.events_model import Place

FOREVER = 1 << 62


class Profile:
    """A plan over the nodes of a cluster.

    Args:
        now: begin of time, seconds.
        masks: nodes with exactly so many free devices from then on, 0 … size.

    >>> plan = Profile(0, [0, 0, 1])          # one node of two devices
    >>> plan.take(0, 10, ((1, 2),))
    >>> plan.earliest(1, 5)
    (10, 15, ((1, 1),))
    """

    def __init__(self, now: int, masks: list[int]) -> None:
        self.size = len(masks) - 1
        levels = [0] * (self.size + 2)
        for level in range(self.size, -1, -1):
            levels[level] = levels[level + 1] | masks[level]
        self._times = [now]
        self._levels = [levels]

    @classmethod
    def of(cls, engine: Engine) -> Profile:
        """Lay out a cluster as it runs, each job to its limit."""
        profile = cls(engine.now, engine.pool.masks)
        for run in engine.running.values():
            profile.give(run.limit_s, FOREVER, run.place)
        return profile

    def take(self, begin: int, end: int, place: Place) -> None:
        """Occupy a place in [begin, end)."""
        for levels in self._span(begin, end):
            for bit, devices in place:
                free = self._free(levels, bit)
                for level in range(free - devices + 1, free + 1):
                    levels[level] &= ~bit

    def give(self, begin: int, end: int, place: Place) -> None:
        """Give a place back in [begin, end)."""
        for levels in self._span(begin, end):
            for bit, devices in place:
                free = self._free(levels, bit)
                for level in range(free + 1, free + devices + 1):
                    levels[level] |= bit

    def earliest(self, devices: int, length: int) -> tuple[int, int, Place] | None:
        """Return begin, end and place of the first stay that is free throughout.

        Args:
            devices: asked for.
            length: seconds.

        Returns:
            None when there is none, as while nodes are away for good.
        """
        least = min(devices, self.size)
        first, count = 0, len(self._times)
        while first < count:
            begin = self._times[first]
            last = bisect_left(self._times, begin + length, first)
            common = -1
            for row in range(first, last):
                common &= self._levels[row][least]
                if not common:
                    break
            place = self._place(first, last, devices) if common else None
            if place is not None:
                return begin, begin + length, place
            first += 1
        return None

    def forget(self, now: int) -> None:
        """Drop what lies before ``now``."""
        row = bisect_right(self._times, now) - 1
        if row > 0:
            del self._times[:row], self._levels[:row]
        self._times[0] = max(self._times[0], now)

    def _place(self, first: int, last: int, devices: int) -> Place | None:
        common = list(self._levels[first])
        for row in range(first + 1, last):
            common = [a & b for a, b in zip(common, self._levels[row], strict=True)]
        exact = [common[level] & ~common[level + 1] for level in range(self.size + 1)]
        return find(exact, self.size, devices)

    def _free(self, levels: list[int], bit: int) -> int:
        return sum(1 for level in range(1, self.size + 1) if levels[level] & bit)

    def _span(self, begin: int, end: int) -> list[list[int]]:
        first, last = self._cut(begin), len(self._times)
        if end < FOREVER:
            last = self._cut(end)
        return self._levels[first:last]

    def _cut(self, when: int) -> int:
        """Return the row of the interval that begins at ``when``, cutting one in two if need be."""
        row = bisect_left(self._times, when)
        if row < len(self._times) and self._times[row] == when:
            return row
        if row == 0:  # before the begin of time nothing is planned
            return 0
        self._times.insert(row, when)
        self._levels.insert(row, list(self._levels[row - 1]))
        return row
