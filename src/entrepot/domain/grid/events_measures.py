"""Figures of a simulation: waiting, completion, slowdown, use of devices, fairness.

For a job that is done, with submission s, end e and r seconds of running:

    completion (JCT) = e − s        queue = e − s − r
    slowdown = max(1, (e − s) / max(r, 10))

Slowdown is bounded at ten seconds, so that a job of one second does not rule the figure. Use is the
share of seconds on devices in use from the first submission to the last end, and to the last
submission. Fairness is Jain's index over the firms' speeds x, the share of its time in the house
during which the average device of a firm ran:

    x(firm) = Σ devices·r / Σ devices·(e − s)        J = (Σ x)² / (n · Σ x²), 1/n … 1

Source: R. Jain, D. Chiu, W. Hawe, "A quantitative measure of fairness", DEC-TR-301, 1984;
D. Feitelson et al., "Theory and practice in parallel job scheduling", JSSPP 1997 (bound of
slowdown).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from entrepot.domain.grid.events_model import NEVER, Cluster, Jobs, Run

N = TypeVar("N", int, Fraction)

SHORT_S = 10
LEVELS = (50, 90, 95, 99, 100)
"""Percentiles that are told, by nearest rank; 100 is the largest."""

PPM = 10**6


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one cluster or of several.

    Attributes:
        jobs: that came; done: whose work was done; left: withdrawn; waiting: not even at the end.
        queue_s, jct_s: averages over the jobs done, exact.
        queue_levels_s, jct_levels_s: percentiles :data:`LEVELS`.
        slowdown, slowdown_levels: average and percentiles.
        use, use_open: share of devices in use to the last end, and to the last submission.
        fairness: Jain's index over firms.
        preempted, killed: counts; lost_s: seconds on devices that came to nothing.
        span_s: from the first submission to the last end.
    """

    jobs: int
    done: int
    left: int
    waiting: int
    queue_s: Fraction
    jct_s: Fraction
    queue_levels_s: tuple[int, ...]
    jct_levels_s: tuple[int, ...]
    slowdown: Fraction
    slowdown_levels: tuple[Fraction, ...]
    use: Fraction
    use_open: Fraction
    fairness: Fraction
    preempted: int
    killed: int
    lost_s: int
    span_s: int


@dataclass(frozen=True, slots=True)
class Part:
    """A cluster with its jobs and what became of them."""

    cluster: Cluster
    jobs: Jobs
    run: Run


def figures(parts: Sequence[Part]) -> Figures:
    """Sum up one cluster or several.

    >>> jobs = Jobs.of([(0, 20, 1), (0, 20, 1)])
    >>> run = Run((0, 20), (20, 40), (True, True), (0, 0), (0, 0), (0, 0))
    >>> found = figures([Part(Cluster("a", 1, 1), jobs, run)])
    >>> str(found.queue_s), str(found.jct_s), str(found.slowdown), str(found.use)
    ('10', '30', '3/2', '1')
    """
    queue: list[int] = []
    jct: list[int] = []
    slow: list[Fraction] = []
    for part in parts:
        submit, end, ran = part.jobs.submit_s, part.run.end_s, ran_s(part)
        for job, done in enumerate(part.run.done):
            if done:
                whole = end[job] - submit[job]
                jct.append(whole)
                queue.append(whole - ran[job])
                slow.append(max(Fraction(1), Fraction(whole, max(ran[job], SHORT_S))))
    ended = sum(1 for part in parts for end in part.run.end_s if end != NEVER)
    count = sum(len(part.jobs) for part in parts)
    begin, last, close = _span(parts)
    return Figures(
        count,
        len(jct),
        ended - len(jct),
        count - ended,
        mean(queue),
        mean(jct),
        levels(queue, 0),
        levels(jct, 0),
        _mean_of(slow),
        levels(slow, Fraction(0)),
        _use(parts, begin, close),
        _use(parts, begin, last),
        fairness(parts),
        sum(sum(part.run.preempted) for part in parts),
        sum(sum(part.run.killed) for part in parts),
        sum(sum(part.run.lost_s) for part in parts),
        close - begin,
    )


