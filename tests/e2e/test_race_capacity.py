"""Sixty-four buyers race for the last unit: sold is what there is, exactly.

A lot is a fresh pool. Every buyer waits at a barrier, then tries to take its part in a command of
its own; what the buyers were told must be what the tables say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.e2e.flow_tools import POOL, furnish, job_file, keep_quote, open_home, quote_of, sums
from tests.sizes import figure, size

from entrepot.adapters.sql.business_tables import device_unit, reservation
from entrepot.adapters.sql.engine import open_engine
from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.errors import Conflict
from entrepot.kernel.money import HKD, Amount
from entrepot.services import register
from entrepot.services.check import check_books
from entrepot.services.lease import take_quote
from entrepot.services.ports import UnitOfWork

ROOT = Path(__file__).parents[2]
BUYERS = 64


@dataclass(frozen=True, slots=True)
class Lot:
    """What is raced for: devices, the part a buyer wants, and how many buyers must win."""

    devices: int
    milli: int
    exclusive: bool
    winners: int


LAST_UNIT = Lot(1, 1000, True, 1)
QUARTERS = Lot(1, 250, False, 4)
PAIRS = Lot(3, 2000, True, 1)
MIX = ([LAST_UNIT] * 7 + [QUARTERS] * 2 + [PAIRS]) * 20
A_MARKET = len(MIX)
"""Lots in one market: a market of thousands of pools would measure its size."""
LOTS = size("LOTS", 200, 10_000)
LOTS_POSTGRES = size("LOTS_POSTGRES", 10, 1_000)

Buy = Callable[[EmbeddedApp, str, Lot, str], bool]


def buy(app: EmbeddedApp, pool_id: str, lot: Lot, buyer: str) -> bool:
    """Take a part of a pool in one command, as a lease does."""

    def action(uow: UnitOfWork) -> dict[str, object]:
        if not uow.capacity.reserve(buyer, pool_id, lot.milli, lot.exclusive):
            raise Conflict("capacity.sold", "Sold.")
        return {}

    try:
        app.store.command("race", "race.take", buyer, {}, app.clock.now(), action)
    except Conflict as error:
        assert error.code == "capacity.sold", error
        return False
    return True


def buy_naively(app: EmbeddedApp, pool_id: str, lot: Lot, buyer: str) -> bool:
    """Planted bug: look, then take what was seen, in two transactions."""
    unit = device_unit.c
    with app.store.engine.connect() as conn:
        seen = conn.execute(select(unit.milli_free).where(unit.pool_id == pool_id)).scalar_one()
    if seen < lot.milli:
        return False

    def action(uow: UnitOfWork) -> dict[str, object]:
        left = (
            update(device_unit).where(unit.pool_id == pool_id).values(milli_free=seen - lot.milli)
        )
        row = {"lease_id": buyer, "pool_id": pool_id, "ordinal": 0, "milli": lot.milli}
        conn = uow.conn  # type: ignore[attr-defined]
        conn.execute(left)
        conn.execute(reservation.insert().values(row))
        return {}

    app.store.command("race", "race.take", buyer, {}, app.clock.now(), action)
    return True


def put_up(app: EmbeddedApp, lots: Sequence[Lot]) -> list[str]:
    """Make a pool for each lot and return their ids."""
    names = [f"lot/{n}" for n in range(len(lots))]

    def action(uow: UnitOfWork) -> dict[str, object]:
        model = uow.registry.pool(POOL)
        assert model is not None
        for name, lot in zip(names, lots, strict=True):
            uow.registry.add_pool(replace(model, id=name, devices=lot.devices))
        return {}

    app.store.command("race", "race.pools", "pools", {}, app.clock.now(), action)
    return names


def race(app: EmbeddedApp, lots: Sequence[Lot], how: Buy) -> list[int]:
    """Let all buyers race for each lot; return how many were told that they have it."""
    names, barrier = put_up(app, lots), threading.Barrier(BUYERS)

    def play(buyer: int) -> list[bool]:
        told: list[bool] = []
        for name, lot in zip(names, lots, strict=True):
            barrier.wait(60)
            told.append(how(app, name, lot, f"{name}-{buyer}"))
        return told

    with ThreadPoolExecutor(BUYERS) as pool:
        told = list(pool.map(play, range(BUYERS)))
    return [sum(column) for column in zip(*told, strict=True)]


def reserved(app: EmbeddedApp) -> dict[str, int]:
    """Return how many leases the tables hold, a pool."""
    row = reservation.c
    count = select(row.pool_id, func.count(row.lease_id.distinct())).group_by(row.pool_id)
    with app.store.engine.connect() as conn:
        return {str(name): int(number) for name, number in conn.execute(count)}


@pytest.fixture
def market(tmp_path: Path) -> EmbeddedApp:
    app = open_home(tmp_path / "home")
    furnish(app)
    return app


def sold_exactly(app: EmbeddedApp, lots: Sequence[Lot]) -> None:
    """Race for lots; what was told, what is booked, and what there is are one."""
    told = race(app, lots, buy)
    assert told == [lot.winners for lot in lots]
    assert reserved(app) == {f"lot/{n}": lot.winners for n, lot in enumerate(lots)}
    with app.store.reading() as uow:
        assert uow.capacity.oversold() == []


def markets(lots: int) -> list[list[Lot]]:
    """Share so many lots out over markets."""
    return [MIX[: min(A_MARKET, lots - start)] for start in range(0, lots, A_MARKET)]


def test_two_hundred_lots_are_sold_exactly_once(tmp_path: Path) -> None:
    begun = time.monotonic()
    for number, lots in enumerate(markets(LOTS)):
        app = open_home(tmp_path / f"home-{number}")
        furnish(app)
        sold_exactly(app, lots)
        app.store.engine.dispose()
    seconds = round(time.monotonic() - begun, 1)
    figure("races", database="sqlite", lots=LOTS, buyers=BUYERS, seconds=seconds)


def test_lots_on_postgresql_are_sold_exactly_once(tmp_path: Path) -> None:
    begun, url = time.monotonic(), server_url()
    for number, lots in enumerate(markets(LOTS_POSTGRES)):
        engine = open_engine(url)
        empty(engine)
        engine.dispose()
        home = tmp_path / f"home-{number}"
        home.mkdir()
        app = open_home(home, db=url)
        furnish(app)
        sold_exactly(app, lots)
        app.store.engine.dispose()
    seconds = round(time.monotonic() - begun, 1)
    figure("races", database="postgresql", lots=LOTS_POSTGRES, buyers=BUYERS, seconds=seconds)


def test_looking_before_taking_would_sell_twice(market: EmbeddedApp) -> None:
    """Planted bug: read, then write. The same race catches it."""
    told = race(market, [LAST_UNIT] * 3, buy_naively)
    assert max(told) > 1, told
    with market.store.reading() as uow:
        assert uow.capacity.oversold() != []


PROCESS = """
import json, sys
from tests.e2e.test_race_capacity import LAST_UNIT, QUARTERS, buy
from tests.e2e.flow_tools import open_home
from pathlib import Path
app = open_home(Path(sys.argv[1]))
app.store
print("ready", flush=True)
sys.stdin.readline()
lots = [LAST_UNIT] * 20 + [QUARTERS] * 10
won = [n for n, lot in enumerate(lots) for k in range(4)
       if buy(app, f"lot/{n}", lot, f"{n}-{sys.argv[2]}-{k}")]
