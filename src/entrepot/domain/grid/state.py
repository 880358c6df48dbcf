"""What the compiled loops work on: nodes and classes of requests as rows of integers.

A row of eight numbers is one line of the processor's cache. A device has 1000 milli. A node without
a device at a place of its row of devices has -1 there, so that nothing ever fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Nodes, Requests

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

MILLI = 1000
BLOCK_BITS = 6
BLOCK = 1 << BLOCK_BITS
"""Nodes in a block, of which the best is kept."""

CPU, MEMORY, COUNT, MODEL, STRENGTH, KIND, VERSION, RACK_OF = range(8)
"""Columns of a node: free CPU milli and memory MiB, devices, number of their model, strongest
isolation of a share, nodes alike when empty, how often it has changed, number of the rack."""

ASK_CPU, ASK_MEMORY, DEVICES, SHARE, MODELS, WEAKEST, SPARE = range(7)
"""Columns of a class of requests: CPU milli, memory MiB, devices, milli of each, allowed models as
bits, weakest isolation that is good enough, device memory MiB of each device."""


class State(NamedTuple):
    """Nodes as they are now.

    Attributes:
        node: int64[N, 8], see :data:`CPU` and its fellows.
        free: int64[N, D], free milli of each device, -1 where there is none.
        spare: int64[N, D], free device memory MiB.
        log: int64[L], nodes in the order in which they changed, round and round.
        length: int64[1], how many changes there have been.
    """

    node: Int64
    free: Int64
    spare: Int64
    log: Int64
    length: Int64


class Scores(NamedTuple):
    """Costs of every class on every node, as far as they are known.

    Attributes:
        cost: float64[C, N], infinite where the class does not fit.
        stamp: int64[C, N], version of the node that the cost is of, -1 never.
        seen: int64[C], how many changes are taken in; -1 none.
        best: float64[C, B], least cost of each block of nodes; place: int64[C, B], its node.
    """

    cost: Floats
    stamp: Int64
    seen: Int64
    best: Floats
    place: Int64


def empty_state(nodes: Nodes) -> State:
    """Return the nodes with nothing on them."""
    size = len(nodes.names)
    most = int(nodes.devices.max(initial=1))
    there = np.arange(most)[None, :] < nodes.devices[:, None]
    row = np.zeros((size, 8), dtype=np.int64)
    row[:, CPU] = nodes.cpu_milli
    row[:, MEMORY] = nodes.memory_mib
    row[:, COUNT] = nodes.devices
    row[:, MODEL] = nodes.model
    row[:, STRENGTH] = nodes.strength
    row[:, RACK_OF] = nodes.rack
    alike = np.concatenate((row[:, : STRENGTH + 1], nodes.device_memory_mib[:, None]), axis=1)
    _distinct, kind = np.unique(alike, axis=0, return_inverse=True)
    row[:, KIND] = kind.reshape(-1)
    return State(
        node=row,
        free=np.where(there, MILLI, -1).astype(np.int64),
        spare=np.where(there, nodes.device_memory_mib[:, None], 0).astype(np.int64),
        log=np.zeros(max(size, 1), dtype=np.int64),
        length=np.zeros(1, dtype=np.int64),
    )


def rows_of(requests: Requests) -> Int64:
    """Return what each request asks as a row, see :data:`ASK_CPU` and its fellows."""
    columns = (
        requests.cpu_milli, requests.memory_mib, requests.devices, requests.milli,
        requests.models, requests.strength, requests.device_memory_mib,
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.int64)


def classes_of(rows: Int64) -> tuple[Int64, Int64]:
    """Return the distinct rows, and the number of each row among them."""
    distinct, of = np.unique(rows, axis=0, return_inverse=True)
    return np.ascontiguousarray(distinct), of.reshape(-1).astype(np.int64)


def no_scores(classes: int, size: int) -> Scores:
    """Return scores of which none is known yet."""
    blocks = (size + BLOCK - 1) // BLOCK
    return Scores(
        cost=np.full((classes, size), np.inf),
        stamp=np.full((classes, size), -1, dtype=np.int64),
        seen=np.full(classes, -1, dtype=np.int64),
        best=np.full((classes, blocks), np.inf),
        place=np.full((classes, blocks), -1, dtype=np.int64),
    )
