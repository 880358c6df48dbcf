"""Compiled: what the free part of a node is worth, by filling it with requests of the usual mix.

V(node) = mean over the sequences of the milli that find room when a sequence is placed on the node
one request after another: a share on the tightest device, whole devices on wholly free ones, and
what does not fit is passed over. The same sequences value every state, so states compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import compiled
from entrepot.domain.grid.own import Own
from entrepot.domain.grid.state import ASK_CPU, ASK_MEMORY, DEVICES, MILLI, SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

LEAST_STEPS = 3
EIGHT = 8
ALLOWED = 4
"""Column of a sequence that holds the allowed models."""


@compiled
def sort_down(free: Int64) -> None:
    """Sort a few numbers in place, largest first."""
    for place in range(1, free.size):
        item, at = free[place], place
        while at > 0 and free[at - 1] < item:
            free[at] = free[at - 1]
            at -= 1
        free[at] = item


@compiled
def fill(roll: Int64, model: int, cpu: int, memory: int, least: int, free: Int64) -> int:
    """Return the milli of one sequence that find room; ``free`` is used up.

    Args:
        roll: int64[L, 5], the sequence.
        model, cpu, memory: of the node.
        least: smallest share that is ever asked for.
        free: int64[d], free milli of the devices.
    """
    left, most, whole = 0, 0, 0
    for place in range(free.size):
        left += free[place]
        most = max(most, free[place])
        whole += free[place] == MILLI
    begun = left
    steps = roll.shape[0]
    for step in range(max(LEAST_STEPS, steps * free.size // EIGHT)):
        row = roll[step % steps]
        need, milli = row[DEVICES], row[SHARE]
        if milli > most or row[ASK_CPU] > cpu or row[ASK_MEMORY] > memory:
            continue
        if need > 0:
            if not (row[ALLOWED] >> model) & 1 or (milli == MILLI and need > whole):
                continue
            fill_one(free, need, milli)
            left -= need * milli
            if left < least:
                break
            most, whole = 0, 0
            for place in range(free.size):
                most = max(most, free[place])
                whole += free[place] == MILLI
        cpu -= row[ASK_CPU]
        memory -= row[ASK_MEMORY]
    return begun - left


@compiled
def fill_one(free: Int64, need: int, milli: int) -> None:
    """Take devices for a request; there must be enough."""
    if milli < MILLI:
        found, least = -1, MILLI + 1
        for place in range(free.size):
            if milli <= free[place] < least:
                found, least = place, free[place]
        free[found] -= milli
        return
    for place in range(free.size):
        if need > 0 and free[place] == MILLI:
            free[place] = 0
            need -= 1


@compiled
def hash_of(model: int, cpu: int, memory: int, free: Int64) -> np.uint64:
    """Return a hash of a state, never 0; the free milli must be sorted."""
    found = np.uint64(0x9E3779B97F4A7C15)
    found = stir(found, np.uint64(model * 64 + free.size))
    found = stir(found, np.uint64(cpu))
    found = stir(found, np.uint64(memory))
    for place in range(free.size):
        found = stir(found, np.uint64(free[place] + 1))
    return found | np.uint64(1)


@compiled
def stir(found: np.uint64, more: np.uint64) -> np.uint64:
    """Mix one more number into a hash."""
    found = (found ^ more) * np.uint64(0xBF58476D1CE4E5B9)
    return found ^ (found >> np.uint64(29))


@compiled
def value_of(own: Own, model: int, cpu: int, memory: int, count: int) -> float:
    """Return V of a state, from the memo where it is known.

    Args:
        own: all that is known; the first row of its scratch holds the free milli of the devices.
        model, cpu, memory, count: the rest of the state.
    """
    free = own.scratch[0, :count]
    sort_down(free)
    if count == 0 or free[0] < own.least[0]:
        return 0.0
    key = hash_of(model, cpu, memory, free)
    last = np.uint64(own.key.size - 1)
    place = (key >> np.uint64(8)) & last
    while own.key[place] != 0:
        if own.key[place] == key:
            return own.value[place]
        place = (place + np.uint64(1)) & last
    total, copy = 0, own.scratch[1, :count]
    for roll in range(own.roll.shape[0]):
        copy[:] = free
        total += fill(own.roll[roll], model, cpu, memory, own.least[0], copy)
    value = total / max(own.roll.shape[0], 1)
    if own.used[0] * 4 > own.key.size * 3:
        own.key[:] = 0
        own.used[0] = 0
        place = (key >> np.uint64(8)) & last
    own.key[place] = key
    own.value[place] = value
    own.used[0] += 1
    return value
