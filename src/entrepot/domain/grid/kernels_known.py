"""Compiled: place requests one by one under one of the known policies.

Costs are kept by class and node, and every node bears a version, so a placement makes one cost of
each class stale. Of each block of 64 nodes the best is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.kernels_fgd import fgd_score
from entrepot.domain.grid.kernels_fit import device_fits, give, is_share, take, tightest
from entrepot.domain.grid.kernels_score import FGD, RANDOM, cost_of, size_of
from entrepot.domain.grid.known import Known
from entrepot.domain.grid.state import (
    BLOCK,
    BLOCK_BITS,
    COUNT,
    DEVICES,
    KIND,
    RACK_OF,
    VERSION,
    Scores,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

TRIES = 32


@lean
def next_random(dice: Int64) -> int:
    """Return the next of a fixed sequence of numbers from 1 to 2³¹ − 2 (Park and Miller)."""
    dice[0] = dice[0] * 48271 % 2147483647
    return dice[0]


@lean
def keep(scores: Scores, node: int, ask: int, cost: float) -> None:
    """Keep a new cost and the best of its block."""
    block = node >> BLOCK_BITS
    scores.cost[ask, node] = cost
    best, place = scores.best[ask, block], scores.place[ask, block]
    if cost < best or (cost == best and node < place):
        scores.best[ask, block] = cost
        scores.place[ask, block] = node
    elif place == node:
        first = block << BLOCK_BITS
        best = np.inf
        for other in range(first, min(first + BLOCK, scores.cost.shape[1])):
            if scores.cost[ask, other] < best:
                best = scores.cost[ask, other]
                place = other
        scores.best[ask, block] = best
        scores.place[ask, block] = place


@lean
def rescore_all(known: Known, policy: int, ask: int) -> None:
    """Bring the costs of a class on all nodes up to date; untouched nodes of a kind cost alike."""
    rows, scores = known.state.node, known.scores
    touched, fresh = rows.shape[0], known.fresh
    fresh[:] = np.nan
    for node in range(rows.shape[0]):
        version, kind = rows[node, VERSION], rows[node, KIND]
        if scores.stamp[ask, node] == version:
            continue
        scores.stamp[ask, node] = version
        slot = kind if version == 0 else touched
        if slot == touched or np.isnan(fresh[slot]):
            fresh[slot] = cost_of(known, policy, node, ask)
        keep(scores, node, ask, float(fresh[slot]))


@lean
def rescore(known: Known, policy: int, ask: int) -> None:
    """Bring the costs of a class up to date."""
    state, scores = known.state, known.scores
    seen, now = scores.seen[ask], state.length[0]
    if seen < 0 or now - seen >= state.log.size:
        rescore_all(known, policy, ask)
    else:
        for place in range(seen, now):
            node = state.log[place % state.log.size]
            if scores.stamp[ask, node] != state.node[node, VERSION]:
                scores.stamp[ask, node] = state.node[node, VERSION]
                keep(scores, node, ask, cost_of(known, policy, node, ask))
    scores.seen[ask] = now


@lean
def allowed(known: Known, node: int, rack: int, server: int) -> bool:
    """Say whether a node lies in a rack and is a server; -1 allows any."""
    return (rack < 0 or known.state.node[node, RACK_OF] == rack) and (server < 0 or node == server)


@lean
def cheapest(known: Known, policy: int, ask: int, rack: int, server: int) -> int:
    """Return the first node of least cost among those allowed; -1 if the request fits on none."""
    rescore(known, policy, ask)
    scores = known.scores
    found, least = -1, np.inf
    if rack < 0 and server < 0:
        for block in range(scores.best.shape[1]):
            if scores.best[ask, block] < least:
                least = scores.best[ask, block]
                found = scores.place[ask, block]
        return found
    for node in range(known.state.node.shape[0]):
        if scores.cost[ask, node] < least and allowed(known, node, rack, server):
            found, least = node, scores.cost[ask, node]
    return found


@lean
def any_node(known: Known, policy: int, ask: int, rack: int, server: int) -> int:
    """Return one of the nodes that fit, each as likely as any other; -1 if none fits."""
    rescore(known, policy, ask)
    scores, size = known.scores, known.state.node.shape[0]
    least = np.inf
    for block in range(scores.best.shape[1]):
        least = min(least, scores.best[ask, block])
    if least == np.inf:
        return -1
    for _ in range(TRIES):
        node = next_random(known.dice) % size
        if scores.cost[ask, node] < np.inf and allowed(known, node, rack, server):
            return node
    found, count = -1, 0
    for block in range(scores.best.shape[1]):
        if scores.best[ask, block] == np.inf:
            continue
        first = block << BLOCK_BITS
        for node in range(first, min(first + BLOCK, size)):
            if scores.cost[ask, node] < np.inf and allowed(known, node, rack, server):
                count += 1
                if next_random(known.dice) % count == 0:
                    found = node
    return found


@lean
def any_device(known: Known, node: int, ask: int) -> int:
    """Return one of the devices that serve a share, each as likely as any other."""
    found, count = -1, 0
    for device in range(known.state.node[node, COUNT]):
        if device_fits(known.state, known.asks, node, ask, device):
            count += 1
            if next_random(known.dice) % count == 0:
                found = device
    return found


@lean
def device_for(known: Known, policy: int, node: int, ask: int) -> int:
    """Return the device on which a share is placed; -1 where the request wants no share."""
    if not is_share(known.asks, ask):
        return -1
    if policy == RANDOM:
        return any_device(known, node, ask)
    if policy == FGD:
        state, asks = known.state, known.asks
        return fgd_score(state, asks, known.fragments, known.typical, node, ask)[1]
    return tightest(known.state, known.asks, node, ask)


@lean
def put_known(known: Known, node: int, ask: int, device: int) -> int:
    """Put a request on a node, a share on a device; return the devices taken, as bits."""
    if known.asks[ask, DEVICES] > 0:
        known.tenants[node, size_of(known.asks, ask)] += 1
    return take(known.state, known.asks, node, ask, device)


@lean
def lift_known(known: Known, node: int, ask: int, taken: int) -> None:
    """Take a request off a node again."""
    give(known.state, known.asks, node, ask, taken)
    if known.asks[ask, DEVICES] > 0:
        known.tenants[node, size_of(known.asks, ask)] -= 1


@lean
def place_known(
    known: Known, policy: int, order: Int64, rack: int, server: int, nodes: Int64, taken: Int64
) -> int:
    """Place requests one after another; what fits nowhere is dropped.

    Args:
        known: all that is known.
        policy: number of the policy.
        order: int64[A], classes of the requests.
        rack, server: where alone they may lie, -1 anywhere.
        nodes: int64[A], filled: node of each, -1 dropped.
        taken: int64[A], filled: devices of each, as bits.

    Returns:
        How many were dropped.
    """
    dropped = 0
    for place in range(order.size):
        ask = order[place]
        if policy == RANDOM:
            node = any_node(known, policy, ask, rack, server)
        else:
            node = cheapest(known, policy, ask, rack, server)
        nodes[place] = node
        if node < 0:
            dropped += 1
            continue
        device = device_for(known, policy, node, ask)
        taken[place] = put_known(known, node, ask, device)
    return dropped
