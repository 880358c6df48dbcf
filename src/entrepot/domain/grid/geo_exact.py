"""Geo placement as one mixed-integer program by HiGHS: the yardstick of the greedy.

One column 0/1 for each option, one row for each lease (at most one option) and for each site and
slot (devices at most what there is). Before, options are fixed at nought that cannot be part of any
better plan: with rents μ, bound D and a plan worth P, an option whose surplus after rent lies
D − P or more below the best of its lease would take the whole below P.

Source: HiGHS, https://highs.dev, 2026-11-21; fixing by reduced costs is textbook Lagrangian.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from entrepot.domain.grid.geo_kernels import Wish, surplus
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

MICRO = 1_000_000
FEASIBLE = 2


@dataclass(frozen=True, slots=True)
class Options:
    """Options that may be part of a better plan, by lease.

    Attributes:
        lease, site, start, worth: int64[n], worth in micro-HKD.
    """

    lease: Int64
    site: Int64
    start: Int64
    worth: Int64


@dataclass(frozen=True, slots=True)
class Exact:
    """What HiGHS found.

    Attributes:
        site, start: int64[L], -1 for nowhere; worth: micro-HKD of the plan.
        bound: micro-HKD that no plan exceeds, by the solver's word or as known before.
        options: columns of the program; optimal: whether the search came to its end.
    """

    site: Int64
    start: Int64
    worth: int
    bound: int
    options: int
    optimal: bool


def options_of(wish: Wish, rent: Int64, gain: Int64, room: int) -> Options:
    """Return the options whose surplus after rent lies less than ``room`` below the lease's gain.

    Args:
        wish, rent: leases, costs and prefix sums of rents.
        gain: int64[L], best surplus after rent or 0.
        room: bound less worth of the best plan known, micro-HKD.
    """
    rows: list[tuple[int, int, int, int]] = []
    for lease in range(wish.devices.size):
        devices, slots = int(wish.devices[lease]), int(wish.slots[lease])
        last = int(wish.deadline[lease]) - slots
        for site in np.flatnonzero(wish.open[lease]).tolist():
            for start in range(int(wish.earliest[lease]), last + 1):
                worth = int(surplus(wish, lease, site, start))
                paid = devices * int(rent[site, start + slots] - rent[site, start])
                if worth > 0 and gain[lease] - (worth - paid) <= room:
                    rows.append((lease, site, start, worth))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    return Options(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def solve_options(
    wish: Wish,
    capacity: Int64,
    options: Options,
    begun: tuple[Int64, Int64],
    most: int,
    *,
    limit_s: float,
    seed: int = 0,
) -> Exact:
    """Choose among options to the optimum, or as far as the time goes.

    Args:
        wish: leases; capacity: int64[S, T].
        options: see :func:`options_of`.
        begun: sites and starts of a plan to begin from.
        most: bound that is known already, micro-HKD.
        limit_s: seconds.
        seed: of HiGHS' own chance.

    Raises:
        Fault: HiGHS found nothing within the limit.
    """
    leases = wish.devices.size
    site, start = np.full(leases, -1, np.int64), np.zeros(leases, np.int64)
    if not options.lease.size:
        return Exact(site, start, 0, 0, 0, True)
    highs: Any = import_module("highspy")
    solver = _solver(highs, limit_s, seed)
    solver.passModel(_model(highs, wish, capacity, options))
    _begin(highs, solver, options, begun)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != FEASIBLE:
        raise Fault(
            "grid.geo_solver",
            N_("The solver found no placement within {limit} seconds."),
            hint=N_("Allow more time: --time-limit."),
            limit=f"{limit_s:g}",
        )
    chosen = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5)
    site[options.lease[chosen]] = options.site[chosen]
    start[options.lease[chosen]] = options.start[chosen]
    told = -float(info.mip_dual_bound) * MICRO  # infinite while the relaxation is not solved
    bound = min(most, int(np.ceil(told))) if np.isfinite(told) else most
    optimal = solver.getModelStatus() == highs.HighsModelStatus.kOptimal
    worth = int(options.worth[chosen].sum())
    return Exact(site, start, worth, max(bound, worth), int(options.lease.size), optimal)


def _solver(highs: Any, limit_s: float, seed: int) -> Any:
    solver = highs.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", seed % 2**31),
        ("mip_rel_gap", 1e-9),
        ("time_limit", limit_s),
    ):
        solver.setOptionValue(name, value)
    return solver


def _begin(highs: Any, solver: Any, options: Options, begun: tuple[Int64, Int64]) -> None:
    site, start = begun
    same = (site[options.lease] == options.site) & (start[options.lease] == options.start)
    given = highs.HighsSolution()
    given.col_value = same.astype(np.float64).tolist()
    solver.setSolution(given)


def _model(highs: Any, wish: Wish, capacity: Int64, options: Options) -> Any:
    count, leases = options.lease.size, wish.devices.size
    slots = wish.slots[options.lease]
    # Column by column: the row of the lease, then the rows of the slots of the stay.
    begin = np.concatenate(([0], np.cumsum(slots + 1)))
    index = np.empty(begin[-1], dtype=np.int32)
    value = np.empty(begin[-1], dtype=np.float64)
    index[begin[:-1]], value[begin[:-1]] = options.lease, 1.0
    inner = np.ones(begin[-1], dtype=np.bool_)
    inner[begin[:-1]] = False
    first = leases + options.site * capacity.shape[1] + options.start
    place = cast("Int64", np.arange(begin[-1]))
    step = place - np.repeat(begin[:-1], slots + 1) - 1
    index[inner] = (np.repeat(first, slots + 1) + step)[inner]
    value[inner] = np.repeat(wish.devices[options.lease], slots)
    model = highs.HighsLp()
    rows = leases + capacity.size
    model.num_col_, model.num_row_ = count, rows
    model.col_cost_ = -options.worth / MICRO
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_ = np.full(rows, -np.inf)
    model.row_upper_ = np.concatenate((np.ones(leases), capacity.ravel())).astype(np.float64)
    model.a_matrix_.format_ = highs.MatrixFormat.kColwise
    model.a_matrix_.start_ = begin
    model.a_matrix_.index_ = index
    model.a_matrix_.value_ = value
    model.integrality_ = [highs.HighsVarType.kInteger] * count
    return model
