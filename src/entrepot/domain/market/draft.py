"""Columns of a made-up call → an :class:`Instance` with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

SLOT_S = 3600
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Supply:
    """Asks and the pools they belong to.

    Attributes:
        zones, classes: how many names there are.
        slots: number of slots.
        pool_zone, pool_class: of each pool.
        pool_devices: devices of each pool.
        pool_price: usual price of each pool, micro-HKD per device-slot.
        ask: columns ``pool``, ``from``, ``to``, ``price`` (micro-HKD), ``devices``.
    """

    zones: int
    classes: int
    slots: int
    pool_zone: Ints
    pool_class: Ints
    pool_devices: Ints
    pool_price: Ints
    ask: dict[str, Ints]


@dataclass(frozen=True, slots=True)
class Demand:
    """Orders and options.

    Attributes:
        kind: of each order.
        option: columns ``order`` (sorted), ``pool``, ``start``, ``length``, ``devices``,
            ``value`` (micro-HKD in all), ``link`` (-1 = none), ``mbps``.
    """

    kind: Ints
    option: dict[str, Ints]


@dataclass(frozen=True, slots=True)
class Links:
    """Links between zones.

    Attributes:
        begin, end: zones.
        capacity: Mb/s, the same in every slot.
    """

    begin: Ints
    end: Ints
    capacity: Ints


def names(prefix: str, count: int) -> tuple[str, ...]:
    """Return numbered names of one width.

    >>> names("Z", 3)
    ('Z1', 'Z2', 'Z3')
    """
    width = len(str(count))
    return tuple(f"{prefix}{number:0{width}d}" for number in range(1, count + 1))


def assemble(supply: Supply, demand: Demand, links: Links) -> Instance:
    """Return the instance of a draft; orders arrive in the order of their rows."""
    i32, ask, option = np.int32, supply.ask, demand.option
    asks, orders = ask["pool"].size, demand.kind.size
    order = option["order"].astype(i32)
    first = np.searchsorted(order, order)
    number = np.arange(order.size) - first + 1
    none = np.full(orders, -1, dtype=i32)
    return Instance(
        zones=names("Z", supply.zones),
        classes=names("C", supply.classes),
        slots=supply.slots,
        slot_s=SLOT_S,
        pool_zone=supply.pool_zone.astype(i32),
        pool_class=supply.pool_class.astype(i32),
        ask_id=names("A", asks),
        ask_pool=ask["pool"].astype(i32),
        ask_from=ask["from"].astype(i32),
        ask_to=ask["to"].astype(i32),
        ask_price=ask["price"],
        ask_stated=ask["price"],
        ask_devices=ask["devices"],
        ask_start_cost=np.zeros(asks, dtype=np.int64),
        ask_min_slots=np.zeros(asks, dtype=i32),
        ask_party=np.full(asks, -1, dtype=i32),
        order_id=names("D", orders),
        order_kind=demand.kind.astype(np.int8),
        order_min_share=np.zeros(orders, dtype=i32),
        order_group=none,
        order_parent=none,
        order_t=np.arange(orders, dtype=np.int64),
        order_party=none,
        order_zones=((),) * orders,
        opt_id=tuple(map(str, number.tolist())),
        opt_order=order,
        opt_pool=option["pool"].astype(i32),
        opt_start=option["start"].astype(i32),
        opt_len=option["length"].astype(i32),
        opt_devices=option["devices"],
        opt_value=option["value"],
        opt_link=option["link"].astype(i32),
        opt_mbps=option["mbps"],
        link_id=names("L", links.begin.size),
        link_from=links.begin.astype(i32),
        link_to=links.end.astype(i32),
        link_capacity=np.repeat(links.capacity[:, None], supply.slots, axis=1),
    )


def ask_steps(
    rng: np.random.Generator, pool_devices: Ints, pool_price: Ints, slots: int, day: int = 24
) -> dict[str, Ints]:
    """Offer every pool in 2 to 5 steps of rising price, a tenth dearer by day than by night.

    A pool is split into steps by uniform weights; step prices are the usual price times a factor
    that rises evenly from 0.6 to 1.6, each with a chance of ± 5 %. Slots 0–7 of a day are night.

    Args:
        rng: chance.
        pool_devices, pool_price: devices and usual price of each pool.
        slots: number of slots; day: slots of a day.
    """
    steps = rng.integers(2, 6, pool_devices.size)
    pool = np.repeat(np.arange(pool_devices.size), steps)
    place = np.arange(pool.size) - np.searchsorted(pool, pool)
    edges = np.sort(rng.random(pool.size))
    devices = np.empty(pool.size, dtype=np.int64)
    for one in range(pool_devices.size):
        rows = pool == one
        weights = 0.25 + edges[rows][rng.permutation(int(rows.sum()))]
        cut = np.floor(np.cumsum(weights) / weights.sum() * pool_devices[one] + 0.5)
        devices[rows] = np.diff(cut, prepend=0)
    factor = (0.6 + place / (steps[pool] - 1)) * rng.uniform(0.95, 1.05, pool.size)
    begins = sorted({*range(0, slots, day), *range(8, slots, day)})
    runs = np.array(begins, dtype=np.int64)
    ends = np.array([*begins[1:], slots], dtype=np.int64)
    tilt = np.where(runs % day < 8, 0.95, 1.05)
    price = np.rint(pool_price[pool] * factor)[:, None] * tilt[None, :]
    count, wide = pool.size, runs.size
    return {
        "pool": np.repeat(pool, wide).astype(np.int64),
        "from": np.tile(runs, count),
        "to": np.tile(ends, count),
        "price": np.rint(price).astype(np.int64).ravel() // 100 * 100,
        "devices": np.repeat(devices, wide),
    }


def make_links(rng: np.random.Generator, zones: int, fan: int = 3) -> tuple[Ints, Ints]:
    """Return links from every zone to up to ``fan`` others, both ends as zones."""
    begin: list[int] = []
    end: list[int] = []
    for zone in range(zones):
        others = [other for other in range(zones) if other != zone]
        count = min(fan, len(others))
        chosen: list[int] = (
            sorted(rng.choice(others, count, replace=False).tolist()) if count else []
        )
        begin += [zone] * count
        end += chosen
    return np.array(begin, dtype=np.int64), np.array(end, dtype=np.int64)


def link_of(begin: Ints, end: Ints, zones: int, home: Ints, away: Ints) -> Ints:
    """Return the link from each home zone to each zone of use; -1 where there is none."""
    table = np.full((zones, zones), -1, dtype=np.int64)
    table[begin, end] = np.arange(begin.size)
    return table[home, away]
