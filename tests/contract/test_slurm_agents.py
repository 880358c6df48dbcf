"""Jobs of many leases through agents to a real Slurm: each ends well and is billed exactly once.

In the middle an agent is cut off while its jobs run on, and a node loses its power. Both agents
stand before the same cluster; the exchange is not on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from tests.contract.slurm_cluster import DEVICES, NODES, slurm_cluster
from tests.contract.slurm_flow import STALL_S, Flow, slurm_home
from tests.contract.test_slurm_flow import faults
from tests.e2e.flow_tools import free_milli, sums
from tests.sizes import figure, size

from entrepot.adapters.agent_shelf import AgentFolder
from entrepot.adapters.sql.business_tables import centre
from entrepot.bootstrap import EmbeddedApp
from entrepot.faces.agent.enrol import enrol
from entrepot.faces.agent.loop import Agent
from entrepot.faces.agent.talk import Around
from entrepot.kernel.errors import Fault
from entrepot.services.agent_desk import handle
from entrepot.services.agent_enrol import make_token
from entrepot.services.agent_watch import LOST_AFTER_S
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_agent_desk import Envelope
from entrepot.services.ports_agents import HELD

JOBS = size("SLURM_AGENT_JOBS", 18, 200)
CENTRE = "gz-slurm"


class Jumping:
    """The machine's clock, which the test puts forward to wait for nobody."""

    def __init__(self) -> None:
        self.ahead_s = 0

    def now(self) -> int:
        return int(time.time()) + self.ahead_s


@dataclass
class Post:
    """An agent before the cluster, and its way out, which can be cut."""

    app: EmbeddedApp
    cut: bool = False
    agent: Agent | None = None

    @property
    def id(self) -> str:
        """Id of the agent."""
        assert self.agent is not None
        return self.agent.id

    def send(self, envelope: Envelope) -> Envelope:
        if self.cut:
            raise Fault("test.cut", "Nobody answers.")
        return handle(self.app, envelope)

    def poll(self) -> int:
        """Ask once; return how many usage reports did not count."""
        assert self.agent is not None
        return 0 if self.cut else len(self.agent.poll().refused)


def posted(app: EmbeddedApp, folder: Path) -> Post:
    """Enrol an agent that runs its jobs through the cluster of the home."""
    folder.mkdir()
    told = (app.home / "backends.yaml").read_text()
    (folder / "backends.yaml").write_text(told.replace(str(app.home), str(folder)))
    post = Post(app)
    around = Around(AgentFolder(folder, report_every_s=1), post, app.verify, app.clock.now)
    enrol(around, make_token(app, CENTRE)[0].text, folder.name)
    post.agent = Agent(around, len(NODES) * DEVICES // 2)
    return post


@dataclass
class Centre:
    """A home whose jobs two agents run, and what goes wrong with them."""

    flow: Flow
    clock: Jumping
    posts: list[Post]
    refused: int = 0

    def run(self, count: int, cut_at: int, lose_at: int, lose: Callable[[], bool]) -> None:
        """Run so many jobs; cut an agent off at one of them, lose a node at another."""
        leased, moved = 0, time.monotonic()
        flow, todo = self.flow, {cut_at: self.cut_off, lose_at: lose}
        at_once = min(len(NODES) * DEVICES, count // 3)
        while len(flow.bills) < count:
            before = len(flow.bills)
            while leased < count and len(flow.open) < at_once:
                leased += 1
                flow.lease(leased)
            self.poll()
            for at in [at for at in todo if len(flow.bills) >= at]:
                if todo[at]():
                    del todo[at]
            moved = time.monotonic() if len(flow.bills) > before else moved
            assert time.monotonic() - moved < STALL_S, f"{len(flow.open)} jobs stand still"
        assert self.cut_off not in todo.values(), "the agent was never cut off"

    def poll(self) -> None:
        """Let both agents ask, and see what came of it."""
        time.sleep(0.3)
        for post in self.posts:
            self.refused += post.poll()
        self.flow.look()

    def cut_off(self) -> bool:
        """Cut the first agent off while it runs jobs, until it is noticed, and let it come back."""
        first = self.posts[0]
        mine = self.held(first)
        if not mine:
            return False
        first.cut = True
        while not self.ended(first, mine):
            time.sleep(0.1)
        for _ in range(2):  # In steps: the other agent must not fall silent.
            self.clock.ahead_s += LOST_AFTER_S * 2 // 3
            self.poll()
        assert self.held(first) == []
        first.cut = False
        return True

    def held(self, post: Post) -> list[str]:
        """Return the jobs that an agent was given and of whose usage nothing is known yet."""
        with self.flow.app.store.reading() as uow:
            runs = uow.agents.assignments(agent_id=post.id, states=HELD)
            fresh = [one for one in runs if not uow.agents.last_report(one.lease_id, one.fence)[0]]
        return [one.job_id for one in fresh]

    @staticmethod
    def ended(post: Post, jobs: list[str]) -> bool:
        """Say whether the cluster has ended jobs; what they used is reported to nobody yet."""
        assert post.agent is not None
        backend = post.agent._bench.backend
        return all(backend.state(name).phase.is_final for name in jobs)


@pytest.mark.slow
def test_each_job_is_billed_once_though_an_agent_is_cut_off_and_a_node_is_lost(
    tmp_path: Path,
) -> None:
    cluster = slurm_cluster()
    flow = slurm_home(tmp_path / "home", cluster, "2")
    clock, lost = Jumping(), list[int]()
    flow.app._parts["clock"] = clock

    def agents_run_it(uow: UnitOfWork) -> Mapping[str, object]:
        cast(Any, uow).conn.execute(centre.update().values(backend="agent"))
        return {}

    flow.app.store.command("test", "test", "agents", {}, clock.now(), agents_run_it)
    posts = [posted(flow.app, tmp_path / f"agent-{n}") for n in (1, 2)]
    house = Centre(flow, clock, posts)

    def lose() -> bool:
        if not cluster.run("squeue", "-h", "-w", "n1", "-t", "R", "-o", "%i").split():
            return False
        lost.append(cluster.lose_node("n1"))
        cluster.start_node("n1")
        return True

    house.run(JOBS, JOBS // 3, JOBS // 2, lose)
    for _ in range(3):
        house.poll()
    assert faults(flow) == []
    with flow.app.store.reading() as uow:
        again = [job for job in uow.deals.jobs() if job.fence > 1]
    assert len(flow.bills) == len(set(flow.bills.values())) == JOBS
    # What the cut-off agent had measured came late, under tokens that were replaced.
    assert again and house.refused > 0
    assert free_milli(flow.app) == len(NODES) * DEVICES * 1000 and sums(flow.app).held == 0
    figure("slurm agents", jobs=JOBS, lost=lost, again=len(again), late=house.refused)
