"""A world of one thread in which agents run jobs, and everything between them goes wrong.

Agents crash, machines lose power, networks part, double, delay and lose messages, clocks go wrong,
people drain and cancel. All chance comes from one seed. The exchange is the real one over a real
database; the agents are the real ones over played machines.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.e2e.flow_tools import CENTRE, furnish, job_file, keep_quote, quote_of
from tests.faults.agent_centre import Place, Played, is_barren, log_of
from tests.unit.services.desk import HEAVY, Desk, _template

from entrepot.faces.agent.enrol import enrol
from entrepot.faces.agent.loop import Agent
from entrepot.faces.agent.talk import Around
from entrepot.kernel.errors import EntrepotError, Fault
from entrepot.kernel.money import HKD, Amount
from entrepot.services import records as r
from entrepot.services.agent_backend import AgentBackend
from entrepot.services.agent_desk import handle
from entrepot.services.agent_enrol import make_token
from entrepot.services.agent_message import SKEW_S_MAX, read_message
from entrepot.services.agent_poll import watch
from entrepot.services.agent_roll import drain, undrain
from entrepot.services.backend_port import Backend
from entrepot.services.check import check_books
from entrepot.services.finish_job import recover
from entrepot.services.lease import take_quote
from entrepot.services.ports_agent_desk import Envelope
from entrepot.services.ports_agents import Assignment
from entrepot.services.register import deposit
from entrepot.services.run_job import cancel_job, start_job

STEP_S = 5
DEVICES = 16
FAULTS = ("crash", "power", "partition", "double", "delay", "lose", "skew", "drain")


class AgentDesk(Desk):
    """The exchange with a centre whose jobs run through agents."""

    def backend(self, name: str) -> Backend:
        return AgentBackend(self)


@functools.cache
def _home() -> tuple[Path, r.Quote]:
    shared = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="agents-", dir=shared if shared.is_dir() else None))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    desk = AgentDesk(home)
    desk._parts |= _template()[2]
    firm = furnish(desk, devices=DEVICES)
    deposit(desk, firm.id, Amount(10_000_000, HKD), "first", "deposit")
    quote = quote_of(desk, firm, job_file(home))
    desk.store.engine.dispose()
    return home, quote


def open_agents(home: Path) -> AgentDesk:
    """Return a desk over a copy of a home whose centre of many devices runs jobs by agents."""
    shutil.copytree(_home()[0], home, dirs_exist_ok=True)
    desk = AgentDesk(home)
    desk._parts |= {name: _template()[2][name] for name in HEAVY}
    desk.sql("UPDATE centre SET backend = 'agent'")
    return desk


def lease_of(desk: Desk, n: int) -> r.Lease:
    """Take the ``n``-th copy of the quote."""
    quote = keep_quote(desk, _home()[1], n)
    return take_quote(desk, quote.id, accept_duties=True, key=f"take-{n}")


@dataclass
class Link:
    """The network between an agent and the exchange.

    Attributes:
        parted_until: no message passes before; skew_s: of the agent's clock.
        odd: what happens to the next message: ``double``, ``delay`` or ``lose``.
        kept: messages that were delayed.
    """

    desk: Desk
    skew_s: int = 0
    parted_until: int = 0
    odd: str = ""
    kept: list[Envelope] = field(default_factory=list[Envelope])
    last_seq: int = 0
    problems: list[str] = field(default_factory=list[str])

    def send(self, envelope: Envelope) -> Envelope:
        """Carry a message, or not."""
        if self.desk.clock.now() < self.parted_until:
            raise Fault("test.parted", "Nobody answers.")
        odd, self.odd = self.odd, ""
        if odd == "delay":
            self.kept.append(envelope)
            raise Fault("test.delayed", "Nobody answers.")
        answer = self._handled(envelope)
        if odd == "double":
            answer = self._handled(envelope)
        if odd == "lose":
            raise Fault("test.lost", "The answer is lost.")
        for late in self.kept:
            self._handled(late)
        self.kept.clear()
        return answer

    def _handled(self, envelope: Envelope) -> Envelope:
        asked = read_message(envelope.body)
        answer = handle(self.desk, envelope)
        let_in = "error" not in read_message(answer.body).payload
        if let_in and abs(asked.sent_at - self.desk.clock.now()) > SKEW_S_MAX:
            self.problems.append(f"message {asked.seq} was let in with a wrong clock")
        if let_in and asked.seq < self.last_seq:
            self.problems.append(f"message {asked.seq} was let in after {self.last_seq}")
        if let_in:
            self.last_seq = max(self.last_seq, asked.seq)
        return answer


class Person:
    """An agent of the world: its folder, its link, and the process while it lives."""

    def __init__(self, desk: Desk, number: int, length_s: Mapping[str, int]) -> None:
        self.link = Link(desk)
        self.place = Place(number, self._now, length_s)
        self._desk = desk
        self.down_until = 0
        self.process: Agent | None = None
        around = self._around()
        text, _ = make_token(desk, CENTRE)
        self.id = str(enrol(around, text.text, f"agent {number}")["agent_id"])

    def _now(self) -> int:
        return self._desk.clock.now() + self.link.skew_s

    def _around(self) -> Around:
        return Around(self.place, self.link, self._desk.verify, self._now)

    def poll(self, slots: int = 6) -> None:
        """Poll once if the process lives; a dead one is started again in time."""
        if self._desk.clock.now() < self.down_until:
            self.process = None
            return
        if self.process is None:
            self.process = Agent(self._around(), slots)
        try:
            self.process.poll()
        except EntrepotError as error:
            if error.code in ("agent.revoked_here", "agent.unknown", "agent.signature"):
                raise


@dataclass(frozen=True)
class Lived:
    """What came of one seed.

    Attributes:
        problems: promises broken.
        failures: faults that happened, by kind.
        again: runs queued once more; failed: jobs that failed and were refunded.
        jobs: how many; billed_s: device-seconds billed.
    """

    problems: list[str]
    failures: dict[str, int]
    again: int
    failed: int
    jobs: int
    billed_s: int


class World:
    """The exchange, its agents and its customers for one seed.

    Args:
        seed: of all chance.
        home: folder to live in.
    """

    def __init__(self, seed: int, home: Path) -> None:
        self.rng = Random(seed)
        self.desk = open_agents(home)
        self.length_s: dict[str, int] = {}
        self.people = [Person(self.desk, n, self.length_s) for n in range(self.rng.randrange(2, 5))]
        self.failures: dict[str, int] = {}
        self.jobs: list[str] = []
        self.drained: dict[str, int] = {}

    def job(self, n: int) -> None:
        """Lease and start a job."""
        lease = lease_of(self.desk, n)
        job = start_job(self.desk, lease.id)
        self.length_s[job.id] = self.rng.randrange(5, 150)
        self.jobs.append(job.id)

    def fault(self) -> None:
        """Let something go wrong."""
        kind, person = self.rng.choice(FAULTS), self.rng.choice(self.people)
        self.failures[kind] = self.failures.get(kind, 0) + 1
        now, long_s = self.desk.clock.now(), self.rng.randrange(5, 120)
        if kind == "crash":
            # Half of them are back before anybody has noticed.
            person.down_until = now + self.rng.choice((5, long_s))
            person.process = None
        elif kind == "power":
            person.down_until = now + long_s
            person.process = None
            person.place.machine.reboot()
        elif kind == "partition":
            person.link.parted_until = now + long_s
        elif kind == "skew":
            person.link.skew_s = self.rng.choice((-1, 1)) * self.rng.randrange(20, 400)
        elif kind == "drain":
            drain(self.desk, person.id)
            self.drained[person.id] = now + long_s
        else:
            person.link.odd = kind

    def step(self) -> None:
        """Let five seconds pass."""
        self.desk.hand_clock.at += STEP_S
        now = self.desk.clock.now()
        for name in [name for name, until in self.drained.items() if now >= until]:
            undrain(self.desk, name)
            del self.drained[name]
        for person in self.rng.sample(self.people, len(self.people)):
            if person.link.skew_s and self.rng.random() < 0.1:
                person.link.skew_s = 0
            person.poll()
        if self.rng.random() < 0.5:
            watch(self.desk)

    def heal(self) -> None:
        """Let everybody behave from now on."""
        for person in self.people:
            person.link.skew_s = person.link.parted_until = person.down_until = 0
            person.link.odd = ""
        for name in self.drained:
            undrain(self.desk, name)
        self.drained.clear()

    def live(self, faults: int = 12, jobs: int = 8) -> Lived:
        """Live through faults and jobs, then until everything is over, and look at the books."""
        steps = 60
        when = sorted(self.rng.randrange(steps) for _ in range(faults))
        begins = sorted(self.rng.randrange(steps // 2) for _ in range(jobs))
        for step in range(steps):
            for n in [n for n, at in enumerate(begins) if at == step]:
                self.job(n + 1)
            for _ in range(when.count(step)):
                self.fault()
            if self.jobs and self.rng.random() < 0.02:
                self._cancel(self.rng.choice(self.jobs))
            self.step()
        self.heal()
        for _ in range(120):
            if not self._open():
                break
            self.step()
        recover(self.desk)
        return self._judged()

    def _cancel(self, job_id: str) -> None:
        try:
            cancel_job(self.desk, job_id)
        except EntrepotError as error:
            assert error.code == "job.over", error

    def _open(self) -> list[str]:
        with self.desk.store.reading() as uow:
            return [job.id for job in uow.deals.jobs(("starting", "running"))]

    def _judged(self) -> Lived:
        problems = [problem for one in self.people for problem in one.link.problems]
        problems += [f"job {name} is lost" for name in self._open()]
        problems += check_books(self.desk)
        runs = [one for person in self.people for one in person.place.machine.ever]
        with self.desk.store.reading() as uow:
            jobs = [uow.deals.job(name) for name in self.jobs]
            bills = uow.deals.invoices()
            if len({bill.job_id for bill in bills}) != len(bills) or len(bills) != len(jobs):
                problems.append(f"{len(jobs)} jobs, {len(bills)} bills")
            given = [uow.agents.newest(name) for name in self.jobs]
            held = uow.capacity.holders()
        problems += [f"lease {name} still holds devices" for name in held]
        for newest in [one for one in given if one is not None]:
            problems += self._paper_problems(newest, runs)
        billed = {bill.job_id: _billed_s(bill) for bill in bills}
        for job, newest in zip(jobs, given, strict=True):
            assert job is not None
            problems += _job_problems(job, newest, billed.get(job.id, 0), runs)
        failed = sum(1 for one in given if one is not None and one.state == "failed")
        again = sum(1 for one in given if one is not None and one.fence > 1)
        self.desk.store.engine.dispose()
        return Lived(problems, self.failures, again, failed, len(jobs), sum(billed.values()))

    def _paper_problems(self, newest: Assignment, runs: list[Played]) -> list[str]:
        """Return what is wrong with the log and output of a run that succeeded."""
        with self.desk.store.reading() as uow:
            job = uow.deals.job(newest.job_id)
        if job is None or job.state != "succeeded":
            return []
        log = self.desk.agent_shelf.log(newest.id)
        wanted = f"made by {job.id} under {newest.fence}\n"
        path = self.desk.home / "documents" / "outputs" / job.id / "out.txt"
        found = [] if log.read_text() == log_of(job.id) else [f"{job.id}: log {log}"]
        mine = [one for one in runs if one.spec.job_id == job.id]
        if is_barren(mine[-1]) or path.read_text() == wanted:
            return found
        return [*found, f"{job.id}: output {path}"]


def _billed_s(bill: r.Invoice) -> int:
    document: Any = bill.body["document"]
    return int(document["head"]["usage"]["milli_device_seconds"]) // 1000


def _job_problems(
    job: r.Job, newest: Assignment | None, billed_s: int, runs: list[Played]
) -> list[str]:
    """Return what is wrong with one job: it is billed for the run that ended it, and no other."""
    mine = [one for one in runs if one.spec.job_id == job.id]
    if newest is None:
        # All agents were draining when it came, so that it was refused at once.
        is_sound = (job.state, job.reason, billed_s, mine) == ("failed", "agent.none", 0, [])
        return [] if is_sound else [f"{job.id} was never queued: {job.state}, {billed_s} s"]
    found = [f"{job.id} ran under token {newest.fence}"] if newest.fence > 2 else []
    fences = [one.spec.fence for one in mine]
    if len(set(fences)) != len(fences):
        found.append(f"{job.id} was started twice under one token: {fences}")
    last = [one for one in mine if one.spec.fence == newest.fence]
    if job.state == "succeeded":
        truth = last[0].runs_s if last else -1
        if billed_s != truth:
            found.append(f"{job.id} ran {truth} s and was billed {billed_s} s")
    elif newest.state == "failed" and billed_s:
        found.append(f"{job.id} failed and was billed {billed_s} s")
    elif billed_s > sum(one.runs_s for one in last):
        found.append(f"{job.id} was billed {billed_s} s, more than it ran")
    return found


def lived(seed: int, faults: int = 12, jobs: int = 8) -> Lived:
    """Live through one seed in a folder of its own."""
    shared = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="agents-", dir=shared if shared.is_dir() else None)
    try:
        return World(seed, Path(folder) / "home").live(faults, jobs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
