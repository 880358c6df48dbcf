"""A first allocation from prices: the best surplus per worth first, at the best options.

Options within a few per cent of a row's best surplus are worth trying; the rest of a call is
settled by the prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]


class Choice(NamedTuple):
    """Which options to look at.

    Attributes:
        worth: float64, surplus of every option at the dual prices, HKD.
        begin, near: int64, options worth trying by row, best surplus first.
        rows: int64, rows with any, best first.
        open: int64, rows that the prices leave open: an option is not clearly best.
    """

    worth: Floats
    begin: Int64
    near: Int64
    rows: Int64
    open: Int64


def empty_plan(work: Work, steps: Steps) -> Plan:
    """Return the plan in which nothing runs."""
    from entrepot.domain.market.kernels_place import Plan

    options, cells = work.value.size, steps.room.size
    reach = int((work.stop - work.start).max(initial=1))
    return Plan(
        share=np.zeros(options, dtype=np.int64),
        row_share=np.zeros(work.row_begin.size - 1, dtype=np.int64),
        load=np.zeros(cells, dtype=np.int64),
        flow=np.zeros(work.width.size, dtype=np.int64),
        head=np.full(cells, -1, dtype=np.int32),
        after=np.full(options, -1, dtype=np.int32),
        before=np.full(options, -1, dtype=np.int32),
        reach=np.array([reach], dtype=np.int64),
    )


def choose(work: Work, worth: Floats, band: float) -> Choice:
    """Keep the options within ``band`` of a row's best surplus, and not much worse than none.

    Args:
        work: the call.
        worth: surplus of every option at prices.
        band: part of an option's value.
    """
    rows = work.row_begin.size - 1
    best = np.zeros(rows)
    free = ~work.held
    np.maximum.at(best, work.row[free], worth[free])
    slack = band * work.value
    keep = np.flatnonzero(free & (worth >= best[work.row] - slack) & (worth >= -slack))
    order = np.lexsort((-worth[keep], work.row[keep]))
    near = keep[order].astype(np.int64)
    counts = np.bincount(work.row[near], minlength=rows).astype(np.int64)
    begin = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    top = np.full(rows, -np.inf)
    some = np.flatnonzero(counts)
    leader = near[begin[:-1][some]]
    top[some] = worth[leader] / np.maximum(work.value[leader], 1e-9)
    ranked = some[np.argsort(-top[some], kind="stable")]
    # Settled: a single option in the running, far above its price.
    settled = (counts[some] == 1) & (top[some] > 2 * band)
    return Choice(worth, begin, near, ranked.astype(np.int64), some[~settled].astype(np.int64))


def everything(work: Work) -> tuple[Int64, Int64]:
    """Return all options that hang on no parent, by row."""
    near = np.flatnonzero(~work.held).astype(np.int64)
    counts = np.bincount(work.row[near], minlength=work.row_begin.size - 1).astype(np.int64)
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts))), near


def construct(work: Work, steps: Steps, choice: Choice) -> Plan:
    """Place the rows one by one, each at its best options still free."""
    plan = empty_plan(work, steps)
    complete(work, steps, plan, choice)
    return plan


def complete(work: Work, steps: Steps, plan: Plan, choice: Choice) -> None:
    """Grow the rows one by one: first at the options worth trying, then at any."""
    from entrepot.domain.market import kernels_place as kernels

    kernels.fill(work, steps, plan, choice.rows, choice.begin, choice.near)
    begin, near = everything(work)
    rest = np.argsort(-by_row(work, choice.worth / np.maximum(work.value, 1e-9)), kind="stable")
    kernels.fill(work, steps, plan, rest.astype(np.int64), begin, near)


def by_row(work: Work, figure: Floats) -> Floats:
    """Return the greatest figure of each row's options."""
    best = np.full(work.row_begin.size - 1, -np.inf)
    np.maximum.at(best, work.row, figure)
    return best
