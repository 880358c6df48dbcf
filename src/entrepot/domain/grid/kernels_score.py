"""Compiled: what a node costs a request under each of the known policies; the least is chosen.

The scores are those of the published comparison of policies (FGD, USENIX ATC 2023, and its
artifact): whole numbers from 0 to 100, cut off, of which the highest wins and ties go to the first
node. A cost is the negative of a score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.kernels_fgd import fgd_score
from entrepot.domain.grid.kernels_fit import fits, is_share, total_free
from entrepot.domain.grid.known import Known
from entrepot.domain.grid.state import ASK_CPU, COUNT, CPU, DEVICES, MILLI, SHARE, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

RANDOM, BEST_FIT, DOT_PRODUCT, PACKING, CLUSTERING, FGD = range(6)
CPU_MOST = 128_000
"""CPU milli of the largest node of the published comparison, by which scores are scaled."""
GPU_MOST = 8_000
TOP = 100


@lean
def size_of(asks: Int64, ask: int) -> int:
    """Return the size by which clustering groups: 0 a share, else the number of devices."""
    return 0 if asks[ask, SHARE] < MILLI else asks[ask, DEVICES]


@lean
def best_fit_score(state: State, asks: Int64, node: int, ask: int) -> int:
    """Return 100 · (1 − ½ (cpu left / most + GPU left / most)) after the placement."""
    cpu = (state.node[node, CPU] - asks[ask, ASK_CPU]) / CPU_MOST * 0.5
    left = total_free(state, node) - asks[ask, DEVICES] * asks[ask, SHARE]
    return int((1.0 - (cpu + left / GPU_MOST * 0.5)) * TOP)


@lean
def dot_product_score(state: State, asks: Int64, node: int, ask: int) -> int:
    """Return 100 · (1 − ½ Σ free · asked), both scaled by the largest node."""
    cpu = (state.node[node, CPU] / CPU_MOST) * (asks[ask, ASK_CPU] / CPU_MOST)
    asked = asks[ask, DEVICES] * asks[ask, SHARE]
    gpu = (total_free(state, node) / GPU_MOST) * (asked / GPU_MOST)
    return int((1.0 - (cpu + gpu) / 2.0) * TOP)


@lean
def packing_score(state: State, asks: Int64, node: int, ask: int) -> int:
    """Prefer devices in use, then free devices of a node in use, then untouched nodes."""
    if asks[ask, DEVICES] == 0:
        return 0
    whole, count = 0, state.node[node, COUNT]
    for device in range(count):
        whole += state.free[node, device] == MILLI
    if whole == count:
        return max(TOP // 3 - whole, whole)
    if not is_share(asks, ask):
        return max(TOP // 2 - asks[ask, DEVICES], TOP // 3)
    least = MILLI
    for device in range(count):
        if asks[ask, SHARE] <= state.free[node, device] < least:
            least = state.free[node, device]
    if least == MILLI:
        return TOP // 2 - 1
    return max(TOP - (least * 100 // MILLI) // 10, TOP // 2)


@lean
def clustering_score(state: State, asks: Int64, tenants: Int64, node: int, ask: int) -> int:
    """Prefer nodes that serve requests of the same size only, then also, then idle nodes."""
    if asks[ask, DEVICES] == 0:
        return 0
    used = TOP // 4 * (GPU_MOST - total_free(state, node)) // GPU_MOST
    sizes = 0
    for size in range(tenants.shape[1]):
        sizes += tenants[node, size] > 0
    if tenants[node, size_of(asks, ask)] > 0:
        return used + (TOP * 3 // 4 if sizes == 1 else TOP // 2)
    return used + (TOP // 4 if sizes == 0 else 0)


@lean
def cost_of(known: Known, policy: int, node: int, ask: int) -> float:
    """Return what a node costs a request; infinite where it does not fit."""
    state, asks = known.state, known.asks
    if not fits(state, asks, node, ask):
        return np.inf
    if policy == BEST_FIT:
        return -float(best_fit_score(state, asks, node, ask))
    if policy == FGD:
        return -float(fgd_score(state, asks, known.fragments, known.typical, node, ask)[0])
    if policy == DOT_PRODUCT:
        return -float(dot_product_score(state, asks, node, ask))
    if policy == PACKING:
        return -float(packing_score(state, asks, node, ask))
    if policy == CLUSTERING:
        return -float(clustering_score(state, asks, known.tenants, node, ask))
    return 0.0
