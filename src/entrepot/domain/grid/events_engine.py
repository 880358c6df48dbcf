"""The event simulator: one virtual cluster, whole seconds, ties by number, no chance.

At one instant things happen in this order: jobs end, nodes come back, nodes fail, owners withdraw
jobs, jobs arrive; each kind by number. Then the policy's queue starts what it will. A job is a
gang: all its devices at once, or it waits. A job whose node fails goes back to the queue with what
its last checkpoint holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from entrepot.domain.grid.events_model import NEVER, Cluster, Jobs, Place, Run, Stretch, Terms
from entrepot.domain.grid.events_pool import Pool
from entrepot.domain.grid.events_queue import Queue

END, OPEN, FAIL, LEAVE, ARRIVE, WAKE = range(6)


@dataclass(frozen=True, slots=True)
class Running:
    """A job that runs.

    Attributes:
        since_s: begin of the stretch; until_s: when its work is done; limit_s: latest end as its
            owner said.
        place: where; again: whether it ran before, so that a restart came first.
    """

    since_s: int
    until_s: int
    limit_s: int
    place: Place
    again: bool


class Engine:
    """A cluster at work.

    Args:
        jobs: none larger than the cluster, none larger than its firm's quota.
        cluster: where.
        terms: outages, quotas, checkpoints.
        queue: of the policy.

    Attributes:
        now: the instant, seconds.
        pool: free devices.
        running: job → where and until when.
        busy: devices of each firm in use.
        charged: seconds on devices of each firm: used up, and taken by running jobs to their limit.
        left_s: seconds of work that each job still needs.
    """

    def __init__(self, jobs: Jobs, cluster: Cluster, terms: Terms, queue: Queue) -> None:
        count = len(jobs)
        self.jobs, self.cluster, self.terms, self.queue = jobs, cluster, terms, queue
        self.now = 0
        self.pool = Pool(cluster.nodes, cluster.size)
        self.running: dict[int, Running] = {}
        self.busy: dict[int, int] = dict.fromkeys(jobs.firm, 0)
        self.left_s = list(jobs.duration_s)
        self.charged: dict[int, int] = dict.fromkeys(jobs.firm, 0)
        self._waiting: set[int] = set()
        self._start, self._end = [NEVER] * count, [NEVER] * count
        self._preempted, self._killed, self._lost = [0] * count, [0] * count, [0] * count
        self._stretches: list[Stretch] = []
        self._events: list[tuple[int, int, int]] = []
        self._wakes: set[int] = set()
        self._schedule()

    def _schedule(self) -> None:
        for row, submit in enumerate(self.jobs.submit_s):
            heappush(self._events, (submit, ARRIVE, row))
            if self.jobs.leave_s[row] != NEVER:
                heappush(self._events, (max(submit, self.jobs.leave_s[row]), LEAVE, row))
        for outage in self.terms.outages:
            heappush(self._events, (outage.begin_s, FAIL, outage.node))
            if outage.end_s != NEVER:
                heappush(self._events, (outage.end_s, OPEN, outage.node))

    def run(self) -> Run:
        """Run to the last event."""
        happen = (self._finish, self._reopen, self._fail, self._leave, self._arrive, self._wake)
        events = self._events
        while events:
            self.now = events[0][0]
            while events and events[0][0] == self.now:
                _when, kind, number = heappop(events)
                happen[kind](number)
            self._wake_at(self.queue.serve(self))
        both = zip(self._end, self.left_s, strict=True)
        done = tuple(end != NEVER and not left for end, left in both)
        return Run(
            tuple(self._start),
            tuple(self._end),
            done,
            tuple(self._preempted),
            tuple(self._killed),
            tuple(self._lost),
            tuple(self._stretches),
        )

    def may(self, job: int) -> bool:
        """Say whether the quota of its firm lets a job start."""
        firm = self.jobs.firm[job]
        most = self.terms.quota.get(firm)
        return most is None or self.busy[firm] + self.jobs.devices[job] <= most

    def start(self, job: int, place: Place | None = None) -> bool:
        """Start a job that waits, at a free place if one is given; False if none is found."""
        devices = self.jobs.devices[job]
        if place is None:
            place = self.pool.take(devices)
            if place is None:
                return False
        else:
            self.pool.occupy(place)
        again = self._start[job] != NEVER
        until = self.now + self.left_s[job] + (self.terms.restart_s if again else 0)
        limit = self.now + self.limit_of(job)
        firm = self.jobs.firm[job]
        self.busy[firm] += devices
        self.charged[firm] += devices * (limit - self.now)
        self._waiting.discard(job)
        self.running[job] = Running(self.now, until, limit, place, again)
        heappush(self._events, (until, END, job))
        if not again:
            self._start[job] = self.now
        return True

    def preempt(self, job: int) -> None:
        """Put a running job aside: it keeps its work and waits again."""
        self._preempted[job] += 1
        run = self._stop(job)
        done = self._worked(run)
        self.left_s[job] -= done
        self._lost[job] += (self.now - run.since_s - done) * self.jobs.devices[job]
        self._wait(job)

    def limit_of(self, job: int) -> int:
        """Return how long a waiting job will take at most, as its owner said."""
        spare = self.jobs.limit_s[job] - self.jobs.duration_s[job]
        again = self._start[job] != NEVER
        return self.left_s[job] + spare + (self.terms.restart_s if again else 0)

    def need_of(self, job: int) -> int:
        """Return how long a job still takes, whether it runs or waits."""
        run = self.running.get(job)
        if run is not None:
            return run.until_s - self.now
        return self.left_s[job] + (self.terms.restart_s if self._start[job] != NEVER else 0)

    def _wake_at(self, when: int | None) -> None:
        if when is not None and when not in self._wakes:
            self._wakes.add(when)
            heappush(self._events, (when, WAKE, 0))

    def _wake(self, _number: int) -> None:
        self._wakes.discard(self.now)

    def _finish(self, job: int) -> None:
        run = self.running.get(job)
        if run is None or run.until_s != self.now:
            return  # the end of a stretch that was broken off
        self._stop(job)
        self.left_s[job] = 0
        if run.again:
            self._lost[job] += self.terms.restart_s * self.jobs.devices[job]
        self._end[job] = self.now
        self.queue.ended(job, early=run.limit_s > self.now)

    def _leave(self, job: int) -> None:
        if job in self.running:
            run = self._stop(job)
            idle = self.now - run.since_s - self._worked(run)
            self._lost[job] += idle * self.jobs.devices[job]
            self.queue.ended(job, early=True)
        elif job in self._waiting:
            self._waiting.discard(job)
            self.queue.drop(job)
        elif self._end[job] != NEVER:
            return
        self._end[job] = self.now

    def _arrive(self, job: int) -> None:
        if self._end[job] == NEVER:
            self._wait(job)

    def _fail(self, node: int) -> None:
        bit = 1 << node
        for job in sorted(j for j, run in self.running.items() if _uses(run.place, bit)):
            self._kill(job)
        self.pool.shut(bit)
        self.queue.changed()

    def _reopen(self, node: int) -> None:
        self.pool.open(1 << node)
        self.queue.changed()

    def _kill(self, job: int) -> None:
        self._killed[job] += 1
        run = self._stop(job)
        step, whole = self.terms.checkpoint_s, self.jobs.duration_s[job]
        before = whole - self.left_s[job]
        reached = before + self._worked(run)
        kept = max(before, reached // step * step) if step else before
        self.left_s[job] = whole - kept
        self._lost[job] += (self.now - run.since_s - (kept - before)) * self.jobs.devices[job]
        self._wait(job)

    def _worked(self, run: Running) -> int:
        return max(0, self.now - run.since_s - (self.terms.restart_s if run.again else 0))

    def _wait(self, job: int) -> None:
        self._waiting.add(job)
        self.queue.add(job)

    def _stop(self, job: int) -> Running:
        run = self.running.pop(job)
        self.pool.give(run.place)
        firm, devices = self.jobs.firm[job], self.jobs.devices[job]
        self.busy[firm] -= devices
        self.charged[firm] -= devices * (run.limit_s - self.now)
        if self.now > run.since_s:
            self._stretches.append(Stretch(job, run.since_s, self.now, run.place))
        return run


def _uses(place: Place, bit: int) -> bool:
    return any(used == bit for used, _devices in place)
