"""Compiled: the house's own policy, rollout value with prices for what grows scarce.

cost(request, node) = Φ(before) − Φ(after), Φ = V + worth · Σ share of the types that fit,
plus a price for blocks lost, for types that fit no more, and for models that others must have.
The first part is kept by class and node; the prices are common to all nodes that lose alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import compiled
from entrepot.domain.grid.kernels_fit import device_fits, fits, give, is_share, take
from entrepot.domain.grid.kernels_price import price_models, price_signs, sign_of
from entrepot.domain.grid.kernels_supply import FIRST_BLOCK, room_for, update_supply, whole_free
from entrepot.domain.grid.kernels_value import value_of
from entrepot.domain.grid.own import BLOCKS, DEVICES_OF, TYPE_WORTH, Own
from entrepot.domain.grid.state import (
    ASK_CPU,
    ASK_MEMORY,
    COUNT,
    CPU,
    DEVICES,
    KIND,
    MEMORY,
    MILLI,
    MODEL,
    RACK_OF,
    SHARE,
    VERSION,
)

FEW = 64
"""Up to so many stale nodes, it does not pay to look for those that are alike."""

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]


@compiled
def worth_now(own: Own, node: int) -> float:
    """Return V of a node as it is."""
    row = own.state.node[node]
    if own.worth_at[node] != row[VERSION]:
        count = row[COUNT]
        own.scratch[0, :count] = own.state.free[node, :count]
        own.worth[node] = value_of(own, row[MODEL], row[CPU], row[MEMORY], count)
        own.worth_at[node] = row[VERSION]
    return own.worth[node]


@compiled
def worth_after(own: Own, node: int, ask: int, device: int) -> float:
    """Return V of a node after a request has been placed on it.

    Args:
        own, node, ask: as elsewhere; the request must fit.
        device: of a share; whole devices are the first free ones.
    """
    row, asked = own.state.node[node], own.asks[ask]
    count, need = row[COUNT], asked[DEVICES]
    free = own.scratch[0]
    for place in range(count):
        free[place] = own.state.free[node, place]
        if device >= 0:
            if place == device:
                free[place] -= asked[SHARE]
        elif need > 0 and device_fits(own.state, own.asks, node, ask, place):
            free[place] = 0
            need -= 1
    cpu, memory = row[CPU] - asked[ASK_CPU], row[MEMORY] - asked[ASK_MEMORY]
    return value_of(own, row[MODEL], cpu, memory, count)


@compiled
def best_device(own: Own, node: int, ask: int) -> tuple[int, float]:
    """Return the device of least cost for a share, -1 for other requests, and V after."""
    if not is_share(own.asks, ask):
        return -1, worth_after(own, node, ask, -1)
    free, spare = own.state.free[node], own.state.spare[node]
    found, most = -1, -1.0
    for device in range(own.state.node[node, COUNT]):
        if not device_fits(own.state, own.asks, node, ask, device):
            continue
        again = False
        for other in range(device):
            again |= free[other] == free[device] and spare[other] == spare[device]
        if again:
            continue
        worth = worth_after(own, node, ask, device)
        if worth > most:
            found, most = device, worth
    return found, most


@compiled
def base_cost(own: Own, node: int, ask: int) -> float:
    """Return Φ(before) − Φ(after) and note the sign of the loss; infinite where it does not fit."""
    if not fits(own.state, own.asks, node, ask):
        return np.inf
    row, asked = own.state.node[node], own.asks[ask]
    device, after = best_device(own, node, ask)
    cost = worth_now(own, node) - after
    whole = whole_free(own, node)
    left = whole - asked[DEVICES]
    if device >= 0:
        left = whole - (own.state.free[node, device] == MILLI)
    cpu, memory = row[CPU] - asked[ASK_CPU], row[MEMORY] - asked[ASK_MEMORY]
    lost, first = 0, FIRST_BLOCK + len(BLOCKS)
    for type_ in range(own.weight.size):
        if own.part[node, first + type_] == 0:
            continue
        if room_for(own, type_, row[MODEL], cpu, memory, left) == 0:
            cost += own.weights[TYPE_WORTH] * own.weight[type_]
            if asked[DEVICES] < own.types[type_, DEVICES_OF]:
                lost |= 1 << type_
    own.sign[ask, node] = sign_of(own, whole, left, lost)
    return cost


@compiled
def stale_nodes(own: Own, ask: int, stale: Int64) -> int:
    """Write the nodes whose cost for a class is out of date, and return how many they are."""
    state, rows = own.state, own.state.node
    seen, now = own.seen[ask], state.length[0]
    count = 0
    everything = seen < 0 or now - seen >= state.log.size
    for place in range(rows.shape[0] if everything else now - seen):
        node = place if everything else state.log[(seen + place) % state.log.size]
        if own.stamp[ask, node] != rows[node, VERSION]:
            own.stamp[ask, node] = rows[node, VERSION]
            stale[count] = node
            count += 1
    own.seen[ask] = now
    return count


@compiled
def rescore_own(own: Own, ask: int) -> None:
    """Bring the costs of a class up to date; untouched nodes of a kind cost alike."""
    rows, stale = own.state.node, own.stale
    count = stale_nodes(own, ask, stale)
    if count > FEW:
        own.first[:] = -1
    for place in range(count):
        node = stale[place]
        kind, fresh = rows[node, KIND], count > FEW and rows[node, VERSION] == 0
        if fresh and own.first[kind] >= 0:
            own.cost[ask, node] = own.cost[ask, own.first[kind]]
            own.sign[ask, node] = own.sign[ask, own.first[kind]]
            continue
        own.cost[ask, node] = base_cost(own, node, ask)
        if fresh:
            own.first[kind] = node


@compiled
def cheapest_own(own: Own, ask: int, rack: int, server: int) -> int:
    """Return the first node of least cost among those allowed; -1 if the request fits on none."""
    rescore_own(own, ask)
    price_signs(own)
    price_models(own, ask)
    rows, found, least = own.state.node, -1, np.inf
    for node in range(rows.shape[0]):
        cost = own.cost[ask, node]
        if cost == np.inf:
            continue
        cost += own.price[own.sign[ask, node]] + own.model_price[rows[node, MODEL]]
        if cost >= least or (rack >= 0 and rows[node, RACK_OF] != rack):
            continue
        if server < 0 or node == server:
            found, least = node, cost
    return found


@compiled
def put_own(own: Own, node: int, ask: int, device: int) -> int:
    """Put a request on a node, a share on a device; return the devices taken, as bits."""
    taken = take(own.state, own.asks, node, ask, device)
    update_supply(own, node)
    return taken


@compiled
def lift_own(own: Own, node: int, ask: int, taken: int) -> None:
    """Take a request off a node again."""
    give(own.state, own.asks, node, ask, taken)
    update_supply(own, node)


@compiled
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
        device, _worth = best_device(own, node, ask)
        taken[place] = put_own(own, node, ask, device)
    return dropped
