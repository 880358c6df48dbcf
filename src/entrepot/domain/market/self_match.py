r"""No beneficial group trades with itself: what it takes, others give.

A call has one price for a pool and slot, and nobody's devices are paired with anybody's order. A
group g trades with itself exactly if no pairing could avoid it. With V = Σ taken = Σ given in a
pool and slot, one that pairs nobody with himself exists if and only if for every group

    taken(g) + given(g) ≤ V,   that is   taken(g) ≤ given by others

(Hall's condition where every seller may serve every buyer but his own group). So an order may run
in a place where its own group sells, as long as others give at least what the group takes:

1. an option whose least share exceeds what others offer in one of its slots can not run;
2. after the solver, asks of the group are served only up to V − taken(g), the others by merit, at
   most at the price of the call;
3. where that does not meet the load, the newest order there of a group in the way is dropped, and
   the call is cleared again (``keep_apart.py`` does both).

Devices withdrawn or orders cancelled as a whole, as books in continuous trade do, would let a
group take its supply out of a call by one small bid.

Source: P. Hall, 1935; design of the market, self-match prevention by beneficial group, 2026-11-21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import PPM, Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def both_sides(instance: Instance) -> list[int]:
    """Return the groups that have orders and also devices on offer."""
    sellers = instance.ask_party[instance.ask_devices > 0]
    shared = np.intersect1d(sellers, instance.order_party)
    return shared[shared >= 0].tolist()


def supply_of(instance: Instance, party: int) -> Int64:
    """Return int64[P, T]: devices that a group offers."""
    steps = np.zeros((instance.pools, instance.slots + 1), dtype=np.int64)
    asks = np.flatnonzero(instance.ask_party == party)
    devices = instance.ask_devices[asks]
    np.add.at(steps, (instance.ask_pool[asks], instance.ask_from[asks]), devices)
    np.add.at(steps, (instance.ask_pool[asks], instance.ask_to[asks]), -devices)
    return np.cumsum(steps, axis=1)[:, :-1]


def fits_others(instance: Instance, least: Int64) -> Bools:
    """Say of each option whether others than its own group offer enough for its least share.

    Args:
        instance: the orders.
        least: int64[M] ppm, least share at which each option runs; 0 = any.
    """
    keep = np.ones(instance.options, dtype=np.bool_)
    for party in both_sides(instance):
        others = (instance.supply - supply_of(instance, party)) * PPM
        own = np.flatnonzero(instance.order_party[instance.opt_order] == party)
        for row in own.tolist():
            begin = int(instance.opt_start[row])
            run = slice(begin, begin + int(instance.opt_len[row]))
            room = int(others[instance.opt_pool[row], run].min())
            need = max(int(least[row]), 1) * int(instance.opt_devices[row])
            keep[row] = need <= room
    return keep
