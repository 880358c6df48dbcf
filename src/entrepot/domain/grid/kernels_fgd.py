"""Compiled: the fragments of a node before and after a placement."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.kernels_fit import device_fits, is_share
from entrepot.domain.grid.state import (
    ASK_CPU,
    COUNT,
    CPU,
    DEVICES,
    MILLI,
    MODEL,
    SHARE,
    VERSION,
    State,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.fgd import Fragments, Typical

    Int64 = NDArray[np.int64]


@lean
def fragments(typical: Typical, model: int, cpu: int, free: Int64) -> float:
    """Return F of a state of a node.

    Args:
        typical: typical requests.
        model: number of the device model.
        cpu: free CPU milli.
        free: int64[d], free milli of each device.
    """
    total = 0
    for place in range(free.size):
        total += free[place]
    if total == 0:
        return 0.0
    p = np.searchsorted(typical.cpu, cpu, side="right")
    usable = 0.0
    for size in range(typical.size.shape[0]):
        weight = typical.weight[model, size, p]
        if weight == 0.0:
            continue
        enough, room, milli = 0, 0, typical.size[size, 0]
        for place in range(free.size):
            if free[place] >= milli:
                enough += 1
                room += free[place]
        if enough >= typical.size[size, 1]:
            usable += weight * room
    return total - usable


@lean
def fragments_now(state: State, known: Fragments, typical: Typical, node: int) -> float:
    """Return F of a node as it is."""
    row = state.node[node]
    if known.stamp[node] != row[VERSION]:
        free = state.free[node, : row[COUNT]]
        known.now[node] = fragments(typical, row[MODEL], row[CPU], free)
        known.stamp[node] = row[VERSION]
    return known.now[node]


@lean
def fgd_score(
    state: State, asks: Int64, known: Fragments, typical: Typical, node: int, ask: int
) -> tuple[int, int]:
    """Return the score ⌊100 · σ((F_before − F_after) / 1000)⌋ and the device of a share."""
    count, model = state.node[node, COUNT], state.node[node, MODEL]
    before = fragments_now(state, known, typical, node)
    free = known.scratch[:count]
    for place in range(count):
        free[place] = state.free[node, place]
    cpu = state.node[node, CPU] - asks[ask, ASK_CPU]
    if not is_share(asks, ask):
        need = asks[ask, DEVICES]
        for place in range(count):
            if need > 0 and free[place] == MILLI:
                free[place] = 0
                need -= 1
        return _score(before - fragments(typical, model, cpu, free)), -1
    found, top = -1, -1
    for device in range(count):
        if _again(state, node, device) or not device_fits(state, asks, node, ask, device):
            continue
        free[device] -= asks[ask, SHARE]
        score = _score(before - fragments(typical, model, cpu, free))
        free[device] += asks[ask, SHARE]
        if score > top:
            found, top = device, score
    return top, found


@lean
def _again(state: State, node: int, device: int) -> bool:
    """Say whether an earlier device of the node has the same room."""
    for other in range(device):
        alike = state.free[node, other] == state.free[node, device]
        if alike and state.spare[node, other] == state.spare[node, device]:
            return True
    return False


@lean
def _score(gain: float) -> int:
    return int(100.0 / (1.0 + math.exp(-gain / 1000.0)))
