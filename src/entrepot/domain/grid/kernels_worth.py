"""Compiled: what a node is worth now and after a placement, from a memo by state.

A state is the model, the free milli of the devices in any order, and the CPU and memory left to a
few steps a doubling, so that nodes that hardly differ share a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.kernels_fit import device_fits, is_share
from entrepot.domain.grid.kernels_value import fill, key_of, mark_of
from entrepot.domain.grid.own import ENTRIES, Own
from entrepot.domain.grid.rolls import COARSE, SPAN_CPU, SPAN_MEMORY, UNITS
from entrepot.domain.grid.state import (
    ASK_CPU,
    ASK_MEMORY,
    COUNT,
    CPU,
    DEVICES,
    MEMORY,
    MILLI,
    MODEL,
    SHARE,
    VERSION,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Words = NDArray[np.uint64]


@lean
def place_in(memo: Words, key: np.uint64) -> int:
    """Return the place of a hash in the memo, or of the empty place where it belongs."""
    last = np.uint64(memo.shape[0] - 1)
    place = (key >> np.uint64(8)) & last
    while memo[place, 0] != 0 and memo[place, 0] != key:
        place = (place + np.uint64(1)) & last
    return int(np.int64(place))


@lean
def value_of(own: Own, node: int, asks: Int64, ask: int, device: int) -> int:
    """Return R times V of a node after a placement, from the memo where it is known.

    Args:
        own, node, asks: as elsewhere; the request must fit.
        ask: -1 for the node as it is.
        device: of a share; whole devices are the first free ones.
    """
    nodes, free, marks = own.state.node, own.state.free, own.marks[node]
    cpu, memory, count = nodes[node, CPU], nodes[node, MEMORY], nodes[node, COUNT]
    model, need, share = nodes[node, MODEL], 0, 0
    if ask >= 0:
        cpu -= asks[ask, ASK_CPU]
        memory -= asks[ask, ASK_MEMORY]
        need, share = asks[ask, DEVICES], asks[ask, SHARE]
    if device >= 0:
        marks += mark_of(free[node, device] - share) - mark_of(free[node, device])
    elif need > 0:
        marks += np.uint64(need) * (mark_of(0) - mark_of(MILLI))
    span, rank = own.rolls.span, own.rolls.rank
    cpu = rank[COARSE, min(cpu // span[SPAN_CPU], UNITS)]
    memory = rank[COARSE, min(memory // span[SPAN_MEMORY], UNITS)]
    key = key_of(marks, model, count, cpu, memory)
    place = place_in(own.memo, key)
    if own.memo[place, 0] == key:
        return int(np.int64(own.memo[place, 1]))
    begun = own.scratch[0, :count]
    for at in range(count):
        begun[at] = free[node, at]
        if at == device:
            begun[at] -= share
        elif device < 0 and need > 0 and device_fits(own.state, asks, node, ask, at):
            begun[at] = 0
            need -= 1
    found = fill(own.rolls, model, cpu, memory, begun, own.scratch[1])
    keep(own, key, place, found)
    return found


@lean
def keep(own: Own, key: np.uint64, place: int, found: int) -> None:
    """Keep what a state is worth; all is forgotten when half of the memo is full."""
    if own.used[ENTRIES] * 2 > own.memo.shape[0]:
        own.memo[:] = 0
        own.used[ENTRIES] = 0
        place = place_in(own.memo, key)
    own.memo[place, 0] = key
    own.memo[place, 1] = np.uint64(found)
    own.used[ENTRIES] += 1


@lean
def worth_now(own: Own, node: int) -> int:
    """Return R times V of a node as it is."""
    if own.worth_at[node] != own.state.node[node, VERSION]:
        own.worth[node] = value_of(own, node, own.group, -1, -1)
        own.worth_at[node] = own.state.node[node, VERSION]
    return own.worth[node]


@lean
def best_device(own: Own, node: int, asks: Int64, ask: int) -> tuple[int, int]:
    """Return the device of least cost for a share, -1 for other requests, and R times V after."""
    if not is_share(asks, ask):
        return -1, value_of(own, node, asks, ask, -1)
    free, spare = own.state.free, own.state.spare
    found, most = -1, -1
    for device in range(own.state.node[node, COUNT]):
        if not device_fits(own.state, asks, node, ask, device):
            continue
        again = False
        for other in range(device):
            same = free[node, other] == free[node, device]
            again |= same and spare[node, other] == spare[node, device]
        if again:
            continue
        worth = value_of(own, node, asks, ask, device)
        if worth > most:
            found, most = device, worth
    return found, most
