"""Ways to make room: which shares would have to leave a node, and where they could go.

A share Y leaves node n for a request X. Either Y finds room elsewhere, or it changes places with a
smaller share Z of another node m: X and Z then lie on n, and Y on m. For whole devices all shares
leave the cheapest of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    State,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Flags = NDArray[np.bool_]

LEAVERS = 24
"""Shares that are looked at for one request, smallest first."""

Way = list[tuple[int, int]]
"""Who is placed again and on which node, in order, -1 anywhere; the request itself is place -1."""


@dataclass(frozen=True)
class Shares:
    """Shares that may be moved.

    Attributes:
        place: int64[S], place of each among the arrivals.
        asked: int64[S, 7], what each asks; node, device: int64[S], where it lies.
    """

    place: Int64
    asked: Int64
    node: Int64
    device: Int64


def suits(state: State, row: Int64) -> Flags:
    """Say of each node whether its model and isolation suit a request."""
    right = (row[MODELS] >> state.node[:, MODEL]) & 1 == 1
    return right & ((row[SHARE] == MILLI) | (state.node[:, STRENGTH] >= row[WEAKEST]))


def ways(state: State, row: Int64, shares: Shares) -> Iterator[Way]:
    """Yield ways to make room for a request, those that move least first within each kind.

    Args:
        state: nodes as they are now.
        row: what is asked.
        shares: who may be moved.
    """
    leaving = _leavers(state, row, shares)
    for each in leaving.tolist():
        if _has_home(state, shares.asked[each], int(shares.node[each])):
            yield [(-1, int(shares.node[each])), (int(shares.place[each]), -1)]
    if row[SHARE] == MILLI:
        yield from _clearings(state, row, shares)
    for each in leaving.tolist():
        yield from _swaps(state, row, shares, each)


def _leavers(state: State, row: Int64, shares: Shares) -> Int64:
    """Return the shares without any one of which the request would fit, smallest first."""
    node, milli = shares.node, shares.asked[:, SHARE]
    freed = state.free[node, shares.device] + milli
    if row[SHARE] < MILLI:
        room = (freed >= row[SHARE]) | (state.free.max(axis=1)[node] >= row[SHARE])
    else:
        whole = (state.free == MILLI).sum(axis=1)[node]
        room = whole + (freed == MILLI) >= row[DEVICES]
    good = room & suits(state, row)[node] & (milli < row[SHARE] * row[DEVICES])
    good &= state.node[node, CPU] + shares.asked[:, ASK_CPU] >= row[ASK_CPU]
    good &= state.node[node, MEMORY] + shares.asked[:, ASK_MEMORY] >= row[ASK_MEMORY]
    found = np.flatnonzero(good)
    return found[np.argsort(milli[found], kind="stable")][:LEAVERS]


def _has_home(state: State, row: Int64, besides: int) -> bool:
    """Say whether a share fits on some other node as it is now."""
    good = suits(state, row) & (state.free.max(axis=1) >= row[SHARE])
    good &= (state.node[:, CPU] >= row[ASK_CPU]) & (state.node[:, MEMORY] >= row[ASK_MEMORY])
    good[besides] = False
    return bool(good.any())


def _swaps(state: State, row: Int64, shares: Shares, leaver: int) -> Iterator[Way]:
    """Yield the cheapest change of places of one share with a smaller one elsewhere."""
    asked, node = shares.asked, shares.node
    own, here = asked[leaver], int(node[leaver])
    milli = asked[:, SHARE]
    freed = state.free[here].copy()
    freed[shares.device[leaver]] += own[SHARE]
    if row[SHARE] < MILLI:
        fitting = np.where(freed >= row[SHARE], freed, MILLI + 1)
        freed[int(np.argmin(fitting))] -= row[SHARE]
    else:
        freed[np.flatnonzero(freed == MILLI)[: int(row[DEVICES])]] = 0
    left = state.node[here, [CPU, MEMORY]] + own[[ASK_CPU, ASK_MEMORY]] - row[[ASK_CPU, ASK_MEMORY]]
    good = (node != here) & (milli < own[SHARE]) & (milli <= freed.max())
    good &= (milli + own[SHARE] < 2 * row[SHARE] * row[DEVICES]) & suits(state, own)[node]
    good &= (asked[:, MODELS] >> state.node[here, MODEL]) & 1 == 1
    good &= asked[:, WEAKEST] <= state.node[here, STRENGTH]
    good &= state.free[node, shares.device] + milli >= own[SHARE]
    good &= (asked[:, ASK_CPU] <= left[0]) & (asked[:, ASK_MEMORY] <= left[1])
    good &= state.node[node, CPU] + asked[:, ASK_CPU] >= own[ASK_CPU]
    good &= state.node[node, MEMORY] + asked[:, ASK_MEMORY] >= own[ASK_MEMORY]
    found = np.flatnonzero(good)
    if found.size:
        other = int(found[np.argmin(milli[found])])
        place, there = int(shares.place[other]), int(node[other])
        yield [(-1, here), (place, here), (int(shares.place[leaver]), there)]


def _clearings(state: State, row: Int64, shares: Shares) -> Iterator[Way]:
    """Yield ways to clear whole devices of several shares."""
    size, width = state.free.shape
    need = int(row[DEVICES])
    if need > width:
        return
    flat = shares.node * width + shares.device
    lent = np.bincount(flat, weights=shares.asked[:, SHARE], minlength=size * width)
    used = np.where(state.free < 0, MILLI + 1, MILLI - state.free)
    moved = lent.reshape(size, width).astype(np.int64)
    cost = np.where((used == 0) | (moved == used), used, need * MILLI)  # no whole tenants
    cheapest = np.argsort(cost, axis=1, kind="stable")[:, :need]
    total = np.take_along_axis(cost, cheapest, axis=1).sum(axis=1)
    chosen = np.flatnonzero(suits(state, row) & (total < need * MILLI) & (total > 0))
    for node in chosen[np.argsort(total[chosen], kind="stable")][:LEAVERS].tolist():
        devices = node * width + cheapest[node]
        leaving = np.flatnonzero((flat[:, None] == devices).any(axis=1))
        if all(_has_home(state, shares.asked[each], node) for each in leaving.tolist()):
            yield [(-1, node), *((int(place), -1) for place in shares.place[leaving])]
