"""Share out what is left among the divisible orders at the margin: a linear program.

Gangs stay as they are. Long calls go window by window of slots; the second pass is shifted by
half a window, so that no edge stays an edge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market import part, part_solve
from entrepot.domain.market.construct import Choice
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

WINDOW_SLOTS = 28
WHOLE_OPTIONS_MAX = 40_000
INTERIOR_LEAST = 3_000


def candidates(work: Work, plan: Plan, choice: Choice) -> Bools:
    """Say which options are in use or worth trying."""
    marked = plan.share > 0
    marked[choice.near] = True
    return marked & ~work.held


def gang_rows(work: Work) -> Bools:
    """Say which rows have a gang or an order of least acceptance among their options."""
    marked = np.zeros(work.row_begin.size - 1, dtype=np.bool_)
    marked[work.row[work.least > 1]] = True
    return marked


def windows(work: Work, free: Int64, turn: int) -> list[Int64]:
    """Split options by time, all of a row in one window: that of its first option."""
    if free.size <= WHOLE_OPTIONS_MAX:
        return [free] if free.size else []
    first = np.full(work.row_begin.size - 1, work.slots, dtype=np.int64)
    np.minimum.at(first, work.row[free], work.start[free])
    shift = (turn % 2) * (WINDOW_SLOTS // 2)
    window = (first[work.row[free]] + shift) // WINDOW_SLOTS
    return [free[window == one] for one in np.unique(window).tolist()]


def divisibles(
    work: Work,
    steps: Steps,
    plan: Plan,
    choice: Choice,
    turn: int = 0,
    left_s: Callable[[], float | None] | None = None,
) -> float | None:
    """Share out anew what divisible orders take.

    Args:
        work, steps, plan: the call and where it stands.
        choice: options worth trying.
        turn: how often this was done before: windows shift.
        left_s: gives the seconds left, or None where there is no clock.

    Returns:
        The rise of welfare, HKD; None if time did not suffice, and then the plan is as it was.
    """
    before = [column.copy() for column in plan]
    free = np.flatnonzero(candidates(work, plan, choice) & ~gang_rows(work)[work.row])
    gain = 0.0
    for some in windows(work, free, turn):
        program = part.build(work, steps, plan, some, relaxed=True)
        limit_s = None if left_s is None else left_s()
        answer = part_solve.run(program, interior=some.size > INTERIOR_LEAST, limit_s=limit_s)
        if answer.late:
            for column, old in zip(plan, before, strict=True):
                column[:] = old
            return None
        if answer.share is not None:
            gain += part_solve.place(work, steps, plan, program, answer.share)
    return gain
