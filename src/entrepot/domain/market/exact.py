"""The whole call as one mixed-integer program, and its linear relaxation: the yardsticks.

For small calls and for those with start costs or least runs of asks. HiGHS solves both; the
prices are the duals of the linear relaxation (convex-hull prices for these orders).

Source: HiGHS, https://highs.dev, 2026-11-21; Madani et al., arXiv 1804.00048, 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import GANG, MINIMUM, PPM, Instance
from entrepot.domain.market.program import Program, run
from entrepot.domain.market.runnable import can_run
from entrepot.domain.market.solution import Progress, Solution, Step
from entrepot.domain.market.worth import ask_slots, bound, dispatch, loads, welfare_pico

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MICRO = 1_000_000
IN_USE_LEAST = 0.001
"""Devices that a slot of a committed run takes at least."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand in a program.

    Attributes:
        program: itself.
        option: option → column, -1 when it cannot run.
        used: ask-slot → column.
        pool, link: pool-slot or link-slot → row, -1 where nothing meets.
    """

    program: Program
    option: Int64
    used: Int64
    pool: Int64
    link: Int64


def solve_exact(
    instance: Instance,
    *,
    seed: int = 0,
    time_limit_s: float | None = None,
    iterations: dict[str, int] | None = None,
    clock: Callable[[], float] | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Solve a small call to the optimum; arguments as :class:`.solution.Solve`.

    ``iterations`` and ``clock`` are not used: HiGHS counts for itself.

    Raises:
        Fault: the solver found no answer within the limit.
    """
    layout = _layout(instance)
    _value, _columns, duals = run(layout.program, relaxed=True, seed=seed, limit_s=time_limit_s)
    pi, mu = _prices(layout, duals)
    for row in layout.pool[layout.pool >= 0].tolist():
        layout.program.lower[row] = 0.0  # no run is kept alive by devices that nobody uses
    best, columns, _duals = run(layout.program, relaxed=False, seed=seed, limit_s=time_limit_s)
    share = _shares(instance, layout, columns)
    used = _supply(instance, layout, columns, share)
    welfare = welfare_pico(instance, share, used) // PPM
    proven = bound(instance, pi, mu)
    mip = max(welfare, int(np.ceil(-best * MICRO)))
    step = Step("mip", 0, 1, welfare, proven)
    if progress is not None:
        progress(step)
    return Solution(share, used, pi, mu, welfare, proven, mip, (("mip", 1),), (step,))


def relaxation(instance: Instance) -> tuple[float, Int64, Int64]:
    """Return worth of the linear relaxation in HKD and its prices π, μ in micro-HKD."""
    layout = _layout(instance)
    value, _columns, duals = run(layout.program, relaxed=True, seed=0, limit_s=None)
    pi, mu = _prices(layout, duals)
    return -value, pi, mu


def _layout(instance: Instance) -> _Layout:
    program = Program()
    kinds = instance.order_kind[instance.opt_order]
    option = np.full(instance.options, -1, dtype=np.int64)
    for row in np.flatnonzero(can_run(instance)).tolist():
        worth = -float(instance.opt_value[row]) / MICRO
        option[row] = program.column(worth, 1.0, bool(kinds[row] == GANG))
    ask, slot = ask_slots(instance)
    used = np.array(
        [
            program.column(float(instance.ask_price[a]) / MICRO, float(instance.ask_devices[a]))
            for a in ask.tolist()
        ],
        dtype=np.int64,
    )
    _commitments(program, instance, used)
    _choices(program, instance, option)
    pool = _balance(program, instance, option, (ask, slot, used))
    link = _congestion(program, instance, option)
    return _Layout(program, option, used, pool, link)


def _choices(program: Program, instance: Instance, option: Int64) -> None:
    """One choice a row, least shares, and children no larger than their parents."""
    rows: dict[int, list[tuple[int, float]]] = {}
    orders: dict[int, list[tuple[int, float]]] = {}
    for row, column in enumerate(option.tolist()):
        if column < 0:
            continue
        order = int(instance.opt_order[row])
        rows.setdefault(int(instance.order_row[order]), []).append((column, 1.0))
        orders.setdefault(order, []).append((column, 1.0))
        if instance.order_kind[order] == MINIMUM:
            least = float(instance.order_min_share[order]) / PPM
            runs = program.column(0.0, 1.0, True)
            program.row([(column, 1.0), (runs, -1.0)], 0.0)
            program.row([(column, -1.0), (runs, least)], 0.0)
    for terms in rows.values():
        program.row(terms, 1.0)
    for child in np.flatnonzero(instance.order_parent >= 0).tolist():
        above = orders.get(int(instance.order_parent[child]), [])
        terms = [*orders.get(child, []), *((column, -1.0) for column, _one in above)]
        if child in orders:
            program.row(terms, 0.0)


def _commitments(program: Program, instance: Instance, used: Int64) -> None:
    """Start costs and least runs of asks: on, begun, and on for long enough."""
    bound_by = (instance.ask_start_cost > 0) | (instance.ask_min_slots > 1)
    for ask in np.flatnonzero(bound_by).tolist():
        columns = used[instance.ask_offset[ask] : instance.ask_offset[ask + 1]].tolist()
        cost = float(instance.ask_start_cost[ask]) / MICRO
        on = [program.column(0.0, 1.0, True) for _ in columns]
        begun = [program.column(cost, 1.0, True) for _ in columns]
        least = int(instance.ask_min_slots[ask])
        for place, column in enumerate(columns):
            program.row([(column, 1.0), (on[place], -float(instance.ask_devices[ask]))], 0.0)
            before = [(on[place - 1], -1.0)] if place else []
            program.row([(on[place], 1.0), *before, (begun[place], -1.0)], 0.0)
            if place + least > len(columns):
                program.row([(begun[place], 1.0)], 0.0 if least > 1 else 1.0)
            for later in range(place, min(place + least, len(columns))):
                program.row([(begun[place], 1.0), (on[later], -1.0)], 0.0)
            # A slot that counts as on takes something, or a run would be on in name only.
            program.row([(on[place], IN_USE_LEAST), (column, -1.0)], 0.0)


