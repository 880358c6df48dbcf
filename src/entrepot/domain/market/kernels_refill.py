"""Compiled loops that fill the room which a move has left behind.

Whoever leaves a place frees devices in it. Rows that are out, or in with a part only, grow into
them where that gains; the options of a place stand in lists by first slot.
"""

from __future__ import annotations

from entrepot.domain.market.jit import compiled
from entrepot.domain.market.kernels_move import LOG_MAX, Search, change
from entrepot.domain.market.kernels_place import PPM, Plan, growth
from entrepot.domain.market.tighten import Steps, Work

GROWN_MAX = 64
"""Rows that may grow into the place of one."""


@compiled
def refill(work: Work, steps: Steps, plan: Plan, search: Search) -> float:
    """Fill every place that the move so far has left; return the change of welfare in HKD."""
    gain, last = 0.0, search.counts[0]
    for place in range(last):
        option = int(search.log_option[place])
        left = plan.share[option] < search.log_share[place]
        if left and _has_room(work, steps, plan, option):
            gain += _fill_place(work, steps, plan, search, option)
    return gain


@compiled
def _has_room(work: Work, steps: Steps, plan: Plan, option: int) -> bool:
    first = work.pool[option] * work.slots
    for cell in range(first + work.start[option], first + work.stop[option]):
        if plan.load[cell] + PPM <= steps.room[cell]:
            return True
    return False


@compiled
def _fill_place(work: Work, steps: Steps, plan: Plan, search: Search, option: int) -> float:
    gain, grown = 0.0, 0
    begin, stop = work.start[option], work.stop[option]
    base = work.pool[option] * work.slots
    for cell in range(base + max(0, begin - plan.reach[0] + 1), base + stop):
        for place in range(search.cell_begin[cell], search.cell_begin[cell + 1]):
            other = int(search.cell_near[place])
            row = work.row[other]
            if work.stop[other] <= begin or plan.row_share[row] >= PPM:
                continue
            left = int(PPM - plan.row_share[row])
            more, worth = growth(work, steps, plan, other, left)
            if worth > 0.0 and search.counts[0] < LOG_MAX - 8:
                gain += change(work, steps, plan, search, other, plan.share[other] + more)
                grown += 1
                if grown >= GROWN_MAX:
                    return gain
    return gain
