"""The linear relaxation over the options in the running: exact prices, and where to begin.

At prices near the dual's most orders are settled: one option is far above its price, or none is.
The rest is a linear program of a tenth of the size. Its shares are a far better beginning than
orders placed one by one: a gang that runs whole in the relaxation mostly runs whole in the best
allocation, and a divisible order is split as it should be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market import construct, part, part_solve
from entrepot.domain.market.construct import Choice
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

PPM = 1_000_000
BANDS = (0.1, 0.05, 0.02)
COLUMNS_MAX = 40_000
"""The widest band with no more options than this is taken, or the narrowest."""

INTERIOR_LEAST = 3_000
ALL_BUT = 1e-3


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An optimum of the relaxation.

    Attributes:
        pi, mu: prices, HKD.
        share: of every option.
    """

    pi: Floats
    mu: Floats
    share: Floats


def whole(
    work: Work, steps: Steps, limit_s: float | None, *, interior: bool = False
) -> Relaxed | None:
    """Solve the relaxation over all options, children as if they were free.

    Args:
        work, steps: the call.
        limit_s: seconds, or None.
        interior: by the interior-point method, for long programs.

    Returns:
        The optimum, or None if time did not suffice.
    """
    program = part.build(
        work, steps, construct.empty_plan(work, steps), np.arange(work.value.size), relaxed=True
    )
    answer = part_solve.run(program, interior=interior, limit_s=limit_s)
    # A cell that no option asks for may cost what it likes: at nought nobody earns there.
    prices = np.zeros(steps.room.size), np.zeros(work.width.size)
    return _relaxed(work, program, answer, prices, np.zeros(0, dtype=np.int64))


def in_running(
    work: Work, steps: Steps, prices: tuple[Floats, Floats], limit_s: float | None
) -> Relaxed | None:
    """Solve the relaxation over the options that prices leave in the running.

    Args:
        work, steps: the call.
        prices: π and μ, HKD, near the best.
        limit_s: seconds, or None.

    Returns:
        The optimum, or None if time did not suffice.
    """
    from entrepot.domain.market.kernels_dual import surpluses

    worth = surpluses(work, *prices)
    plan, free = construct.empty_plan(work, steps), np.zeros(0, dtype=np.int64)
    for band in BANDS:
        choice = construct.choose(work, worth, band)
        plan = construct.empty_plan(work, steps)
        rows = _unsettled(work, steps, choice, plan)
        free = np.sort(choice.near[rows[work.row[choice.near]]])
        if free.size <= COLUMNS_MAX:
            break
    if not free.size:
        return None
    program = part.build(work, steps, plan, free, relaxed=True)
    answer = part_solve.run(program, interior=free.size > INTERIOR_LEAST, limit_s=limit_s)
    return _relaxed(work, program, answer, prices, np.flatnonzero(plan.share))


def _unsettled(work: Work, steps: Steps, choice: Choice, plan: Plan) -> NDArray[np.bool_]:
    """Place the settled rows whole; return which rows are not."""
    from entrepot.domain.market.kernels_place import fill, set_share

    rows = np.ones(work.row_begin.size - 1, dtype=np.bool_)
    rows[choice.rows] = False
    rows[choice.open] = True
    settled = choice.rows[~rows[choice.rows]]
    fill(work, steps, plan, settled, choice.begin, choice.near)
    for option in np.flatnonzero((plan.share > 0) & (plan.share < PPM)).tolist():
        set_share(work, steps, plan, option, 0)
    rows[settled] = plan.row_share[settled] < PPM
    return rows


def _relaxed(
    work: Work,
    program: part.Part,
    answer: part_solve.Answer,
    prices: tuple[Floats, Floats],
    settled: Int64,
) -> Relaxed | None:
    """Lay the answer of a program over prices, and add the options that run whole anyway."""
    if answer.share is None:
        return None
    pi, mu = prices[0].copy(), prices[1].copy()
    pi[program.cells] = answer.pi
    mu[program.links] = answer.mu
    share = np.zeros(work.value.size)
    share[program.free] = answer.share
    share[settled] = 1.0
    return Relaxed(pi, mu, share)


def begin(work: Work, steps: Steps, relaxed: Relaxed, choice: Choice) -> Plan:
    """Return the plan to begin from: what runs whole, divisible shares, and what else fits."""
    from entrepot.domain.market import kernels_place as kernels

    plan = construct.empty_plan(work, steps)
    share = np.where(work.held, 0.0, np.clip(relaxed.share, 0.0, 1.0))
    down = np.floor(share * PPM + ALL_BUT).astype(np.int64)
    want = np.where(work.least >= PPM, np.where(share > 1 - ALL_BUT, PPM, 0), down)
    free = np.flatnonzero(want)
    kernels.replace(work, steps, plan, free, want[free])
    construct.complete(work, steps, plan, choice)
    return plan
