"""A home with two centres and two firms in which calls of the auction are played, hour by hour."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.e2e.flow_tools import EXAMPLES, StubApp, job_file, open_home

from entrepot.kernel.money import parse_amount
from entrepot.services import records as r
from entrepot.services import register
from entrepot.services.app import App
from entrepot.services.call_bid import bid
from entrepot.services.call_body import AskBody, AskStep, OptionBody, OrderBody
from entrepot.services.call_close import Closed, close_call
from entrepot.services.call_offer import offer
from entrepot.services.call_open import CallTerms, open_call
from entrepot.services.call_run import Cleared, run_call
from entrepot.services.ports_market import Call, SealedOrder
from entrepot.services.quote import job_body

HOUR = 3_600
START = 1_795_284_000
"""A full hour of 2026-11-21, in the days for which the shipped facts are made."""
CENTRES = ("demo-gz", "demo-sz")
MICRO = 1_000_000


class HandClock:
    """A clock that stands until it is set."""

    def __init__(self, t: int) -> None:
        self.t = t

    def now(self) -> int:
        """Return the Unix second that was set."""
        return self.t


class LifeApp(StubApp):
    """The exchange with quick jobs and a clock that is set by hand."""

    hand = HandClock(START)

    def share(self, part: str, other: LifeApp) -> None:
        """Take what another home has read already; it is the same for both."""
        self._parts[part] = other._parts[part]

    def forget(self, part: str) -> None:
        """Make a part anew at its next use."""
        self._parts.pop(part, None)

    @property
    def clock(self) -> HandClock:  # type: ignore[override]
        return self.hand


@dataclass
class Life:
    """The home in play: the exchange, its firms, and the numbers of what was made."""

    app: LifeApp
    firms: list[r.Firm]
    job: r.Body
    count: int = 0
    calls: list[Call] = field(default_factory=list[Call])

    def set(self, t: int) -> None:
        """Set the clock."""
        self.app.hand.t = t

    def key(self) -> str:
        """Return a fresh key."""
        self.count += 1
        return f"key-{self.count}"

    def open(self, slots: int = 1, after: int = 1, gate_s: int = 600, **more: object) -> Call:
        """Open a call of so many hours, which begins so many full hours from now."""
        now = self.app.clock.now()
        from_t = now - now % HOUR + after * HOUR
        terms = CallTerms("other", from_t, from_t + slots * HOUR, from_t - gate_s, **more)  # type: ignore[arg-type]
        call = open_call(self.app, terms, self.key())
        self.calls.append(call)
        return call

    def ask(self, call: Call, centre: str, *steps: tuple[int, int, int, str]) -> SealedOrder:
        """Offer (begin, end, devices, HKD a device and hour) in a call; none = posted offers."""
        rows = [
            AskStep(centre, "cpu", f"{centre}/cpu", "", begin, end, micro(price), devices)
            for begin, end, devices, price in steps
        ]
        body = AskBody(tuple(rows)) if rows else None
        return offer(self.app, call.id, centre, body, self.key())

    def bid(self, call: Call, firm: int, order: OrderBody, hold: str = "") -> SealedOrder:
        """Place an order of a firm."""
        held = parse_amount(hold) if hold else None
        return bid(self.app, call.id, self.firms[firm], order, held, self.key())

    def order(
        self,
        name: str,
        *options: tuple[str, int, int, int, str],
        kind: str = "gang",
        least_ppm: int = 0,
        group: str = "",
        parent: str = "",
    ) -> OrderBody:
        """Return an order with options (zone, start, length, devices, HKD)."""
        made = tuple(
            OptionBody(str(n), zone, "cpu", start, length, devices, micro(value))
            for n, (zone, start, length, devices, value) in enumerate(options, 1)
        )
        told = {"accept_duties": True, "job": self.job}
        return OrderBody(name, kind, least_ppm, group, parent, made, **told)  # type: ignore[arg-type]

    def close(self, call: Call) -> Closed:
        """Go to the gate's closure and close it."""
        self.set(call.gate_closure)
        return close_call(self.app, call.id, self.key())


