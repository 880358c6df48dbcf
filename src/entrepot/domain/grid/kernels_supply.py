"""Compiled: what is free in the cluster, in all and in blocks, kept up to date node by node."""

from __future__ import annotations

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.kernels_value import mark_of
from entrepot.domain.grid.own import BLOCKS, CPU_OF, DEVICES_OF, MEMORY_OF, MODELS_OF, Own
from entrepot.domain.grid.state import COUNT, CPU, MEMORY, MILLI, MODEL

WHOLE, FIRST_BLOCK = 1, 2
"""Place of the blocks in the part of a node; the types come after them."""


@lean
def whole_free(own: Own, node: int) -> int:
    """Return the number of wholly free devices of a node."""
    whole = 0
    for device in range(own.state.node[node, COUNT]):
        whole += own.state.free[node, device] == MILLI
    return whole


@lean
def room_for(own: Own, type_: int, model: int, cpu: int, memory: int, whole: int) -> int:
    """Return how many requests of a type would fit into what a node has free."""
    row = own.types[type_]
    if not (row[MODELS_OF] >> model) & 1:
        return 0
    found = whole // row[DEVICES_OF]
    if found > 0 and row[CPU_OF] > 0:
        found = min(found, cpu // row[CPU_OF])
    if found > 0 and row[MEMORY_OF] > 0:
        found = min(found, memory // row[MEMORY_OF])
    return found


@lean
def update_supply(own: Own, node: int) -> None:
    """Bring the totals up to date after a change of a node."""
    row, part, total = own.state.node[node], own.part[node], own.total
    free = 0
    for device in range(row[COUNT]):
        free += own.state.free[node, device]
    total[row[MODEL]] += free - part[0]
    part[0] = free
    marks = np.uint64(0)
    for device in range(row[COUNT]):
        marks += mark_of(own.state.free[node, device])
    own.marks[node] = marks
    whole, models = whole_free(own, node), own.model_price.size
    part[WHOLE] = whole
    for block in range(len(BLOCKS)):
        now = whole // BLOCKS[block] * BLOCKS[block]
        total[models + block] += now - part[FIRST_BLOCK + block]
        part[FIRST_BLOCK + block] = now
    room = 0
    for type_ in range(own.weight.size):
        now = room_for(own, type_, row[MODEL], row[CPU], row[MEMORY], whole)
        room |= np.int64(now > 0) << type_
        total[models + len(BLOCKS) + type_] += now - part[FIRST_BLOCK + len(BLOCKS) + type_]
        part[FIRST_BLOCK + len(BLOCKS) + type_] = now
    own.room[node] = room


@lean
def fill_supply(own: Own) -> None:
    """Reckon the totals of all nodes."""
    for node in range(own.state.node.shape[0]):
        update_supply(own, node)
