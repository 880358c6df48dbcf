"""An independent simulator for tests: one-second ticks, lists of numbers, no cleverness.

It shares the words of the model with the simulator (jobs, terms) and none of its code. Nodes are a
list of free devices; every second everything is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from entrepot.domain.grid.events_model import Cluster, Jobs, Terms

NODES = list[int]
Spot = list[tuple[int, int]]


@dataclass
class Active:
    """A job in the house: where it stands."""

    left: int
    began: int = -1
    first: int = -1
    end: int = -1
    spot: Spot = field(default_factory=list)
    overhead: int = 0
    preempted: int = 0
    killed: int = 0
    lost: int = 0
    waiting: bool = False


def place(free: NODES, size: int, devices: int) -> Spot | None:
    """Find a place by the written rule: the tightest node, or whole nodes and a rest."""
    if devices <= size:
        fitting = [(have, node) for node, have in enumerate(free) if have >= devices]
        return [(min(fitting)[1], devices)] if fitting else None
    whole = [node for node, have in enumerate(free) if have == size][: devices // size]
    if len(whole) < devices // size:
        return None
    rest = devices % size
    spot = [(node, size) for node in whole]
    if rest:
        fitting = [(h, n) for n, h in enumerate(free) if h >= rest and n not in whole]
        if not fitting:
            return None
        spot.append((min(fitting)[1], rest))
    return spot


class Ticks:
    """The whole of it; ``head_blocks`` False plants a bug: others pass the head of the queue."""

    def __init__(
        self, jobs: Jobs, cluster: Cluster, terms: Terms, *, head_blocks: bool = True
    ) -> None:
        self.jobs, self.size, self.terms = jobs, cluster.size, terms
        self.free = [cluster.size] * cluster.nodes
        self.job = [Active(left) for left in jobs.duration_s]
        self.now = 0
        self.head_blocks = head_blocks
        self.promised: dict[int, tuple[int, Spot]] = {}
        self.fresh, self.early = True, False
        self.past = dict.fromkeys(jobs.firm, 0)

    def run(self, until: int) -> list[Active]:
        """Tick from 0 up to ``until`` and return where every job stands."""
        for self.now in range(until):
            self.ends()
            self.outages()
            self.leaves()
            self.arrivals()
            getattr(self, self.terms.policy)()
        return self.job

    def limit(self, j: int) -> int:
        spare = self.jobs.limit_s[j] - self.jobs.duration_s[j]
        return self.job[j].left + spare + self.again(j)

    def again(self, j: int) -> int:
        return self.terms.restart_s if self.job[j].first >= 0 else 0

    def running(self) -> list[int]:
        return [j for j, a in enumerate(self.job) if a.spot]

    def waiting(self) -> list[int]:
        return [j for j, a in enumerate(self.job) if a.waiting]

    def until(self, j: int) -> int:
        return self.job[j].began + self.job[j].overhead + self.job[j].left

    def until_limit(self, j: int) -> int:
        return self.until(j) + self.jobs.limit_s[j] - self.jobs.duration_s[j]

    def ends(self) -> None:
        for j in self.running():
            if self.until(j) == self.now:
                a = self.job[j]
                a.lost += a.overhead * self.jobs.devices[j]
                self.early = self.early or self.until_limit(j) > self.now
                self.stop(j)
                a.left, a.end = 0, self.now

    def stop(self, j: int) -> None:
        for node, devices in self.job[j].spot:
            self.free[node] += devices
        self.job[j].spot = []
        self.past[self.jobs.firm[j]] += self.jobs.devices[j] * (self.now - self.job[j].began)

    def outages(self) -> None:
        for o in self.terms.outages:
            if o.end_s == self.now:
                self.free[o.node] = self.size
                self.fresh = True
        for o in self.terms.outages:
            if o.begin_s == self.now:
                for j in self.running():
                    if any(node == o.node for node, _ in self.job[j].spot):
                        self.kill(j)
                self.free[o.node] = -1
                self.fresh = True

    def kill(self, j: int) -> None:
        a, step = self.job[j], self.terms.checkpoint_s
        before = self.jobs.duration_s[j] - a.left
        total = before + max(0, self.now - a.began - a.overhead)
        kept = before
        while step and kept // step * step + step <= total:
            kept = kept // step * step + step
        a.left -= kept - before
        a.lost += (self.now - a.began - (kept - before)) * self.jobs.devices[j]
        a.killed += 1
        a.waiting = True
        self.stop(j)

    def leaves(self) -> None:
        for j, when in enumerate(self.jobs.leave_s):
            a = self.job[j]
            if when < 0 or a.end >= 0 or max(when, self.jobs.submit_s[j]) != self.now:
                continue
            if a.spot:
                a.lost += min(a.overhead, self.now - a.began) * self.jobs.devices[j]
                self.early = True
                self.stop(j)
            elif a.waiting and self.promised.pop(j, None):
                self.early = True
            a.waiting, a.end = False, self.now

    def arrivals(self) -> None:
        for j, when in enumerate(self.jobs.submit_s):
            if when == self.now and self.job[j].end < 0:
                self.job[j].waiting = True

    def may(self, j: int, more: int = 0) -> bool:
        firm = self.jobs.firm[j]
        used = sum(self.jobs.devices[k] for k in self.running() if self.jobs.firm[k] == firm)
        return used + more + self.jobs.devices[j] <= self.terms.quota.get(firm, 10**9)

    def start(self, j: int, spot: Spot | None = None) -> bool:
        spot = spot or place(self.free, self.size, self.jobs.devices[j])
        if spot is None:
            return False
        for node, devices in spot:
            assert self.free[node] >= devices, "two jobs on one device"
            self.free[node] -= devices
        a = self.job[j]
        a.overhead = self.again(j)
        a.spot, a.began, a.waiting = spot, self.now, False
        a.first = self.now if a.first < 0 else a.first
        return True

    def in_order(self, order: list[int]) -> None:
        for j in order:
            if self.may(j) and not self.start(j) and self.head_blocks:
                return

    def fifo(self) -> None:
        self.in_order(self.waiting())

    def sjf(self) -> None:
        self.in_order(sorted(self.waiting(), key=lambda j: (self.jobs.duration_s[j], j)))

    def need(self, j: int) -> int:
        return self.until(j) - self.now if self.job[j].spot else self.job[j].left + self.again(j)

    def srtf(self) -> None:
        while able := sorted((self.need(j), j) for j in self.waiting() if self.may(j)):
            need, j = able[0]
            if self.start(j):
                continue
            longer = sorted((n, k) for k in self.running() if (n := self.need(k)) > need)
            aside: list[tuple[int, int]] = []
            for victim in reversed(longer):
                aside.append(victim)
                if place(self.without(aside), self.size, self.jobs.devices[j]):
                    break
            else:
                return
            for victim in sorted(aside):
                fewer = [v for v in aside if v != victim]
                if place(self.without(fewer), self.size, self.jobs.devices[j]):
                    aside = fewer
            for _need, k in aside:
                self.put_aside(k)
            assert self.start(j)

    def without(self, aside: list[tuple[int, int]]) -> NODES:
        free = list(self.free)
        for _need, k in aside:
            for node, devices in self.job[k].spot:
                free[node] += devices
        return free

    def put_aside(self, j: int) -> None:
        a = self.job[j]
        worked = max(0, self.now - a.began - a.overhead)
        a.left -= worked
        a.lost += (self.now - a.began - worked) * self.jobs.devices[j]
        a.preempted += 1
        a.waiting = True
        self.stop(j)

    def fair(self) -> None:
        while able := [f for f in sorted(set(self.jobs.firm)) if self.head_of(f) is not None]:
            firm = min(
                able, key=lambda f: (Fraction(self.charged(f), self.terms.weight.get(f, 1)), f)
            )
            head = self.head_of(firm)
            if head is None or not self.start(head):
                return

    def head_of(self, firm: int) -> int | None:
        mine = [j for j in self.waiting() if self.jobs.firm[j] == firm]
        return mine[0] if mine and self.may(mine[0]) else None

    def charged(self, firm: int) -> int:
        return self.past[firm] + sum(
            self.jobs.devices[j] * (self.until_limit(j) - self.job[j].began)
            for j in self.running()
            if self.jobs.firm[j] == firm
        )

    def easy(self) -> None:
        able = [j for j in self.waiting() if self.may(j)]
        for n, j in enumerate(able):
            if self.may(j) and not self.start(j):
                self.fill(j, able[n + 1 :])
                return

    def fill(self, head: int, behind: list[int]) -> None:
        wanted = self.jobs.devices[head]
        ends = sorted({self.until_limit(j) for j in self.running()})
        by = next((t for t in ends if place(self.at(t), self.size, wanted)), None)
        vain = 0
        for j in behind:
            if vain == self.terms.depth:
                return
            if self.may(j):
                vain += not self.slip(j, wanted, by)

    def slip(self, j: int, wanted: int, by: int | None) -> bool:
        spot = place(self.free, self.size, self.jobs.devices[j])
        if spot is None:
            return False
        if by is not None and self.now + self.limit(j) > by:
            then = self.at(by)
            for node, devices in spot:
                then[node] -= devices
            if place(then, self.size, wanted) is None:
                return False
        return self.start(j, spot)

    def at(self, when: int) -> NODES:
        """Free devices at ``when`` if every running job takes its limit."""
        return self.without([(0, j) for j in self.running() if self.until_limit(j) <= when])

    def conservative(self) -> None:
        if self.fresh:
            self.promised = {}
        elif self.early:
            for j in sorted(self.promised):
                old = self.promised.pop(j)
                new = self.first_fit(j)
                self.promised[j] = new if new and new[0] < old[0] else old
        self.fresh = self.early = False
        while self.keep_promises():
            pass

    def keep_promises(self) -> bool:
        for j in self.waiting():
            if j in self.promised or len(self.promised) >= self.terms.depth:
                continue
            firm = self.jobs.firm[j]
            more = sum(self.jobs.devices[k] for k in self.promised if self.jobs.firm[k] == firm)
            if self.may(j, more) and (found := self.first_fit(j)):
                self.promised[j] = found
        due = [j for j in sorted(self.promised) if self.promised[j][0] == self.now]
        for j in due:
            self.start(j, self.promised.pop(j)[1])
        return bool(due)

    def first_fit(self, j: int) -> tuple[int, Spot] | None:
        """Look at every second to come."""
        length = self.limit(j)
        last = max([self.now, *map(self.until_limit, self.running())])
        last = max([last, *(t + self.limit(k) for k, (t, _) in self.promised.items())])
        for begin in range(self.now, last + 1):
            plans = [self.plan(when) for when in range(begin, begin + length)]
            least = [min(row) for row in zip(*plans, strict=True)]
            spot = place(least, self.size, self.jobs.devices[j])
            if spot:
                return begin, spot
        return None

    def plan(self, when: int) -> NODES:
        free = self.at(when)
        for k, (begin, spot) in self.promised.items():
            if begin <= when < begin + self.limit(k):
                for node, devices in spot:
                    free[node] -= devices
        return free
