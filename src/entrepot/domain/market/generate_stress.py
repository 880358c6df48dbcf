"""The stress generator: lumpy orders that fill few pools, so that rounding hurts.

Four orders in ten are gangs. A gang asks for devices with a lognormal spread about 40, whatever
the number of orders, while pools are made as large as the demand needs: at 1,000 orders, 20 zones,
5 classes and 24 slots the median gang takes some 42 % of a pool, and about three gang options in
ten are larger than their pool. At 100,000 orders the same gangs are small change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.draft import (
    MICRO,
    Demand,
    Links,
    Supply,
    ask_steps,
    link_of,
    make_links,
)
from entrepot.domain.market.instance import DIVISIBLE, GANG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

GANG_SHARE = 0.4
GANG_MEDIAN, GANG_SPREAD = 40, 1.25
PART_MEDIAN, PART_SPREAD = 30, 0.9
DEVICES_MAX = 5_000
LENGTH_MAX = 12
OPTIONS_MAX = 8
DEMAND_OVER_SUPPLY = 1.5
POOL_SPREAD = 0.6
VALUE_MEDIAN, VALUE_SPREAD = 1.05, 0.9
"""Willingness to pay over the usual price; the README says why the spread is what it is."""

LINK_SLACK = 0.8
STAY_HOME, KEEP_CLASS = 0.4, 0.7
"""Chance that an option after the first keeps the order's zone, and its class."""


def stress(
    rng: np.random.Generator, orders: int, zones: int, classes: int, slots: int
) -> tuple[Supply, Demand, Links]:
    """Draw a stress call.

    Args:
        rng: chance.
        orders, zones, classes, slots: sizes, each at least 1.
    """
    pools = zones * classes
    zone, kind_of_device = np.divmod(np.arange(pools), classes)
    base = rng.lognormal(np.log(8), 0.6, classes)[kind_of_device]
    price = np.rint(base * rng.uniform(0.8, 1.25, zones)[zone] * MICRO).astype(np.int64)
    begin, end = make_links(rng, zones)
    demand = _demand(rng, orders, zones, classes, slots, price, (begin, end))
    chosen = demand.option
    counts = np.bincount(chosen["order"], minlength=orders)
    hours = chosen["devices"] * chosen["length"] / counts[chosen["order"]]
    mean = max(1.0, float(hours.sum()) / (DEMAND_OVER_SUPPLY * pools * slots))
    spread = rng.lognormal(0.0, POOL_SPREAD, pools)
    devices = np.maximum(2, np.rint(mean * spread / spread.mean())).astype(np.int64)
    supply = Supply(
        zones,
        classes,
        slots,
        zone,
        kind_of_device,
        devices,
        price,
        ask_steps(rng, devices, price, slots),
    )
    return supply, demand, Links(begin, end, _capacity(rng, demand, begin.size, slots))


def _demand(
    rng: np.random.Generator,
    orders: int,
    zones: int,
    classes: int,
    slots: int,
    price: Ints,
    ends: tuple[Ints, Ints],
) -> Demand:
    kind, devices = _sizes(rng, orders)
    length = rng.integers(1, min(LENGTH_MAX, slots) + 1, orders)
    worth = rng.lognormal(np.log(VALUE_MEDIAN), VALUE_SPREAD, orders)
    home, first = rng.integers(0, zones, orders), rng.integers(0, classes, orders)
    count = rng.integers(1, OPTIONS_MAX + 1, orders)
    order = np.repeat(np.arange(orders), count)
    rows = order.size
    head = np.append(True, order[1:] != order[:-1]) if rows else np.zeros(0, dtype=np.bool_)
    away = np.where(
        head | (rng.random(rows) < STAY_HOME), home[order], rng.integers(0, zones, rows)
    )
    other = np.where(
        head | (rng.random(rows) < KEEP_CLASS), first[order], rng.integers(0, classes, rows)
    )
    pool = away * classes + other
    begin_most = slots - length[order]
    wish = rng.integers(0, begin_most[head] + 1) if rows else begin_most
    shift = np.where(head, 0, rng.integers(-6, 7, rows))
    start = np.clip(wish[order] + shift, 0, begin_most)
    # A later or farther choice is worth a little less; another device counts at its own price.
    taste = np.where(head, 1.0, rng.uniform(0.88, 1.0, rows))
    value = price[pool] * worth[order] * taste * devices[order] * length[order]
    link = link_of(*ends, zones, home[order], away)
    wide = rng.integers(5, 51, orders)[order] * devices[order]
    return Demand(
        kind,
        {
            "order": order,
            "pool": pool,
            "start": start,
            "length": length[order],
            "devices": devices[order],
            "value": np.rint(value).astype(np.int64) // 10_000 * 10_000,
            "link": link,
            "mbps": np.where(link >= 0, wide, 0),
        },
    )


def _sizes(rng: np.random.Generator, orders: int) -> tuple[Ints, Ints]:
    """Draw kind and devices of each order."""
    kind = np.where(rng.random(orders) < GANG_SHARE, GANG, DIVISIBLE)
    size = np.where(
        kind == GANG,
        rng.lognormal(np.log(GANG_MEDIAN), GANG_SPREAD, orders),
        rng.lognormal(np.log(PART_MEDIAN), PART_SPREAD, orders),
    )
    devices = np.clip(np.rint(size), 1, DEVICES_MAX).astype(np.int64)
    return kind, devices


def _capacity(rng: np.random.Generator, demand: Demand, links: int, slots: int) -> Ints:
    """Make each link about as wide as the options over it would need if one in three ran."""
    chosen = demand.option
    used = chosen["link"] >= 0
    load = np.bincount(
        chosen["link"][used],
        weights=(chosen["mbps"] * chosen["length"])[used] / slots,
        minlength=links,
    )
    wide = LINK_SLACK * load / 3 * rng.lognormal(0.0, 0.5, links)
    return np.maximum(1_000, np.rint(wide)).astype(np.int64)
