"""Place gangs: several requests, all or none, in one rack or on one server if they ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.model import EVERY, RACK
from entrepot.domain.grid.state import DEVICES, RACK_OF, SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.desk import Desk
    from entrepot.domain.grid.units import Units

    Int64 = NDArray[np.int64]


def place_units(
    desk: Desk, units: Units, classes: Int64, start: int, stop: int
) -> tuple[Int64, Int64]:
    """Place units one after another; return node (-1 dropped) and device bits of each request.

    Args:
        desk: where.
        units: what arrives.
        classes: int64[P], class of each request of the list.
        start, stop: units to place.
    """
    first = int(units.begin[start])
    order = classes[units.request[first : units.begin[stop]]]
    node, taken = np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)
    begin = units.begin[start : stop + 1] - first
    gangs = np.flatnonzero(np.diff(begin) > 1)
    done = 0
    for gang in [*gangs.tolist(), len(begin) - 1]:
        here = int(begin[gang])
        if done < here:
            node[done:here], taken[done:here] = desk.place(order[done:here])
        if gang < len(begin) - 1:
            done = int(begin[gang + 1])
            affinity = int(units.affinity[start + gang])
            node[here:done], taken[here:done] = place_gang(desk, order[here:done], affinity)
    return node, taken


def place_gang(desk: Desk, order: Int64, affinity: int) -> tuple[Int64, Int64]:
    """Place a gang, all or none, in the fullest rack or on the fullest server that holds it.

    Args:
        desk: where.
        order: classes of its requests.
        affinity: anywhere, in one rack, or on one server.
    """
    if affinity == EVERY:
        return _within(desk, order, -1, -1)
    state = desk.state
    free = np.maximum(state.free, 0).sum(axis=1)
    group = state.node[:, RACK_OF] if affinity == RACK else np.arange(len(state.node))
    sums = np.bincount(group, weights=free).astype(np.int64)
    need = int((desk.asks[order, DEVICES] * desk.asks[order, SHARE]).sum())
    for each in np.argsort(sums, kind="stable").tolist():
        if sums[each] < need:
            continue
        where = (each, -1) if affinity == RACK else (-1, each)
        node, taken = _within(desk, order, *where)
        if (node >= 0).all():
            return node, taken
    return np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)


def _within(desk: Desk, order: Int64, rack: int, server: int) -> tuple[Int64, Int64]:
    node, taken = np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)
    for place in range(order.size):
        node[place : place + 1], taken[place : place + 1] = desk.place(
            order[place : place + 1], rack, server
        )
        if node[place] < 0:
            for back in range(place):
                desk.lift(int(node[back]), int(order[back]), int(taken[back]))
            node[:] = -1
            taken[:] = 0
            break
    return node, taken
