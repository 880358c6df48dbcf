"""Small random calls for the solver's tests: gangs, divisible and least-share orders, links."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from entrepot.domain.market.generate import generate
from entrepot.domain.market.instance import GANG, MINIMUM, PPM, Instance
from entrepot.domain.market.solution import Solution
from entrepot.domain.market.worth import ask_slots, bound, loads, welfare_pico


def small_call(seed: int) -> Instance:
    """Return a random call of 2 to 14 orders; every third has least shares or groups."""
    rng = np.random.Generator(np.random.PCG64(seed))
    orders, zones, slots = (int(rng.integers(2, most)) for most in (15, 4, 7))
    call = generate(orders, zones, 1, slots, seed)
    if seed % 3 == 1:
        least = rng.random(orders) < 0.3
        kind = np.where(least, MINIMUM, call.order_kind).astype(np.int8)
        share = np.where(least, rng.integers(1, 9, orders) * 100_000, 0).astype(np.int32)
        return replace(call, order_kind=kind, order_min_share=share)
    if seed % 3 == 2:
        group = np.where(rng.random(orders) < 0.5, 0, -1).astype(np.int32)
        return replace(call, order_group=group, groups=("G",))
    return call


def faults(call: Instance, found: Solution) -> list[str]:
    """Return what is wrong with an answer, in integers and by other words than the solver's."""
    share = found.opt_share.astype(np.int64)
    wrong: list[str] = []
    taken, flow = loads(call, found.opt_share)
    ask, slot = ask_slots(call)
    given = np.zeros_like(taken)
    np.add.at(given, (call.ask_pool[ask], slot), found.ask_used)
    if (taken > given).any():
        wrong.append("pool")
    if (found.ask_used > call.ask_devices[ask] * PPM).any() or (found.ask_used < 0).any():
        wrong.append("ask")
    if (flow > call.link_capacity * PPM).any():
        wrong.append("link")
    chosen = np.zeros(call.orders, dtype=np.int64)
    np.add.at(chosen, call.order_row[call.opt_order], share)
    if (chosen > PPM).any() or (share < 0).any():
        wrong.append("choice")
    kind = call.order_kind[call.opt_order]
    if ((kind == GANG) & (share != 0) & (share != PPM)).any():
        wrong.append("gang")
    least = call.order_min_share[call.opt_order]
    if ((kind == MINIMUM) & (share > 0) & (share < least)).any():
        wrong.append("least share")
    if found.welfare != welfare_pico(call, found.opt_share, found.ask_used) // PPM:
        wrong.append("welfare")
    if found.bound != bound(call, found.pi, found.mu) or found.bound < found.welfare:
        wrong.append("bound")
    if (found.pi < 0).any() or (found.mu < 0).any():
        wrong.append("prices")
    return wrong
