"""Learn what is asked for from the requests seen so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.model import ANY_MODEL
from entrepot.domain.grid.own import BLOCKS
from entrepot.domain.grid.state import ASK_CPU, ASK_MEMORY, DEVICES, MODELS, SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

ROLLS = 32
"""Sequences of requests with which a node is filled to value it."""
STEPS = 40
"""Requests of a sequence for a node of eight devices."""
TYPES_MAX = 62
SETS_MAX = 256
ROLL_SEED = 20_231_113
"""The sequences come of one fixed draw, so that values of different moments compare."""


class Mix(NamedTuple):
    """What is asked for; shares are of the milli asked.

    Attributes:
        roll: int64[R, L, 5], the sequences: CPU, memory, devices, milli, allowed models.
        least: int64[1], smallest share that is asked for.
        types: int64[T, 4], requests for several devices: devices, CPU, memory, models.
        weight: float64[T], share of each type.
        block: float64[3], share of requests for at least 8, 4 and 2 devices.
        sets: int64[S], sets of models as bits; within: float64[S], share asked inside each.
    """

    roll: Int64
    least: Int64
    types: Int64
    weight: Floats
    block: Floats
    sets: Int64
    within: Floats


def learn(asks: Int64, counts: Int64) -> Mix:
    """Return the mix of so many requests of each class.

    Args:
        asks: int64[C, 7], classes.
        counts: int64[C], requests seen of each.
    """
    milli = (asks[:, DEVICES] * asks[:, SHARE] * counts).astype(np.float64)
    share = milli / max(float(milli.sum()), 1.0)
    several = np.flatnonzero((asks[:, DEVICES] > 1) & (counts > 0))
    several = several[np.argsort(-share[several], kind="stable")][:TYPES_MAX]
    sets, within = _sets(asks, share, counts)
    return Mix(
        roll=_rolls(asks, counts),
        least=_least(asks, counts),
        types=np.ascontiguousarray(asks[several][:, [DEVICES, ASK_CPU, ASK_MEMORY, MODELS]]),
        weight=share[several],
        block=np.array([float(share[asks[:, DEVICES] >= size].sum()) for size in BLOCKS]),
        sets=sets,
        within=within,
    )


def _rolls(asks: Int64, counts: Int64) -> Int64:
    """Draw the sequences: uniform numbers that never change, mapped by the frequencies."""
    if not counts.any():
        return np.zeros((0, STEPS, 5), dtype=np.int64)
    rng = np.random.Generator(np.random.PCG64(ROLL_SEED))
    uniform = rng.random((ROLLS, STEPS))
    edges = np.cumsum(counts) / counts.sum()
    drawn = np.minimum(np.searchsorted(edges, uniform, side="right"), counts.size - 1)
    return np.ascontiguousarray(asks[drawn][:, :, [ASK_CPU, ASK_MEMORY, DEVICES, SHARE, MODELS]])


def _least(asks: Int64, counts: Int64) -> Int64:
    """Return the smallest share that is asked for."""
    shares = asks[(asks[:, DEVICES] > 0) & (counts > 0), SHARE]
    return np.array([int(shares.min(initial=1000))], dtype=np.int64)


def _sets(asks: Int64, share: Floats, counts: Int64) -> tuple[Int64, Floats]:
    """Return the unions of the sets of models that requests insist on, and what is asked inside."""
    models = asks[:, MODELS]
    bound = (models != ANY_MODEL) & (asks[:, DEVICES] > 0) & (counts > 0)
    weight: dict[int, float] = {}
    for each, part in zip(models[bound].tolist(), share[bound].tolist(), strict=True):
        weight[each] = weight.get(each, 0.0) + part
    unions: set[int] = set()
    for each in sorted(weight, key=lambda item: (-weight[item], item)):
        unions |= {each, *(each | other for other in unions)}
        if len(unions) > SETS_MAX:
            break
    kept = sorted(unions)[:SETS_MAX]
    inside = [sum(part for each, part in weight.items() if not each & ~union) for union in kept]
    return np.array(kept, dtype=np.int64), np.array(inside, dtype=np.float64)
