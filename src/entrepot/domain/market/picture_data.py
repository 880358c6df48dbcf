"""What a certificate says, as columns to be drawn: prices and traded devices by pool and slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from entrepot.domain.market.instance import PPM, Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

Rows = Sequence[Sequence[object]]


def pool_names(instance: Instance) -> list[tuple[str, str]]:
    """Return (zone, class) of each pool."""
    pairs = zip(instance.pool_zone.tolist(), instance.pool_class.tolist(), strict=True)
    return [(instance.zones[zone], instance.classes[device]) for zone, device in pairs]


def prices_of(instance: Instance, rows: Rows) -> Int64:
    """Return the prices of a certificate, int64[P, T] micro-HKD per device-slot.

    Args:
        instance: the orders.
        rows: (zone, class, first slot, slot after the last, price), as a certificate lists them.

    Raises:
        LookupError, TypeError, ValueError: a row is of another call.
    """
    place = {name: pool for pool, name in enumerate(pool_names(instance))}
    found = np.zeros((instance.pools, instance.slots), dtype=np.int64)
    for zone, device, first, after, price in rows:
        pool = place[str(zone), str(device)]
        begin, end = _run(instance, first, after)
        found[pool, begin:end] = cast("int", price)
    return found


def traded(instance: Instance, rows: Rows) -> Int64:
    """Return the devices that orders got, int64[P, T] in micro-devices.

        traded = Σ devices of an option · its share

    Args:
        instance: the orders.
        rows: (order, option, share in ppm), as a certificate lists them.

    Raises:
        LookupError, TypeError, ValueError: a row is of another call.
    """
    at = _option_rows(instance)
    found = np.zeros((instance.pools, instance.slots), dtype=np.int64)
    for order, option, share in rows:
        row = at[str(order), str(option)]
        begin = int(instance.opt_start[row])
        end = begin + int(instance.opt_len[row])
        devices = int(instance.opt_devices[row]) * cast("int", share)
        found[int(instance.opt_pool[row]), begin:end] += devices
    return found


def busiest(prices: Int64, micro_devices: Int64) -> tuple[int, int]:
    """Return pool and slot in which most money is at stake; (0, 0) when nothing is traded.

    Args:
        prices, micro_devices: int64[P, T] as :func:`prices_of` and :func:`traded` give them.
    """
    if not prices.size:
        return 0, 0
    # Floats would do for a choice, but whole devices keep it the same on every machine.
    stake = prices * (micro_devices // PPM)
    pool, slot = divmod(int(stake.argmax()), prices.shape[1])
    return pool, slot


def _option_rows(instance: Instance) -> Mapping[tuple[str, str], int]:
    orders = instance.opt_order.tolist()
    return {
        (instance.order_id[order], name): row
        for row, (order, name) in enumerate(zip(orders, instance.opt_id, strict=True))
    }


def _run(instance: Instance, first: object, after: object) -> tuple[int, int]:
    begin, end = cast("int", first), cast("int", after)
    if not 0 <= begin < end <= instance.slots:
        raise ValueError("a run of slots outside of the call")
    return begin, end
