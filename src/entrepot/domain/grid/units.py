"""Units of arrival: single requests, and gangs that arrive together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Requests

    Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Units:
    """Units one after another.

    Attributes:
        request: int64[A], requests in order.
        begin: int64[U + 1], where each unit begins in ``request``.
        affinity: int64[U], where the parts of a gang may lie.
    """

    request: Int64
    begin: Int64
    affinity: Int64

    def sums(self, values: Int64) -> Int64:
        """Return the sum of ``values``, one a request, over each unit."""
        if not self.request.size:
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(values[self.request], self.begin[:-1])

    def chunks(self, size: int) -> Iterator[tuple[int, int]]:
        """Yield runs of units of about ``size`` requests, as first unit and the one after."""
        start, units = 0, self.affinity.size
        while start < units:
            begin: Int64 = self.begin
            stop = int(np.searchsorted(begin, int(begin[start]) + size, side="left"))
            stop = min(max(stop, start + 1), units)
            yield start, stop
            start = stop


def units_of(requests: Requests) -> Units:
    """Return the units of a list in the order of their first requests."""
    size = len(requests.names)
    row = np.arange(size, dtype=np.int64)
    gangs, first = np.unique(requests.gang, return_index=True)
    lead = row.copy()
    member = requests.gang >= 0
    lead[member] = first[np.searchsorted(gangs, requests.gang[member])]
    order: Int64 = np.lexsort((row, lead))
    starts: Int64 = np.flatnonzero(np.diff(lead[order], prepend=-1))
    begin = np.append(starts, size).astype(np.int64)
    return Units(order.astype(np.int64), begin, requests.affinity[order][starts])


def shuffled(units: Units, order: Int64) -> Units:
    """Return units in another order; a unit may come more than once or not at all."""
    lengths = np.diff(units.begin)[order]
    begin = np.append(0, np.cumsum(lengths)).astype(np.int64)
    within = np.arange(int(begin[-1]), dtype=np.int64) - np.repeat(begin[:-1], lengths)
    request = units.request[np.repeat(units.begin[:-1][order], lengths) + within]
    return Units(request, begin, units.affinity[order])
