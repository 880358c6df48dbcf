"""The rungs of the ladder in turn, with what they share: the call, the plan and the prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market import anneal, bounds, construct, dual, mip, part, part_solve, polish
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.links_of_orders import hang
from entrepot.domain.market.pace import Pace
from entrepot.domain.market.runnable import can_run
from entrepot.domain.market.solution import Progress, Solution, Step
from entrepot.domain.market.tighten import committed, steps, tighten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

SMALL_OPTIONS = 8_000
WHOLE_OPTIONS_MAX = 60_000
"""Above the first, the whole program runs for its bound only, and only where there is a clock."""
EXACT_PRICES_OPTIONS = 15_000
MULTIPLICATIVE, POLYAK, POLYAK_STEP = 200, 800, 50
BAND, WIDE_BAND = 0.1, 0.3
"""Options worth trying in the search and in the programs, by distance from the best."""
HOT = 0.02
TRIAL_MOVES_PER_ROW = 2
MOVES_PER_ROW = 800
MOVES_MAX = 100_000_000
CHUNKS = 16
NEIGHBOURHOODS = 2_000
WHOLE_CALLS = 60


class Climb:
    """A call on its way up.

    Args:
        instance, seed, progress: as for :func:`.solve.solve`.
        pace: how far each stage goes.
    """

    def __init__(
        self, instance: Instance, seed: int, pace: Pace, progress: Progress | None
    ) -> None:
        self.instance, self.seed, self.pace, self.tell = instance, seed, pace, progress
        self.runnable = can_run(instance)
        self.work = tighten(instance, self.runnable)
        self.supply = steps(instance, simple_only=False)
        self.steps = steps(instance, simple_only=True)
        self.history: list[Step] = []
        cells, lines = self.supply.room.size, self.work.width.size
        self.prices: tuple[Floats, Floats] = (np.zeros(cells), np.zeros(lines))
        self.bound = 0
        self.mip_bound: float | None = None
        self.plan: Plan = construct.empty_plan(self.work, self.steps)
        self.choice = construct.choose(self.work, self.work.value, BAND)
        self.wide = self.choice
        self.total = 0.0

    @property
    def small(self) -> bool:
        """Whether the whole program runs beside the search."""
        return self.work.value.size <= SMALL_OPTIONS

    def note(self, stage: str) -> None:
        """Add a point to the curve."""
        spent_ms = int(self.pace.spent_s() * 1000)
        done = self.pace.done.get(stage, 0)
        step = Step(stage, spent_ms, done, max(0, int(self.total * 1e6)), self.bound)
        self.history.append(step)
        if self.tell is not None:
            self.tell(step)

    def price(self) -> None:
        """Find prices: by the linear program where it is short, else by descent."""
        if 0 < self.work.value.size <= EXACT_PRICES_OPTIONS and self.pace.more("prices", 1, 2.0):
            self._exact_prices()
        else:
            self._descend()
        _pi, _mu, self.bound = bounds.priced(self.instance, self.prices, self.runnable)
        self.note("dual")

    def _exact_prices(self) -> None:
        """Price by the relaxation over all options, children as if they were free."""
        plan = construct.empty_plan(self.work, self.supply)
        free = np.arange(self.work.value.size)
        program = part.build(self.work, self.supply, plan, free, relaxed=True)
        answer = part_solve.run(program)
        pi, mu = self.prices
        # A cell that no option asks for may cost what it likes: at nought nobody earns there.
        pi[program.cells] = answer.pi
        mu[program.links] = answer.mu

    def _descend(self) -> None:
        from entrepot.domain.market import kernels_dual as kernels

        state = dual.start(self.work, self.supply)
        count = MULTIPLICATIVE if self.pace.more("multiplicative", 1, 2.0) else 0
        dual.multiplicative_part(self.work, self.supply, state, count)
        while self.pace.more("dual", POLYAK, 0.25, POLYAK_STEP):
            kernels.polyak(self.work, self.supply, state, POLYAK_STEP)
        self.prices = (state.best_pi, state.best_mu)

    def construct(self) -> None:
        """Place orders by surplus at the prices."""
        from entrepot.domain.market.kernels_dual import surpluses

        worth = surpluses(self.work, *self.prices)
        self.choice = construct.choose(self.work, worth, BAND)
        self.wide = construct.choose(self.work, worth, WIDE_BAND)
        self.plan = construct.construct(self.work, self.steps, self.choice)
        self.total = self.welfare()
        self.note("construct")

    def welfare(self) -> float:
        """Return the exact welfare of the plan, HKD."""
        return bounds.welfare(self.instance, self.work, self.plan) / 1e6

    def refine(self) -> None:
        """Search, polish, and solve neighbourhoods."""
        if self.work.value.size:
            early = None if self.small else self._begin_whole()
            self._anneal(0.2 if self.small else 0.6)
            self._polish(2)
            self._neighbourhoods(early)
            self._polish(4)
        hang(self.instance, self.work, self.steps, self.plan)
        self.total = self.welfare()

    def _anneal(self, until: float) -> None:
        """Search with falling temperature; the speed is tried out on a first few moves."""
        state = anneal.search(self.choice, self.seed)
        rows = int(state.rows.size)
        before = mip.copied(self.plan)
        heat = HOT * self.total / max(1, self.choice.rows.size)
        trial = TRIAL_MOVES_PER_ROW * rows
        work, supply = self.work, self.steps

        def speed() -> float:
            # Tried on a copy, so that counts alone decide what becomes of the plan.
            copy, own = mip.copied(self.plan), anneal.search(self.choice, self.seed)
            anneal.run(work, supply, copy, own, 1, heat, heat)
            start = self.pace.spent_s()
            anneal.run(work, supply, copy, own, trial, heat, heat)
            return trial / max(self.pace.spent_s() - start, 1e-6)

        moves = self.pace.count("anneal", min(MOVES_MAX, MOVES_PER_ROW * rows), until, speed)
        for turn in range(CHUNKS):
            hot, cold = heat * (1 - turn / CHUNKS), heat * (1 - (turn + 1) / CHUNKS)
            size = moves * (turn + 1) // CHUNKS - moves * turn // CHUNKS
            self.total += anneal.run(work, supply, self.plan, state, size, hot, cold)
            self.note("anneal")
        if bounds.welfare(self.instance, work, self.plan) < bounds.welfare(
            self.instance, work, before
        ):
            self.plan = before
        self.total = self.welfare()

    def _polish(self, most: int) -> None:
        """Share out divisible orders by linear programs."""
        while self.pace.more("polish", most, 0.97):
            turn = self.pace.done["polish"] - 1
            gain = polish.divisibles(self.work, self.steps, self.plan, self.wide, turn)
            self.total += gain
            self.note("polish")

    def _neighbourhoods(self, early: mip.Whole | None) -> None:
        """Solve neighbourhoods, beside the whole program where the call is not too large."""
        whole = self._begin_whole() if self.small else early
        size = 60 if self.small else 150
        draws = mip.Neighbourhoods(self.work, self.choice, self.seed, size)
        most = self._neighbourhoods_most(whole)
        while not self._over(whole) and self.pace.more("neighbourhood", most, 0.85):
            turn = self.pace.done["neighbourhood"]
            free = draws.draw(self.plan)
            gain = mip.improve(self.work, self.steps, self.plan, free, self.seed + turn)
            self.total += gain
            self.note("neighbourhood")
        if whole is not None:
            self._end_whole(whole)

    def _neighbourhoods_most(self, whole: mip.Whole | None) -> int:
        """Return how many neighbourhoods to solve at most: none by size alone beside the whole."""
        if not self.choice.open.size or (whole is not None and self.pace.clock is None):
            return 0
        return NEIGHBOURHOODS

    def _over(self, whole: mip.Whole | None) -> bool:
        """Say whether the whole program has ended; with counts to keep to this plays no part."""
        return self.pace.clock is not None and whole is not None and whole.ended

    def _begin_whole(self) -> mip.Whole | None:
        pace = self.pace
        usual = WHOLE_CALLS if self.small or pace.clock is not None else 0
        asked = usual if pace.iterations is None else pace.iterations.get("mip", 0)
        if not asked or self.work.value.size > WHOLE_OPTIONS_MAX:
            return None

        def stop(calls: int) -> bool:
            if pace.clock is not None:
                return pace.spent_s() > 0.85 * pace.limit_s
            return calls >= asked

        return mip.begin_whole(self.work, self.steps, self.plan, self.seed, stop)

    def _end_whole(self, whole: mip.Whole) -> None:
        """Take the bound of the whole program, and its answer where it is better."""
        answer = whole.wait()
        self.pace.done["mip"] = max(1, answer.calls)
        bare = not self.work.held.any() and not committed(self.instance).any()
        if bare and np.isfinite(answer.bound):
            self.mip_bound = answer.bound
        if answer.share is not None:
            other = construct.empty_plan(self.work, self.steps)
            part_solve.place(self.work, self.steps, other, whole.part, answer.share)
            if bounds.welfare(self.instance, self.work, other) > bounds.welfare(
                self.instance, self.work, self.plan
            ):
                self.plan = other
                self.total = self.welfare()
        self.note("mip")

    def solution(self) -> Solution:
        """Publish."""
        reached = bounds.welfare(self.instance, self.work, self.plan)
        pi, mu, proven = bounds.priced(self.instance, self.prices, self.runnable)
        mip_bound = None if self.mip_bound is None else bounds.proven(self.mip_bound, reached)
        return Solution(
            opt_share=bounds.shares(self.instance, self.work, self.plan),
            ask_used=bounds.served(self.instance, self.plan),
            pi=pi,
            mu=mu,
            welfare=reached,
            bound=proven,
            mip_bound=mip_bound,
            budget=tuple(sorted(self.pace.done.items())),
            history=tuple(self.history),
        )
