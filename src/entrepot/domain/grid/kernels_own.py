"""Compiled: the house's own policy, rollout value with prices for what grows scarce.

cost(request, node) = Φ(before) − Φ(after), Φ = V + worth · Σ share of the types that fit,
plus a price for blocks lost, for types that fit no more, and for models that others must have.
What V loses is kept by node and group of requests that are nearly alike; all the rest is common to
the nodes that lose alike, and is reckoned by what they lose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.kernels_fit import fits, give, take
from entrepot.domain.grid.kernels_price import price_models, price_signs, sign_of
from entrepot.domain.grid.kernels_supply import WHOLE, update_supply
from entrepot.domain.grid.kernels_value import lowest
from entrepot.domain.grid.kernels_worth import best_device, worth_now
from entrepot.domain.grid.own import CPU_OF, DEVICES_OF, MEMORY_OF, PRICED_AT, Own
from entrepot.domain.grid.state import (
    ASK_CPU,
    ASK_MEMORY,
    CPU,
    DEVICES,
    KIND,
    MEMORY,
    MILLI,
    RACK_OF,
    VERSION,
)

PRICES_KEPT = 8
"""Prices are reckoned anew after so many changes: they move slowly."""
FEW = 64
"""Up to so many stale nodes, it does not pay to look for those that are alike."""

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]


@lean
def base_cost(own: Own, node: int, group: int) -> float:
    """Return V before − V after and note the sign of the loss; infinite where it does not fit."""
    if not fits(own.state, own.group, node, group):
        return np.inf
    nodes, asked = own.state.node, own.group
    device, after = best_device(own, node, own.group, group)
    cost = (worth_now(own, node) - after) / own.rolls.step.shape[0]
    whole = own.part[node, WHOLE]
    left = whole - asked[group, DEVICES]
    if device >= 0:
        left = whole - (own.state.free[node, device] == MILLI)
    cpu = nodes[node, CPU] - asked[group, ASK_CPU]
    memory = nodes[node, MEMORY] - asked[group, ASK_MEMORY]
    types = own.types
    lost, more, rest = 0, 0, own.room[node]
    while rest:
        type_ = lowest(np.uint64(rest))
        rest &= rest - 1
        size = types[type_, DEVICES_OF]
        if left < size or cpu < types[type_, CPU_OF] or memory < types[type_, MEMORY_OF]:
            lost |= 1 << type_
            if asked[group, DEVICES] < size:
                more |= 1 << type_
    own.sign[group, node] = sign_of(own, whole, left, lost, more)
    return cost


@lean
def stale_nodes(own: Own, group: int, stale: Int64) -> int:
    """Write the nodes whose cost for a group is out of date, and return how many they are."""
    state, rows = own.state, own.state.node
    seen, now = own.seen[group], state.length[0]
    count = 0
    everything = seen < 0 or now - seen >= state.log.size
    for place in range(rows.shape[0] if everything else now - seen):
        node = place if everything else state.log[(seen + place) % state.log.size]
        if own.stamp[group, node] != rows[node, VERSION]:
            own.stamp[group, node] = rows[node, VERSION]
            stale[count] = node
            count += 1
    own.seen[group] = now
    return count


@lean
def rescore_own(own: Own, group: int) -> None:
    """Bring the costs of a group up to date; untouched nodes of a kind cost alike."""
    rows, stale = own.state.node, own.stale
    count = stale_nodes(own, group, stale)
    if count > FEW:
        own.first[:] = -1
    for place in range(count):
        node = stale[place]
        kind, fresh = rows[node, KIND], count > FEW and rows[node, VERSION] == 0
        if fresh and own.first[kind] >= 0:
            own.cost[group, node] = own.cost[group, own.first[kind]]
            own.sign[group, node] = own.sign[group, own.first[kind]]
            continue
        own.cost[group, node] = base_cost(own, node, group)
        if fresh:
            own.first[kind] = node


@lean
def cheapest_own(own: Own, ask: int, rack: int, server: int) -> int:
    """Return the first node of least cost among those allowed; -1 if the request fits on none."""
    group = own.alike[ask]
    rescore_own(own, group)
    if own.used[PRICED_AT] < 0 or own.state.length[0] - own.used[PRICED_AT] >= PRICES_KEPT:
        price_signs(own)
        own.used[PRICED_AT] = own.state.length[0]
    price_models(own, ask)
    found, least = -1, np.inf
    cost, sign, price = own.cost[group], own.sign[group], own.price
    model, model_price = own.model, own.model_price
    for node in range(cost.size):
        # No look at the cost first: a branch that goes either way is dearer than two sums.
        now = cost[node] + price[sign[node]] + model_price[model[node]]
        if now >= least or not fits(own.state, own.asks, node, ask):
            continue
        if rack >= 0 and own.state.node[node, RACK_OF] != rack:
            continue
        if server < 0 or node == server:
            found, least = node, now
    return found


@lean
def put_own(own: Own, node: int, ask: int, device: int) -> int:
    """Put a request on a node, a share on a device; return the devices taken, as bits."""
    taken = take(own.state, own.asks, node, ask, device)
    update_supply(own, node)
    return taken


@lean
def lift_own(own: Own, node: int, ask: int, taken: int) -> None:
    """Take a request off a node again."""
    give(own.state, own.asks, node, ask, taken)
    update_supply(own, node)


@lean
def place_own(own: Own, order: Int64, rack: int, server: int, nodes: Int64, taken: Int64) -> int:
    """Place requests one after another; what fits nowhere is dropped.

    Args:
        own: all that is known.
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
        node = cheapest_own(own, ask, rack, server)
        nodes[place] = node
        if node < 0:
            dropped += 1
            continue
        device, _worth = best_device(own, node, own.asks, ask)
        taken[place] = put_own(own, node, ask, device)
    return dropped
