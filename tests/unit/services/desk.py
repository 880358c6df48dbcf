"""A desk to test services at: a furnished home, a clock and rates that the test sets, a centre
whose jobs end as the test says."""

from __future__ import annotations

import functools
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.e2e.flow_tools import CENTRE, POOL, StubApp, furnish, job_file, keep_quote, quote_of

from entrepot.adapters.identity.signing import SigningKey, load_or_create
from entrepot.adapters.sql.store import SqlStore
from entrepot.bootstrap import DATABASE
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.domain.metering.model import NO_REPORT, UsageReport
from entrepot.domain.metering.report import write_report
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.money import CNH, CNY, HKD, USD, Amount, Asset, ExchangeRate
from entrepot.services import records as r
from entrepot.services.backend_port import (
    Backend,
    BackendInfo,
    OutputFile,
    Phase,
    Reason,
    RunSpec,
    RunState,
    SignedReport,
)
from entrepot.services.finish_job import Step, advance
from entrepot.services.lease import take_quote
from entrepot.services.pay_centre import pay_centres, simulated_bank
from entrepot.services.register import deposit
from entrepot.services.run_job import start_job
from entrepot.services.settings import read_settings

NOW = 1_795_230_000
"""21 November 2026, 11:00 in Hong Kong."""

CAPITAL = 100_000
"""What the firm pays in, HKD cents."""

HEAVY = ("facts", "rulebook", "programmes", "tax")
"""Parts that are read once for all tests."""


_COMPILED: dict[Any, Any] = {}
"""Statements compiled once for all desks."""


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: int = NOW) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


class HandFx:
    """Rates that the test sets, HKD for one unit."""

    def __init__(self) -> None:
        self.of: dict[Asset, Fraction] = {
            CNH: Fraction(11, 10), CNY: Fraction(11, 10), USD: Fraction(78, 10)
        }  # fmt: skip

    def rate(self, base: Asset, quote: Asset, on: date) -> ExchangeRate:
        return ExchangeRate(base, quote, self.of[base], "test", on.isoformat())

    def staleness_days(self, on: date) -> int:
        return 0


class HandBackend:
    """A centre that does what the test says."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.submitted: list[RunSpec] = []
        self.cancelled: list[str] = []
        self.run_state = RunState(Phase.RUNNING, started_at=NOW)
        self.sent: list[SignedReport] = []
        self.files: list[OutputFile] = []

    def submit(self, spec: RunSpec) -> None:
        self.submitted.append(spec)

    def state(self, job_id: str) -> RunState:
        return self.run_state

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        return b"", offset

    def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        return self.files

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        return self.sent

    def describe(self) -> BackendInfo:
        return BackendInfo("hand", "none", ())

    def key(self) -> SigningKey:
        """Return the key of the centre's meters."""
        return load_or_create(self.home / "keys" / f"meter-{CENTRE}.key")

    def output(self, name: str, data: bytes) -> None:
        """Let the job leave a file."""
        path = self.home / f"out-{name}"
        path.write_bytes(data)
        self.files.append(OutputFile(name, path, len(data), sha256_hex(data)))


class Desk(StubApp):
    """The exchange with everything in the test's hand."""

    def __init__(self, home: Path, environment: Mapping[str, str] | None = None) -> None:
        settings = read_settings({"ENTREPOT_HOME": str(home), **(environment or {})})
        super().__init__(settings, create=True)
        self.hand_clock, self.hand_fx = HandClock(), HandFx()
        self.hand = HandBackend(home)
        self._parts |= {"clock": self.hand_clock, "fx": self.hand_fx}

    def backend(self, name: str) -> Backend:
        return self.hand

    def _make_store(self) -> SqlStore:
        store = super()._make_store()
        store.engine.update_execution_options(compiled_cache=_COMPILED)
        return store

    @property
    def firm(self) -> r.Firm:
        """The one firm of the home."""
        with self.store.reading() as uow:
            return uow.registry.firms()[0]

    def write(self, action: Callable[[Any], object], key: str) -> None:
        """Act in a journalled transaction of its own."""

        def acted(uow: Any) -> dict[str, object]:
            action(uow)
            return {}

        self.store.command("test", "test", key, {"key": key}, self.clock.now(), acted)

    def sql(self, statement: str, **values: object) -> None:
        """Change the database behind the back of the program."""
        with sqlite3.connect(self.home / DATABASE) as conn:
            conn.execute(statement, values)
        conn.close()


