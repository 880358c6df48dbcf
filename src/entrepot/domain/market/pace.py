"""How long each stage of the solver goes on: by count, by the clock, or by size alone.

With counts the answer can be repeated bit by bit. With a clock the counts are chosen as time
allows and noted, for a replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

UNLIMITED_S = 10.0
LEAST_S = 0.05
ALL = 1 << 62


class Pace:
    """Counts of the stages.

    Args:
        iterations: counts to keep to, or None.
        time_limit_s: seconds, or None.
        clock: seconds from any origin, or None.

    Attributes:
        done: counts so far, by stage.
    """

    def __init__(
        self,
        iterations: Mapping[str, int] | None,
        time_limit_s: float | None,
        clock: Callable[[], float] | None,
    ) -> None:
        # Whoever asks for moves and names no chunks means all of them.
        self.iterations = None if iterations is None else {"chunk": ALL, **iterations}
        self.limit_s = UNLIMITED_S if time_limit_s is None else max(time_limit_s, 0.0)
        self.clock = clock if time_limit_s is not None and iterations is None else None
        self.watch = clock
        self.begin = clock() if clock is not None else 0.0
        self.done: dict[str, int] = {}

    def spent_s(self) -> float:
        """Return seconds since the start; 0 without a clock."""
        return self.watch() - self.begin if self.watch is not None else 0.0

    def more(self, stage: str, usual: int, until: float, step: int = 1) -> bool:
        """Say whether a stage goes on, and count ``step`` if it does.

        Args:
            stage: its name.
            usual: count without iterations and clock, and the most with a clock.
            until: part of the time limit at which the stage ends.
            step: how much one turn counts.
        """
        done = self.done.get(stage, 0)
        if self.iterations is not None:
            go = done < self.iterations.get(stage, 0)
        elif self.clock is not None:
            go = done < usual and self.spent_s() < until * self.limit_s
        else:
            go = done < usual
        if go:
            self.done[stage] = done + step
        return go

    def left_s(self, until: float) -> float | None:
        """Return seconds left to a part of the limit, at least a little; None without a clock."""
        if self.clock is None:
            return None
        return max(LEAST_S, until * self.limit_s - self.spent_s())

    def take_back(self, stage: str, step: int = 1) -> None:
        """Uncount a turn that the clock cut short: it leaves no trace, so a replay skips it."""
        self.done[stage] = self.done.get(stage, 0) - step

    def count(self, stage: str, usual: int, until: float, speed: Callable[[], float]) -> int:
        """Choose a count beforehand, and note it.

        Args:
            stage, usual, until: as above.
            speed: gives counts a second, by trial; asked only with a clock.
        """
        if self.iterations is not None:
            chosen = self.iterations.get(stage, 0)
        elif self.clock is not None:
            left_s = max(0.0, until * self.limit_s - self.spent_s())
            chosen = min(usual, int(speed() * left_s)) if left_s else 0
        else:
            chosen = usual
        self.done[stage] = chosen
        return chosen
