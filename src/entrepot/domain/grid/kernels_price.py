"""Compiled: prices for what grows scarce: blocks of free devices, room for types, models.

strain(r, z) = (r − z) / (1 − z), at least 0 and at most 3, where r is what is asked for over what
there is of it, both as parts of all that is free.
"""

from __future__ import annotations

import numpy as np

from entrepot.domain.grid.jit import lean
from entrepot.domain.grid.own import (
    BLOCK_FROM,
    BLOCK_PRICE,
    BLOCKS,
    DEVICES_OF,
    MODEL_FROM,
    MODEL_PRICE,
    PRICED_AT,
    SIGNS,
    TYPE_FROM,
    TYPE_PRICE,
    TYPE_WORTH,
    Own,
)
from entrepot.domain.grid.state import DEVICES, MILLI, MODELS, SHARE

STRAIN_MAX = 3.0
LOST = len(BLOCKS)
"""Column of a loss that holds the types."""


@lean
def sign_of(own: Own, whole: int, left: int, lost: int, more: int) -> int:
    """Return the number of what a placement takes away; when numbers run out, the last is shared.

    Args:
        own: all that is known.
        whole, left: wholly free devices before and after.
        lost: types that fit no more, as bits; more: those of them for more devices.
    """
    b0 = whole // BLOCKS[0] * BLOCKS[0] - left // BLOCKS[0] * BLOCKS[0]
    b1 = whole // BLOCKS[1] * BLOCKS[1] - left // BLOCKS[1] * BLOCKS[1]
    b2 = whole // BLOCKS[2] * BLOCKS[2] - left // BLOCKS[2] * BLOCKS[2]
    mask = np.uint64(own.slot.size - 1)
    found = np.uint64(lost) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(more)
    found = (found ^ np.uint64(b0 << 16 | b1 << 8 | b2)) * np.uint64(0xBF58476D1CE4E5B9)
    at = (found >> np.uint64(40)) & mask
    loss = own.loss
    while own.slot[at] >= 0:
        sign = own.slot[at]
        same = loss[sign, LOST] == lost and loss[sign, LOST + 1] == more
        if same and loss[sign, 0] == b0 and loss[sign, 1] == b1 and loss[sign, 2] == b2:
            return sign
        at = (at + np.uint64(1)) & mask
    sign = own.used[SIGNS]
    if sign == own.loss.shape[0]:
        return sign - 1
    own.slot[at] = sign
    loss[sign, 0], loss[sign, 1], loss[sign, 2] = b0, b1, b2
    loss[sign, LOST], loss[sign, LOST + 1] = lost, more
    own.used[SIGNS] += 1
    own.used[PRICED_AT] = -1
    return sign


@lean
def strain(share: float, begin: float) -> float:
    """Return (share − begin) / (1 − begin), at least 0 and at most 3."""
    return min(max((share - begin) / (1.0 - begin), 0.0), STRAIN_MAX)


@lean
def free_now(own: Own) -> int:
    """Return the free milli of all devices."""
    found = 0
    for model in range(own.model_price.size):
        found += own.total[model]
    return found


@lean
def price_signs(own: Own) -> None:
    """Reckon the price of every sign as the cluster stands now."""
    weights, models = own.weights, own.model_price.size
    free = free_now(own) / MILLI
    block, types = own.supply_price[: len(BLOCKS)], own.supply_price[len(BLOCKS) :]
    for place in range(len(BLOCKS)):
        asked = own.block[place] * free / max(own.total[models + place], 1)
        block[place] = weights[BLOCK_PRICE] * strain(asked, weights[BLOCK_FROM])
    for type_ in range(own.weight.size):
        devices = own.types[type_, DEVICES_OF]
        room = devices * max(own.total[models + len(BLOCKS) + type_], 1)
        asked = own.weight[type_] * free / room
        types[type_] = weights[TYPE_PRICE] * devices * strain(asked, weights[TYPE_FROM])
    for sign in range(own.used[SIGNS]):
        row, price, most = own.loss[sign], 0.0, 0.0
        for place in range(len(BLOCKS)):
            price += block[place] * row[place]
        lost, more, type_ = row[LOST], row[LOST + 1], 0
        while lost:
            if lost & 1:
                price += weights[TYPE_WORTH] * own.weight[type_]
                if more & 1:
                    most = max(most, types[type_])
            lost >>= 1
            more >>= 1
            type_ += 1
        own.price[sign] = price + most


@lean
def price_models(own: Own, ask: int) -> None:
    """Reckon for every model what a request pays for using it while others must have it."""
    prices, weights = own.model_price, own.weights
    prices[:] = 0.0
    if own.asks[ask, DEVICES] == 0:
        return
    models = prices.size
    free = free_now(own)
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
        if price > 0:
            for model in range(models):
                if (inside >> model) & 1:
                    prices[model] = max(prices[model], price)
    for model in range(models):
        if not (own.asks[ask, MODELS] >> model) & 1:
            prices[model] = np.inf