@functools.cache
def _template() -> tuple[Path, r.Quote, dict[str, object]]:
    home = Path(tempfile.mkdtemp(prefix="desk-"))
    desk = Desk(home)
    firm = furnish(desk)
    deposit(desk, firm.id, Amount(CAPITAL, HKD), "first", "deposit")
    quote = quote_of(desk, firm, job_file(home))
    heavy = {name: getattr(desk, name) for name in HEAVY}
    desk.store.engine.dispose()
    return home, quote, heavy


def open_desk(home: Path, environment: Mapping[str, str] | None = None) -> Desk:
    """Return a desk over a copy of a home with a firm, money and a centre of two devices."""
    template, _, heavy = _template()
    shutil.copytree(template, home, dirs_exist_ok=True)
    desk = Desk(home, environment)
    desk._parts |= heavy
    return desk


@functools.cache
def _busy_template() -> Path:
    desk = open_desk(Path(tempfile.mkdtemp(prefix="busy-")))
    for n in (1, 2):
        billed(desk, n)
    settled(desk)
    billed(desk, 3)
    leased(desk, 4)
    desk.store.engine.dispose()
    return desk.home


def busy_desk(home: Path) -> Desk:
    """Return a desk with two bills settled, one open, and one lease that waits."""
    shutil.copytree(_busy_template(), home)
    desk = Desk(home)
    desk._parts |= _template()[2]
    return desk


def empty_desk(home: Path) -> Desk:
    """Return a desk over a home with nothing in it."""
    desk = Desk(home)
    desk._parts |= _template()[2]
    return desk


def quoted(
    desk: Desk, n: int = 1, change: Callable[[dict[str, Any]], None] | None = None
) -> r.Quote:
    """Keep the ``n``-th quote of the small job; ``change`` may edit its body."""
    quote = _template()[1]
    if change is not None:
        body = json.loads(canonical_json(dict(quote.body)))
        change(body)
        quote = replace(quote, body=body)
    return keep_quote(desk, quote, n)


def leased(
    desk: Desk, n: int = 1, change: Callable[[dict[str, Any]], None] | None = None
) -> r.Lease:
    """Take the ``n``-th quote."""
    quote = quoted(desk, n, change)
    return take_quote(desk, quote.id, accept_duties=True, key=f"take-{n}")


def started(
    desk: Desk, n: int = 1, change: Callable[[dict[str, Any]], None] | None = None
) -> r.Job:
    """Lease and start the ``n``-th job."""
    return start_job(desk, leased(desk, n, change).id)


def report(desk: Desk, job: r.Job, seconds: int, **changes: Any) -> SignedReport:
    """Return a signed final report of so many seconds; ``changes`` go over its fields."""
    whole = UsageReport(
        job.centre_id, job.lease_id, job.id, job.fence, 1, NOW, NOW + seconds,
        seconds, seconds * 1000, seconds * 900, 1 << 20, True, False, NO_REPORT,
    )  # fmt: skip
    body = write_report(replace(whole, **changes))
    return SignedReport(body, desk.hand.key().sign(body), "test")


def ended(
    desk: Desk, job: r.Job, seconds: int = 300, phase: Phase = Phase.SUCCEEDED, exit_code: int = 0
) -> Step:
    """Let a job end after so many seconds, and take it to its bill."""
    desk.hand.sent = [report(desk, job, seconds)] if seconds else []
    why = None if phase is Phase.SUCCEEDED else Reason(f"job.{phase.value}", "It ended badly.")
    desk.hand.run_state = RunState(phase, exit_code, why, NOW, NOW + seconds)
    return advance(desk, job.id)


def billed(desk: Desk, n: int = 1, seconds: int = 300) -> r.Invoice:
    """Lease, run and bill the ``n``-th job."""
    invoice = ended(desk, started(desk, n), seconds).invoice
    assert invoice is not None
    return invoice


def settled(desk: Desk, behaviour: str = "accept", key: str = "settle") -> list[Any]:
    """Pay all centres by the simulated bank."""
    return list(pay_centres(desk, [], simulated_bank(desk, behaviour), key=key))


def first_price(body: Mapping[str, Any]) -> PriceBreakdown:
    """Return the price of a quote's first candidate."""
    return from_plain(PriceBreakdown, body["candidates"][0]["price"])


def balance(desk: Desk, code: str) -> int:
    """Return the posted balance of an account, debits less credits."""
    with desk.store.reading() as uow:
        return uow.ledger.balance(code).debit_net


__all__ = [
    "CAPITAL", "CENTRE", "NOW", "POOL", "Desk", "HandBackend", "HandClock", "HandFx", "balance",
    "billed", "busy_desk", "empty_desk", "ended", "first_price", "leased", "open_desk", "quoted",
    "report", "settled", "started",
]  # fmt: skip
