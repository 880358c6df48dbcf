"""One key, one effect: retries, doubled commands and two desks at once change nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.e2e.flow_tools import (
    LocalApp,
    StubApp,
    StubBackend,
    furnish,
    job_file,
    keep_quote,
    open_home,
    quote_of,
    sums,
)

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.errors import Conflict, EntrepotError
from entrepot.kernel.money import HKD, Amount
from entrepot.services import pay_centre, register
from entrepot.services import records as r
from entrepot.services.backend_port import Backend, Phase, RunState
from entrepot.services.check import check_books
from entrepot.services.finish_job import Step, advance
from entrepot.services.lease import take_quote
from entrepot.services.run_job import start_job, the_job

THREADS = 16
ROOT = Path(__file__).parents[2]
T = TypeVar("T")


class Desk:
    """A home with a firm that has money, a centre, and a quote to copy."""

    def __init__(
        self, folder: Path, kind: type[EmbeddedApp] = StubApp, script: str = "echo done > out.txt"
    ) -> None:
        self.home, self.kind = folder / "home", kind
        self.app = self.another()
        self.firm = furnish(self.app, devices=4)
        register.deposit(self.app, self.firm.id, Amount(50_000, HKD), "payment", "deposit")
        self.quote = quote_of(
            self.app, self.firm, job_file(folder, command=f'[sh, -c, "{script}"]')
        )
        self.app.store  # noqa: B018 (opened before threads ask for it at once)

    def another(self) -> EmbeddedApp:
        """Return the exchange as another process would open it."""
        app = open_home(self.home, self.kind)
        app.store  # noqa: B018
        return app

    def leased(self, n: int = 1) -> r.Lease:
        quote = keep_quote(self.app, self.quote, n)
        return take_quote(self.app, quote.id, accept_duties=True, key=f"take:{n}")

    def billed(self, n: int = 1) -> Step:
        job = start_job(self.app, self.leased(n).id)
        while (step := advance(self.app, job.id)).invoice is None:
            pass
        return step


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def at_once(tasks: list[Callable[[], T]]) -> list[T | EntrepotError]:
    """Run tasks in threads that begin together; return results and refusals in order."""
    barrier = threading.Barrier(len(tasks))

    def play(task: Callable[[], T]) -> T | EntrepotError:
        barrier.wait(60)
        try:
            return task()
        except EntrepotError as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(play, tasks))


def test_one_key_in_sixteen_threads_gives_one_lease(desk: Desk) -> None:
    quote = keep_quote(desk.app, desk.quote, 1)

    def take() -> r.Lease:
        return take_quote(desk.app, quote.id, accept_duties=True, key="one")

    leases = at_once([take] * THREADS)
    assert all(lease == leases[0] and isinstance(lease, r.Lease) for lease in leases), leases
    assert (sums(desk.app).held, sums(desk.app).busy_milli) == (leases[0].hold_minor, 1000)  # type: ignore[union-attr]
    assert check_books(desk.app) == []


def test_sixteen_keys_take_a_quote_once(desk: Desk) -> None:
    quote = keep_quote(desk.app, desk.quote, 1)

    def taker(n: int) -> Callable[[], r.Lease]:
        return lambda: take_quote(desk.app, quote.id, accept_duties=True, key=f"k{n}")

    found = at_once([taker(n) for n in range(THREADS)])
    codes = [one.code for one in found if isinstance(one, EntrepotError)]
    assert codes == ["quote.taken"] * (THREADS - 1)
    assert sums(desk.app).busy_milli == 1000


def test_a_key_with_another_body_is_refused(desk: Desk) -> None:
    lease = desk.leased()
    before = sums(desk.app)
    with pytest.raises(Conflict, match="was used for another request"):
        take_quote(desk.app, lease.quote_id, choice=2, accept_duties=True, key="take:1")
    assert sums(desk.app) == before


def test_a_key_answers_after_the_quote_has_run_out(desk: Desk) -> None:
    """A retry asks what became of the first call; it is not a new purchase."""
    lease = desk.leased()
    late = desk.another()
    vars(late)["_parts"]["clock"] = Later(lease.created_at + 100_000)
    assert take_quote(late, lease.quote_id, accept_duties=True, key="take:1").id == lease.id


class Later:
    """A clock that stands."""

    def __init__(self, second: int) -> None:
        self.second = second

    def now(self) -> int:
        return self.second


def test_a_deposit_under_one_key_counts_once(desk: Desk) -> None:
    def pay() -> int:
        return register.deposit(desk.app, desk.firm.id, Amount(700, HKD), "TT-1", "TT-1")

    assert at_once([pay] * THREADS) == [50_700] * THREADS
    assert sums(desk.app).bank == 50_700


def test_a_bank_reference_counts_once_a_firm(desk: Desk) -> None:
    with pytest.raises(Conflict, match="payment is booked already"):
        register.deposit(desk.app, desk.firm.id, Amount(700, HKD), "payment", "another key")
    second = register.register_firm(
        desk.app, desk.app.read_firm(ROOT / "examples" / "firm.yaml"), "second firm"
    )
    assert register.deposit(desk.app, second.id, Amount(700, HKD), "payment", "third") == 700
    assert register.deposit(desk.app, second.id, Amount(1, HKD), "", "fourth") == 701
    assert register.deposit(desk.app, second.id, Amount(1, HKD), "", "fifth") == 702


def test_desks_that_advance_one_job_write_one_invoice(desk: Desk) -> None:
    job = start_job(desk.app, desk.leased().id)
    apps = [desk.another() for _ in range(6)]

    def finisher(app: EmbeddedApp) -> Callable[[], Step]:
        def finish() -> Step:
            while (step := advance(app, job.id)).invoice is None:
                pass
            return step

        return finish

    steps = at_once([finisher(app) for app in apps])
    numbers = {step.invoice.number for step in steps if isinstance(step, Step) and step.invoice}
    assert len(numbers) == 1, steps
    with desk.app.store.reading() as uow:
        assert len(uow.deals.invoices()) == 1
    assert the_job(desk.app, job.id).state in r.OVER
    assert check_books(desk.app) == []


class Overtaken(StubBackend):
    """A backend whose first answer is old when it arrives: another desk has billed meanwhile."""

    def __init__(self, home: Path, meanwhile: Callable[[], object]) -> None:
        super().__init__(home)
        self._meanwhile = meanwhile

    def state(self, job_id: str) -> RunState:
        state = super().state(job_id)
        if state.phase is Phase.RUNNING:
            self._meanwhile()
        return state


def test_an_old_answer_does_not_reopen_a_billed_job(desk: Desk) -> None:
    job = start_job(desk.app, desk.leased().id)
    other = desk.another()

    class Slow(StubApp):
        def backend(self, name: str) -> Backend:
            return Overtaken(self.home, lambda: advance(other, job.id))

    step = advance(open_home(desk.home, Slow), job.id)
    assert step.job.state in r.OVER
    assert the_job(desk.app, job.id).ended_at is not None
    assert check_books(desk.app) == []


def test_desks_that_settle_at_once_pay_a_centre_once(desk: Desk) -> None:
    for n in range(1, 4):
        desk.billed(n)
    owed = sums(desk.app).payable
    apps = [desk.another() for _ in range(6)]

    def settler(n: int, app: EmbeddedApp) -> Callable[[], list[pay_centre.Paid]]:
        bank = pay_centre.simulated_bank(app, "accept")
        return lambda: pay_centre.pay_centres(app, [], bank, key=f"settle:{n}")

    found = at_once([settler(n, app) for n, app in enumerate(apps)])
    assert [one for one in found if isinstance(one, EntrepotError)] == []
    with desk.app.store.reading() as uow:
        batches = uow.settlements.batches()
        members = [invoice.batch_id for invoice in uow.deals.invoices() if invoice.centre_minor]
    assert [batch.state for batch in batches] == ["settled"]
    assert members == [batches[0].id] * len(members)
    assert (batches[0].centre_minor, sums(desk.app).payable) == (owed, 0)
    assert check_books(desk.app) == []


def test_a_run_of_settlement_asked_again_answers_again(desk: Desk) -> None:
    desk.billed()
    bank = pay_centre.simulated_bank(desk.app, "accept")
    first = pay_centre.pay_centres(desk.app, [], bank, key="monday")
    again = pay_centre.pay_centres(desk.app, [], bank, key="monday")
    assert [one.batch for one in again] == [one.batch for one in first]
    assert pay_centre.pay_centres(desk.app, [], bank, key="tuesday") == []


def cli(home: Path, *words: str) -> subprocess.Popen[str]:
    """Start the real program."""
    return subprocess.Popen(
        [sys.executable, "-m", "entrepot", "--home", str(home), *words, "--json"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answers(*children: subprocess.Popen[str]) -> list[Any]:
    """Return what each printed; all must have left with 0."""
    found = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0] * len(children), found
    return [json.loads(out) for out, _ in found]


def test_two_processes_run_one_lease_and_settle_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LocalApp, "sleep 1.1; echo done > out.txt")
    lease = desk.leased()
    runs = answers(cli(desk.home, "run", lease.id), cli(desk.home, "run", lease.id))
    assert runs[0]["job_id"] == runs[1]["job_id"]
    assert runs[0]["invoice"] == runs[1]["invoice"]
    answers(cli(desk.home, "settle", "run"), cli(desk.home, "settle", "run"))
    with desk.app.store.reading() as uow:
        assert len(uow.deals.invoices()) == 1
        assert len(uow.settlements.batches()) == 1
    assert sums(desk.app).payable == 0
    assert check_books(desk.app) == []
    assert desk.app.store.verify_journal() == []
