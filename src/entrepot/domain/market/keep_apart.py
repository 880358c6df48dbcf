"""A solver's answer made to keep to the rule of ``self_match.py``: nobody buys from himself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import PPM, Instance
from entrepot.domain.market.self_match import both_sides
from entrepot.domain.market.worth import loads, welfare_pico

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.solution import Solution

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]


def keep_apart(instance: Instance, found: Solution) -> tuple[Solution, list[int]]:
    """Serve the load so that no group trades with itself.

    Args:
        instance: the orders.
        found: an answer that need not keep to the rule.

    Returns:
        The answer with its asks given out anew where need be, and the orders to drop: in every
        pool and slot that fails, the newest of the groups in the way. If there are any, the
        answer does not keep to the rule yet.
    """
    parties = both_sides(instance)
    if not parties:
        return found, []
    load, _links = loads(instance, found.opt_share)
    taken = {party: _taken(instance, found.opt_share, party) for party in parties}
    used, dropped = found.ask_used.copy(), set[int]()
    for pool, slot in _clashes(instance, used, load, taken):
        most = {party: int(load[pool, slot] - taken[party][pool, slot]) for party in parties}
        price = int(found.pi[pool, slot])
        stuck = _serve(instance, used, (pool, slot), (int(load[pool, slot]), price), most)
        stuck = [party for party in stuck if taken[party][pool, slot]]
        if stuck:
            dropped.add(_newest(instance, found.opt_share, stuck, (pool, slot)))
    if dropped:
        return found, sorted(dropped)
    welfare = welfare_pico(instance, found.opt_share, used) // PPM
    return replace(found, ask_used=used, welfare=welfare), []


def _taken(instance: Instance, share: Int32, party: int) -> Int64:
    """Return int64[P, T]: micro-devices that the orders of a group take."""
    own = instance.order_party[instance.opt_order] == party
    return loads(instance, np.where(own, share, 0).astype(np.int32))[0]


def _clashes(
    instance: Instance, used: Int64, load: Int64, taken: dict[int, Int64]
) -> list[tuple[int, int]]:
    """Return the pools and slots in which a group takes more than others give."""
    wrong = np.zeros(load.shape, dtype=np.bool_)
    for party, much in taken.items():
        given = np.zeros(load.shape, dtype=np.int64)
        for ask in np.flatnonzero(instance.ask_party == party).tolist():
            cells = used[instance.ask_offset[ask] : instance.ask_offset[ask + 1]]
            given[instance.ask_pool[ask], instance.ask_from[ask] : instance.ask_to[ask]] += cells
        wrong |= (much > 0) & (much > load - given)
    return [(pool, slot) for pool, slot in np.argwhere(wrong).tolist()]


def _serve(
    instance: Instance,
    used: Int64,
    cell: tuple[int, int],
    aim: tuple[int, int],
    most: dict[int, int],
) -> list[int]:
    """Give a load out anew, each group up to its most; ``used`` is changed.

    Cheapest first, which is best where each ask belongs to one group. No ask is taken that costs
    more than the price and than all that were taken: nobody else shall pay for keeping a group
    apart. An ask with a start cost or a least run keeps what it gives.

    Args:
        instance: the asks.
        used: int64[R] micro-devices by ask and slot.
        cell: pool and slot.
        aim: micro-devices to give, and the price there.
        most: group → micro-devices that it may give.

    Returns:
        The groups with nothing left to give, if the load cannot be met; else those that give
        too much in runs of least length; mostly none.
    """
    pool, slot = cell
    here = np.flatnonzero(
        (instance.ask_pool == pool) & (instance.ask_from <= slot) & (slot < instance.ask_to)
    )
    fixed = (instance.ask_start_cost[here] > 0) | (instance.ask_min_slots[here] > 1)
    (load, limit), room = aim, dict(most)
    left = load
    for ask in here[fixed].tolist():
        much = int(used[_place(instance, ask, slot)])
        left -= much
        party = int(instance.ask_party[ask])
        room[party] = room.get(party, load) - much
    free = here[~fixed]
    taken = [ask for ask in free.tolist() if used[_place(instance, ask, slot)]]
    limit = max([limit, *(int(instance.ask_price[ask]) for ask in taken)])
    free = free[instance.ask_price[free] <= limit]
    for ask in free[np.lexsort((free, instance.ask_price[free]))].tolist():
        party = int(instance.ask_party[ask])
        much = min(left, int(instance.ask_devices[ask]) * PPM, max(0, room.get(party, left)))
        used[_place(instance, ask, slot)] = much
        left -= much
        if party in room:
            room[party] -= much
    return [party for party in most if room[party] < (1 if left else 0)]


def _place(instance: Instance, ask: int, slot: int) -> int:
    return int(instance.ask_offset[ask]) + slot - int(instance.ask_from[ask])


def _newest(instance: Instance, share: Int32, parties: list[int], cell: tuple[int, int]) -> int:
    """Return the newest order of some groups with a share in a cell; of equals the later one."""
    pool, slot = cell
    end = instance.opt_start + instance.opt_len
    there = (share > 0) & (instance.opt_pool == pool)
    there &= (instance.opt_start <= slot) & (slot < end)
    there &= np.isin(instance.order_party[instance.opt_order], parties)
    orders = np.unique(instance.opt_order[there]).tolist()
    return max(orders, key=lambda order: (int(instance.order_t[order]), order))
