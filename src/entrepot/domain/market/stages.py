"""The rungs of the ladder in turn, with what they share: the call, the plan and the prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market import anneal, bounds, construct, dual, mip, part_solve, polish, relax
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.links_of_orders import hang
from entrepot.domain.market.neighbourhoods import Neighbourhoods
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
RELAXED_OPTIONS = 120_000
BAND, WIDE_BAND = 0.1, 0.3
WIDE_OPTIONS_MAX = 100_000
"""Options worth trying in the search and in the programs, by distance from the best."""
MOVES_PER_ROW, MOVES_PER_ROW_TIMED, MOVES_PER_ROW_LARGE = 100, 150, 600
"""Where there is time for programs, more moves gain nothing; in large calls there is none."""
POLISHES = ("polish", "share", "finish")
NEIGHBOURHOODS = 2_000
WHOLE_CALLS = 400
RELAXED_UNTIL = 0.45
"""A relaxation that takes longer is given up, on a slow machine, to leave the search its time."""
UNTIL_SMALL, UNTIL, UNTIL_LARGE = 0.2, 0.6, 0.8
PLANNED = 0.8
"""How much of the time of the search moves take; programs take the rest."""
PROGRAMS_UNTIL, END = 0.85, 0.95


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
        self.best, self.reached = self.plan, 0.0
        self.choice = construct.choose(self.work, self.work.value, BAND)
        self.wide = self.choice
        self.total = 0.0
        self.relaxed: relax.Relaxed | None = None
        self.ended: set[str] = set()

    @property
    def small(self) -> bool:
        """Whether the whole program runs beside the search."""
        return self.work.value.size <= SMALL_OPTIONS

    @property
    def large(self) -> bool:
        """Whether the relaxation is solved in part only, and time is for the search."""
        return self.work.value.size > RELAXED_OPTIONS

    def note(self, stage: str) -> None:
        """Add a point to the curve."""
        spent_ms = int(self.pace.spent_s() * 1000)
        done = self.pace.done.get(stage, 0)
        step = Step(
            stage, spent_ms, done, max(0, int(max(self.total, self.reached) * 1e6)), self.bound
        )
        self.history.append(step)
        if self.tell is not None:
            self.tell(step)

    def price(self) -> None:
        """Find prices: by the linear program where it is short, else by descent and what is left.

        The program over the options in the running gives the better prices, mostly, and shares to
        begin from.
        """
        if 0 < self.work.value.size <= EXACT_PRICES_OPTIONS and self.pace.more("prices", 1, 2.0):
            self.relaxed = self._kept("prices", relax.whole(self.work, self.supply, self._left()))
        if self.relaxed is None:
            self.prices = dual.descend(self.work, self.supply, self.pace)
            self._prove()
            if self.work.value.size and self.pace.more("relax", 1, 0.4):
                self.relaxed = self._kept("relax", self._relax())
        self._prove()

    def _relax(self) -> relax.Relaxed | None:
        """Solve the relaxation: whole while that is short, for its prices guide the search best."""
        if not self.large:
            return relax.whole(self.work, self.supply, self._left(), interior=True)
        return relax.in_running(self.work, self.steps, self.prices, self._left())

    def _left(self) -> float | None:
        return self.pace.left_s(RELAXED_UNTIL)

    def _kept(self, stage: str, found: relax.Relaxed | None) -> relax.Relaxed | None:
        """Uncount a program that the clock cut short."""
        if found is None:
            self.pace.take_back(stage)
        return found

    def _prove(self) -> None:
        """Keep the prices that prove the lower bound."""
        known = [self.prices] if self.relaxed is None else [self.prices, self._relaxed_prices()]
        proofs = [bounds.priced(self.instance, prices, self.runnable)[2] for prices in known]
        self.bound = min(proofs)
        self.prices = known[proofs.index(self.bound)]
        self.note("dual")

    def _relaxed_prices(self) -> tuple[Floats, Floats]:
        found = self.relaxed
        return self.prices if found is None else (found.pi, found.mu)

    def construct(self) -> None:
        """Begin from the relaxation, or place orders by surplus at the prices."""
        from entrepot.domain.market.kernels_dual import surpluses

        worth = surpluses(self.work, *self.prices)
        self.choice = construct.choose(self.work, worth, BAND)
        band = WIDE_BAND if worth.size <= WIDE_OPTIONS_MAX else BAND
        self.wide = construct.choose(self.work, worth, band)
        self.plan = construct.construct(self.work, self.steps, self.choice)
        if self.relaxed is not None:
            self._keep(self.plan, self.welfare())
            self.plan = relax.begin(self.work, self.steps, self.relaxed, self.choice)
        self.total = self.welfare()
        self.note("construct")

    def welfare(self) -> float:
        """Return the exact welfare of the plan, HKD."""
        return bounds.welfare(self.instance, self.work, self.plan) / 1e6

    def refine(self) -> None:
        """Search, polish, and solve neighbourhoods."""
        if self.work.value.size:
            early = None if self.small else self._begin_whole()
            self._search(UNTIL_SMALL if self.small else UNTIL_LARGE if self.large else UNTIL)
            self._neighbourhoods(early)
            self._polish("finish", 2, END)
        hang(self.instance, self.work, self.steps, self.plan)
        self.total = self.welfare()

    def _search(self, until: float) -> None:
        """Search with falling temperature in cycles, each with divisible orders shared out anew.

        The first cycle is the hottest. What is planned follows from the speed of a trial, and how
        much of it was done is counted, so a slow machine ends in time and a replay ends there too.
        """
        state = anneal.search(self.work, self.choice, self.seed)
        each = MOVES_PER_ROW_LARGE if self.large else MOVES_PER_ROW_TIMED
        if self.pace.clock is None:
            each = MOVES_PER_ROW
        moves = self.pace.count(
            "anneal", each * self.choice.open.size, PLANNED * until, self._speed
        )
        self.pace.done.setdefault("chunk", 0)
        self._keep(self.plan, self.total)
        plan = anneal.LONG if self.large else anneal.USUAL
        for turn in range(plan.turns):
            if not moves or not self.pace.more("chunk", plan.turns, until):
                break
            rows = anneal.worthwhile(self.work, self.choice, self.plan)
            size = moves * (turn + 1) // plan.turns - moves * turn // plan.turns
            state = state._replace(rows=rows)
            anneal.run(self.work, self.steps, self.plan, state, size, *plan.heat(turn))
            self.total = self.welfare()
            self._keep(self.plan, self.total)
            self.note("anneal")
            if plan.ends(turn):
                self._polish("polish", plan.cycle(turn) + 1, PROGRAMS_UNTIL)
                self._keep(self.plan, self.total)
        self.plan, self.total = self.best, self.reached
        self._polish("share", 1, PROGRAMS_UNTIL)

    def _speed(self) -> float:
        """Return moves a second by a trial on a copy."""
        copy = mip.copied(self.plan)
        own = anneal.search(self.work, self.choice, self.seed)
        own = own._replace(rows=anneal.worthwhile(self.work, self.choice, copy))
        return anneal.speed(self.work, self.steps, copy, own, anneal.USUAL.hot, self.pace.spent_s)

    def _keep(self, plan: Plan, welfare: float) -> None:
        """Remember a plan if it is the best so far; a search at heat may leave it again."""
        if welfare > self.reached:
            self.best, self.reached = mip.copied(plan), welfare

    def _polish(self, stage: str, most: int, until: float) -> None:
        """Share out divisible orders by linear programs, until there were ``most`` of a stage.

        A stage that the clock has ended stays ended: a replay knows how often, but not when.
        """
        done = self.pace.done
        while stage not in self.ended and done.get(stage, 0) < most:
            gain = None
            if self.pace.more(stage, most, until):
                gain = self._share_out(sum(done.get(name, 0) for name in POLISHES) - 1)
                if gain is None:
                    self.pace.take_back(stage)
            if gain is None:
                self.ended.add(stage)
            else:
                self.total += gain
                self.note("polish")

    def _share_out(self, turn: int) -> float | None:
        def left_s() -> float | None:
            return self.pace.left_s(END)

        return polish.divisibles(self.work, self.steps, self.plan, self.wide, turn, left_s)

    def _neighbourhoods(self, early: mip.Whole | None) -> None:
        """Solve neighbourhoods, beside the whole program where the call is not too large."""
        whole = self._begin_whole() if self.small else early
        size = 60 if self.small else 300
        draws = Neighbourhoods(self.work, self.steps, self.choice, self.prices, self.seed, size)
        most = self._neighbourhoods_most(whole)
        while not self._over(whole) and self.pace.more("neighbourhood", most, PROGRAMS_UNTIL):
            turn = self.pace.done["neighbourhood"]
            free = draws.draw(self.plan)
            left_s = self.pace.left_s(END)
            gain = mip.improve(self.work, self.steps, self.plan, free, self.seed + turn, left_s)
            if gain is None:
                self.pace.take_back("neighbourhood")
                break
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
                return pace.spent_s() > PROGRAMS_UNTIL * pace.limit_s
            return calls >= asked

        left_s = pace.left_s(END)
        return mip.begin_whole(self.work, self.steps, self.plan, self.seed, stop, left_s)

    def _end_whole(self, whole: mip.Whole) -> None:
        """Take the bound of the whole program, and its answer where it is better."""
        answer = whole.wait()
        if answer.late:
            return
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
