"""Sequences of requests with which a node is filled to value it, laid out for bitwise steps.

Of every sequence it is kept, as bits, which of its requests a node would take at each level of what
it has left. The next request that finds room is then the lowest bit of a few words and-ed together,
so requests that find none cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.state import ASK_CPU, ASK_MEMORY, DEVICES, MILLI, MODELS, SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int16 = NDArray[np.int16]
    Int64 = NDArray[np.int64]
    Words = NDArray[np.uint64]
    Flags = NDArray[np.bool_]

ROLLS = 32
"""Sequences."""
STEPS = 40
"""Requests of a sequence for a node of eight devices; the bits of a word hold them."""
ROLL_SEED = 20_231_113
"""The sequences come of one fixed draw, so that values of different moments compare."""
FAR, NEAR = 1_000, 2
"""Most milli that a sequence asks for, in what a node has free: without end, or twice."""
UNITS = 512
FINE_BITS = 4
"""What is left of them is told apart to two to so many steps a doubling."""
"""CPU and memory of a sequence are in so many parts of the largest node's at most."""

SPAN_CPU, SPAN_MEMORY, LEAST, MOST_NEED, AT_WHOLE, AT_MODEL, AT_GPU, LOOK, SPANS = range(9)
"""Places in ``Rolls.span``: milli and MiB in a unit, smallest share and most devices asked for, and
where the masks by wholly free devices, by model, and of the steps that ask for devices begin; steps
of a sequence for 1,000 devices free."""


COARSE = 3
"""Row of the ranks that cuts units to steps."""


class Rolls(NamedTuple):
    """The sequences.

    Attributes:
        step: int16[R, L, 4], CPU and memory in units, devices, milli.
        mask: uint64[K, R], the steps that may be taken, by what is left: first by the most free
            milli of a device, then as ``span`` tells.
        rank: int16[4, 1001], row of the mask by free milli, CPU and memory, and what units are
            cut to.
        span: int64[8], see :data:`SPAN_CPU` and its fellows.
    """

    step: Int16
    mask: Words
    rank: Int16
    span: Int64


def rolls_of(
    asks: Int64, counts: Int64, most: tuple[int, int], models: int, far: int = FAR
) -> Rolls:
    """Draw the sequences: uniform numbers that never change, mapped by the frequencies.

    Args:
        asks: int64[C, 7], classes.
        counts: int64[C], requests seen of each, at least one in all.
        most: CPU milli and memory MiB of the largest node.
        models: number of device models.
        far: milli that a sequence asks for, in what a node has free.
    """
    rng = np.random.Generator(np.random.PCG64(ROLL_SEED))
    edges = np.cumsum(counts) / counts.sum()
    uniform = rng.random((ROLLS, STEPS))
    drawn = np.minimum(np.searchsorted(edges, uniform, side="right"), counts.size - 1)
    span = np.zeros(SPANS, dtype=np.int64)
    for at, column, size in ((SPAN_CPU, ASK_CPU, most[0]), (SPAN_MEMORY, ASK_MEMORY, most[1])):
        span[at] = _unit(asks[counts > 0, column], size)
    shares = asks[(asks[:, DEVICES] > 0) & (counts > 0), SHARE]
    span[LEAST] = int(shares.min(initial=MILLI))
    milli = int((asks[:, DEVICES] * asks[:, SHARE] * counts).sum())
    span[LOOK] = far * MILLI * MILLI * int(counts.sum()) // max(milli, 1)
    step = asks[drawn][:, :, [ASK_CPU, ASK_MEMORY, DEVICES, SHARE]]
    for column, of in ((0, SPAN_CPU), (1, SPAN_MEMORY)):
        step[:, :, column] = np.minimum(-(-step[:, :, column] // span[of]), UNITS + 1)
    return _laid_out(np.ascontiguousarray(step), asks[drawn][:, :, MODELS], span, models)


def _laid_out(step: Int64, allowed: Int64, span: Int64, models: int) -> Rolls:
    """Return the sequences with the masks by all that may be left."""
    need, milli = step[:, :, 2], step[:, :, 3]
    whole, amounts = milli == MILLI, np.arange(MILLI + 1)
    rank = np.zeros((4, MILLI + 1), dtype=np.int64)
    rank[COARSE] = _coarse(np.minimum(amounts, UNITS))
    levels = np.unique(np.append(milli[~whole], 0))
    rank[0] = np.searchsorted(levels, amounts, side="right") - 1
    rows = [_words((milli <= level) & ~whole) for level in levels.tolist()]
    span[AT_WHOLE], span[MOST_NEED] = len(rows), int(need.max(initial=0))
    rows += [_words(~whole | (need <= free)) for free in range(int(span[MOST_NEED]) + 1)]
    for column in (0, 1):
        levels = np.unique(np.append(step[:, :, column], 0))
        rank[1 + column] = len(rows) - 1 + np.searchsorted(levels, amounts, side="right")
        rows += [_words(step[:, :, column] <= level) for level in levels.tolist()]
    span[AT_MODEL], span[AT_GPU] = len(rows), len(rows) + models
    rows += [_words((need == 0) | (((allowed >> model) & 1) == 1)) for model in range(models)]
    rows.append(_words(need > 0))
    mask = np.ascontiguousarray(np.stack(rows))
    return Rolls(step.astype(np.int16), mask, rank.astype(np.int16), span)


def _unit(asked: Int64, most: int) -> int:
    """Return what all amounts are a multiple of, as then nothing is lost; else a small part."""
    return max(1, -(-most // UNITS), int(np.gcd.reduce(asked)))


def _words(flags: Flags) -> Words:
    """Return each row of flags as the bits of a word, the first lowest."""
    places = np.arange(flags.shape[1], dtype=np.uint64)
    found: Words = (flags.astype(np.uint64) << places).sum(axis=1, dtype=np.uint64)
    return found


def _coarse(units: Int64) -> Int64:
    """Return numbers of units, cut to so many steps a doubling."""
    power = np.floor(np.log2(np.maximum(units, 1))).astype(np.int64)
    step = 1 << np.maximum(power - FINE_BITS, 0)
    return units // step * step
