"""Random calls over elastic and resold leases: no device twice, Σ = 0, nobody worse off."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.exc import SQLAlchemyError
from tests.e2e.auction_home import CENTRES, HOUR, Life, life
from tests.sizes import figure, size

from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import HKD, Amount
from entrepot.services import call_run, call_share, elastic_yield
from entrepot.services.call_body import Elastic
from entrepot.services.call_check import market_problems
from entrepot.services.call_run import Cleared, run_call
from entrepot.services.call_verify import verify_call
from entrepot.services.check import check_books
from entrepot.services.elastic_share import Gave
from entrepot.services.finish_job import recover
from entrepot.services.ports_market import Call
from entrepot.services.resale_offer import resell

SERIES = size("ELASTIC_SERIES", 2, 300)
"""So many days are played, each in a home of its own."""
DAY = 4
"""Hours of the first call, which four hourly ones follow."""


def first_call(home: Life, chance: random.Random) -> Call:
    """Sell some hours to both firms, most of it to be given up or sold again."""
    call = home.open(slots=DAY, after=2)
    for centre in CENTRES:
        home.ask(call, centre, (0, DAY, 3, str(chance.randint(1, 80))))
    for n in range(4):
        begin, length = chance.choice(((0, DAY), (1, 3), (0, 2), (2, 2)))
        devices = chance.randint(1, 2)
        value = f"{chance.randint(60, 150) * devices * length}.{chance.randint(0, 99):02d}"
        order = home.order(f"o{n}", (chance.choice(CENTRES), begin, length, devices, value))
        terms = Elastic(chance.choice((60, 600, 3_600)), chance.choice((0, 777, 5_000)))
        home.bid(call, n % 2, replace(order, elastic=terms if chance.random() < 0.7 else None))
    home.close(call)
    run_call(home.app, call.id)
    return call


def hourly(home: Life, chance: random.Random, first: Call, hour: int) -> Call:
    """Open a call over what is left of the day, with rivals, new devices and slots on offer."""
    now = home.app.clock.now()
    after = (first.from_t + hour * HOUR - (now - now % HOUR)) // HOUR
    slots = chance.randint(1, DAY - hour)
    call = home.open(slots, after, gate_s=chance.choice((300, 600)) if hour else 300)
    if chance.random() < 0.5:
        with suppress(EntrepotError):
            home.ask(call, chance.choice(CENTRES), (0, slots, 1, str(chance.randint(1, 200))))
    with home.app.store.reading() as uow:
        leases = [lease.lease_id for lease in uow.market.leases()]
    for lease_id in leases:
        if chance.random() < 0.35:
            reserve = Amount(chance.randint(0, 12_000), HKD)
            with suppress(EntrepotError):  # nothing of it lies in the call, or it is on offer
                whole = chance.random() < 0.5
                resell(home.app, call.id, lease_id, reserve, [], home.key(), whole=whole)
    kinds = ("gang", "divisible", "minimum")
    for n in range(chance.randint(1, 4)):
        length = chance.randint(1, slots)
        devices, kind = chance.randint(1, 4), chance.choice(kinds)
        value = f"{chance.randint(0, 400) * devices * length}.{chance.randint(0, 99):02d}"
        option = (chance.choice(CENTRES), chance.randint(0, slots - length), length, devices, value)
        least = 333_333 if kind == "minimum" else 0
        home.bid(call, n % 2, home.order(f"r{n}", option, kind=kind, least_ppm=least))
    home.close(call)
    return call


def nobody_is_worse_off(home: Life) -> tuple[int, int]:
    """Hold every notice against the slots that it ended; return how many there are of each kind."""
    with home.app.store.reading() as uow:
        notices = uow.elastic.notices()
        slots = {(s.lease_id, s.slot_t): s for s in uow.market.slots()}
        parts = uow.elastic.parts()
    for notice in notices:
        assert notice.given_at < notice.ends_at
        if notice.kind == "elastic":
            lost = [s for s in slots.values() if s.reference == notice.ask_id]
            assert sum(s.paid_minor for s in lost) == notice.refund_minor
            assert notice.brought_minor >= notice.refund_minor + notice.credit_minor
        else:
            mine = sum(part.minor for part in parts if part.ask_id == notice.ask_id)
            assert mine == notice.brought_minor - notice.fee_minor >= 0
    kinds = [notice.kind for notice in notices]
    return kinds.count("elastic"), kinds.count("resale")


def no_device_twice(home: Life) -> None:
    """Count the devices of all leases hour by hour, from their slots alone."""
    with home.app.store.reading() as uow:
        pools = {pool.id: pool.devices for pool in uow.registry.pools()}
        resold = {(n.lease_id, n.ends_at) for n in uow.elastic.notices() if n.kind == "resale"}
        leases = {lease.lease_id: lease for lease in uow.market.leases()}
        used: dict[tuple[str, int], int] = {}
        for slot in uow.market.slots():
            if slot.state != "yielded" and (slot.lease_id, slot.slot_t) not in resold:
                lease = leases[slot.lease_id]
                key = (lease.pool_id, slot.slot_t)
                used[key] = used.get(key, 0) + lease.devices
    assert {key: n for key, n in used.items() if n > pools[key[0]]} == {}


def centres_are_paid_once(home: Life, cleared: Cleared) -> None:
    """What a call leaves to the operator falls short by no more than a fee that nobody paid."""
    with home.app.store.reading() as uow:
        own = {one.order_id for one in uow.elastic.standing(call_id=cleared.call.id)}
        leases = uow.market.leases(cleared.call.id)
        parts = uow.elastic.parts([lease.lease_id for lease in leases])
    payments = cast("dict[str, list[list[object]]]", cleared.clearing.certificate["payments"])
    orders = payments["orders"]
    unpaid = sum(cast("int", row[3]) for row in orders if row[0] in own)
    rent = sum(lease.paid_minor - lease.owed_minor for lease in leases)
    assert rent - sum(part.minor for part in parts) >= -unpaid - len(orders)


def sums(home: Life) -> int:
    """Return Σ debits − Σ credits of all accounts in HKD, posted and held."""
    with home.app.store.reading() as uow:
        hkd = {a.code for a in uow.ledger.accounts() if a.asset == "HKD"}
        found = [b for code, b in uow.ledger.balances().items() if code in hkd]
    return sum(
        b.debits_posted + b.debits_pending - b.credits_posted - b.credits_pending for b in found
    )


def play(home: Life, seed: int) -> tuple[int, int]:
    """Play a day: one long call, and hourly ones over it; hold every step against the promises."""
    chance = random.Random(seed)
    first = first_call(home, chance)
    for hour in range(DAY):
        call = hourly(home, chance, first, hour)
        centres_are_paid_once(home, run_call(home.app, call.id))
        verify_call(home.app, call.id)
        with home.app.store.reading() as uow:
            assert market_problems(uow) == []
        no_device_twice(home)
        nobody_is_worse_off(home)
        assert sums(home) == 0
    home.set(first.to_t + HOUR)
    recover(home.app)
    assert check_books(home.app) == []
    with home.app.store.reading() as uow:
        assert uow.market.slots(states=("due", "resold")) == []
        assert uow.ledger.balance("auction_rent").credit_net == 0
    return nobody_is_worse_off(home)


def test_random_days_keep_the_promises_of_notice_refund_and_resale(tmp_path: Path) -> None:
    taken = resold = 0
    for seed in range(SERIES):
        home = life(tmp_path / str(seed), (3, 3))
        one, two = play(home, 20_261_123 + seed)
        taken, resold = taken + one, resold + two
        home.app.store.engine.dispose()
        shutil.rmtree(tmp_path / str(seed))
    assert taken > 0  # else the days would prove nothing
    assert resold > 0
    figure("elastic days", days=SERIES, gave_way=taken, resold=resold)


def _half(paid: list[int], credit_bp: int) -> tuple[int, int]:
    return sum(paid) // 2, sum(paid) * credit_bp // 10_000


BUGS: dict[str, tuple[object, str, object, int]] = {
    "what gave way stays with its holder": (elastic_yield, "_move", lambda *_: None, 1),
    "centres are paid again for leases that stay": (
        call_share, "earned_less", lambda earned, _charges, _zones: dict(earned), 0,
    ),
    "half of the price is given back": (elastic_yield, "cost_to_take", _half, 1),
    "devices that were given up stay bound": (call_run, "freed_by", lambda _gave: {}, 1),
    "what others pay need not cover it": (Gave, "is_covered", property(lambda _gave: True), 0),
}  # fmt: skip
"""What is wrong → where, with what in its place, and the day that shows it."""


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, wrong, day = BUGS[bug]
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises((AssertionError, KeyError, ValueError, EntrepotError, SQLAlchemyError)):
        play(life(tmp_path / "home", (3, 3)), 20_261_121 + day)
