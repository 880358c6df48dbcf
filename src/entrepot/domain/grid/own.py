"""All that the compiled loops of the house's own policy share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.model import ANY_MODEL
from entrepot.domain.grid.rolls import Rolls
from entrepot.domain.grid.state import (
    ASK_CPU,
    ASK_MEMORY,
    MODEL,
    MODELS,
    State,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.mix import Mix

    Int64 = NDArray[np.int64]
    Uint32 = NDArray[np.uint32]
    Floats = NDArray[np.float64]
    Words = NDArray[np.uint64]

BLOCKS = (8, 4, 2)
"""Sizes of the blocks of wholly free devices that have a price."""
MEMO_BITS = 17
SIGNS_MAX = 4096

TYPE_WORTH, BLOCK_PRICE, BLOCK_FROM, TYPE_PRICE, TYPE_FROM, MODEL_PRICE, MODEL_FROM = range(7)
"""Places of the constants: worth of fitting a type of several devices; price of a device in a
block, of a type that fits no more, of a model that others must have, each with the strain at which
it begins."""
WEIGHTS = (150.0, 100.0, 0.5, 30.0, 0.3, 1000.0, 0.7)

DEVICES_OF, CPU_OF, MEMORY_OF, MODELS_OF = range(4)
"""Columns of a type of requests for several devices."""
ENTRIES, SIGNS, PRICED_AT, COUNTERS = range(4)
"""Places of the counters: entries of the memo, signs, and the changes after which prices were
reckoned, -1 not yet."""
NEAR = 4
"""Requests whose CPU and memory lie in the same of so many steps a doubling are of one group."""


class Own(NamedTuple):
    """All of it; what is learned is told in :class:`entrepot.domain.grid.mix.Mix`.

    Attributes:
        state: nodes as they are now; asks: int64[C, 7], classes of requests.
        alike: int64[C], group of each class; group: int64[G, 7], the least that each group asks.
        cost: float64[G, N], V before − V after; stamp: int64[G, N], version of the node it is of,
            -1 never; seen: int64[G], how many changes are taken in.
        sign: uint32[G, N], number of what the placement takes away besides.
        model: uint32[N], model of each node.
        rolls, types, weight, block, sets, within: what is learned.
        total: int64[M + 3 + T], free milli by model, free devices in whole blocks of 8, 4 and 2,
            and how many requests of each type would fit; part: int64[N, 5 + T], the same by node,
            with its wholly free devices; room: int64[N], types that fit, as bits.
        marks: uint64[N], hash of the free milli of each node.
        memo: uint64[H, 2], hashes of states, 0 = empty, and R times what each is worth.
        used: int64[3], see :data:`ENTRIES` and its fellows.
        worth: int64[N], R times what each node is worth; worth_at: int64[N], the version it is of.
        loss: int64[S, 5], by sign: blocks lost, types that fit no more, and those of them that ask
            for more devices, as bits; slot: int64[2 S], open addressing by hash.
        price, supply_price, model_price: float64, prices of the moment, by sign, by block and
            type, and by model.
        scratch: int64[2, D + 1], room for devices.
        stale, first: int64[N], room for nodes, and for the first untouched node of each kind.
        weights: float64[7], constants.
    """

    state: State
    asks: Int64
    alike: Int64
    group: Int64
    cost: Floats
    stamp: Int64
    seen: Int64
    sign: Uint32
    model: Uint32
    rolls: Rolls
    types: Int64
    weight: Floats
    block: Floats
    sets: Int64
    within: Floats
    total: Int64
    part: Int64
    room: Int64
    marks: Words
    memo: Words
    used: Int64
    worth: Int64
    worth_at: Int64
    loss: Int64
    slot: Int64
    price: Floats
    supply_price: Floats
    model_price: Floats
    scratch: Int64
    stale: Int64
    first: Int64
    weights: Floats


def groups_of(asks: Int64) -> tuple[Int64, Int64]:
    """Return the group of each class, and of each group the least that its classes ask.

    Classes of a group differ in CPU and memory by less than a fifth, and in the models allowed.
    """
    near = asks.copy()
    near[:, MODELS] = ANY_MODEL
    for column in (ASK_CPU, ASK_MEMORY):
        doublings = np.log2(np.maximum(asks[:, column], 1))
        near[:, column] = np.floor(doublings * NEAR + 1e-9).astype(np.int64)
    rows, alike = np.unique(near, axis=0, return_inverse=True)
    alike = alike.reshape(-1).astype(np.int64)
    group = np.full(rows.shape, np.iinfo(np.int64).max)
    np.minimum.at(group, alike, asks)
    group[:, MODELS] = ANY_MODEL
    return alike, group


def own_of(state: State, asks: Int64, models: int, mix: Mix, weights: tuple[float, ...]) -> Own:
    """Lay out everything for a mix; nothing is known yet.

    Args:
        state: nodes as they are now.
        asks: classes of requests.
        models: number of device models.
        mix: what is asked for.
        weights: constants, see :data:`WEIGHTS`.
    """
    size = len(state.node)
    types, blocks = len(mix.types), len(BLOCKS)
    alike, group = groups_of(asks)
    groups = len(group)
    return Own(
        state=state,
        asks=asks,
        alike=alike,
        group=group,
        cost=np.full((groups, size), np.inf),
        stamp=np.full((groups, size), -1, dtype=np.int64),
        seen=np.full(groups, -1, dtype=np.int64),
        sign=np.zeros((groups, size), dtype=np.uint32),
        model=state.node[:, MODEL].astype(np.uint32),
        rolls=mix.rolls,
        types=mix.types,
        weight=mix.weight,
        block=mix.block,
        sets=mix.sets,
        within=mix.within,
        total=np.zeros(max(models, 1) + blocks + types, dtype=np.int64),
        part=np.zeros((size, 2 + blocks + types), dtype=np.int64),
        room=np.zeros(size, dtype=np.int64),
        marks=np.zeros(size, dtype=np.uint64),
        memo=np.zeros((1 << MEMO_BITS, 2), dtype=np.uint64),
        used=np.array([0, 0, -1]),
        worth=np.zeros(size, dtype=np.int64),
        worth_at=np.full(size, -1, dtype=np.int64),
        loss=np.zeros((SIGNS_MAX, 2 + blocks), dtype=np.int64),
        slot=np.full(2 * SIGNS_MAX, -1, dtype=np.int64),
        price=np.zeros(SIGNS_MAX),
        supply_price=np.zeros(blocks + types),
        model_price=np.zeros(max(models, 1)),
        scratch=np.zeros((2, state.free.shape[1] + 1), dtype=np.int64),
        stale=np.zeros(size, dtype=np.int64),
        first=np.zeros(size, dtype=np.int64),
        weights=np.array(weights),
    )
