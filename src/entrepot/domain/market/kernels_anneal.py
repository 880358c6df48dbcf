"""Compiled loops of the search by ejection, at falling temperature.

A move takes a row, makes room for one of its options by trimming or ejecting what stands in the
way at the least loss, places the ejected anew, and fills what was left behind with rows that were
out: without that a large gang never leaves its place. The move stays if the welfare rises, or with
a chance that falls with the loss over the worth of the row; else everything goes back as it was.

Source: S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, Science 220 (1983), for the rule of chance.
"""

from __future__ import annotations

import numpy as np

from entrepot.domain.market.jit import compiled
from entrepot.domain.market.kernels_move import (
    EJECTED_MAX,
    LOG_MAX,
    Search,
    change,
    draw,
    undo,
)
from entrepot.domain.market.kernels_place import PPM, Plan, best_growth
from entrepot.domain.market.kernels_refill import refill
from entrepot.domain.market.tighten import Steps, Work

FREE_SHIFT = 0.95
"""How often a divisible order moves without harm to others, when it moves."""


@compiled
def _short(work: Work, steps: Steps, plan: Plan, option: int, share: int) -> tuple[int, int]:
    """Return the cell of an option that is shortest of devices, and how many it lacks."""
    first = work.pool[option] * work.slots
    need = share * work.devices[option]
    worst, lack = -1, 0
    for cell in range(first + work.start[option], first + work.stop[option]):
        over = plan.load[cell] + need - steps.room[cell]
        if over > lack:
            worst, lack = cell, over
    return worst, lack


@compiled
def _short_link(work: Work, plan: Plan, option: int, share: int) -> tuple[int, int]:
    """Return the slot of an option's link that is shortest of bandwidth, and how much it lacks."""
    if work.link[option] < 0:
        return -1, 0
    first = work.link[option] * work.slots
    need = share * work.mbps[option]
    worst, lack = -1, 0
    for slot in range(work.start[option], work.stop[option]):
        over = plan.flow[first + slot] + need - work.width[first + slot]
        if over > lack:
            worst, lack = slot, over
    return worst, lack


@compiled
def _weakest(
    work: Work, plan: Plan, search: Search, row: int, pool: int, slot: int, link: int
) -> int:
    """Return who loses least for what it frees in a slot of a pool, or -1.

    With a link, only its users count.
    """
    best, least = -1, np.inf
    base = pool * work.slots
    for begin in range(max(0, slot - plan.reach[0] + 1), slot + 1):
        option = int(plan.head[base + begin])
        while option >= 0:
            fits = work.stop[option] > slot and work.row[option] != row
            if fits and (link < 0 or work.link[option] == link):
                size = work.mbps[option] if link >= 0 else work.devices[option]
                loss = max(search.worth[option], 0.0) + 1e-3 * work.value[option]
                loss *= (0.6 + 0.8 * draw(search.random)) / max(size, 1)
                if loss < least:
                    best, least = option, loss
            option = int(plan.after[option])
    return best


@compiled
def _relieve(
    work: Work, steps: Steps, plan: Plan, search: Search, option: int, lack: int, size: int
) -> float:
    """Trim an option by what is lacking, or eject it when it does not bear trimming."""
    cut = (lack + size - 1) // max(size, 1)
    share = plan.share[option] - cut
    if share < work.least[option]:
        share = 0
    gain = change(work, steps, plan, search, option, share)
    place = search.counts[1]
    if place < EJECTED_MAX:
        search.out[place] = work.row[option]
        search.counts[1] = place + 1
    return gain


