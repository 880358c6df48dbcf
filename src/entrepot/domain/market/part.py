"""A part of a call as a program for HiGHS: some options free, all others as they stand.

The free options meet what the fixed ones leave of every cell and link. Shares of free gangs are
0 or 1, or relaxed. What comes back is rounded down to millionths and placed anew, so that the
plan stays feasible whatever the solver's tolerance.

Source: HiGHS, https://highs.dev, 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from entrepot.domain.market.tighten import MICRO, Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

PPM = 1_000_000
SCALE = 1000.0
"""Money of the program is in thousands of HKD, to keep its coefficients near one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A program over free options.

    Attributes:
        free: int64, the options, one column each, before the columns of supply.
        whole: bool, which of them are gangs.
        model: HiGHS' model.
        cells: int64, cell of each balance row, the first rows.
        links: int64, link-slot of each congestion row, which follow.
    """

    free: Int64
    whole: Bools
    model: Any
    cells: Int64
    links: Int64


def spans(first: Int64, length: Int64) -> tuple[Int64, Int64]:
    """Return for each run its number and its members: ``first``, ``first + 1``, …

    >>> [column.tolist() for column in spans(np.array([5, 9]), np.array([2, 1]))]
    [[0, 0, 1], [5, 6, 9]]
    """
    owner = np.repeat(np.arange(first.size), length)
    ends = np.cumsum(length)
    member = np.arange(owner.size) - (ends - length)[owner] + first[owner]
    return owner.astype(np.int64), member.astype(np.int64)


def build(work: Work, steps: Steps, plan: Plan, free: Int64, *, relaxed: bool) -> Part:
    """Write the program of the free options; their shares in ``plan`` count as given back.

    Args:
        work, steps, plan: the call and where it stands.
        free: options, sorted; a row's options in use must all be free or none.
        relaxed: gangs may take any share.
    """
    length = (work.stop - work.start)[free].astype(np.int64)
    base = work.pool[free].astype(np.int64) * work.slots + work.start[free]
    owner, cell = spans(base, length)
    load = plan.load.copy()
    np.subtract.at(load, cell, (plan.share[free] * work.devices[free])[owner])
    cells, row_of = np.unique(cell, return_inverse=True)
    line = np.flatnonzero(work.link[free] >= 0)
    span, over = spans(
        work.link[free[line]].astype(np.int64) * work.slots + work.start[free[line]], length[line]
    )
    flow = plan.flow.copy()
    np.subtract.at(flow, over, (plan.share[free] * work.mbps[free])[line[span]])
    links, link_row = np.unique(over, return_inverse=True)
    rows, choice = np.unique(work.row[free], return_inverse=True)
    left = _left_over(steps, load, cells)
    whole = work.least[free] >= PPM
    entries = (
        (row_of, owner, work.devices[free][owner].astype(np.float64)),
        (cells.size + link_row, line[span], work.mbps[free[line]][span].astype(np.float64)),
        (cells.size + links.size + choice, np.arange(free.size), np.ones(free.size)),
        (left.row, free.size + np.arange(left.row.size), -np.ones(left.row.size)),
    )
    upper = np.concatenate(
        (np.zeros(cells.size), (work.width[links] - flow[links]) / MICRO, np.ones(rows.size))
    )
    cost = np.concatenate((-work.value[free], left.price)) / SCALE
    most = np.concatenate((np.ones(free.size), left.devices))
    model = _model(cost, most, upper, entries)
    if not relaxed:
        _whole(model, work.least[free])
    return Part(free, whole, model, cells, links)


def _whole(model: Any, least: Int64) -> None:
    """Ask for gangs that are 0 or 1, and for least shares where there are any."""
    highspy: Any = import_module("highspy")
    kinds = np.zeros(model.num_col_, dtype=np.int64)
    kinds[: least.size] = np.where(least >= PPM, 1, np.where(least > 1, 2, 0))
    if not kinds.any():
        return
    kind = highspy.HighsVarType
    words = (kind.kContinuous, kind.kInteger, kind.kSemiContinuous)
    model.integrality_ = [words[one] for one in kinds.tolist()]
    lower = np.zeros(model.num_col_)
    lower[: least.size] = np.where((least > 1) & (least < PPM), least / PPM, 0.0)
    model.col_lower_ = lower


@dataclass(frozen=True, slots=True)
class _Left:
    row: Int64
    price: Floats
    devices: Floats


def _left_over(steps: Steps, load: Int64, cells: Int64) -> _Left:
    """Return the steps of supply that fixed loads leave in the cells asked about."""
    count = steps.begin[cells + 1] - steps.begin[cells]
    row, step = spans(steps.begin[cells], count)
    bottom = steps.top[step] - (steps.devices[step] * PPM).astype(np.int64)
    free = np.minimum(steps.top[step] - bottom, steps.top[step] - load[cells][row])
    some = free > 0
    return _Left(row[some], steps.price[step][some], free[some] / MICRO)


def _model(
    cost: Floats,
    most: Floats,
    upper: Floats,
    entries: tuple[tuple[Int64, Int64, Floats], ...],
) -> Any:
    highspy: Any = import_module("highspy")
    row = np.concatenate([entry[0] for entry in entries])
    column = np.concatenate([entry[1] for entry in entries])
    value = np.concatenate([entry[2] for entry in entries])
    order = np.lexsort((row, column))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = cost.size, upper.size
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(cost.size), most
    model.row_lower_, model.row_upper_ = np.full(upper.size, -np.inf), upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(column, minlength=cost.size)
    model.a_matrix_.start_ = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    model.a_matrix_.index_ = row[order]
    model.a_matrix_.value_ = value[order]
    return model
