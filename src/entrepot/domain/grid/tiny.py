"""A tiny cluster, to try things on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.model import ANY_MODEL, Nodes, Requests

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]


def tiny_cluster() -> tuple[Nodes, Requests]:
    """Return two nodes of two devices each, and five requests.

    >>> nodes, requests = tiny_cluster()
    >>> nodes.milli, int(requests.asked.sum())
    (4000, 3500)
    """
    two, five = np.ones(2, dtype=np.int64), np.ones(5, dtype=np.int64)
    nodes = Nodes(
        names=("a", "b"),
        models=("X",),
        cpu_milli=two * 8000,
        memory_mib=two * 16384,
        devices=two * 2,
        model=two * 0,
        strength=two * 4,
        device_memory_mib=two * 0,
        rack=np.arange(2, dtype=np.int64),
    )
    requests = Requests(
        names=("v", "w", "x", "y", "z"),
        cpu_milli=five * 1000,
        memory_mib=five * 1024,
        devices=np.array([2, 1, 1, 0, 1], dtype=np.int64),
        milli=np.array([1000, 500, 250, 0, 750], dtype=np.int64),
        models=five * ANY_MODEL,
        strength=five * 0,
        device_memory_mib=five * 0,
        gang=five * -1,
        affinity=five * 0,
    )
    return nodes, requests
