"""EASY backfilling: the head of the queue has a promise, all others may slip past it.

Jobs start by submission until the head finds no place. The head is then promised the first instant
at which the ends of running jobs, by their owners' limits, let it in. A later job starts now if it
ends by then, or if the head would find its place then all the same.

Source: D. Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995; A. Mu'alem and D. Feitelson,
"Utilization, predictability, workloads, and user runtime estimates", IEEE TPDS 12(6), 2001.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import groupby
from typing import TYPE_CHECKING

from entrepot.domain.grid.events_pool import Pool

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine
    from entrepot.domain.grid.events_model import Place


class EasyQueue:
    """Waiting jobs by submission.

    Args:
        depth: most jobs behind the head that are looked at in vain in one pass.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._waiting: list[int] = []

    def add(self, job: int) -> None:
        """Take in a job."""
        insort(self._waiting, job)

    def drop(self, job: int) -> None:
        """Forget a job that waits."""
        del self._waiting[bisect_left(self._waiting, job)]

    def ended(self, job: int, *, early: bool) -> None:
        """Nothing depends on it: the promise is made anew at every instant."""

    def changed(self) -> None:
        """Nothing depends on it: the promise is made anew at every instant."""

    def serve(self, engine: Engine) -> None:
        """Start from the head, then fill in behind it."""
        able = [job for job in self._waiting if engine.may(job)]
        started: set[int] = set()
        head = None
        for job in able:
            if not engine.may(job):  # its firm has just reached its quota
                continue
            if not engine.start(job):
                head = job
                break
            started.add(job)
        if head is not None:
            behind = able[bisect_left(able, head) + 1 :]
            started.update(fill(engine, head, behind, self._depth))
        if started:
            self._waiting = [job for job in self._waiting if job not in started]


def fill(engine: Engine, head: int, behind: list[int], depth: int) -> list[int]:
    """Start jobs that do not put off the head; return them.

    Args:
        engine: the cluster.
        head: job that finds no place now.
        behind: jobs after it, in order.
        depth: most jobs that are looked at in vain.
    """
    by_s, then = promise(engine, engine.jobs.devices[head])
    started: list[int] = []
    too_large = engine.cluster.devices + 1
    for job in behind:
        if not depth:
            break
        if not engine.may(job):
            continue
        devices = engine.jobs.devices[job]
        # What found no place leaves none for anything of its size, until something ends.
        place = engine.pool.look(devices) if devices < too_large else None
        if place is None:
            too_large = min(too_large, devices)
            depth -= 1
        elif _spares(engine, job, place, by_s, then, head):
            engine.start(job, place)
            started.append(job)
        else:
            depth -= 1
    return started


def _spares(
    engine: Engine, job: int, place: Place, by_s: int | None, then: Pool, head: int
) -> bool:
    """Say whether a job leaves the promise of the head whole; ``then`` is told if it lasts."""
    if by_s is None or engine.now + engine.limit_of(job) <= by_s:
        return True
    then.occupy(place)
    if then.fits(engine.jobs.devices[head]):
        return True
    then.give(place)
    return False


def promise(engine: Engine, devices: int) -> tuple[int | None, Pool]:
    """Return the first instant at which a request would find a place, and the pool as it is then.

    The instant is None when it never would, as while nodes are away.
    """
    then = engine.pool.copy()
    ends = sorted((run.limit_s, job) for job, run in engine.running.items())
    for limit, group in groupby(ends, key=lambda end: end[0]):
        for _limit, job in group:
            then.give(engine.running[job].place)
        if then.fits(devices):
            return limit, then
    return None, then
