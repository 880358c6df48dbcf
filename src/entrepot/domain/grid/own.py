"""All that the compiled loops of the house's own policy share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.state import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.mix import Mix

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Words = NDArray[np.uint64]

BLOCKS = (8, 4, 2)
"""Sizes of the blocks of wholly free devices that have a price."""
MEMO_BITS = 20
SIGNS_MAX = 4096

TYPE_WORTH, BLOCK_PRICE, BLOCK_FROM, TYPE_PRICE, TYPE_FROM, MODEL_PRICE, MODEL_FROM = range(7)
"""Places of the constants: worth of fitting a type of several devices; price of a device in a
block, of a type that fits no more, of a model that others must have, each with the strain at which
it begins."""
WEIGHTS = (150.0, 100.0, 0.5, 30.0, 0.3, 1000.0, 0.7)

DEVICES_OF, CPU_OF, MEMORY_OF, MODELS_OF = range(4)
"""Columns of a type of requests for several devices."""


class Own(NamedTuple):
    """All of it; what is learned is told in :class:`entrepot.domain.grid.mix.Mix`.

    Attributes:
        state: nodes as they are now; asks: int64[C, 7], classes of requests.
        cost: float64[C, N], Φ(before) − Φ(after); stamp: int64[C, N], version of the node it is
            of, -1 never; seen: int64[C], how many changes are taken in.
        sign: int32[C, N], number of what the placement takes away besides.
        roll, least, types, weight, block, sets, within: what is learned.
        total: int64[M + 3 + T], free milli by model, free devices in whole blocks of 8, 4 and 2,
            and how many requests of each type would fit; part: int64[N, 4 + T], the same by node.
        key: uint64[H], hashes of states, 0 = empty; value: float64[H], what each is worth.
        used: int64[2], entries in use there, and signs in use.
        worth: float64[N], what each node is worth; worth_at: int64[N], the version it is of.
        loss: int64[S, 4], blocks lost and types that fit no more, by sign; slot: int64[2 S], open
            addressing by hash.
        price, model_price: float64, room for the prices of the moment, by sign and by model.
        scratch: int64[2, D], room for devices.
        stale, first: int64[N], room for nodes, and for the first untouched node of each kind.
        weights: float64[7], constants.
    """

    state: State
    asks: Int64
    cost: Floats
    stamp: Int64
    seen: Int64
    sign: Int32
    roll: Int64
    least: Int64
    types: Int64
    weight: Floats
    block: Floats
    sets: Int64
    within: Floats
    total: Int64
    part: Int64
    key: Words
    value: Floats
    used: Int64
    worth: Floats
    worth_at: Int64
    loss: Int64
    slot: Int64
    price: Floats
    model_price: Floats
    scratch: Int64
    stale: Int64
    first: Int64
    weights: Floats


def own_of(state: State, asks: Int64, models: int, mix: Mix, weights: tuple[float, ...]) -> Own:
    """Lay out everything for a mix; nothing is known yet.

    Args:
        state: nodes as they are now.
        asks: classes of requests.
        models: number of device models.
        mix: what is asked for.
        weights: constants, see :data:`WEIGHTS`.
    """
    classes, size = len(asks), len(state.node)
    types, blocks = len(mix.types), len(BLOCKS)
    return Own(
        state=state,
        asks=asks,
        cost=np.full((classes, size), np.inf),
        stamp=np.full((classes, size), -1, dtype=np.int64),
        seen=np.full(classes, -1, dtype=np.int64),
        sign=np.zeros((classes, size), dtype=np.int32),
        roll=mix.roll,
        least=mix.least,
        types=mix.types,
        weight=mix.weight,
        block=mix.block,
        sets=mix.sets,
        within=mix.within,
        total=np.zeros(max(models, 1) + blocks + types, dtype=np.int64),
        part=np.zeros((size, 1 + blocks + types), dtype=np.int64),
        key=np.zeros(1 << MEMO_BITS, dtype=np.uint64),
        value=np.zeros(1 << MEMO_BITS),
        used=np.zeros(2, dtype=np.int64),
        worth=np.zeros(size),
        worth_at=np.full(size, -1, dtype=np.int64),
        loss=np.zeros((SIGNS_MAX, 1 + blocks), dtype=np.int64),
        slot=np.full(2 * SIGNS_MAX, -1, dtype=np.int64),
        price=np.zeros(SIGNS_MAX),
        model_price=np.zeros(max(models, 1)),
        scratch=np.zeros((2, state.free.shape[1]), dtype=np.int64),
        stale=np.zeros(size, dtype=np.int64),
        first=np.zeros(size, dtype=np.int64),
        weights=np.array(weights),
    )
