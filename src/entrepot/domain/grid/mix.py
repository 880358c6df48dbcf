"""Learn what is asked for from the requests seen so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.model import ANY_MODEL
from entrepot.domain.grid.own import BLOCKS
from entrepot.domain.grid.rolls import Rolls
from entrepot.domain.grid.state import ASK_CPU, ASK_MEMORY, DEVICES, MODELS, SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

TYPES_MAX = 62
SETS_MAX = 256


class Mix(NamedTuple):
    """What is asked for; shares are of the milli asked.

    Attributes:
        rolls: the sequences.
        types: int64[T, 4], requests for several devices: devices, CPU, memory, models.
        weight: float64[T], share of each type.
        block: float64[3], share of requests for at least 8, 4 and 2 devices.
        sets: int64[S], sets of models as bits; within: float64[S], share asked inside each.
    """

    rolls: Rolls
    types: Int64
    weight: Floats
    block: Floats
    sets: Int64
    within: Floats


def learn(asks: Int64, counts: Int64, rolls: Rolls) -> Mix:
    """Return the mix of so many requests of each class.

    Args:
        asks: int64[C, 7], classes.
        counts: int64[C], requests seen of each.
        rolls: sequences drawn from it.
    """
    milli = (asks[:, DEVICES] * asks[:, SHARE] * counts).astype(np.float64)
    share = milli / max(float(milli.sum()), 1.0)
    several = np.flatnonzero(asks[:, DEVICES] > 1)
    if several.size > TYPES_MAX:
        several = np.sort(several[np.argsort(-share[several], kind="stable")][:TYPES_MAX])
    sets, within = _sets(asks, share, counts)
    return Mix(
        rolls=rolls,
        types=np.ascontiguousarray(asks[several][:, [DEVICES, ASK_CPU, ASK_MEMORY, MODELS]]),
        weight=share[several],
        block=np.array([float(share[asks[:, DEVICES] >= size].sum()) for size in BLOCKS]),
        sets=sets,
        within=within,
    )


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
