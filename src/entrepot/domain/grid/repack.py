"""Live repacking: where a request fits nowhere, move shares of devices aside to make room for it.

Only shares move, as they are small and restart; whole devices and gangs stay. For a share one
other share leaves the device; for whole devices all shares leave the cheapest of them. Whatever
leaves must find another place, and must be less than what it makes room for; else all stays as it
was. What was moved is counted, in pods and milli.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.state import (
    ASK_CPU,
    ASK_MEMORY,
    CPU,
    DEVICES,
    MEMORY,
    MILLI,
    MODEL,
    MODELS,
    SHARE,
    STRENGTH,
    WEAKEST,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.desk import Desk

    Int64 = NDArray[np.int64]

TRIES = 8
"""Ways to make room that are tried for one request, those that move least first."""

Way = tuple[int, list[int]]
"""A node, and the places of the requests that leave it."""


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
        self._milli = asked[:, SHARE]
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
        shares = np.flatnonzero(self._may_move & (self.node >= 0))
        ways = self._for_share(row, shares) if row[SHARE] < MILLI else self._for_whole(row, shares)
        return any(self._try(place, node, leaving) for node, leaving in ways)

    def _suits(self, row: Int64) -> NDArray[np.bool_]:
        """Say of each node whether its model and isolation suit a request."""
        nodes = self.desk.state.node
        right = (row[MODELS] >> nodes[:, MODEL]) & 1 == 1
        return right & ((row[SHARE] == MILLI) | (nodes[:, STRENGTH] >= row[WEAKEST]))

    def _for_share(self, row: Int64, shares: Int64) -> list[Way]:
        state, asked = self.desk.state, self.desk.asks[self._order[shares]]
        node, device = self.node[shares], _device_of(self.taken[shares])
        milli = self._milli[shares]
        good = (milli < row[SHARE]) & self._suits(row)[node]
        good &= state.free[node, device] + milli >= row[SHARE]
        good &= state.node[node, CPU] + asked[:, ASK_CPU] >= row[ASK_CPU]
        good &= state.node[node, MEMORY] + asked[:, ASK_MEMORY] >= row[ASK_MEMORY]
        found = shares[good]
        found = found[np.argsort(self._milli[found], kind="stable")]
        return [(int(self.node[each]), [each]) for each in found[:TRIES].tolist()]

    def _for_whole(self, row: Int64, shares: Int64) -> list[Way]:
        state = self.desk.state
        size, width = state.free.shape
        flat = self.node[shares] * width + _device_of(self.taken[shares])
        lent = np.bincount(flat, weights=self._milli[shares], minlength=size * width)
        lent = lent.reshape(size, width).astype(np.int64)
        used = np.where(state.free < 0, MILLI + 1, MILLI - state.free)
        cost = np.where((used == 0) | (lent == used), used, MILLI + 1)  # no whole tenants
        need = int(row[DEVICES])
        if need > width:
            return []
        cheapest = np.argsort(cost, axis=1, kind="stable")[:, :need]
        sums = np.take_along_axis(cost, cheapest, axis=1)
        total = np.where((sums > MILLI).any(axis=1), need * MILLI, sums.sum(axis=1))
        good = self._suits(row) & (total < need * MILLI)
        chosen = np.flatnonzero(good)
        chosen = chosen[np.argsort(total[chosen], kind="stable")][:TRIES]
        places = flat[:, None]
        ways: list[Way] = []
        for node in chosen.tolist():
            devices = node * width + cheapest[node]
            ways.append((node, shares[(places == devices).any(axis=1)].tolist()))
        return ways

    def _try(self, place: int, node: int, leaving: Sequence[int]) -> bool:
        """Move ``leaving`` off a node, place a request there, and find places for them."""
        before = [(each, int(self.node[each]), int(self.taken[each])) for each in leaving]
        for each, where, bits in before:
            self.desk.lift(where, int(self._order[each]), bits)
        done: list[tuple[int, int, int]] = []
        for turn, each in enumerate([place, *leaving]):
            at = self._order[each : each + 1]
            found, bits = self.desk.place(at, server=node if turn == 0 else -1, learn=False)
            if found[0] < 0:
                self._undo(done, before)
                return False
            done.append((each, int(found[0]), int(bits[0])))
        for each, where, bits in done:
            self.node[each], self.taken[each] = where, bits
        self.moved_pods += len(leaving)
        self.moved_milli += int(self._milli[list(leaving)].sum())
        return True

    def _undo(
        self, done: Sequence[tuple[int, int, int]], before: Sequence[tuple[int, int, int]]
    ) -> None:
        for each, where, bits in done:
            self.desk.lift(where, int(self._order[each]), bits)
        for each, where, bits in before:
            self.desk.put(where, int(self._order[each]), bits.bit_length() - 1)


def _device_of(bits: Int64) -> Int64:
    """Return the device that stands as the one bit of each number."""
    return np.log2(np.maximum(bits, 1).astype(np.float64)).round().astype(np.int64)
