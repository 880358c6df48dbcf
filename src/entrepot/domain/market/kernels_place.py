"""Compiled loops that place options: loads, costs and room, all in integers but the money.

A plan holds for every option its share in ppm, and for every cell its load in micro-devices, so
an allocation is feasible exactly or not at all. Options in use stand in lists by pool and first
slot; whoever takes part in a slot began at most the longest length before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.market.jit import compiled
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

PPM = 1_000_000
MICRO_F = 1e-6
NO_ROOM = 1 << 62


class Plan(NamedTuple):
    """An allocation under construction.

    Attributes:
        share: int64 ppm of each option; row_share: int64 ppm taken of each row.
        load: int64[cells]; flow: int64[L · T].
        head: int32[cells], first option in use that starts there; after, before: its neighbours.
        reach: int64[1], slots of the longest option.
    """

    share: Int64
    row_share: Int64
    load: Int64
    flow: Int64
    head: Int32
    after: Int32
    before: Int32
    reach: Int64


@compiled
def cost_up_to(steps: Steps, cell: int, load: int) -> float:
    """Return HKD that a load of micro-devices costs in a cell."""
    bottom = 0
    for step in range(steps.begin[cell], steps.begin[cell + 1]):
        if load <= steps.top[step]:
            return steps.base[step] + (load - bottom) * MICRO_F * steps.price[step]
        bottom = steps.top[step]
    return np.inf if load > bottom else 0.0


@compiled
def set_share(work: Work, steps: Steps, plan: Plan, option: int, share: int) -> float:
    """Give an option a share; return the change of welfare in HKD."""
    old = plan.share[option]
    if share == old:
        return 0.0
    gain = work.value[option] * (share - old) * MICRO_F
    more = (share - old) * work.devices[option]
    first = work.pool[option] * work.slots
    for cell in range(first + work.start[option], first + work.stop[option]):
        load = plan.load[cell]
        gain -= cost_up_to(steps, cell, load + more) - cost_up_to(steps, cell, load)
        plan.load[cell] = load + more
    if work.link[option] >= 0:
        first = work.link[option] * work.slots
        for cell in range(first + work.start[option], first + work.stop[option]):
            plan.flow[cell] += (share - old) * work.mbps[option]
    plan.share[option] = share
    plan.row_share[work.row[option]] += share - old
    if old == 0:
        _enter(work, plan, option)
    elif share == 0:
        _leave(work, plan, option)
    return gain


@compiled
def _enter(work: Work, plan: Plan, option: int) -> None:
    place = work.pool[option] * work.slots + work.start[option]
    first = plan.head[place]
    plan.after[option] = first
    plan.before[option] = -1
    if first >= 0:
        plan.before[first] = option
    plan.head[place] = option


@compiled
def _leave(work: Work, plan: Plan, option: int) -> None:
    before, after = plan.before[option], plan.after[option]
    if before >= 0:
        plan.after[before] = after
    else:
        plan.head[work.pool[option] * work.slots + work.start[option]] = after
    if after >= 0:
        plan.before[after] = before


@compiled
def room_for(work: Work, steps: Steps, plan: Plan, option: int) -> int:
    """Return by how many ppm an option may grow, by devices and bandwidth alone."""
    most = PPM
    devices = work.devices[option]
    first = work.pool[option] * work.slots
    if devices > 0:
        for cell in range(first + work.start[option], first + work.stop[option]):
            free = steps.room[cell] - plan.load[cell]
            if free < most * devices:
                most = free // devices
    mbps = work.mbps[option]
    if mbps > 0:
        first = work.link[option] * work.slots
        for cell in range(first + work.start[option], first + work.stop[option]):
            free = work.width[cell] - plan.flow[cell]
            if free < most * mbps:
                most = free // mbps
    return max(most, 0)


@compiled
def whole_cost(work: Work, steps: Steps, plan: Plan, option: int, more: int) -> float:
    """Return HKD that ``more`` ppm of an option would cost on top of the loads."""
    cost = 0.0
    amount = more * work.devices[option]
    first = work.pool[option] * work.slots
    for cell in range(first + work.start[option], first + work.stop[option]):
        load = plan.load[cell]
        cost += cost_up_to(steps, cell, load + amount) - cost_up_to(steps, cell, load)
    return cost


@compiled
def growth(work: Work, steps: Steps, plan: Plan, option: int, most: int) -> tuple[int, float]:
    """Return the best share to add to an option, at most ``most`` ppm, and what it gains.

    Cost is convex in the share, so a share is worth adding while the option is worth more than
    the steps that it would take next.
    """
    most = min(most, room_for(work, steps, plan, option))
    old, least = plan.share[option], work.least[option]
    if most <= 0 or old + most < least:
        return 0, 0.0
    if least >= PPM:
        gain = work.value[option] - whole_cost(work, steps, plan, option, PPM)
        return (PPM, gain) if gain > 0.0 else (0, 0.0)
    share = _worthwhile(work, steps, plan, option, most)
    if old + share < least:
        share = least - old
    gain = work.value[option] * share * MICRO_F - whole_cost(work, steps, plan, option, share)
    return (share, gain) if gain > 0.0 else (0, 0.0)


@compiled
def _worthwhile(work: Work, steps: Steps, plan: Plan, option: int, most: int) -> int:
    devices = work.devices[option]
    first = work.pool[option] * work.slots
    if devices == 0:
        return most if work.value[option] > 0.0 else 0
    share = 0
    while share < most:
        price, far = 0.0, most
        for cell in range(first + work.start[option], first + work.stop[option]):
            load = plan.load[cell] + share * devices
            step = steps.begin[cell]
            while steps.top[step] - load < devices and step + 1 < steps.begin[cell + 1]:
                step += 1
            price += steps.price[step]
            far = min(far, share + max(1, (steps.top[step] - load) // devices))
        if price * devices >= work.value[option]:
            break
        share = far
    return share


@compiled
def best_growth(
    work: Work, steps: Steps, plan: Plan, row: int, begin: Int64, near: Int64
) -> tuple[int, int, float]:
    """Return the option of a row whose growth gains most, its share to add, and the gain.

    Args:
        work, steps, plan: as above.
        row: a choice.
        begin, near: the options to look at, row by row.
    """
    left = PPM - plan.row_share[row]
    best, share, gain = -1, 0, 0.0
    for place in range(begin[row], begin[row + 1]):
        more, worth = growth(work, steps, plan, near[place], left)
        if worth > gain:
            best, share, gain = near[place], more, worth
    return best, share, gain


@compiled
def fill(work: Work, steps: Steps, plan: Plan, rows: Int64, begin: Int64, near: Int64) -> float:
    """Grow the rows in the order given, each at its best options, while that gains."""
    total = 0.0
    for place in range(rows.size):
        row = rows[place]
        for _ in range(begin[row + 1] - begin[row]):
            if plan.row_share[row] >= PPM:
                break
            option, more, _gain = best_growth(work, steps, plan, row, begin, near)
            if option < 0:
                break
            total += set_share(work, steps, plan, option, plan.share[option] + more)
    return total


@compiled
def replace(work: Work, steps: Steps, plan: Plan, free: Int64, share: Int64) -> float:
    """Give options new shares, gangs first, as far as there is room; return the change in HKD.

    Args:
        work, steps, plan: as above.
        free: options.
        share: int64 ppm wanted of each.
    """
    gain = 0.0
    for place in range(free.size):
        gain += set_share(work, steps, plan, free[place], 0)
    for turn in range(2):
        for place in range(free.size):
            option, want = free[place], share[place]
            least = work.least[option]
            if want <= 0 or (least >= PPM) != (turn == 0):
                continue
            want = min(want, room_for(work, steps, plan, option))
            want = min(want, PPM - plan.row_share[work.row[option]])
            if want >= least:
                gain += set_share(work, steps, plan, option, want)
    return gain
