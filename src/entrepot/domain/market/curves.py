"""Curves of a call: supply and demand of one pool and slot, and prices over zones and slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Curves:
    """Supply and demand of one pool and slot as steps.

    Attributes:
        supply: (price, devices in all up to this price), prices rising.
        demand: (price, devices in all down to this price), prices falling. An option counts with
            its worth per device and slot; of several options of one order here, the dearest.
    """

    supply: tuple[tuple[int, int], ...]
    demand: tuple[tuple[int, int], ...]


def curves(instance: Instance, pool: int, slot: int) -> Curves:
    """Return the curves of a pool in a slot, prices in micro-HKD per device-slot.

    Args:
        instance: the orders.
        pool, slot: which.

    >>> from entrepot.domain.market.generate import generate
    >>> found = curves(generate(20, 1, 1, 4, seed=1), 0, 0)
    >>> found.supply == tuple(sorted(found.supply))
    True
    """
    here = (instance.ask_pool == pool) & (instance.ask_from <= slot) & (instance.ask_to > slot)
    supply = _steps(instance.ask_price[here], instance.ask_devices[here])
    end = instance.opt_start + instance.opt_len
    rows = np.flatnonzero((instance.opt_pool == pool) & (instance.opt_start <= slot) & (end > slot))
    unit = instance.opt_value[rows] // (instance.opt_devices[rows] * instance.opt_len[rows])
    order = np.lexsort((-unit, instance.opt_order[rows]))
    orders = instance.opt_order[rows][order]
    dearest = order[np.append(True, orders[1:] != orders[:-1])[: order.size]]
    devices = instance.opt_devices[rows][dearest]
    demand = _steps(-unit[dearest], devices)
    return Curves(supply, tuple((-price, upto) for price, upto in demand))


def heat_map(instance: Instance, pi: Int64, device: int) -> dict[str, list[int | None]]:
    """Return the price of a device class in each zone by slot; None where nobody trades it.

    Args:
        instance: the orders.
        pi: prices, int64[P, T] micro-HKD.
        device: place of the class.
    """
    rows: dict[str, list[int | None]] = {}
    for place, zone in enumerate(instance.zones):
        found = np.flatnonzero((instance.pool_zone == place) & (instance.pool_class == device))
        rows[zone] = pi[found[0]].tolist() if found.size else [None] * instance.slots
    return rows


def _steps(price: Int64, devices: Int64) -> tuple[tuple[int, int], ...]:
    order = np.argsort(price, kind="stable")
    upto = np.cumsum(devices[order])
    return tuple(zip(price[order].tolist(), upto.tolist(), strict=True))
