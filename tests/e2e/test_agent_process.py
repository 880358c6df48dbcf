"""A real agent beside a real home: killed, started again, and the job is billed once.

The agent is a process of its own over a folder of its own; the job is a real one that the agent's
backend runs in its sandbox, and that lives on while the agent is dead.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import JOB, furnish, open_home
from tests.played_home import CODE, ROOT, program

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.money import HKD, Amount
from entrepot.services.agent_roll import roll
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance
from entrepot.services.lease import take_quote
from entrepot.services.metered import lease_usage
from entrepot.services.quote import quote_job
from entrepot.services.register import deposit
from entrepot.services.run_job import start_job

WAIT_S = 90


class AgentHome(EmbeddedApp):
    """The exchange as it is."""


@pytest.fixture
def app(tmp_path: Path) -> EmbeddedApp:
    app = open_home(tmp_path / "home", AgentHome)
    firm = furnish(app, devices=4)
    deposit(app, firm.id, Amount(50_000, HKD), "first", "deposit")

    def action(uow: Any) -> dict[str, object]:
        from entrepot.adapters.sql.business_tables import centre

        uow.conn.execute(centre.update().values(backend="agent"))
        return {}

    app.store.command("test", "test", "backend", {}, app.clock.now(), action)
    return app


def job_of(app: EmbeddedApp, folder: Path, seconds: int) -> str:
    """Lease and start a job that reads a file, sleeps and writes one; return its id."""
    (folder / "in.txt").write_text("算力\n", encoding="utf-8")
    command = f'[sh, -c, "echo begun; sleep {seconds}; cat in.txt in.txt > out.txt; echo ended"]'
    text = JOB.format(command=command, device="CPU", isolation="exclusive", duration="2m")
    path = folder / "job.yaml"
    path.write_text(text.replace("  outputs:", "  files: [in.txt]\n  outputs:"), "utf-8")
    with app.store.reading() as uow:
        firm = uow.registry.firms()[0]
    quote = quote_job(app, firm, app.read_job(path)).quote
    lease = take_quote(app, quote.id, accept_duties=True, key=f"take:{quote.id}")
    return start_job(app, lease.id).id


@contextmanager
def agent(home: Path, folder: Path) -> Generator[subprocess.Popen[str]]:
    """Run the agent of a folder in a process of its own."""
    words = ["--home", str(home), "agent", "run", "--folder", str(folder), "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    line = [sys.executable, "-c", CODE, *words]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    """Read what the agent tells until it tells of an event."""
    assert process.stdout is not None
    for line in process.stdout:
        told = json.loads(line)
        if told["event"] == event:
            return told
    raise AssertionError(f"the agent ended before {event}")


def billed(app: EmbeddedApp, job_id: str) -> Any:
    until = time.monotonic() + WAIT_S
    while (step := advance(app, job_id)).invoice is None:
        assert time.monotonic() < until, step
        time.sleep(0.2)
    return step


def test_killed_and_started_again_the_agent_finds_its_job(app: EmbeddedApp, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    made = program(app.home, "agent", "token", "demo-gz")
    enrolled = program(app.home, "agent", "enrol", made["token"], "--folder", str(folder))
    assert enrolled["agent_id"] == roll(app)[0].agent.id
    assert (folder / "keys" / "meter-demo-gz.key").stat().st_mode & 0o777 == 0o600
    job_id = job_of(app, tmp_path, 6)
    with ExitStack() as stack:
        first = stack.enter_context(agent(app.home, folder))
        assert heard(first, "ready")["agent"] == enrolled["agent_id"]
        assert heard(first, "started")["run"] == f"{job_id}:1"
        first.send_signal(signal.SIGKILL)
        first.wait()
        second = stack.enter_context(agent(app.home, folder))
        step = billed(app, job_id)
        assert heard(second, "over")["run"] == f"{job_id}:1"
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
    assert (step.job.state, step.job.exit_code, step.job.fence) == ("succeeded", 0, 1)
    out = app.home / "documents" / "outputs" / job_id / "out.txt"
    assert out.read_text("utf-8") == "算力\n算力\n"
    assert app.backend("agent").logs(job_id, 0)[0] == b"begun\nended\n"
    metered = lease_usage(app, step.job.lease_id)
    assert metered.reports and metered.forged == []
    assert 6 <= metered.usage.wall_seconds <= 60
    with app.store.reading() as uow:
        assert len(uow.deals.invoices()) == 1
    assert check_books(app) == []
