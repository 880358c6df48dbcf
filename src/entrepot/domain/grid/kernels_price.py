"""Compiled: prices for what grows scarce: blocks of free devices, room for types, models.

strain(r, z) = (r − z) / (1 − z), at least 0 and at most 3, where r is what is asked for over what
there is of it, both as parts of all that is free.
"""

from __future__ import annotations

import numpy as np

from entrepot.domain.grid.jit import compiled
from entrepot.domain.grid.own import (
    BLOCK_FROM,
    BLOCK_PRICE,
    BLOCKS,
    DEVICES_OF,
    MODEL_FROM,
    MODEL_PRICE,
    TYPE_FROM,
    TYPE_PRICE,
    Own,
)
from entrepot.domain.grid.state import DEVICES, MILLI, MODELS, SHARE

STRAIN_MAX = 3.0
LOST = len(BLOCKS)
"""Column of a loss that holds the types."""


@compiled
def sign_of(own: Own, whole: int, left: int, lost: int) -> int:
    """Return the number of what a placement takes away; when numbers run out, the last is shared.

    Args:
        own: all that is known.
        whole, left: wholly free devices before and after.
        lost: types that fit no more, as bits.
    """
    b0 = whole // BLOCKS[0] * BLOCKS[0] - left // BLOCKS[0] * BLOCKS[0]
    b1 = whole // BLOCKS[1] * BLOCKS[1] - left // BLOCKS[1] * BLOCKS[1]
    b2 = whole // BLOCKS[2] * BLOCKS[2] - left // BLOCKS[2] * BLOCKS[2]
    size = own.slot.size
    at = (lost * 31 + b0 * 4099 + b1 * 131 + b2 * 17) % size
    while own.slot[at] >= 0:
        row = own.loss[own.slot[at]]
        if row[LOST] == lost and row[0] == b0 and row[1] == b1 and row[2] == b2:
            return own.slot[at]
        at = (at + 1) % size
    sign = own.used[1]
    if sign == own.loss.shape[0]:
        return sign - 1
    own.slot[at] = sign
    row = own.loss[sign]
    row[0], row[1], row[2], row[LOST] = b0, b1, b2, lost
    own.used[1] += 1
    return sign


@compiled
def strain(share: float, begin: float) -> float:
    """Return (share − begin) / (1 − begin), at least 0 and at most 3."""
    return min(max((share - begin) / (1.0 - begin), 0.0), STRAIN_MAX)


@compiled
def price_signs(own: Own) -> None:
    """Reckon the price of every sign as the cluster stands now."""
    weights, models = own.weights, own.model_price.size
    free = own.total[:models].sum() / MILLI
    block = np.empty(len(BLOCKS))
    for place in range(len(BLOCKS)):
        asked = own.block[place] * free / max(own.total[models + place], 1)
        block[place] = weights[BLOCK_PRICE] * strain(asked, weights[BLOCK_FROM])
    types = np.empty(own.weight.size)
    for type_ in range(own.weight.size):
        devices = own.types[type_, DEVICES_OF]
        room = devices * max(own.total[models + len(BLOCKS) + type_], 1)
        asked = own.weight[type_] * free / room
        types[type_] = weights[TYPE_PRICE] * devices * strain(asked, weights[TYPE_FROM])
    for sign in range(own.used[1]):
        row, price, most = own.loss[sign], 0.0, 0.0
        for place in range(len(BLOCKS)):
            price += block[place] * row[place]
        lost, type_ = row[LOST], 0
        while lost:
            if lost & 1:
                most = max(most, types[type_])
            lost >>= 1
            type_ += 1
        own.price[sign] = price + most


@compiled
def price_models(own: Own, ask: int) -> None:
    """Reckon for every model what a request pays for using it while others must have it."""
    prices, weights = own.model_price, own.weights
    prices[:] = 0.0
    if own.asks[ask, DEVICES] == 0:
        return
    models = prices.size
    free = own.total[:models].sum()
    size = own.asks[ask, DEVICES] * own.asks[ask, SHARE] / MILLI
    for place in range(own.sets.size):
        inside = own.sets[place]
        if own.asks[ask, MODELS] & ~inside == 0:
            continue
        there = 0
        for model in range(models):
            if (inside >> model) & 1:
                there += own.total[model]
        asked = own.within[place] * free / max(there, 1)
        price = weights[MODEL_PRICE] * strain(asked, weights[MODEL_FROM]) * size
        for model in range(models):
            if (inside >> model) & 1:
                prices[model] = max(prices[model], price)
