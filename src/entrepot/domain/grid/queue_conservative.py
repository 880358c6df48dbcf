"""Conservative backfilling: every waiting job has a promise, and none is ever put off.

By submission, each job is promised the first instant at which it finds its place beside the running
jobs, by their owners' limits, and all promises made before. When devices come back early, the
promises are gone through in the same order, and each is moved forward if it can be. Only when a
node goes or comes, or a job loses its node, are they all made anew.

Source: D. Feitelson and A. Mu'alem Weil, "Utilization and predictability in scheduling the IBM SP2
with backfilling", IPPS 1998.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from entrepot.domain.grid.events_profile import Profile

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine
    from entrepot.domain.grid.events_model import Place

    Promise = tuple[int, int, Place]


class ConservativeQueue:
    """Waiting jobs by submission, the first of them with promises.

    Args:
        depth: most jobs that have a promise at once; the others wait for one.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._waiting: list[int] = []
        self._promised: dict[int, Promise] = {}
        self._profile: Profile | None = None
        self._early = False

    def add(self, job: int) -> None:
        """Take in a job."""
        insort(self._waiting, job)

    def drop(self, job: int) -> None:
        """Forget a job that waits."""
        del self._waiting[bisect_left(self._waiting, job)]
        if self._promised.pop(job, None) is not None:
            self._early = True

    def ended(self, job: int, *, early: bool) -> None:
        """Note that promises may be moved forward."""
        self._early = self._early or early

    def changed(self) -> None:
        """Make every promise anew."""
        self._profile = None

    def serve(self, engine: Engine) -> int | None:
        """Keep the promises that fall due, after moving them forward where that is possible.

        Returns:
            When the next falls due: nothing else need happen then.
        """
        if self._profile is None or self._early:
            self._renew(engine)
        self._early = False
        profile = self._current(engine)
        profile.forget(engine.now)
        while self._keep(engine, profile):
            pass  # whoever started leaves room for the promise of another
        return min((promise[0] for promise in self._promised.values()), default=None)

    def _keep(self, engine: Engine, profile: Profile) -> bool:
        self._promise(engine, profile)
        due = [job for job, promise in self._promised.items() if promise[0] == engine.now]
        for job in sorted(due):
            engine.start(job, self._promised.pop(job)[2])
            del self._waiting[bisect_left(self._waiting, job)]
        return bool(due)

    def _current(self, engine: Engine) -> Profile:
        if self._profile is None:
            self._profile = Profile.of(engine)
        return self._profile

    def _renew(self, engine: Engine) -> None:
        """Lay out the running jobs afresh; promises stay unless all are made anew."""
        fresh = self._profile is None
        self._profile = profile = Profile.of(engine)
        old, self._promised = self._promised, {}
        if fresh:
            return
        for promise in old.values():
            profile.take(*promise)
        for job in sorted(old):
            profile.give(*old[job])
            found = profile.earliest(engine.jobs.devices[job], engine.limit_of(job))
            better = old[job] if found is None or found[0] >= old[job][0] else found
            profile.take(*better)
            self._promised[job] = better

    def _promise(self, engine: Engine, profile: Profile) -> None:
        """Promise places to the first jobs that have none."""
        planned: dict[int, int] = {}
        for job in self._promised:
            firm = engine.jobs.firm[job]
            planned[firm] = planned.get(firm, 0) + engine.jobs.devices[job]
        for job in self._waiting:
            if len(self._promised) >= self._depth:
                return
            if job in self._promised:
                continue
            firm, devices = engine.jobs.firm[job], engine.jobs.devices[job]
            most = engine.terms.quota.get(firm)
            # Promises count against the quota as if all were kept at once.
            if most is not None and engine.busy[firm] + planned.get(firm, 0) + devices > most:
                continue
            found = profile.earliest(devices, engine.limit_of(job))
            if found is not None:
                profile.take(*found)
                self._promised[job] = found
                planned[firm] = planned.get(firm, 0) + devices
