"""Mixed-integer programs: the whole of a small call beside the search, and neighbourhoods.

The whole program runs in a thread of its own, for its bound and whatever it finds. Meanwhile, and
in larger calls alone, small neighbourhoods (:mod:`.neighbourhoods`) are solved one after the other
with all else fixed; each answer can only raise the welfare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from entrepot.domain.market import part, part_solve
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int64 = NDArray[np.int64]

NODES_MAX = 20
GAP = 2e-5
PPM = 1_000_000


def copied(plan: Plan) -> Plan:
    """Return a copy of a plan."""
    columns: list[Any] = [column.copy() for column in plan]
    return type(plan)(*columns)


@dataclass(slots=True)
class Whole:
    """The whole program under way.

    Attributes:
        part: the program; thread: where it runs; answer: once it is there; fault: if it failed.
    """

    part: part.Part
    thread: Thread | None = None
    answer: part_solve.Answer | None = None
    fault: BaseException | None = None

    @property
    def ended(self) -> bool:
        """Whether the thread has come to its end."""
        return self.thread is not None and not self.thread.is_alive()

    def wait(self) -> part_solve.Answer:
        """Wait for the answer.

        Raises:
            BaseException: whatever the thread met.
        """
        if self.thread is not None:
            self.thread.join()
        if self.fault is not None:
            raise self.fault
        if self.answer is None:
            raise RuntimeError("no answer")
        return self.answer


def begin_whole(
    work: Work,
    steps: Steps,
    plan: Plan,
    seed: int,
    stop: Callable[[int], bool],
    limit_s: float | None = None,
) -> Whole:
    """Begin to solve the whole program from the plan as it is.

    Args:
        work, steps, plan: the call and where it stands; the plan is read before this returns.
        seed: of HiGHS' chance.
        stop: told how many regular calls there were; true ends it.
        limit_s: seconds after which it ends without an answer that can be repeated, or None.
    """
    free = np.flatnonzero(~work.held)
    whole = Whole(part.build(work, steps, plan, free, relaxed=False))
    shares = plan.share[free] / PPM

    def solve() -> None:
        try:
            whole.answer = part_solve.run(
                whole.part,
                seed=seed,
                begin=_start(whole.part, steps, plan_loads, shares),
                stop=stop,
                limit_s=limit_s,
            )
        except BaseException as fault:
            whole.fault = fault

    plan_loads = plan.load.copy()
    whole.thread = Thread(target=solve, daemon=True)
    whole.thread.start()
    return whole


def _start(
    program: part.Part, steps: Steps, load: Int64, shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return values of all columns for shares: options, then supply from the cheapest step up."""
    supply = np.zeros(program.model.num_col_ - program.free.size)
    count = steps.begin[program.cells + 1] - steps.begin[program.cells]
    row, step = part.spans(steps.begin[program.cells], count)
    bottom = steps.top[step] - (steps.devices[step] * PPM).astype(np.int64)
    taken = np.clip(load[program.cells][row] - bottom, 0, steps.top[step] - bottom) / PPM
    if taken.size == supply.size:
        supply = taken
    return np.concatenate((shares, supply))


def improve(
    work: Work, steps: Steps, plan: Plan, free: Int64, seed: int, limit_s: float | None = None
) -> float | None:
    """Solve one neighbourhood and keep the answer if it is better.

    Returns:
        The rise of welfare, HKD; None if time did not suffice.
    """
    if not free.size:
        return 0.0
    program = part.build(work, steps, plan, free, relaxed=False)
    begin = _start(program, steps, plan.load, plan.share[free] / PPM)
    answer = part_solve.run(
        program, seed=seed, nodes=NODES_MAX, gap=GAP, begin=begin, limit_s=limit_s
    )
    if answer.late:
        return None
    if answer.share is None:
        return 0.0
    return part_solve.place(work, steps, plan, program, answer.share)