def ran_s(part: Part) -> Sequence[int]:
    """Return the seconds that each job ran, restarts and lost work included."""
    if not part.run.stretches:
        ends = zip(part.run.start_s, part.run.end_s, strict=True)
        return [0 if NEVER in (start, end) else end - start for start, end in ends]
    ran = [0] * len(part.jobs)
    for stretch in part.run.stretches:
        ran[stretch.job] += stretch.end_s - stretch.begin_s
    return ran


def fairness(parts: Sequence[Part]) -> Fraction:
    """Return Jain's index over the speeds of the firms whose jobs were done; 1 for none."""
    ran: dict[int, int] = {}
    stayed: dict[int, int] = {}
    for part in parts:
        for job, seconds in enumerate(ran_s(part)):
            if part.run.done[job]:
                firm, devices = part.jobs.firm[job], part.jobs.devices[job]
                whole = part.run.end_s[job] - part.jobs.submit_s[job]
                ran[firm] = ran.get(firm, 0) + devices * seconds
                stayed[firm] = stayed.get(firm, 0) + devices * whole
    # In millionths: exact fractions over thousands of firms would grow without bound.
    speeds = [ran[firm] * PPM // stayed[firm] for firm in ran]
    squares = sum(speed * speed for speed in speeds)
    return Fraction(sum(speeds) ** 2, len(speeds) * squares) if squares else Fraction(1)


def mean(values: Sequence[int]) -> Fraction:
    """Return the average; 0 of nothing."""
    return Fraction(sum(values), len(values)) if values else Fraction(0)


def levels(values: Sequence[N], none: N) -> tuple[N, ...]:
    """Return percentiles by nearest rank: the least value that so many percent do not exceed.

    Args:
        values: in any order.
        none: told where there are no values.

    >>> levels([5, 1, 4, 2, 3], 0)
    (3, 5, 5, 5, 5)
    """
    ranked = sorted(values)
    if not ranked:
        return (none,) * len(LEVELS)
    return tuple(ranked[-(-len(ranked) * level // 100) - 1] for level in LEVELS)


def _mean_of(values: Sequence[Fraction]) -> Fraction:
    # In millionths, rounded down, for a sum of unlike fractions has no end of digits.
    if not values:
        return Fraction(0)
    total = sum(value.numerator * PPM // value.denominator for value in values)
    return Fraction(total, len(values) * PPM)


def _span(parts: Sequence[Part]) -> tuple[int, int, int]:
    """Return first submission, last submission and last end."""
    with_jobs = [part for part in parts if len(part.jobs)]
    if not with_jobs:
        return 0, 0, 0
    begin = min(part.jobs.submit_s[0] for part in with_jobs)
    last = max(part.jobs.submit_s[-1] for part in with_jobs)
    return begin, last, max(last, *(max(part.run.end_s) for part in with_jobs))


def _use(parts: Sequence[Part], begin: int, end: int) -> Fraction:
    have = sum(part.cluster.devices for part in parts) * (end - begin)
    used = 0
    for part in parts:
        devices = part.jobs.devices
        for job, since, until in stretches_of(part):
            used += devices[job] * max(0, min(end, until) - max(begin, since))
    return Fraction(used, have) if have else Fraction(0)


def stretches_of(part: Part) -> list[tuple[int, int, int]]:
    """Return (job, begin, end) of all times in which jobs ran."""
    if part.run.stretches:
        return [(s.job, s.begin_s, s.end_s) for s in part.run.stretches]
    ends = zip(part.run.start_s, part.run.end_s, strict=True)
    return [(job, start, end) for job, (start, end) in enumerate(ends) if start != NEVER]
