"""Curves of a simulation: jobs that wait and devices in use over time, and how long jobs took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from entrepot.domain.grid.events_measures import Part, ran_s, stretches_of


@dataclass(frozen=True, slots=True)
class Curves:
    """What a picture of a run shows.

    Attributes:
        step_s: seconds between two points of the curves over time.
        waiting: average jobs in the house that do not run, from each point to the next.
        used: average share of devices in use, likewise.
        queue_levels: (percent of jobs, seconds in the queue at most).
    """

    step_s: int
    waiting: tuple[Fraction, ...]
    used: tuple[Fraction, ...]
    queue_levels: tuple[tuple[int, int], ...]


def curves(parts: Sequence[Part], points: int = 200) -> Curves:
    """Lay a run out over at most so many points of time.

    Args:
        parts: clusters with their runs; time begins at 0.
        points: how many, at least one.
    """
    last = max((end for part in parts for end in part.run.end_s), default=0)
    step = max(1, -(-max(last, 1) // points))
    running = [(s, e, 1) for part in parts for _job, s, e in stretches_of(part)]
    held = [
        (start, end, part.jobs.devices[job])
        for part in parts
        for job, start, end in stretches_of(part)
    ]
    stayed = [
        (submit, end, 1)
        for part in parts
        for submit, end in zip(part.jobs.submit_s, part.run.end_s, strict=True)
        if end > submit
    ]
    have = max(1, sum(part.cluster.devices for part in parts))
    count = max(1, -(-last // step))
    here, ran, used = (_spread(spans, step, count) for spans in (stayed, running, held))
    waiting = tuple(Fraction(a - b, step) for a, b in zip(here, ran, strict=True))
    return Curves(step, waiting, tuple(Fraction(u, step * have) for u in used), _levels(parts))


def _spread(spans: Iterable[tuple[int, int, int]], step: int, count: int) -> list[int]:
    """Return Σ weight · seconds of the spans inside each step."""
    # Whole steps are summed by their ends, so a span costs the same whatever its length.
    slope, found = [0] * (count + 2), [0] * (count + 1)
    for begin, end, weight in spans:
        first, last = begin // step, end // step
        if first == last:
            found[first] += weight * (end - begin)
            continue
        found[first] += weight * ((first + 1) * step - begin)
        found[last] += weight * (end - last * step)
        slope[first + 1] += weight * step
        slope[last] -= weight * step
    level = 0
    for row in range(count + 1):
        level += slope[row]
        found[row] += level
    return found[:count]


def _levels(parts: Sequence[Part]) -> tuple[tuple[int, int], ...]:
    waits: list[int] = []
    for part in parts:
        for job, ran in enumerate(ran_s(part)):
            if part.run.done[job]:
                waits.append(part.run.end_s[job] - part.jobs.submit_s[job] - ran)
    waits.sort()
    if not waits:
        return ()
    return tuple((p, waits[max(0, -(-len(waits) * p // 100) - 1)]) for p in range(101))