def _balance(
    program: Program, instance: Instance, option: Int64, supply: tuple[Int64, Int64, Int64]
) -> Int64:
    """Devices taken in a pool and slot are at most those that asks give."""
    terms: dict[int, list[tuple[int, float]]] = {}
    for row in np.flatnonzero(option >= 0).tolist():
        begin = int(instance.opt_pool[row]) * instance.slots + int(instance.opt_start[row])
        for cell in range(begin, begin + int(instance.opt_len[row])):
            terms.setdefault(cell, []).append((int(option[row]), float(instance.opt_devices[row])))
    ask, slot, used = supply
    cells = instance.ask_pool[ask].astype(np.int64) * instance.slots + slot
    for cell, column in zip(cells.tolist(), used.tolist(), strict=True):
        terms.setdefault(cell, []).append((column, -1.0))
    place = np.full(instance.pools * instance.slots, -1, dtype=np.int64)
    for cell, members in terms.items():
        place[cell] = program.row(members, 0.0)
    return place.reshape(instance.pools, instance.slots)


def _congestion(program: Program, instance: Instance, option: Int64) -> Int64:
    """Bandwidth taken on a link and slot is at most what it carries."""
    terms: dict[int, list[tuple[int, float]]] = {}
    for row in np.flatnonzero((option >= 0) & (instance.opt_link >= 0)).tolist():
        begin = int(instance.opt_link[row]) * instance.slots + int(instance.opt_start[row])
        for cell in range(begin, begin + int(instance.opt_len[row])):
            terms.setdefault(cell, []).append((int(option[row]), float(instance.opt_mbps[row])))
    place = np.full(instance.links * instance.slots, -1, dtype=np.int64)
    width = instance.link_capacity.ravel()
    for cell, members in terms.items():
        place[cell] = program.row(members, float(width[cell]))
    return place.reshape(instance.links, instance.slots)


def _prices(layout: _Layout, duals: Floats) -> tuple[Int64, Int64]:
    def read(rows: Int64) -> Int64:
        found = np.zeros(rows.shape, dtype=np.int64)
        known = rows >= 0
        found[known] = np.rint(np.maximum(-duals[rows[known]], 0.0) * MICRO).astype(np.int64)
        return found

    return read(layout.pool), read(layout.link)


def _shares(instance: Instance, layout: _Layout, columns: Floats) -> Int32:
    """Round shares to millionths, down, so that nothing is taken that is not there."""
    share = np.zeros(instance.options, dtype=np.int64)
    rows = np.flatnonzero(layout.option >= 0)
    found = columns[layout.option[rows]]
    share[rows] = np.floor(found * PPM + 1e-4).astype(np.int64)
    gang = instance.order_kind[instance.opt_order] == GANG
    share[gang] = np.where(share[gang] > PPM // 2, PPM, 0)
    share[share < 2] = 0
    least = instance.order_min_share[instance.opt_order]
    share = np.where((share > 0) & (share < least) & ~gang, least, share)
    for child in np.flatnonzero(instance.order_parent >= 0).tolist():
        _trim(instance, share, child, int(instance.order_parent[child]))
    return share.astype(np.int32)


def _trim(instance: Instance, share: Int64, child: int, parent: int) -> None:
    """Take from a child what rounding left it above its parent."""
    begin, end = instance.opt_offset[child], instance.opt_offset[child + 1]
    above = instance.opt_offset[parent], instance.opt_offset[parent + 1]
    over = int(share[begin:end].sum() - share[above[0] : above[1]].sum())
    for row in range(begin, end):
        less = min(max(over, 0), int(share[row]))
        share[row] -= less
        over -= less


def _supply(instance: Instance, layout: _Layout, columns: Floats, share: Int32) -> Int64:
    """Give out the asks: those that are bound as the program did, the rest by merit."""
    load, _links = loads(instance, share)
    bound_by = (instance.ask_start_cost > 0) | (instance.ask_min_slots > 1)
    if not bound_by.any():
        return dispatch(instance, load)
    ask, slot = ask_slots(instance)
    pool = instance.ask_pool[ask]
    taken = np.where(bound_by[ask], np.rint(columns[layout.used] * PPM), 0).astype(np.int64)
    wish = np.minimum(taken, instance.ask_devices[ask] * PPM)
    taken, given = np.zeros_like(wish), np.zeros_like(load)
    _take_more(wish, taken, given, load, (pool, slot))
    rest = dispatch(instance, load - given, np.where(bound_by, 0, instance.ask_devices))
    np.add.at(given, (pool, slot), rest)
    # What rounding left over goes to asks that are in use anyway.
    most = np.where(taken > 0, instance.ask_devices[ask] * PPM, 0)
    _take_more(most, taken, given, load, (pool, slot))
    return taken + rest


def _take_more(
    most: Int64, taken: Int64, given: Int64, load: Int64, place: tuple[Int32, Int64]
) -> None:
    """Raise ``taken`` towards ``most`` as far as the load is not yet given; both are changed."""
    pool, slot = place
    for cell in np.flatnonzero(most > taken).tolist():
        where = pool[cell], slot[cell]
        more = min(int(most[cell] - taken[cell]), int(load[where] - given[where]))
        taken[cell] += more
        given[where] += more