@compiled
def _make_room(
    work: Work, steps: Steps, plan: Plan, search: Search, option: int, share: int
) -> tuple[bool, float]:
    """Trim or eject until a share of an option fits; return whether it does, and the change."""
    gain, row = 0.0, work.row[option]
    while search.counts[1] < EJECTED_MAX and search.counts[0] < LOG_MAX - 256:
        cell, lack = _short(work, steps, plan, option, share)
        if cell < 0:
            break
        slot = cell - work.pool[option] * work.slots
        victim = _weakest(work, plan, search, row, work.pool[option], slot, -1)
        if victim < 0:
            return False, gain
        gain += _relieve(work, steps, plan, search, victim, lack, work.devices[victim])
    while search.counts[1] < EJECTED_MAX and search.counts[0] < LOG_MAX - 256:
        slot, lack = _short_link(work, plan, option, share)
        if slot < 0:
            return _short(work, steps, plan, option, share)[0] < 0, gain
        victim, least = -1, np.inf
        for pool in range(plan.head.size // work.slots):
            other = _weakest(work, plan, search, row, pool, slot, work.link[option])
            if other >= 0:
                loss = max(search.worth[other], 0.0) / max(work.mbps[other], 1)
                if loss < least:
                    victim, least = other, loss
        if victim < 0:
            return False, gain
        gain += _relieve(work, steps, plan, search, victim, lack, work.mbps[victim])
    return False, gain


@compiled
def _again(work: Work, steps: Steps, plan: Plan, search: Search) -> float:
    """Place the rows that were ejected or trimmed where they now gain most."""
    gain = 0.0
    for place in range(search.counts[1]):
        row = search.out[place]
        for _ in range(3):
            if plan.row_share[row] >= PPM or search.counts[0] >= LOG_MAX - 8:
                break
            option, more, _worth = best_growth(work, steps, plan, row, search.begin, search.near)
            if option < 0:
                break
            gain += change(work, steps, plan, search, option, plan.share[option] + more)
    return gain


@compiled
def _move(work: Work, steps: Steps, plan: Plan, search: Search, row: int, option: int) -> float:
    """Force an option of a row in and return the change of welfare."""
    search.counts[:] = 0
    gain = 0.0
    for other in range(work.row_begin[row], work.row_begin[row + 1]):
        if plan.share[other] > 0:
            gain += change(work, steps, plan, search, other, 0)
    fits, freed = _make_room(work, steps, plan, search, option, PPM)
    if not fits:
        return -np.inf
    gain += freed + change(work, steps, plan, search, option, PPM)
    gain += _again(work, steps, plan, search)
    return gain + refill(work, steps, plan, search)


@compiled
def _shift(work: Work, steps: Steps, plan: Plan, search: Search, row: int) -> float:
    """Take a divisible row out and place it where it now gains most, harming nobody."""
    search.counts[:] = 0
    gain = 0.0
    for other in range(work.row_begin[row], work.row_begin[row + 1]):
        if plan.share[other] > 0:
            gain += change(work, steps, plan, search, other, 0)
    search.out[0] = row
    search.counts[1] = 1
    return gain + _again(work, steps, plan, search)


@compiled
def _step(work: Work, steps: Steps, plan: Plan, search: Search, row: int) -> float:
    """Grow a row without harm to others if that gains; else force one of its options in."""
    size = search.begin[row + 1] - search.begin[row]
    if plan.row_share[row] < PPM:
        option, more, _worth = best_growth(work, steps, plan, row, search.begin, search.near)
        if option >= 0:
            search.counts[:] = 0
            return change(work, steps, plan, search, option, plan.share[option] + more)
    option = int(search.near[search.begin[row] + int(draw(search.random) * size)])
    if plan.share[option] >= PPM:
        return -np.inf
    if work.least[option] <= 1 and draw(search.random) < FREE_SHIFT:
        return _shift(work, steps, plan, search, row)
    return _move(work, steps, plan, search, row, option)


@compiled
def anneal(
    work: Work, steps: Steps, plan: Plan, search: Search, count: int, hot: float, cold: float
) -> float:
    """Make ``count`` moves while the temperature falls; return the change of welfare in HKD.

    Args:
        work, steps, plan, search: as above.
        count: moves.
        hot, cold: temperature at the first and after the last, as a part of a row's worth: orders
            differ by four powers of ten, and what is cool for one is hot for another.
    """
    total = 0.0
    rows = search.rows.size
    for move in range(count):
        heat = hot + (cold - hot) * move / count
        row = search.rows[int(draw(search.random) * rows)]
        search.counts[:] = 0
        gain = _step(work, steps, plan, search, row)
        worth = work.value[search.near[search.begin[row]]]
        chance = 0.0 if gain >= 0.0 else heat * worth * np.log(draw(search.random) + 1e-300)
        if gain >= chance and gain > -np.inf:
            total += gain
        else:
            undo(work, steps, plan, search)
    return total
