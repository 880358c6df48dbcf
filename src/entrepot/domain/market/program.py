"""A linear or mixed-integer program, row by row, and HiGHS that solves it.

Source: HiGHS, https://highs.dev, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GAP_RELATIVE = 1e-9


@dataclass(slots=True)
class Program:
    """A program under construction: minimise cost·x over rows lower ≤ A x ≤ upper.

    Attributes:
        cost, most, whole: of each column: cost, upper bound, whether it is 0 or 1.
        lower, upper: of each row.
        start, index, value: terms of the rows, one row after the other.
    """

    cost: list[float] = field(default_factory=list[float])
    most: list[float] = field(default_factory=list[float])
    whole: list[bool] = field(default_factory=list[bool])
    lower: list[float] = field(default_factory=list[float])
    upper: list[float] = field(default_factory=list[float])
    start: list[int] = field(default_factory=list[int])
    index: list[int] = field(default_factory=list[int])
    value: list[float] = field(default_factory=list[float])

    def column(self, cost: float, most: float, whole: bool = False) -> int:
        """Add a variable from 0 to ``most``; return its place."""
        self.cost.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Sequence[tuple[int, float]], upper: float, lower: float = -np.inf) -> int:
        """Add a row; return its place."""
        self.start.append(len(self.index))
        self.index += [place for place, _value in terms]
        self.value += [value for _place, value in terms]
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.start) - 1


def run(
    program: Program, *, relaxed: bool, seed: int, limit_s: float | None
) -> tuple[float, Floats, Floats]:
    """Solve; return objective bound, values of the columns and duals of the rows.

    Args:
        program: what to solve.
        relaxed: whether whole columns may be broken.
        seed: of the solver.
        limit_s: seconds, or None.

    Raises:
        Fault: no answer was found.
    """
    if not program.cost:
        return 0.0, np.zeros(0), np.zeros(len(program.start))
    highs: Any = import_module("highspy")
    solver = highs.Highs()
    for option, value in (
        ("output_flag", False),
        ("random_seed", seed % 2**31),
        ("mip_rel_gap", GAP_RELATIVE),
        ("mip_feasibility_tolerance", 1e-9),
        ("threads", 1),
    ):
        solver.setOptionValue(option, value)
    if limit_s is not None:
        solver.setOptionValue("time_limit", limit_s)
    solver.passModel(_model(highs, program, relaxed))
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != 2:
        raise Fault(
            "auction.solver",
            N_("The solver found no allocation ({status})."),
            hint=N_("Allow more time: --time-limit."),
            status=str(solver.modelStatusToString(solver.getModelStatus())),
        )
    found = solver.getSolution()
    whole = not relaxed and any(program.whole)
    best = info.mip_dual_bound if whole else info.objective_function_value
    return float(best), np.array(found.col_value), np.array(found.row_dual)


def _model(highs: Any, program: Program, relaxed: bool) -> Any:
    model = highs.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.start)
    model.col_cost_ = np.array(program.cost)
    model.col_lower_ = np.zeros(len(program.cost))
    model.col_upper_ = np.array(program.most)
    model.row_lower_, model.row_upper_ = np.array(program.lower), np.array(program.upper)
    model.a_matrix_.format_ = highs.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([*program.start, len(program.index)])
    model.a_matrix_.index_ = np.array(program.index)
    model.a_matrix_.value_ = np.array(program.value)
    if not relaxed and any(program.whole):
        kinds = (highs.HighsVarType.kContinuous, highs.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in program.whole]
    return model