print(json.dumps(won))
"""


def test_processes_sell_exactly_once_too(market: EmbeddedApp) -> None:
    lots = [LAST_UNIT] * 20 + [QUARTERS] * 10
    put_up(market, lots)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(market.home), str(n)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    won = [lot for child in children for lot in json.loads(child.communicate(timeout=60)[0])]
    assert [won.count(n) for n in range(len(lots))] == [lot.winners for lot in lots]
    with market.store.reading() as uow:
        assert uow.capacity.oversold() == []


@pytest.mark.parametrize(
    ("isolation", "device", "winners"), [("exclusive", "CPU", 1), ("timeslice", "CPU:0.25", 4)]
)
def test_quotes_race_for_the_last_device(
    tmp_path: Path, isolation: str, device: str, winners: int
) -> None:
    """The whole command: hold, devices, vouchers and duties of the losers leave no trace."""
    app = open_home(tmp_path / "home")
    firm = furnish(app, devices=1)
    register.deposit(app, firm.id, Amount(100_000, HKD), "payment", "deposit")
    quote = quote_of(app, firm, job_file(tmp_path, isolation=isolation, device=device))
    quotes = [keep_quote(app, quote, n + 1) for n in range(12)]
    barrier = threading.Barrier(len(quotes))

    def take(n: int) -> int:
        barrier.wait(60)
        try:
            return take_quote(app, quotes[n].id, accept_duties=True, key=f"take:{n}").hold_minor
        except Conflict as error:
            assert error.code == "capacity.sold", error
            return 0

    with ThreadPoolExecutor(len(quotes)) as pool:
        holds = [hold for hold in pool.map(take, range(len(quotes))) if hold]
    found = sums(app)
    assert len(holds) == winners
    assert (found.held, found.busy_milli) == (sum(holds), 1000)
    assert check_books(app) == []
