"""Shortest remaining time first, with preemption.

The waiting job that needs least goes first. If it finds no place, running jobs that need strictly
more are put aside, those that need most first, until it does; of these, whoever can stay beside it
after all stays. A job keeps the work it has done, not its place.

Source: L. Schrage, "A proof of the optimality of the shortest remaining processing time
discipline", Operations Research 16, 1968, for one machine; gangs and nodes are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.grid.events_pool import Pool

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine


class SrtfQueue:
    """Waiting jobs; what each still needs changes only while it runs."""

    def __init__(self) -> None:
        self._waiting: set[int] = set()

    def add(self, job: int) -> None:
        """Take in a job."""
        self._waiting.add(job)

    def drop(self, job: int) -> None:
        """Forget a job that waits."""
        self._waiting.discard(job)

    def ended(self, job: int, *, early: bool) -> None:
        """Nothing depends on it."""

    def changed(self) -> None:
        """Nothing depends on it."""

    def serve(self, engine: Engine) -> None:
        """Start the shortest, at the expense of the longest, until one finds no place at all."""
        while True:
            able = [(engine.need_of(job), job) for job in self._waiting if engine.may(job)]
            if not able:
                return
            need, job = min(able)
            if not engine.start(job):
                aside = victims(engine, job, need)
                if not aside:
                    return
                for other in aside:
                    engine.preempt(other)
                engine.start(job)
            self._waiting.discard(job)


def victims(engine: Engine, job: int, need_s: int) -> list[int]:
    """Return the running jobs to be put aside for a job; none when even all would not do.

    Args:
        engine: the cluster.
        job: waits, and finds no place now.
        need_s: what it still needs; only jobs that need more can be put aside.
    """
    devices, trial = engine.jobs.devices[job], engine.pool.copy()
    longer = sorted(((engine.need_of(other), other) for other in engine.running), reverse=True)
    aside: list[int] = []
    for need, other in longer:
        if need <= need_s:
            return []
        trial.give(engine.running[other].place)
        aside.append(other)
        if trial.fits(devices):
            return _needed(engine, devices, trial, aside)
    return []


def _needed(engine: Engine, devices: int, trial: Pool, aside: list[int]) -> list[int]:
    """Leave out of ``aside`` whoever can stay, the shortest first."""
    gone: list[int] = []
    for other in reversed(aside):
        place = engine.running[other].place
        trial.occupy(place)
        if not trial.fits(devices):
            trial.give(place)
            gone.append(other)
    return gone
