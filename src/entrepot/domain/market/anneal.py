"""Search by ejection from a first allocation; counted in moves, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.construct import Choice
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_move import Search
    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]

TRIAL_MOVES = 2_000
DRAWS = 4
"""How often a usual row stands in the list to draw from."""
PPM = 1_000_000
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Cooling:
    """How the temperature falls: in cycles of some turns each, every cycle cooler than the last.

    Attributes:
        hot: first temperature, as a part of a row's worth.
        cycles, chunks: cycles, and turns of each.
    """

    hot: float
    cycles: int
    chunks: int

    @property
    def turns(self) -> int:
        """Turns in all."""
        return self.cycles * self.chunks

    def cycle(self, turn: int) -> int:
        """Return the cycle of a turn."""
        return turn // self.chunks

    def ends(self, turn: int) -> bool:
        """Say whether a turn is the last of its cycle."""
        return turn % self.chunks == self.chunks - 1

    def heat(self, turn: int) -> tuple[float, float]:
        """Return the temperature at the beginning and at the end of a turn.

        >>> Cooling(0.5, 1, 2).heat(1)
        (0.25, 0.0)
        """
        top = self.hot * (1 - self.cycle(turn) / self.cycles)
        done = turn % self.chunks
        return top * (1 - done / self.chunks), top * (1 - (done + 1) / self.chunks)


USUAL, LONG = Cooling(0.01, 3, 8), Cooling(0.008, 1, 24)
"""Of calls of usual size, and of large ones, which have few moves a row and long programs."""


def mixed(seed: int, turn: int) -> int:
    """Return a well-mixed 64-bit state, never zero, for a seed and a turn.

    Source: S. Vigna, splitmix64, public domain, 2015.
    """
    state = (seed * 0x2545F4914F6CDD1D + (turn + 1) * GOLDEN) & MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return (state ^ (state >> 31)) or GOLDEN


def by_cell(work: Work, choice: Choice) -> tuple[Int64, Int64]:
    """Return the options worth trying by the cell of their first slot, best first."""
    near = choice.near
    cell = work.pool[near].astype(np.int64) * work.slots + work.start[near]
    rate = choice.worth[near] / np.maximum(work.value[near], 1e-9)
    cells = (int(work.pool.max(initial=0)) + 1) * work.slots
    counts = np.bincount(cell, minlength=cells).astype(np.int64)
    begin = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    return begin, near[np.lexsort((-rate, cell))]


def search(work: Work, choice: Choice, seed: int, turn: int = 0) -> Search:
    """Make ready to search."""
    from entrepot.domain.market.kernels_move import EJECTED_MAX, LOG_MAX, Search

    begin, near = by_cell(work, choice)
    return Search(
        choice.begin,
        choice.near,
        choice.open,
        choice.worth,
        np.zeros(LOG_MAX, dtype=np.int64),
        np.zeros(LOG_MAX, dtype=np.int64),
        np.zeros(EJECTED_MAX, dtype=np.int64),
        np.zeros(2, dtype=np.int64),
        np.array([mixed(seed, turn)], dtype=np.uint64),
        begin,
        near,
    )


def worthwhile(work: Work, choice: Choice, plan: Plan) -> Int64:
    """Return the rows to draw from, the dearer the more often.

    A loss on a dear order counts for more than one on a cheap order, and orders differ by four
    powers of ten. Settled rows that another has thrown out are tried again too.
    """
    marked = (np.diff(choice.begin) > 0) & (plan.row_share < PPM)
    marked[choice.open] = True
    rows = np.flatnonzero(marked)
    if not rows.size:
        return rows
    leader = choice.near[choice.begin[rows]]
    # Worth to the power 3/4 by square roots and an exact sum: the same bits everywhere.
    root = np.sqrt(np.maximum(work.value[leader], 0.0))
    weight = root * np.sqrt(root)
    times = np.rint(weight * (DRAWS * rows.size / max(fsum(weight.tolist()), 1e-9)))
    return np.repeat(rows, np.maximum(times, 1).astype(np.int64))


def run(
    work: Work, steps: Steps, plan: Plan, state: Search, count: int, hot: float, cold: float
) -> float:
    """Make moves; see :func:`.kernels_anneal.anneal`."""
    from entrepot.domain.market import kernels_anneal as kernels

    if not state.rows.size:
        return 0.0
    return kernels.anneal(work, steps, plan, state, count, hot, cold)


def speed(
    work: Work, steps: Steps, plan: Plan, state: Search, heat: float, spent_s: Callable[[], float]
) -> float:
    """Return moves a second, tried on a copy, so that counts alone decide about the plan.

    Args:
        work, steps, plan, state: a search; plan and state are used up.
        heat: temperature of the trial.
        spent_s: seconds from any origin.
    """
    run(work, steps, plan, state, 1, heat, heat)
    start = spent_s()
    run(work, steps, plan, state, TRIAL_MOVES, heat, heat)
    return TRIAL_MOVES / max(spent_s() - start, 1e-6)
