"""Live repacking: where a request fits nowhere, move shares of devices aside to make room for it.

Only shares move, as they are small and restart; whole devices and gangs stay. Whoever leaves must
find another place, and what moves is less than twice what it makes room for; else all stays as it
was. What was moved is counted, in pods and milli.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.repack_ways import Shares, Way, ways
from entrepot.domain.grid.state import DEVICES, MILLI, SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.desk import Desk

    Int64 = NDArray[np.int64]

TRIES = 8
"""Ways to make room that are tried for one request."""

Lying = tuple[int, int, int]
"""Place of a request among the arrivals, its node, and its devices as bits."""


class Repacker:
    """Who lies where, and who may be moved.

    Args:
        desk: the cluster.
        order: int64[A], class of each request that arrives.
        movable: bool[A], whether it may be moved if it is a share.

    Attributes:
        node, taken: int64[A], node of each request, -1 none, and its devices as bits.
        moved_pods, moved_milli: what has been moved so far.
    """

    def __init__(self, desk: Desk, order: Int64, movable: NDArray[np.bool_]) -> None:
        self.desk, self._order = desk, order
        asked = desk.asks[order]
        self._may_move = movable & (asked[:, DEVICES] == 1) & (asked[:, SHARE] < MILLI)
        self.node = np.full(order.size, -1, dtype=np.int64)
        self.taken = np.zeros(order.size, dtype=np.int64)
        self.moved_pods = 0
        self.moved_milli = 0

    def note(self, first: int, node: Int64, taken: Int64) -> None:
        """Note where requests from place ``first`` on have been put."""
        self.node[first : first + node.size] = node
        self.taken[first : first + node.size] = taken

    def make_room(self, place: int) -> bool:
        """Move shares aside so that a request fits; say whether that was possible."""
        row = self.desk.asks[self._order[place]]
        if row[DEVICES] == 0:
            return False
        found = np.flatnonzero(self._may_move & (self.node >= 0))
        asked = self.desk.asks[self._order[found]]
        shares = Shares(found, asked, self.node[found], _device_of(self.taken[found]))
        some = islice(ways(self.desk.state, row, shares), TRIES)
        return any(self._try(place, way) for way in some)

    def _try(self, place: int, way: Way) -> bool:
        """Move shares as a way says and place the request; if anything fails, undo it all."""
        leaving = [each for each, _node in way if each >= 0]
        before = [(each, int(self.node[each]), int(self.taken[each])) for each in leaving]
        for each, where, bits in before:
            self.desk.lift(where, int(self._order[each]), bits)
        done: list[Lying] = []
        for each, server in way:
            at = place if each < 0 else each
            ask = self._order[at : at + 1]
            node, taken = self.desk.place(ask, server=server, learn=False)
            if node[0] < 0:
                self._undo(done, before)
                return False
            done.append((at, int(node[0]), int(taken[0])))
        for each, where, bits in done:
            self.node[each], self.taken[each] = where, bits
        self.moved_pods += len(leaving)
        self.moved_milli += int(self.desk.asks[self._order[leaving], SHARE].sum())
        return True

    def _undo(self, done: Sequence[Lying], before: Sequence[Lying]) -> None:
        for each, where, bits in done:
            self.desk.lift(where, int(self._order[each]), bits)
        for each, where, bits in before:
            self.desk.put(where, int(self._order[each]), bits.bit_length() - 1)


def _device_of(bits: Int64) -> Int64:
    """Return the device that stands as the one bit of each number."""
    return np.log2(np.maximum(bits, 1).astype(np.float64)).round().astype(np.int64)