def micro(hkd: str) -> int:
    """Return HKD in millionths."""
    whole, _point, part = hkd.partition(".")
    return int(whole) * MICRO + int(part.ljust(6, "0") or 0)


def life(folder: Path, devices: tuple[int, int] = (4, 3)) -> Life:
    """Make a home with a centre for each number of devices, and two firms with HKD 9,000 each."""
    made = _template(devices)
    shutil.copytree(made.app.home, folder)
    return _at(made, folder)


def again(made: Life, folder: Path) -> Life:
    """Return a copy of a home as it stands, with its clock."""
    shutil.copytree(made.app.home, folder)
    return _at(made, folder)


def _at(made: Life, folder: Path) -> Life:
    app = open_home(folder, LifeApp)
    assert isinstance(app, LifeApp)
    app.hand = HandClock(made.app.hand.t)
    for part in ("facts", "rulebook", "gate_texts", "programmes", "fx", "tax"):
        getattr(made.app, part)
        app.share(part, made.app)
    return Life(app, made.firms, made.job, made.count, list(made.calls))


def life_on(folder: Path, db: str, devices: tuple[int, int] = (4, 3)) -> Life:
    """Make such a home on another database, which is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    return _furnished(folder, devices, db)


@cache
def _template(devices: tuple[int, int]) -> Life:
    """Make a home once a process; whoever plays in it copies it first."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-auction-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = _furnished(folder, devices)
    made.app.store.engine.dispose()
    return made


def _furnished(folder: Path, devices: tuple[int, int], db: str = "") -> Life:
    app = open_home(folder, LifeApp, db)
    assert isinstance(app, LifeApp)
    app.hand = HandClock(START)
    for name, count in zip(CENTRES, devices, strict=True):
        text = (EXAMPLES / "centre.yaml").read_text("utf-8").replace("demo-gz", name)
        if name != CENTRES[0]:
            text = text.replace("city: Guangzhou", "city: Shenzhen").replace("120.00", "90.00")
        path = folder / f"{name}.yaml"
        path.write_text(text.replace("devices: 2", f"devices: {count}"), "utf-8")
        register.register_centre(app, app.read_centre(path), name)
    firms = [_firm(app, folder, number, "9000 HKD") for number in range(2)]
    spec = app.read_job(job_file(folder, duration="1h"))
    return Life(app, firms, job_body(spec))


def _firm(app: App, folder: Path, number: int, deposit: str) -> r.Firm:
    text = (EXAMPLES / "firm.yaml").read_text("utf-8").replace("DEMO-0000", f"DEMO-{number:04d}")
    path = folder / f"firm-{number}.yaml"
    path.write_text(text.replace("Harbour Lantern", f"Lantern {number}"), "utf-8")
    firm = register.register_firm(app, app.read_firm(path), f"firm-{number}")
    register.deposit(app, firm.id, parse_amount(deposit), f"wire-{number}", f"deposit-{number}")
    return firm


def ask_of(devices: int) -> AskBody:
    """Return an ask of so many devices in the first hour."""
    return AskBody((AskStep("demo-gz", "cpu", "demo-gz/cpu", "", 0, 1, 5_000_000, devices),))


def balance(home: Life, code: str) -> int:
    """Return what an account holds, credits less debits."""
    with home.app.store.reading() as uow:
        return uow.ledger.balance(code).credit_net


def sold(home: Life) -> tuple[Call, list[SealedOrder], Cleared]:
    """Play a call of two hours: one firm is served, the other one's order is worth too little."""
    call = home.open(slots=2)
    home.ask(call, "demo-gz", (0, 2, 3, "100"))
    home.ask(call, "demo-sz", (0, 2, 2, "80"))
    orders = [
        home.bid(
            call, 0, home.order("a", ("demo-gz", 0, 2, 3, "700"), ("demo-sz", 0, 2, 2, "390"))
        ),
        home.bid(call, 1, home.order("b", ("demo-gz", 0, 2, 2, "450")), hold="600 HKD"),
        home.bid(call, 1, home.order("c", ("demo-sz", 1, 1, 2, "300"), kind="divisible")),
    ]
    home.close(call)
    return call, orders, run_call(home.app, call.id)
