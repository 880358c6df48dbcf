"""What a solver hands back: who gets what, at which prices, and how good that surely is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from entrepot.domain.market.instance import Instance

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the curve of gap over time.

    Attributes:
        stage: ``dual``, ``construct``, ``anneal``, ``polish``, ``mip``.
        spent_ms: since the start, by the clock handed in; 0 without one.
        iteration: count within the stage.
        welfare, bound: best so far, micro-HKD.
    """

    stage: str
    spent_ms: int
    iteration: int
    welfare: int
    bound: int


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer to an instance.

    Attributes:
        opt_share: int32[M] ppm, the share of each option.
        ask_used: int64[R] micro-devices, by ask and slot; ``instance.ask_offset`` says where.
        pi: int64[P, T] ≥ 0, micro-HKD per device-slot.
        mu: int64[L, T] ≥ 0, micro-HKD per Mb/s and slot.
        welfare: micro-HKD, rounded down.
        bound: micro-HKD, by weak duality from ``pi`` and ``mu``; no allocation is worth more.
        mip_bound: a tighter bound on the word of a mixed-integer solver, or None.
        budget: iterations done by stage, so that a replay gives the same answer.
        history: curve of welfare and bound over time.
    """

    opt_share: Int32
    ask_used: Int64
    pi: Int64
    mu: Int64
    welfare: int
    bound: int
    mip_bound: int | None = None
    budget: tuple[tuple[str, int], ...] = ()
    history: tuple[Step, ...] = ()


Progress = Callable[[Step], None]


class Solve(Protocol):
    """A solver. The same instance, seed and iterations give the same answer, bit by bit."""

    def __call__(
        self,
        instance: Instance,
        *,
        seed: int = 0,
        time_limit_s: float | None = None,
        iterations: dict[str, int] | None = None,
        clock: Callable[[], float] | None = None,
        progress: Progress | None = None,
    ) -> Solution:
        """Solve ``instance``.

        Args:
            instance: the orders.
            seed: of all chance.
            time_limit_s: seconds; the schedule is then chosen by measured speed.
            iterations: iterations by stage as in :attr:`Solution.budget`, in place of a limit.
            clock: seconds from any origin; needed with a time limit.
            progress: told at every step.
        """
        ...
