"""Which part of a plan to solve anew: some pools where the prices say that most is lost.

By weak duality the gap is a sum of losses: what each row could earn at the prices less what it
does, and what each pool's sellers could earn less what they do. A neighbourhood begins in a pool
drawn by its loss and grows over pools that share an order with it, drawn likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.construct import Choice
from entrepot.domain.market.polish import candidates
from entrepot.domain.market.tighten import MICRO, Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

SLOTS_MAX = 24
PPM = 1_000_000
CHANCES = 1_000
"""Chances of the pool that loses most; every other pool has at least one."""


def idle(steps: Steps, pi: Floats, plan: Plan) -> Floats:
    """Return what the sellers of every cell could earn at prices less what they do, HKD."""
    cell = np.repeat(np.arange(steps.room.size), np.diff(steps.begin))
    margin = pi[cell] - steps.price
    bottom = steps.top - (steps.devices * PPM).astype(np.int64)
    sold = np.clip(plan.load[cell] - bottom, 0, steps.top - bottom) / MICRO
    lost = np.maximum(margin, 0.0) * steps.devices - margin * sold
    return np.bincount(cell, weights=lost, minlength=steps.room.size).astype(np.float64)


def losses(
    work: Work, steps: Steps, plan: Plan, prices: tuple[Floats, Floats], worth: Floats
) -> Floats:
    """Return what every pool loses at prices, HKD.

    Args:
        work, steps, plan: the call and where it stands.
        prices: π and μ, HKD.
        worth: surplus of every option at these prices; a row's loss counts where it is best.
    """
    rows = work.row_begin.size - 1
    pools = steps.room.size // work.slots
    best = np.zeros(rows)
    np.maximum.at(best, work.row, worth)
    earned = np.bincount(work.row, weights=worth * plan.share / PPM, minlength=rows)
    leader = np.flatnonzero((worth == best[work.row]) & (worth > 0.0))
    missed = (best - earned)[work.row[leader]]
    lost = np.bincount(work.pool[leader], weights=missed, minlength=pools)
    cells = np.arange(steps.room.size) // work.slots
    lost += np.bincount(cells, weights=idle(steps, prices[0], plan), minlength=pools)
    return np.maximum(lost, 0.0)


def chances(lost: Floats) -> Int64:
    """Return whole chances in proportion to losses.

    >>> chances(np.array([0.0, 4.0, 1.0])).tolist()
    [1, 1001, 251]
    """
    most = max(float(lost.max(initial=0.0)), 1e-9)
    return 1 + np.floor(CHANCES * (lost / most)).astype(np.int64)


class Neighbourhoods:
    """Neighbourhoods of a call, drawn one after the other.

    Args:
        work, steps: the call.
        choice: options worth trying.
        prices: π and μ, HKD.
        seed: of the draws.
        gangs: about how many gang options a neighbourhood holds.
    """

    def __init__(
        self,
        work: Work,
        steps: Steps,
        choice: Choice,
        prices: tuple[Floats, Floats],
        seed: int,
        gangs: int,
    ) -> None:
        self.work, self.steps, self.choice, self.gangs = work, steps, choice, gangs
        self.prices, self.worth = prices, choice.worth
        self.rng = np.random.Generator(np.random.PCG64(seed))
        self.pools = steps.room.size // work.slots

    def draw(self, plan: Plan) -> Int64:
        """Return the free options of the next neighbourhood."""
        work = self.work
        first = int(self.rng.integers(0, max(1, work.slots - SLOTS_MAX + 1)))
        inside = (work.start < first + SLOTS_MAX) & (work.stop > first)
        options = np.flatnonzero(candidates(work, plan, self.choice) & inside)
        if not options.size:
            return options
        lost = losses(work, self.steps, plan, self.prices, self.worth)
        inside &= self._grow(options, chances(lost))[work.pool]
        outside = np.zeros(work.row_begin.size - 1, dtype=np.bool_)
        outside[work.row[(plan.share > 0) & ~inside]] = True
        return options[inside[options] & ~outside[work.row[options]]]

    def _grow(self, options: Int64, weight: Int64) -> Bools:
        """Add pools one by one that share an order with those chosen, until there is enough."""
        work = self.work
        pool, row = work.pool[options], work.row[options]
        size = np.bincount(pool[work.least[options] >= PPM], minlength=self.pools)
        chosen = np.zeros(self.pools, dtype=np.bool_)
        here = np.bincount(pool, minlength=self.pools)
        chosen[self._one(np.minimum(here, 1) * weight)] = True
        while size[chosen].sum() < self.gangs and not chosen[pool].all():
            near = np.zeros(work.row_begin.size - 1, dtype=np.bool_)
            near[row[chosen[pool]]] = True
            beside = ~chosen[pool] & near[row]
            if not beside.any():
                beside = ~chosen[pool]
            chosen[self._one(np.bincount(pool[beside], minlength=self.pools) * weight)] = True
        return chosen

    def _one(self, weight: Int64) -> int:
        """Draw a pool by whole chances."""
        ends = np.cumsum(weight)
        return int(np.searchsorted(ends, self.rng.integers(0, int(ends[-1])), side="right"))
