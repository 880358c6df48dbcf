"""Numbers of documents are exactly 1, 2, 3 … a series, whoever issues, fails or is killed.

Sixteen desks in four processes issue invoices, credit notes and statements at once; some of them
fail after they took a number, and one process is killed with a number in its hand.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.contract import business_samples as b
from tests.contract.ledger_homes import DATABASES, fresh
from tests.contract.postgres_server import server_url

from entrepot.adapters.sql.engine import open_engine
from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.domain.contracts.number import CREDIT_NOTE, STATEMENT, in_series
from entrepot.services import ports_contracts as p
from entrepot.services.ports_decisions import Proposal

ROOT = Path(__file__).parents[2]
PROCESSES, THREADS, ROUNDS = 4, 4, 3
YEAR = 2026
DOCUMENT = "I-1"

Issue = Callable[[Engine, int], None]


def take(uow: HouseUnitOfWork, series: str) -> tuple[str, int]:
    """Take the next number inside a transaction."""
    branch = in_series("HK", series)
    return branch, uow.deals.next_invoice_seq(branch, YEAR)


def keep_invoice(uow: HouseUnitOfWork, n: int, seq: int) -> None:
    b.add_invoice(uow, n, seq=seq, number=f"HK-2026-{seq:06d}")


def keep_note(uow: HouseUnitOfWork, n: int, branch: str, seq: int) -> None:
    proposal = Proposal(f"PR-{n}", "credit_note", DOCUMENT, "one", 1, None, None, b.BODY)
    uow.four_eyes.propose(proposal)
    places = (f"CN-{n}", f"{branch}-2026-{seq:06d}", branch, YEAR, seq, "F-1", DOCUMENT, None)
    amounts = (1, 1, 1, 1, None, 0, 0, 1_000)
    uow.receivables.add_credit(p.KeptCredit(*places, *amounts, proposal.id, b.BODY, "d"))


def keep_statement(uow: HouseUnitOfWork, n: int, branch: str, seq: int) -> None:
    places = (f"ST-{n}", f"{branch}-2026-{seq:06d}", branch, YEAR, seq, "gz", f"month-{n}", 1_000)
    uow.receivables.add_statement(p.CentreStatementRow(*places, b.BODY, "d"))


def issue(engine: Engine, n: int) -> None:
    """Issue the ``n``-th document of each series, each in a transaction of its own."""
    with HouseUnitOfWork(engine) as uow:
        keep_invoice(uow, n, take(uow, "")[1])
    with HouseUnitOfWork(engine) as uow:
        keep_note(uow, n, *take(uow, CREDIT_NOTE))
    with HouseUnitOfWork(engine) as uow:
        keep_statement(uow, n, *take(uow, STATEMENT))


def issue_naively(engine: Engine, n: int) -> None:
    """Planted bug: take the number first, in a transaction of its own, then issue."""
    with HouseUnitOfWork(engine) as uow:
        seq = take(uow, "")[1]
    with HouseUnitOfWork(engine) as uow:
        if n % 4 == 0:
            raise RuntimeError("this document is not issued")
        keep_invoice(uow, n, seq)


def fail(engine: Engine, n: int) -> None:
    """Take a number of each series and fail before the end."""
    for series in ("", CREDIT_NOTE, STATEMENT):
        with pytest.raises(RuntimeError), HouseUnitOfWork(engine) as uow:
            take(uow, series)
            raise RuntimeError(f"document {n} is not issued")


def desk(engine: Engine, first: int, how: Issue = issue) -> None:
    """Issue from four threads, and fail between."""

    def play(thread: int) -> None:
        for turn in range(ROUNDS):
            n = first + thread * ROUNDS + turn
            how(engine, n)
            if how is issue and turn % 2:
                fail(engine, n)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(play, range(THREADS)))


def numbers(engine: Engine) -> dict[str, list[int]]:
    """Return the numbers of every series, sorted; the sample invoice left out."""
    with HouseUnitOfWork(engine, write=False) as uow:
        kept = (
            uow.deals.invoices(),
            uow.receivables.credits(),
            uow.receivables.statements(),
        )
        return {
            name: sorted(row.seq for row in rows if row.id != DOCUMENT)
            for name, rows in zip(("invoice", "note", "statement"), kept, strict=True)
        }


def furnish(engine: Engine) -> None:
    """Keep firm, centre and one document that the notes credit; number 0 stands aside."""
    with HouseUnitOfWork(engine) as uow:
        b.add_business(uow)
        contract = p.UserContract(
            *("UC-1", "F-1", "HK", "HKD", "prepaid", 0, 0, "per_job", None, "2026-11-01", None),
            *("active", True, "one", 1, "house", 1, "", "d", None),
        )
        uow.contracts.add_user(contract)
        item = (DOCUMENT, b.INVOICE.number, "job", "F-1", "UC-1", "prepaid", 1, "2026-11-21", 9, 9)
        uow.receivables.add(p.Receivable(*item))


@pytest.fixture(params=DATABASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Engine]:
    engine = fresh(request.param, tmp_path)
    sample = replace(b.INVOICE, number="OLD-2026-000001", branch="OLD")
    original = b.INVOICE
    b.INVOICE = sample
    try:
        furnish(engine)
    finally:
        b.INVOICE = original
    url = server_url() if request.param == "postgresql" else f"sqlite:///{tmp_path}/entrepot.db"
    return url, engine


PROCESS = """
import os, sys
from entrepot.adapters.sql.engine import open_engine
from entrepot.adapters.sql.store import HouseUnitOfWork
from tests.e2e.test_race_numbers import desk, take
engine = open_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
if sys.argv[2] == "killed":
    with HouseUnitOfWork(engine) as uow:
        for series in ("", "CN", "ST"):
            take(uow, series)
        os._exit(9)
desk(engine, int(sys.argv[2]))
"""


def start(url: str, role: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, url, role],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_sixteen_desks_in_four_processes_leave_no_gap_and_no_double(
    home: tuple[str, Engine],
) -> None:
    url, engine = home
    each = THREADS * ROUNDS
    roles = [str(2 + k * each) for k in range(PROCESSES)]
    children = [start(url, role) for role in (*roles, "killed")]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.wait(120) for child in children] == [0] * PROCESSES + [9]
    whole = list(range(1, PROCESSES * each + 1))
    assert numbers(engine) == {"invoice": whole, "note": whole, "statement": whole}


def test_a_number_that_is_taken_before_its_document_leaves_a_gap(
    home: tuple[str, Engine],
) -> None:
    """Planted bug: the same desks, naively; the same count finds the gap."""
    _, engine = home
    failed = threading.Event()

    def naive(engine: Engine, n: int) -> None:
        try:
            issue_naively(engine, n)
        except RuntimeError:
            failed.set()

    desk(engine, 2, naive)
    kept = numbers(engine)["invoice"]
    assert failed.is_set()
    assert kept != list(range(1, len(kept) + 1))


def test_processes_open_the_same_home(home: tuple[str, Engine]) -> None:
    url, engine = home
    other = open_engine(url)
    issue(other, 2)
    other.dispose()
    issue(engine, 3)
    assert numbers(engine)["invoice"] == [1, 2]
