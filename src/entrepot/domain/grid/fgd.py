"""Typical requests of a workload, by which FGD measures how much of a node is a fragment.

F(node) = Σ over typical requests of weight · unusable milli: all free milli of the node where CPU,
model or number of devices does not do, or the request wants no device; else the free milli of the
devices that are too small for it. Memory is no part of it.

Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, and its artifact, 2026-11-21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Requests

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

POPULAR = 0.95
"""The most frequent requests that make up this part of all are typical."""


class Typical(NamedTuple):
    """Typical requests, laid out by size.

    Attributes:
        size: int64[K, 2], distinct milli and number of devices, ascending.
        cpu: int64[P], distinct CPU milli, ascending.
        weight: float64[M, K, P + 1], by model, size and p: weight of the typical requests of the
            size that the model may serve and whose CPU is one of the p least. The weights of all
            typical requests, those without devices included, sum to one.
    """

    size: Int64
    cpu: Int64
    weight: Floats


class Fragments(NamedTuple):
    """Fragments of the nodes as they are, as far as they are known.

    Attributes:
        now: float64[N], F of each node; stamp: int64[N], version of the node it is of, -1 none.
        scratch: int64[D], room for devices.
    """

    now: Floats
    stamp: Int64
    scratch: Int64


def no_fragments(size: int, devices: int) -> Fragments:
    """Return room for so many nodes with so many devices at most; nothing is known yet."""
    return Fragments(
        np.zeros(size), np.full(size, -1, dtype=np.int64), np.zeros(devices, dtype=np.int64)
    )


def typical_of(requests: Requests, models: int) -> Typical:
    """Find the typical requests of a list.

    Args:
        requests: the workload.
        models: number of models.
    """
    columns = (requests.cpu_milli, requests.milli, requests.devices, requests.models)
    distinct, counts = np.unique(np.stack(columns, axis=1), axis=0, return_counts=True)
    # Most frequent first; among equals the larger request, as published.
    keys = [-distinct[:, column] for column in (3, 2, 1, 0)]
    order: Int64 = np.lexsort((*keys, -counts))
    share = counts[order] / max(counts.sum(), 1)
    kept = int(np.searchsorted(np.cumsum(share), POPULAR, side="left")) + 1
    rows, share = distinct[order[:kept]], share[:kept] / share[:kept].sum()
    return _layout(rows, share, models)


def _layout(rows: Int64, share: Floats, models: int) -> Typical:
    gpu = rows[:, 2] > 0
    sizes = np.unique(rows[gpu][:, [1, 2]], axis=0)
    cpu = np.unique(rows[gpu][:, 0])
    weight = np.zeros((max(models, 1), len(sizes), cpu.size + 1))
    for (cpu_milli, milli, devices, allowed), part in zip(
        rows[gpu].tolist(), share[gpu].tolist(), strict=True
    ):
        size = int(np.flatnonzero((sizes[:, 0] == milli) & (sizes[:, 1] == devices))[0])
        place = cpu.tolist().index(cpu_milli) + 1
        for model in range(models):
            if (allowed >> model) & 1:
                weight[model, size, place:] += part
    return Typical(sizes.astype(np.int64), cpu.astype(np.int64), weight)
