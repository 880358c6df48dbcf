"""SIGKILL at any moment of lease, run, bill and settle: no cent lost, no cent doubled.

Every answer that the client noted stands exactly once, and what it paid in is found again to the
cent: free, held, or on an invoice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.e2e.flow_tools import LocalApp, furnish, job_file, open_home, quote_of, sums
from tests.e2e.kill_flow import AIMS, KINDS, deposit_minor, read_acks, write_script
from tests.sizes import figure, size

from entrepot.adapters.sql.engine import open_engine
from entrepot.bootstrap import EmbeddedApp
from entrepot.services.check import check_books

ROOT = Path(__file__).parents[2]
KILLS = size("KILLS", 200, 5_000)
KILLS_POSTGRES = size("KILLS_POSTGRES", 12, 200)
A_HOME = 200
"""Kills in one home; a home that grows without end would measure its size."""


def killed(home: Path, kind: str, kills: int, seed: int = 7, db: str = "") -> dict[str, Any]:
    """Play in a fresh home under so many kills; return what the parent found."""
    app = open_home(home, KINDS[kind], db)
    firm = furnish(app, devices=3)
    write_script(home, firm, quote_of(app, firm, job_file(home)))
    app.store.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.kill_flow", str(home), str(kills), str(seed), kind, db],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ENTREPOT_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def judge(app: EmbeddedApp) -> list[str]:
    """Hold what the client noted against books and deals; return one sentence a problem."""
    problems = check_books(app) + app.store.verify_journal()
    acks = read_acks(app.home)
    counts = Counter(str(ack["step"]) for ack in acks)
    paid_in = sum(deposit_minor(n) for n in range(counts["deposit"]))
    found = sums(app)
    expected = {
        "deposits = free + held + paid": (paid_in, found.free + found.held + found.paid),
        "bank = deposits - settled": (paid_in - found.settled, found.bank),
        "payable = open invoices": (found.owed, found.payable),
        "nothing is held at the end": (0, found.held),
        "no device is busy at the end": (0, found.busy_milli),
    }
    problems += [f"{name}: {a} != {b}" for name, (a, b) in expected.items() if a != b]
    return problems + _acknowledged(app, acks) + _papers(app)


def _acknowledged(app: EmbeddedApp, acks: list[dict[str, Any]]) -> list[str]:
    """Every noted answer stands in the store, once, and the store holds nothing else."""
    with app.store.reading() as uow:
        kept: dict[str, list[object]] = {
            "quote": [quote.id for quote in uow.deals.quotes()],
            "lease": [(lease.id, lease.hold_minor) for lease in uow.deals.leases()],
            "job": [job.id for job in uow.deals.jobs()],
            "invoice": [(one.number, one.total_minor) for one in uow.deals.invoices()],
        }
        states = {batch.id: batch.state for batch in uow.settlements.batches()}
        unpaid = [i.number for i in uow.deals.invoices() if i.centre_minor and not i.batch_id]
    noted: dict[str, list[object]] = {
        "quote": [ack["quote"] for ack in acks if ack["step"] == "quote"],
        "lease": [(ack["lease"], ack["hold"]) for ack in acks if ack["step"] == "lease"],
        "job": [ack["job"] for ack in acks if ack["step"] == "run"],
        "invoice": [(ack["invoice"], ack["total"]) for ack in acks if ack["step"] == "bill"],
    }
    problems = [
        f"{name}: noted and kept differ: {Counter(noted[name]) - Counter(kept[name])}, "
        f"{Counter(kept[name]) - Counter(noted[name])}"
        for name in kept
        if Counter(noted[name]) != Counter(kept[name])
    ]
    batches = {str(one) for ack in acks if ack["step"] == "settle" for one in ack["batches"]}
    problems += [f"batch {one} was noted, but is {states.get(one)}" for one in batches
                 if states.get(one) != "settled"]  # fmt: skip
    problems += [f"batch {one} is left {state}" for one, state in states.items()
                 if state != "settled"]  # fmt: skip
    return problems + [f"invoice {number} is in no batch" for number in unpaid]


def _papers(app: EmbeddedApp) -> list[str]:
    """Whatever was released or settled lies in the firm's folder, however it was reached."""
    papers = app.home / "documents"
    with app.store.reading() as uow:
        outputs = [
            papers / "outputs" / job.id / str(output["name"])
            for job in uow.deals.jobs()
            for output in job.outputs
            if output["released"]
        ]
        batches = [batch.id for batch in uow.settlements.batches()]
    assert outputs and batches
    wanted = outputs + [papers / "statements" / f"{name}.json" for name in batches]
    return [f"{path} is missing" for path in wanted if not path.exists()]


def proven(home: Path, kills: int, seed: int, db: str = "") -> dict[str, Any]:
    """Kill so often in a fresh home, and hold what is left to every promise."""
    begun = time.monotonic()
    home.mkdir()
    found = killed(home, "stub", kills, seed, db)
    assert found["problems"] == []
    assert sum(found["hits"].values()) == kills
    app = open_home(home, db=db)
    assert judge(app) == []
    assert len(read_acks(home)) >= kills
    app.store.engine.dispose()
    figure(
        "kills",
        database="postgresql" if db else "sqlite",
        kills=kills,
        ready_s_max=found["ready_s_max"],
        seconds=round(time.monotonic() - begun, 1),
    )
    return found


def test_two_hundred_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    for number in range(max(KILLS // A_HOME, 1)):
        found = proven(tmp_path / f"home-{number}", min(KILLS, A_HOME), 7 + number)
        assert KILLS < A_HOME or all(found["hits"].get(aim, 0) >= 20 for aim in AIMS), found


def test_kills_on_postgresql_lose_and_double_nothing(tmp_path: Path) -> None:
    url = server_url()
    engine = open_engine(url)
    empty(engine)
    engine.dispose()
    proven(tmp_path / "home", KILLS_POSTGRES, 7, url)


def test_kills_around_real_jobs_lose_and_double_nothing(tmp_path: Path) -> None:
    found = killed(tmp_path, "local", 24)
    assert found["problems"] == []
    assert found["hits"].get("bill", 0) + found["hits"].get("run", 0) >= 6, found["hits"]
    app = open_home(tmp_path, LocalApp)
    assert judge(app) == []


def test_a_settlement_in_two_transactions_would_be_noticed(tmp_path: Path) -> None:
    """Planted bug: the bank's word is posted in one transaction and the batch closed in another."""
    found = killed(tmp_path, "planted", 2)
    assert any("payable" in problem for problem in found["problems"]), found
