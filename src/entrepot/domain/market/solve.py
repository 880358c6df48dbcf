"""The solver ladder: tighten, price, construct, search, polish, and prove.

Each rung can only improve on the one below. The same instance, seed and counts give the same
answer; with a time limit the counts are chosen by measured speed and noted in the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market import stages
from entrepot.domain.market.exact import solve_exact
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.pace import Pace
from entrepot.domain.market.solution import Progress, Solution, Step
from entrepot.domain.market.tighten import committed
from entrepot.kernel.errors import Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_OPTIONS_MAX = 2_000


def solve(
    instance: Instance,
    *,
    seed: int = 0,
    time_limit_s: float | None = None,
    iterations: dict[str, int] | None = None,
    clock: Callable[[], float] | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Solve a call; arguments as :class:`.solution.Solve`.

    Args:
        instance: the orders.
        seed: of all chance.
        time_limit_s: seconds; without it, and without iterations, a usual amount of work is done.
        iterations: counts by stage as in the budget of an answer, to repeat it.
        clock: seconds from any origin; needed with a time limit.
        progress: told at every step.

    Returns:
        The allocation, prices, and both bounds.
    """
    pace = Pace(iterations, time_limit_s, clock)
    climb = stages.Climb(instance, seed, pace, progress)
    climb.price()
    climb.construct()
    climb.refine()
    found = climb.solution()
    if special(instance) and instance.options <= EXACT_OPTIONS_MAX and instance.options:
        return _better(instance, found, seed, pace, progress)
    return found


def special(instance: Instance) -> bool:
    """Say whether a call has what only the exact program plans: parents, starts, least runs."""
    linked: NDArray[np.bool_] = instance.order_parent >= 0
    return bool(linked.any() or committed(instance).any())


def _better(
    instance: Instance, found: Solution, seed: int, pace: Pace, progress: Progress | None
) -> Solution:
    """Let the exact program try as well, and keep the better answer with the better prices."""
    left_s = None
    if pace.clock is not None:
        left_s = max(0.1, pace.limit_s - pace.spent_s())
    if not pace.more("exact", 1, 2.0):
        return found
    try:
        exact = solve_exact(instance, seed=seed, time_limit_s=left_s)
    except Fault:
        return found
    best = exact if exact.welfare > found.welfare else found
    prices = exact if exact.bound < found.bound else found
    step = Step("exact", int(pace.spent_s() * 1000), 1, best.welfare, prices.bound)
    if progress is not None:
        progress(step)
    return Solution(
        opt_share=best.opt_share,
        ask_used=best.ask_used,
        pi=prices.pi,
        mu=prices.mu,
        welfare=best.welfare,
        bound=prices.bound,
        mip_bound=None if exact.mip_bound is None else max(exact.mip_bound, best.welfare),
        budget=tuple(sorted(pace.done.items())),
        history=(*found.history, step),
    )
