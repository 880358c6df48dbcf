"""The realistic generator: pools as large as data centres, orders as small as jobs are.

Pools hold 128 to 16,384 devices (lognormal), independent of the number of orders. Gangs come in
whole devices: 70 % ask for one, 20 % for 2–8, 8.5 % for 16–128 and 1 % for 256–1,024 (the half per
cent that is missing is spread over all). Divisible orders of aggregators, each of at most 10 % of
its pool, fill each pool to 0.9–1.15 of what it has, as far as half of the orders suffice for it.
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

POOL_LEAST, POOL_MOST = 128, 16_384
LENGTH_MAX = 24
TIERS = (0.70, 0.20, 0.085, 0.01)
FILL_LEAST, FILL_MOST = 0.9, 1.15
SHARE_LEAST, SHARE_MOST = 0.02, 0.10
OPTIONS_MAX = 6
VALUE_SPREAD = 0.4


def realistic(
    rng: np.random.Generator, orders: int, zones: int, classes: int, slots: int
) -> tuple[Supply, Demand, Links]:
    """Draw a realistic call; arguments as :func:`.generate_stress.stress`."""
    zone, device = _pools(rng, zones, classes)
    pools = zone.size
    middle = np.log((POOL_LEAST * POOL_MOST) ** 0.5)
    devices = np.clip(np.rint(rng.lognormal(middle, 1.2, pools)), POOL_LEAST, POOL_MOST)
    devices = devices.astype(np.int64)
    base = rng.lognormal(np.log(8), 0.6, classes)[device]
    price = np.rint(base * rng.uniform(0.85, 1.2, zones)[zone] * MICRO).astype(np.int64)
    supply = Supply(
        zones, classes, slots, zone, device, devices, price, ask_steps(rng, devices, price, slots)
    )
    ends = make_links(rng, zones)
    filler_pool, filler_size, filler_len = _fillers(rng, devices, slots, orders // 2)
    gangs = orders - filler_pool.size
    kind = np.concatenate((np.full(gangs, GANG), np.full(filler_pool.size, DIVISIBLE)))
    size = np.concatenate((_gang_sizes(rng, gangs), filler_size))
    length = np.concatenate((_gang_lengths(rng, gangs, slots), filler_len))
    home = np.concatenate((rng.choice(pools, gangs, p=devices / devices.sum()), filler_pool))
    shuffle = rng.permutation(orders)
    demand = _options(
        rng, supply, ends, kind[shuffle], size[shuffle], length[shuffle], home[shuffle]
    )
    return supply, demand, _links(rng, demand, ends, slots)


def _pools(rng: np.random.Generator, zones: int, classes: int) -> tuple[Ints, Ints]:
    """Give each zone two to four of the classes, or all where there are fewer."""
    zone: list[int] = []
    device: list[int] = []
    for place in range(zones):
        count = min(classes, int(rng.integers(2, 5)))
        chosen: list[int] = sorted(rng.choice(classes, count, replace=False).tolist())
        zone += [place] * count
        device += chosen
    return np.array(zone, dtype=np.int64), np.array(device, dtype=np.int64)


def _gang_sizes(rng: np.random.Generator, count: int) -> Ints:
    weights = np.array(TIERS) / sum(TIERS)
    tier = rng.choice(4, count, p=weights)
    least, most = np.array([0, 1, 4, 8])[tier], np.array([0, 3, 7, 10])[tier]
    return 2 ** rng.integers(least, most + 1)


def _gang_lengths(rng: np.random.Generator, count: int, slots: int) -> Ints:
    drawn = np.ceil(rng.lognormal(np.log(3), 0.9, count)).astype(np.int64)
    return np.clip(drawn, 1, min(LENGTH_MAX, slots))


def _fillers(
    rng: np.random.Generator, devices: Ints, slots: int, most: int
) -> tuple[Ints, Ints, Ints]:
    """Draw divisible orders pool by pool until each is filled; at most ``most`` in all."""
    pools: list[int] = []
    sizes: list[int] = []
    lengths: list[int] = []
    wanted = rng.uniform(FILL_LEAST, FILL_MOST, devices.size) * slots
    least = min(4, slots)
    for pool in rng.permutation(devices.size).tolist():
        filled = 0.0
        while filled < wanted[pool] and len(pools) < most:
            share = float(rng.uniform(SHARE_LEAST, SHARE_MOST))
            size = max(1, int(share * int(devices[pool])))
            length = int(rng.integers(least, min(LENGTH_MAX, slots) + 1))
            pools.append(pool)
            sizes.append(size)
            lengths.append(length)
            filled += size / int(devices[pool]) * length
    made = (np.array(column, dtype=np.int64) for column in (pools, sizes, lengths))
    return next(made), next(made), next(made)


def _options(
    rng: np.random.Generator,
    supply: Supply,
    ends: tuple[Ints, Ints],
    kind: Ints,
    size: Ints,
    length: Ints,
    home: Ints,
) -> Demand:
    orders, pools = kind.size, supply.pool_zone.size
    count = rng.integers(1, OPTIONS_MAX + 1, orders)
    order = np.repeat(np.arange(orders), count)
    rows = order.size
    head = np.append(True, order[1:] != order[:-1]) if rows else np.zeros(0, dtype=np.bool_)
    stay = head | (kind[order] == DIVISIBLE) | (rng.random(rows) < 0.5)
    pool = np.where(stay, home[order], rng.integers(0, pools, rows))
    most = supply.slots - length[order]
    wish = rng.integers(0, most[head] + 1) if rows else most
    start = np.clip(wish[order] + np.where(head, 0, rng.integers(-8, 9, rows)), 0, most)
    worth = rng.lognormal(np.log(1.1), VALUE_SPREAD, orders)[order]
    taste = np.where(head, 1.0, rng.uniform(0.9, 1.0, rows))
    value = supply.pool_price[pool] * worth * taste * size[order] * length[order]
    zone_home, zone = supply.pool_zone[home[order]], supply.pool_zone[pool]
    link = link_of(*ends, supply.zones, zone_home, zone)
    wide = rng.integers(5, 51, orders)[order] * size[order]
    return Demand(
        kind,
        {
            "order": order,
            "pool": pool,
            "start": start,
            "length": length[order],
            "devices": size[order],
            "value": np.maximum(1, np.rint(value).astype(np.int64) // 10_000) * 10_000,
            "link": link,
            "mbps": np.where(link >= 0, wide, 0),
        },
    )


def _links(rng: np.random.Generator, demand: Demand, ends: tuple[Ints, Ints], slots: int) -> Links:
    """Make links so wide that one in ten or so is short."""
    chosen = demand.option
    used = chosen["link"] >= 0
    weights = (chosen["mbps"] * chosen["length"])[used] / slots
    load = np.bincount(chosen["link"][used], weights=weights, minlength=ends[0].size)
    wide = np.rint(load * rng.lognormal(0.0, 0.5, ends[0].size))
    return Links(*ends, np.maximum(10_000, wide).astype(np.int64))
