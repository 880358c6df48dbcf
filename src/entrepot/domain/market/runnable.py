"""Which options can be part of a best allocation at all; the checker repeats this test.

The fewer options a bound counts, the tighter it is: a gang larger than its pool never runs, yet
a linear relaxation would run half of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import GANG, MINIMUM, PPM, Instance
from entrepot.domain.market.self_match import fits_others

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def least_share(instance: Instance) -> Int64:
    """Return int64[M] ppm: the least share at which each option may run; 0 = any."""
    kind = instance.order_kind[instance.opt_order]
    least = instance.order_min_share[instance.opt_order].astype(np.int64)
    return np.where(kind == GANG, PPM, np.where(kind == MINIMUM, least, 0))


def can_run(instance: Instance) -> Bools:
    """Say which options may be part of a best allocation.

    Left out is an option that at its least share needs more devices than its pool has in one of
    its slots without the asks of its own group, or more than its link has; and, unless another
    order hangs on it, one that is worth less than the asks alone cost: at its least share, or for
    a divisible order at the cheapest ask of every slot.
    """
    least = least_share(instance)
    need = np.maximum(least, 1) * instance.opt_devices
    wide = np.maximum(least, 1) * instance.opt_mbps
    room, width = instance.supply * PPM, instance.link_capacity * PPM
    keep = np.ones(instance.options, dtype=np.bool_)
    linked = instance.opt_link >= 0
    for rows, slot in _by_slot(instance):
        keep[rows] &= need[rows] <= room[instance.opt_pool[rows], slot]
        some = linked[rows]
        over, at = rows[some], slot[some]
        keep[over] &= wide[over] <= width[instance.opt_link[over], at]
    keep &= fits_others(instance, least)
    free = ~instance.has_child[instance.opt_order]
    return keep & ~(free & _loses(instance, keep & free, least))


def _by_slot(instance: Instance) -> list[tuple[Int64, Int64]]:
    """Return for each step k the options of more than k slots, and their k-th slot."""
    longest = int(instance.opt_len.max(initial=0))
    steps: list[tuple[Int64, Int64]] = []
    for step in range(longest):
        rows = np.flatnonzero(instance.opt_len > step)
        steps.append((rows, (instance.opt_start[rows] + step).astype(np.int64)))
    return steps


def _loses(instance: Instance, asked: Bools, least: Int64) -> Bools:
    """Say which of the options asked about are worth less than the asks alone cost."""
    # A gang and a divisible order are counted in devices, only a minimum order in millionths.
    part = (least > 0) & (least < PPM)
    weight = np.where(part, least, 1)
    amount, unit = weight * instance.opt_devices, np.where(part, PPM, 1)
    cost = np.zeros(instance.options, dtype=object)
    curve = _Curve(instance)
    for every, slots in _by_slot(instance):
        chosen = asked[every]
        rows, slot = every[chosen], slots[chosen]
        any_share = least[rows] == 0
        few, at = rows[any_share], slot[any_share]
        cost[few] += curve.cheapest(instance.opt_pool[few], at) * amount[few]
        rows, slot = rows[~any_share], slot[~any_share]
        cost[rows] += curve.cost(instance.opt_pool[rows], slot, amount[rows], unit[rows])
    found = np.zeros(instance.options, dtype=np.bool_)
    value = weight[asked].astype(object) * instance.opt_value[asked]
    found[asked] = (value < cost[asked]).astype(np.bool_)
    return found


class _Curve:
    """Cost of supply, pool by pool and slot by slot, from the cheapest ask up."""

    def __init__(self, instance: Instance) -> None:
        order = np.lexsort((instance.ask_price, instance.ask_pool))
        self.shape = (instance.pools, instance.slots)
        depth = np.zeros(self.shape, dtype=np.int64)
        place = np.zeros(instance.asks, dtype=np.int64)
        rows: list[int] = order.tolist()
        for ask in rows:
            run = slice(instance.ask_from[ask], instance.ask_to[ask])
            here = depth[instance.ask_pool[ask], run]
            place[ask] = int(here.max(initial=0))
            depth[instance.ask_pool[ask], run] = place[ask] + 1
        self.steps: list[tuple[Int64, Int64]] = []
        for level in range(int(depth.max(initial=0))):
            price, devices = np.zeros(self.shape, np.int64), np.zeros(self.shape, np.int64)
            for ask in np.flatnonzero(place == level).tolist():
                run = slice(instance.ask_from[ask], instance.ask_to[ask])
                price[instance.ask_pool[ask], run] = instance.ask_price[ask]
                devices[instance.ask_pool[ask], run] = instance.ask_devices[ask]
            self.steps.append((price, devices))

    def cheapest(self, pool: Int32, slot: Int64) -> NDArray[np.object_]:
        """Return the lowest price at which anything is offered; 0 where nothing is."""
        found = np.zeros(pool.size, dtype=np.int64)
        open_ = np.ones(pool.size, dtype=np.bool_)
        for price, devices in self.steps:
            take = open_ & (devices[pool, slot] > 0)
            found[take] = price[pool, slot][take]
            open_ &= ~take
        return found.astype(object)

    def cost(self, pool: Int32, slot: Int64, amount: Int64, unit: Int64) -> NDArray[np.object_]:
        """Return what ``amount`` (in 1/unit devices) costs in a slot, in micro-HKD / unit."""
        left = amount.copy()
        total = np.zeros(pool.size, dtype=object)
        for price, devices in self.steps:
            taken = np.minimum(left, devices[pool, slot] * unit)
            total += price[pool, slot].astype(object) * taken
            left -= taken
        return total
