"""Solve a part of a call with HiGHS and put the answer into the plan if it is better.

A limit in nodes, not in seconds, makes a repetition give the same answer. The whole program may
be stopped by a caller: at which of HiGHS' regular calls is counted, for a replay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from entrepot.domain.market.part import PPM, SCALE, Part
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

FEASIBLE = 2
NO_PROGRAMS_WITHIN = (
    ("mip_heuristic_run_rins", False),
    ("mip_heuristic_run_rens", False),
    ("mip_heuristic_run_root_reduced_cost", False),
)
"""HiGHS seeks answers by smaller programs, nine tenths of its time here; the search has them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS found.

    Attributes:
        share: float64 of each free option, or None.
        objective: HKD of the free options and their supply.
        bound: HKD that they cannot exceed.
        pi, mu: float64 prices of the rows of a linear program, HKD.
        calls: regular calls until the end.
        late: whether a limit in seconds ended it, so that no replay can repeat it.
    """

    share: Floats | None
    objective: float
    bound: float
    pi: Floats
    mu: Floats
    calls: int = 0
    late: bool = False


def run(
    part: Part,
    *,
    seed: int = 0,
    nodes: int | None = None,
    gap: float = 0.0,
    begin: Floats | None = None,
    stop: Callable[[int], bool] | None = None,
    interior: bool = False,
    limit_s: float | None = None,
) -> Answer:
    """Solve.

    Args:
        part: the program.
        seed: of HiGHS' own chance.
        nodes: most nodes of the tree.
        gap: relative gap at which to stop.
        begin: shares to begin from.
        stop: told how many regular calls there were; true ends the search.
        interior: use the interior-point method without crossover, for a long linear program.
        limit_s: seconds, or None; a program cut short by them has no shares.
    """
    highspy: Any = import_module("highspy")
    solver: Any = highspy.Highs()
    options: list[tuple[str, object]] = [
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", seed % 2**31),
        ("mip_rel_gap", gap),
        *NO_PROGRAMS_WITHIN,
    ]
    if nodes is not None:
        options.append(("mip_max_nodes", nodes))
    if interior:
        options += [("solver", "ipm"), ("run_crossover", "off")]
    if limit_s is not None:
        options.append(("time_limit", limit_s))
    for name, value in options:
        solver.setOptionValue(name, value)
    solver.passModel(part.model)
    if begin is not None:
        given = highspy.HighsSolution()
        given.col_value = begin.tolist()
        solver.setSolution(given)
    calls = _watch(solver, stop)
    solver.run()
    late = solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    return _answer(part, solver, calls, late)


def _watch(solver: Any, stop: Callable[[int], bool] | None) -> list[int]:
    """Count the regular calls of the tree search and end it when asked.

    Returns:
        The calls, and one more if the search came to its own end: a replay must not stop it.
    """
    calls = [0, 1]
    if stop is None:
        return calls

    def called(event: Any) -> None:
        calls[0] += 1
        if stop(calls[0]):
            calls[1] = 0
            event.interrupt()

    solver.cbMipInterrupt += called
    return calls


def _answer(part: Part, solver: Any, calls: list[int], late: bool) -> Answer:
    info, found = solver.getInfo(), solver.getSolution()
    size = part.free.size
    share = None
    if info.primal_solution_status == FEASIBLE and not late:
        share = np.array(found.col_value)[:size]
    whole = bool(len(part.model.integrality_))
    best = info.mip_dual_bound if whole else info.objective_function_value
    duals = np.array(found.row_dual) if not whole else np.zeros(0)
    cells, links = part.cells.size, part.links.size
    prices = np.maximum(-duals, 0.0) * SCALE
    return Answer(
        share,
        -float(info.objective_function_value) * SCALE,
        -float(best) * SCALE,
        prices[:cells],
        prices[cells : cells + links],
        sum(calls),
        late,
    )


def place(work: Work, steps: Steps, plan: Plan, part: Part, share: Floats) -> float:
    """Put shares into the plan, rounded down to millionths; keep the old ones if they were better.

    Returns:
        The rise of welfare, HKD, never negative.
    """
    from entrepot.domain.market.kernels_place import replace

    old = plan.share[part.free].copy()
    down = np.floor(np.clip(share, 0.0, 1.0) * PPM + 1e-3).astype(np.int64)
    want = np.where(part.whole, np.where(share > 0.5, PPM, 0), down)
    gain = replace(work, steps, plan, part.free, want)
    if gain >= 0.0:
        return gain
    return max(0.0, gain + replace(work, steps, plan, part.free, old))
