"""A parameter as a dated series: which value held on day D, as known on day K."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Step:
    """One value of a parameter, from a day on.

    Args:
        from_day: first day of the value.
        value: an integer or text, or a frozenset of them.
        recorded_at: day on which the value was written down.
    """

    from_day: date
    value: object
    recorded_at: date


@dataclass(frozen=True, slots=True)
class Series:
    """The steps of one parameter; each holds until the next one begins.

    A step with the same first day and a later ``recorded_at`` corrects the earlier one:
    history is added to, never edited.

    >>> day = date(2026, 11, 21)
    >>> limit = Series("limit", (Step(date(2024, 3, 22), 100_000, day),))
    >>> limit.at(date(2025, 1, 1)), limit.at(date(2024, 3, 21)), limit.at(day, date(2025, 1, 1))
    (100000, None, None)
    """

    name: str
    steps: tuple[Step, ...]

    def at(self, day: date, known: date | None = None) -> object | None:
        """Return the value of ``day`` as known on ``known``; None where none is recorded.

        Args:
            day: day whose value is asked for.
            known: only steps recorded by then count; None: all of them.
        """
        best: Step | None = None
        for step in self.steps:
            if step.from_day > day or (known is not None and step.recorded_at > known):
                continue
            if best is None or _order(step) >= _order(best):
                best = step
        return None if best is None else best.value

    @property
    def starts(self) -> date:
        """First day that has a value."""
        return min(step.from_day for step in self.steps)


def _order(step: Step) -> tuple[date, date]:
    return step.from_day, step.recorded_at
