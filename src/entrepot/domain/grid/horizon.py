"""How far the values look ahead, found by trying: part of the cluster is filled with the usual mix.

A free piece that only small requests fit is filled in time, so values that look far ahead think
little of it. Where few small ones are among those that still come, it stands idle until then, and
values do better to count only requests for about as much as a node has free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.fgd import no_fragments, typical_of
from entrepot.domain.grid.known import Known
from entrepot.domain.grid.mix import Mix, learn
from entrepot.domain.grid.model import Requests
from entrepot.domain.grid.own import Own, own_of
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.rolls import FAR, NEAR, Rolls, rolls_of
from entrepot.domain.grid.state import (
    DEVICES,
    MILLI,
    SHARE,
    State,
    empty_state,
    no_scores,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Nodes

    Int64 = NDArray[np.int64]

TRIED_DEVICES = 480
TRIED_REQUESTS = 4_000
"""Most devices, and most requests, of the part of a cluster that is filled."""
TRY_SEED = 20_251_121
BEGIN = 0.9
"""What is allocated counts from where this part of the cluster is asked for, until all of it is."""
TRY_FROM, TRY_UNTIL = 0.1, 0.6
"""Parts of a cluster in use between which horizons are tried: before, it matters little."""
TRIES_KEPT = 4
GAIN_LEAST = 0.25
"""What looking near must gain, in the largest requests, as the mean of the tries kept."""


def sequences(nodes: Nodes, asks: Int64, counts: Int64, far: int) -> Rolls:
    """Draw the sequences by which nodes are valued.

    Args:
        nodes: the cluster, empty.
        asks: int64[C, 7], classes; counts: int64[C], requests seen of each.
        far: how far they look ahead.
    """
    most = (int(nodes.cpu_milli.max(initial=1)), int(nodes.memory_mib.max(initial=1)))
    return rolls_of(asks, counts, most, max(len(nodes.models), 1), far)


def ready(state: State, asks: Int64, nodes: Nodes, mix: Mix, weights: tuple[float, ...]) -> Own:
    """Lay out the house's own policy.

    Args:
        state: nodes as they are now, of all or of part of the cluster.
        asks: int64[C, 7], classes.
        nodes: the cluster, empty.
        mix: what is asked for.
        weights: constants of the policy.
    """
    from entrepot.domain.grid.kernels_supply import fill_supply

    own = own_of(state, asks, len(nodes.models), mix, weights)
    fill_supply(own)
    return own


def gain_of_near(nodes: Nodes, asks: Int64, counts: Int64, weights: tuple[float, ...]) -> float:
    """Return what is gained by looking near, counted in the largest requests that come.

    It is the lesser of what values that look near, and FGD, allocate, less what values that look
    far do: one bad draw does not make both look better.

    Args:
        nodes: the cluster, empty.
        asks: int64[C, 7], classes; counts: int64[C], requests seen of each.
        weights: constants of the policy.
    """
    from entrepot.domain.grid.kernels_known import place_known
    from entrepot.domain.grid.kernels_own import place_own

    milli = int(np.maximum(part_of(nodes).free, 0).sum())
    order = arrivals(asks, counts, milli)
    asked = asks[order, DEVICES] * asks[order, SHARE]
    found: list[float] = []
    for far in (FAR, NEAR):
        node, taken = np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)
        mix = learn(asks, counts, sequences(nodes, asks, counts, far))
        own = ready(part_of(nodes), asks, nodes, mix, weights)
        place_own(own, order, -1, -1, node, taken)
        found.append(allocated(asked, node, milli))
    if found[1] > found[0]:
        node, taken = np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)
        known = _fgd(part_of(nodes), asks, counts, len(nodes.models))
        place_known(known, Policy.FGD.number, order, -1, -1, node, taken)
        found.append(allocated(asked, node, milli))
    return (min(found[1:]) - found[0]) / max(int(asked.max(initial=0)), MILLI)


def part_of(nodes: Nodes) -> State:
    """Return some nodes of a cluster, always the same, with nothing on them."""
    whole = empty_state(nodes)
    order = np.random.Generator(np.random.PCG64(TRY_SEED)).permutation(len(nodes.names))
    stop = int(np.searchsorted(np.cumsum(nodes.devices[order]), TRIED_DEVICES)) + 1
    rows = np.sort(order[:stop])
    return whole._replace(node=whole.node[rows], free=whole.free[rows], spare=whole.spare[rows])


def arrivals(asks: Int64, counts: Int64, milli: int) -> Int64:
    """Draw classes of requests by how often each was seen until so many milli are asked for."""
    rng = np.random.Generator(np.random.PCG64(TRY_SEED))
    edges = np.cumsum(counts) / counts.sum()
    drawn = np.searchsorted(edges, rng.random(TRIED_REQUESTS), side="right")
    order = np.minimum(drawn, counts.size - 1).astype(np.int64)
    asked = np.cumsum(asks[order, DEVICES] * asks[order, SHARE])
    return order[: int(np.searchsorted(asked, milli)) + 1]


def allocated(asked: Int64, node: Int64, milli: int) -> float:
    """Return the mean of the milli allocated over the last arrivals.

    Args:
        asked: int64[A], milli asked by each request; node: int64[A], where it lies, -1 dropped.
        milli: milli of the nodes.

    >>> allocated(np.array([900, 100, 50]), np.array([0, -1, 0]), 1000)
    916.6666666666666
    """
    sums = np.cumsum(np.where(node >= 0, asked, 0))
    late = np.cumsum(asked) >= BEGIN * milli
    return float(sums[late].mean()) if late.any() else 0.0


def _fgd(state: State, asks: Int64, counts: Int64, models: int) -> Known:
    """Lay out FGD, with what has been seen as the workload."""
    rows = np.repeat(asks, counts, axis=0)
    none = np.zeros(len(rows), dtype=np.int64)
    cpu, memory, devices, share, allowed, weakest, spare = (column.copy() for column in rows.T)
    seen = Requests(
        ("",) * len(rows), cpu, memory, devices, share, allowed, weakest, spare, none - 1, none
    )
    size, most = state.free.shape
    return Known(
        state=state,
        asks=asks,
        scores=no_scores(len(asks), size),
        typical=typical_of(seen, models),
        fragments=no_fragments(size, most),
        tenants=np.zeros((size, most + 1), dtype=np.int64),
        dice=np.ones(1, dtype=np.int64),
        fresh=np.full(size + 1, np.nan),
    )
