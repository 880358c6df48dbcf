"""Compiled: does a request fit on a node, which devices does it take, take and give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.state import (
    ASK_CPU,
    ASK_MEMORY,
    COUNT,
    CPU,
    DEVICES,
    MEMORY,
    MILLI,
    MODEL,
    MODELS,
    SHARE,
    SPARE,
    STRENGTH,
    VERSION,
    WEAKEST,
    State,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]


@lean
def device_fits(state: State, asks: Int64, node: int, ask: int, device: int) -> bool:
    """Say whether one device of a node can serve one device of a request."""
    room = state.free[node, device] >= asks[ask, SHARE]
    return room and state.spare[node, device] >= asks[ask, SPARE]


@lean
def fits(state: State, asks: Int64, node: int, ask: int) -> bool:
    """Say whether a request fits on a node as it is now.

    A share needs one device with room and an isolation at least as strong as asked; whole devices
    must be wholly free; CPU, memory, device memory and model must do.
    """
    nodes = state.node  # rows are not cut out: a view costs more than all that is asked of it
    if nodes[node, CPU] < asks[ask, ASK_CPU] or nodes[node, MEMORY] < asks[ask, ASK_MEMORY]:
        return False
    need, count = asks[ask, DEVICES], nodes[node, COUNT]
    if need == 0:
        return True
    if need > count or not (asks[ask, MODELS] >> nodes[node, MODEL]) & 1:
        return False
    if asks[ask, SHARE] < MILLI and nodes[node, STRENGTH] < asks[ask, WEAKEST]:
        return False
    for device in range(count):
        if device_fits(state, asks, node, ask, device):
            need -= 1
            if need == 0:
                return True
    return False


@lean
def is_share(asks: Int64, ask: int) -> bool:
    """Say whether a request asks for a share of one device."""
    return asks[ask, DEVICES] > 0 and asks[ask, SHARE] < MILLI


@lean
def tightest(state: State, asks: Int64, node: int, ask: int) -> int:
    """Return the device of a node with the least room that serves a share; -1 if none does."""
    found, least = -1, MILLI + 1
    for device in range(state.node[node, COUNT]):
        if state.free[node, device] < least and device_fits(state, asks, node, ask, device):
            found, least = device, state.free[node, device]
    return found


@lean
def total_free(state: State, node: int) -> int:
    """Return the free milli of all devices of a node."""
    total = 0
    for device in range(state.node[node, COUNT]):
        total += state.free[node, device]
    return total


@lean
def note_change(state: State, node: int) -> None:
    """Note that a node has changed."""
    state.node[node, VERSION] += 1
    state.log[state.length[0] % state.log.size] = node
    state.length[0] += 1


@lean
def take(state: State, asks: Int64, node: int, ask: int, device: int) -> int:
    """Take what a request asks for from a node.

    Args:
        state, asks, node, ask: as above; the request must fit.
        device: device of a share; whole devices are the first that are wholly free.

    Returns:
        The devices taken, as bits.
    """
    state.node[node, CPU] -= asks[ask, ASK_CPU]
    state.node[node, MEMORY] -= asks[ask, ASK_MEMORY]
    need, taken = asks[ask, DEVICES], 0
    for place in range(state.node[node, COUNT]):
        if need == 0:
            break
        if (device < 0 or place == device) and device_fits(state, asks, node, ask, place):
            state.free[node, place] -= asks[ask, SHARE]
            state.spare[node, place] -= asks[ask, SPARE]
            taken |= 1 << place
            need -= 1
    note_change(state, node)
    return taken


@lean
def give(state: State, asks: Int64, node: int, ask: int, taken: int) -> None:
    """Give back what :func:`take` took.

    Args:
        state, asks, node, ask: as there.
        taken: what it returned.
    """
    state.node[node, CPU] += asks[ask, ASK_CPU]
    state.node[node, MEMORY] += asks[ask, ASK_MEMORY]
    for place in range(state.node[node, COUNT]):
        if (taken >> place) & 1:
            state.free[node, place] += asks[ask, SHARE]
            state.spare[node, place] += asks[ask, SPARE]
    note_change(state, node)
