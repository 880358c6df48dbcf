"""Random calls on the database: money sums to nought, nothing is sold twice, nobody overpays."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest
from tests.e2e.auction_home import CENTRES, MICRO, Life, life
from tests.sizes import figure, size

from entrepot.adapters.sql.market_store import SqlMarket
from entrepot.kernel.errors import EntrepotError
from entrepot.services import call_share
from entrepot.services.call_body import OrderBody, read_body, worth_minor
from entrepot.services.call_check import market_problems
from entrepot.services.call_run import Cleared, run_call
from entrepot.services.call_share import Part
from entrepot.services.check import check_books
from entrepot.services.finish_job import recover
from entrepot.services.ports_market import Call

CALLS = size("AUCTION_CALLS", 6, 2_000)
CALLS_A_HOME = 12
"""So many calls are played in one home, hour after hour."""
KINDS = ("gang", "gang", "divisible", "minimum")


def random_order(home: Life, chance: random.Random, slots: int, n: int) -> OrderBody:
    """Draw an order; some are in groups, some hang on the one before."""
    options: list[tuple[str, int, int, int, str]] = []
    for _ in range(chance.randint(1, 3)):
        length = chance.randint(1, slots)
        devices = chance.randint(1, 4)
        value = chance.randint(0, 260) * devices * length + chance.randint(0, 99) / 100
        start = chance.randint(0, slots - length)
        options.append((chance.choice(CENTRES), start, length, devices, f"{value:.2f}"))
    kind = chance.choice(KINDS)
    return home.order(
        f"o{n}",
        *options,
        kind=kind,
        least_ppm=chance.choice((250_000, 333_333, 500_000)) if kind == "minimum" else 0,
        group=chance.choice(("", "", "", "x")),
        parent=f"o{n - 1}" if n and chance.random() < 0.15 else "",
    )


def play(home: Life, chance: random.Random) -> Cleared:
    """Open a call with random asks and orders, close and run it."""
    slots = chance.randint(1, 4)
    call = home.open(slots, fee_ppm_max=chance.choice((0, 20_000, 200_000)))
    for centre in CENTRES:
        for devices in (2, 1) if chance.random() < 0.9 else ():
            price = f"{chance.randint(0, 200)}.{chance.randint(0, 999_999):06d}"
            begin = chance.randint(0, slots - 1)
            home.ask(call, centre, (begin, slots, devices, price))
    for n in range(chance.randint(1, 7)):
        home.bid(call, n % 2, random_order(home, chance, slots, n))
    home.close(call)
    cleared = run_call(home.app, call.id)
    _nobody_is_worse_off(home, cleared)
    home.set(cleared.call.to_t)
    return cleared


def _nobody_is_worse_off(home: Life, cleared: Cleared) -> None:
    """No order pays more than its worth, no ask gets less than its price for what it sold."""
    with home.app.store.reading() as uow:
        results = {one.order_id: one for one in uow.market.results(cleared.call.id)}
        orders = uow.market.orders(cleared.call.id)
    for order in orders:
        result, body = results.get(order.id), read_body(order.body) if order.body else None
        if result is None or body is None:
            continue
        if isinstance(body, OrderBody):
            assert 0 <= result.net_minor <= worth_minor(body) <= order.hold_minor
        elif not result.fraction_minor:
            rows = cast("list[list[int]]", result.body["allocation"])
            cost = sum(
                Fraction(body.steps[step - 1].price_micro * micro * (end - begin), MICRO * 10_000)
                for step, begin, end, micro in rows
            )
            assert result.net_minor >= int(cost)


def sums(home: Life) -> int:
    """Return Σ debits − Σ credits of all accounts in HKD, posted and held."""
    with home.app.store.reading() as uow:
        hkd = {a.code for a in uow.ledger.accounts() if a.asset == "HKD"}
        found = [b for code, b in uow.ledger.balances().items() if code in hkd]
    return sum(
        b.debits_posted + b.debits_pending - b.credits_posted - b.credits_pending for b in found
    )


def test_random_calls_keep_the_books_and_the_stock(tmp_path: Path) -> None:
    leases = 0
    for first in range(0, CALLS, CALLS_A_HOME):
        folder = tmp_path / str(first)
        home, chance = life(folder), random.Random(20261121 + first)
        for _ in range(min(CALLS_A_HOME, CALLS - first)):
            leases += len(play(home, chance).leases)
            with home.app.store.reading() as uow:
                assert market_problems(uow) == []
            assert sums(home) == 0
        recover(home.app)
        assert check_books(home.app) == []
        with home.app.store.reading() as uow:
            assert uow.market.slots(states=("due",)) == []
            assert uow.ledger.balance("auction_rent").credit_net == 0
        home.app.store.engine.dispose()
        shutil.rmtree(folder)
    assert leases > CALLS  # else the calls would prove nothing
    figure("auction calls", calls=CALLS, leases=leases)


def each_by_itself(
    groups: Sequence[str], weights: Sequence[int], parts: Sequence[Part], sums: dict[str, int]
) -> list[int]:
    """Planted bug: each part is rounded by itself, so that cents are lost or made."""
    whole: dict[str, int] = {}
    for group, weight in zip(groups, weights, strict=True):
        whole[group] = whole.get(group, 0) + weight
    del parts
    pairs = zip(groups, weights, strict=True)
    return [round(Fraction(sums.get(g, 0) * w, whole[g] or 1)) for g, w in pairs]


def busy_call(home: Life) -> Call:
    """Play a call whose money does not divide evenly."""
    call = home.open(3)
    home.ask(call, "demo-gz", (0, 3, 3, "33.333333"))
    home.bid(call, 0, home.order("a", ("demo-gz", 0, 3, 1, "200.01")))
    home.bid(call, 1, home.order("b", ("demo-gz", 0, 3, 1, "200.02")))
    home.bid(call, 1, home.order("c", ("demo-gz", 1, 2, 1, "100.03")))
    home.close(call)
    return call


def test_cents_rounded_one_by_one_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = life(tmp_path / "home")
    call = busy_call(home)
    monkeypatch.setattr(call_share, "_split", each_by_itself)
    run_call(home.app, call.id)
    assert check_books(home.app) != []


def test_devices_promised_without_a_look_at_the_stock_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: two asks offer the same devices, as a promise without a limit lets them."""
    right = SqlMarket.promise
    monkeypatch.setattr(
        SqlMarket, "promise", lambda s, pool, hour, n, _limit: right(s, pool, hour, n, 10**9)
    )
    home = life(tmp_path / "home")
    call = home.open()
    home.ask(call, "demo-gz", (0, 1, 4, "10"))
    home.ask(call, "demo-gz", (0, 1, 4, "11"))
    for n in range(2):
        home.bid(call, n, home.order("a", ("demo-gz", 0, 1, 4, "100")))
    home.close(call)
    assert len(run_call(home.app, call.id).leases) == 2
    assert any("8 devices promised" in problem or "8 bound of 4" in problem
               for problem in check_books(home.app))  # fmt: skip
    monkeypatch.undo()
    with pytest.raises(EntrepotError, match="devices left"):
        home.ask(home.open(after=2), "demo-gz", (0, 1, 5, "10"))
