"""Compiled: what the free part of a node is worth, by filling it with requests of the usual mix.

V(node) = mean over the sequences of the milli that find room when a sequence is placed on the node
one request after another: a share on the tightest device, whole devices on wholly free ones, and
what does not fit is passed over. The same sequences value every state, so states compare. What
finds no room costs no time: the next that does is the lowest bit of the masks of what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.rolls import (
    AT_GPU,
    AT_MODEL,
    AT_WHOLE,
    LEAST,
    LOOK,
    MOST_NEED,
    STEPS,
    Rolls,
)
from entrepot.domain.grid.state import MILLI

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Words = NDArray[np.uint64]

LEAST_STEPS = 3
MORE_STEPS = 2
"""Steps beyond those that ask for so many times what is free."""
EIGHT = 8
CONSTANT = 0x03F79D71B4CB0A89
ALL = np.uint64((1 << 64) - 1)
PLACES = np.argsort([(CONSTANT << bit) % (1 << 64) >> 58 for bit in range(64)])
"""Place of the lowest bit, by the top bits of its product with a de Bruijn constant."""


@lean
def lowest(word: np.uint64) -> int:
    """Return the place of the lowest bit of a word that is not 0."""
    alone = word & (~word + np.uint64(1))
    return PLACES[(alone * np.uint64(CONSTANT)) >> np.uint64(58)]


@lean
def stir(found: np.uint64, more: np.uint64) -> np.uint64:
    """Mix one more number into a hash."""
    found = (found ^ more) * np.uint64(0xBF58476D1CE4E5B9)
    return found ^ (found >> np.uint64(29))


@lean
def mark_of(free: int) -> np.uint64:
    """Return the hash of a device; those of a node are added up, so their order is no matter."""
    found = np.uint64(free + 1) * np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


@lean
def key_of(marks: np.uint64, model: int, count: int, cpu: int, memory: int) -> np.uint64:
    """Return the hash of a state, never 0.

    Args:
        marks: sum of the hashes of its devices.
        model, count: model and number of devices.
        cpu, memory: in units.
    """
    rest = ((model * 64 + count) << 24) | (cpu << 12) | memory
    return stir(marks, np.uint64(rest)) | np.uint64(1)


@lean
def fill(rolls: Rolls, model: int, cpu: int, memory: int, free: Int64, part: Int64) -> int:
    """Return the milli of all sequences that find room.

    Args:
        rolls: the sequences.
        model: of the node; cpu, memory: what it has left, in units.
        free: int64[d], free milli of the devices; those of no use are lost.
        part: int64[d], room for those in use.
    """
    step, mask, rank, span = rolls.step, rolls.mask, rolls.rank, rolls.span
    limit = max(LEAST_STEPS, STEPS * free.size // EIGHT)
    full, parts, whole = 0, 0, 0
    for place in range(free.size):
        whole += free[place]
        if free[place] == MILLI:
            full += 1
        elif free[place] >= span[LEAST]:
            free[parts] = free[place]
            parts += 1
    if full + parts == 0:
        return 0
    limit = min(limit, span[LOOK] * whole // (MILLI * MILLI) + MORE_STEPS)
    total, left = 0, (cpu, memory, full)
    by_model, by_gpu = span[AT_MODEL] + model, span[AT_GPU]
    by_cpu, by_memory = rank[1, cpu], rank[2, memory]
    by_room = room_row(rolls, full, free, parts)
    for roll in range(step.shape[0]):
        good = mask[by_room, roll] & mask[by_model, roll] & mask[by_cpu, roll]
        good &= mask[by_memory, roll]
        if good & mask[by_gpu, roll] == 0:
            continue
        for place in range(parts):
            part[place] = free[place]
        total += fill_one(rolls, roll, good, limit, left, part, parts)
    return total


@lean
def room_row(rolls: Rolls, full: int, part: Int64, parts: int) -> int:
    """Return the row of the mask by what is free on devices: wholly free ones, or the most free."""
    if full:
        return rolls.span[AT_WHOLE] + min(full, rolls.span[MOST_NEED])
    most = 0
    for place in range(parts):
        most = max(most, part[place])
    return rolls.rank[0, most]


@lean
def take_share(part: Int64, parts: int, milli: int, least: int) -> tuple[int, int]:
    """Take a share from the tightest device in use, else from a wholly free one.

    Args:
        part: int64[parts], free milli of the devices in use; what is left goes there.
        milli: of the share; least: a device with less than this is of no use.

    Returns:
        Devices in use and of use after it, and wholly free devices taken.
    """
    device, tight = parts, MILLI
    for place in range(parts):
        if milli <= part[place] < tight:
            device, tight = place, part[place]
    fresh = device == parts
    parts += fresh
    part[device] = tight - milli
    if tight - milli < least:
        parts -= 1
        part[device] = part[parts]
    return parts, int(fresh)


@lean
def fill_one(
    rolls: Rolls,
    roll: int,
    good: np.uint64,
    limit: int,
    left: tuple[int, int, int],
    part: Int64,
    parts: int,
) -> int:
    """Return the milli of one sequence that find room; ``part`` is used up.

    Args:
        rolls, roll: as above.
        good: steps that may be taken; limit: most steps, round and round.
        left: CPU, memory, and wholly free devices.
        part: int64[parts], free milli of those in use.
    """
    step, mask, rank = rolls.step, rolls.mask, rolls.rank
    gpu, found = mask[rolls.span[AT_GPU], roll], 0
    cpu, memory, full = left
    while limit > 0 and good & gpu:
        now = good
        if limit < STEPS:
            now &= (np.uint64(1) << np.uint64(limit)) - np.uint64(1)
        limit -= STEPS
        wanted = gpu if limit <= 0 else ALL  # what asks for no device counts if more comes after
        while now & wanted:
            at = lowest(now)
            now &= ALL << np.uint64(at) << np.uint64(1)
            cpu -= step[roll, at, 0]
            memory -= step[roll, at, 1]
            good &= mask[rank[1, cpu], roll] & mask[rank[2, memory], roll]
            need, milli = step[roll, at, 2], step[roll, at, 3]
            if need > 0:
                found += need * milli
                if milli < MILLI:
                    parts, need = take_share(part, parts, milli, rolls.span[LEAST])
                full -= need
                if full + parts == 0:
                    return found
                good &= mask[room_row(rolls, full, part, parts), roll]
            now &= good
    return found
