r"""Exact welfare of an allocation, and the bound that prices prove, in integers.

welfare = Σ v·y − Σ c·x − Σ start costs, and for any π, μ ≥ 0 weak duality gives

    welfare ≤ Σ_rows max(0, max_o (v_o − Σ π a_o − Σ μ w_o)) + Σ_{s,t} max(0, π − c) q + Σ μ C,

where a row is an order or an exclusive group, and o runs over its options that can run at all.
Start costs, least runs, parents and least shares only take worth away, so the bound holds.

Source: weak duality of linear programming; design of the market, 2026-11-21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import PPM, Instance
from entrepot.domain.market.runnable import can_run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

SAFE = 2**62


def loads(instance: Instance, opt_share: Int32) -> tuple[Int64, Int64]:
    """Return what an allocation takes: int64[P, T] micro-devices, int64[L, T] micro-Mb/s."""
    share = opt_share.astype(np.int64)
    pool = _spread(instance, instance.opt_pool, share * instance.opt_devices, instance.pools)
    linked = np.where(instance.opt_link >= 0, share * instance.opt_mbps, 0)
    return pool, _spread(instance, instance.opt_link, linked, instance.links)


def _spread(instance: Instance, place: Int32, amount: Int64, places: int) -> Int64:
    steps = np.zeros((places, instance.slots + 1), dtype=np.int64)
    rows = np.flatnonzero(amount)
    begin = instance.opt_start[rows]
    np.add.at(steps, (place[rows], begin), amount[rows])
    np.add.at(steps, (place[rows], begin + instance.opt_len[rows]), -amount[rows])
    return np.cumsum(steps, axis=1)[:, :-1]


def dispatch(instance: Instance, load: Int64, devices: Int64 | None = None) -> Int64:
    """Serve a load by the cheapest asks: price, then place in the file.

    Args:
        instance: the asks.
        load: int64[P, T] micro-devices, at most the supply.
        devices: what the asks may give, if not what they offer.

    Returns:
        int64[R] micro-devices by ask and slot, as ``instance.ask_offset`` lays them out.
    """
    left, most = load.copy(), instance.ask_devices if devices is None else devices
    used = np.zeros(int(instance.ask_offset[-1]), dtype=np.int64)
    for ask in np.lexsort((np.arange(instance.asks), instance.ask_price)).tolist():
        need = left[instance.ask_pool[ask], instance.ask_from[ask] : instance.ask_to[ask]]
        taken = np.minimum(need, int(most[ask]) * PPM)
        used[instance.ask_offset[ask] : instance.ask_offset[ask + 1]] = taken
        need -= taken
    return used


def ask_slots(instance: Instance) -> tuple[Int64, Int64]:
    """Return for each ask-slot its ask and its slot."""
    ask = np.repeat(np.arange(instance.asks), np.diff(instance.ask_offset))
    slot = np.arange(ask.size) - instance.ask_offset[ask] + instance.ask_from[ask]
    return ask, slot


def starts(instance: Instance, ask_used: Int64) -> Int64:
    """Return int64[S]: how often each ask begins a run of slots in use."""
    ask, _slot = ask_slots(instance)
    on = ask_used > 0
    first = np.append(True, ask[1:] != ask[:-1])[: on.size]
    begins = on & (first | ~np.append(False, on[:-1])[: on.size])
    return np.bincount(ask[begins], minlength=instance.asks)


def welfare_pico(instance: Instance, opt_share: Int32, ask_used: Int64) -> int:
    """Return the exact welfare in 10⁻¹² HKD: micro-HKD times ppm."""
    ask, _slot = ask_slots(instance)
    value = _dot(instance.opt_value, opt_share)
    cost = _dot(instance.ask_price[ask], ask_used)
    begun = _dot(instance.ask_start_cost, starts(instance, ask_used))
    return value - cost - begun * PPM


def _dot(left: NDArray[np.signedinteger], right: NDArray[np.signedinteger]) -> int:
    """Return the exact sum of products, in Python integers where 64 bits may not do."""
    rows = np.flatnonzero(right)
    a, b = left[rows], right[rows]
    if not rows.size:
        return 0
    if int(np.abs(a).max()) * int(np.abs(b).max()) * rows.size < SAFE:
        return int(np.dot(a.astype(np.int64), b.astype(np.int64)))
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))


def running_costs(instance: Instance, pi: Int64, mu: Int64) -> Int64:
    """Return what each option costs in all at prices: micro-HKD, exact (objects if need be)."""
    pool = np.concatenate((np.zeros((instance.pools, 1), pi.dtype), np.cumsum(pi, axis=1)), axis=1)
    link = np.concatenate((np.zeros((instance.links, 1), mu.dtype), np.cumsum(mu, axis=1)), axis=1)
    most = int(pool.max(initial=0)) * int(instance.opt_devices.max(initial=0))
    most += int(link.max(initial=0)) * int(instance.opt_mbps.max(initial=0))
    kind = np.int64 if most < SAFE else object
    begin, end = instance.opt_start, instance.opt_start + instance.opt_len
    held = pool[instance.opt_pool, end] - pool[instance.opt_pool, begin]
    cost = held.astype(kind) * instance.opt_devices.astype(kind)
    over = np.flatnonzero(instance.opt_link >= 0)
    line = instance.opt_link[over]
    rent = link[line, end[over]] - link[line, begin[over]]
    cost[over] += rent.astype(kind) * instance.opt_mbps[over].astype(kind)
    return cost


def bound(instance: Instance, pi: Int64, mu: Int64, runnable: Bools | None = None) -> int:
    """Return the bound on welfare that the prices prove, micro-HKD.

    Args:
        instance: the orders.
        pi, mu: prices, integers ≥ 0.
        runnable: options that may run, by :func:`can_run`; worked out here if not given.
    """
    keep = can_run(instance) if runnable is None else runnable
    surplus = instance.opt_value - running_costs(instance, pi, mu)
    best = np.zeros(instance.orders, dtype=surplus.dtype)
    rows = np.flatnonzero(keep)
    np.maximum.at(best, instance.order_row[instance.opt_order[rows]], surplus[rows])
    ask, slot = ask_slots(instance)
    margin = np.maximum(pi[instance.ask_pool[ask], slot] - instance.ask_price[ask], 0)
    return (
        sum(best.tolist())
        + _dot(margin, instance.ask_devices[ask])
        + _dot(mu.ravel(), instance.link_capacity.ravel())
    )
