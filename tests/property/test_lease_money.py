"""Whatever is asked of leases in whatever order, money and devices add up after every step.

free + held + paid = what was paid in        held = Σ price of open leases
Σ debits = Σ credits                          Σ milli of leases + free = all devices
reserved vouchers = vouchers of the price
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import sums
from tests.unit.services.desk import CAPITAL, NOW, Desk, leased, open_desk, report
from tests.unit.services.test_lease_change import of_kind, price_of

from entrepot.domain.contracts.lease_kind import LeaseKind
from entrepot.kernel.errors import EntrepotError
from entrepot.services import lease_change
from entrepot.services import records as r
from entrepot.services.backend_port import Phase, RunState
from entrepot.services.check import check_books
from entrepot.services.credit_line import move_hold
from entrepot.services.finish_job import advance
from entrepot.services.lease import the_lease
from entrepot.services.lease_change import extend_lease, shrink_lease
from entrepot.services.lease_leave import give_back
from entrepot.services.run_job import start_job

STEPS = 14
BOUND = of_kind(LeaseKind.VM, minimum_s=120, notice_s=30)


def wrong(desk: Desk) -> list[str]:
    """Return what does not add up."""
    found = sums(desk)
    with desk.store.reading() as uow:
        open_leases = uow.deals.leases(("held", "running"))
        reserved = {one.id: uow.vouchers.of_lease(one.id) for one in open_leases}
        vouchers = [one for rows in reserved.values() for one in rows if one.state == "reserved"]
        oversold = uow.capacity.oversold()
        prepaid = uow.ledger.balance(f"prepaid:{desk.firm.id}")
    priced = [price_of(lease) for lease in open_leases]
    wanted = sum(x.amount.minor for price in priced for x in price.vouchers)
    checks = (
        (found.free + found.held + prepaid.debits_posted == CAPITAL, "prepaid"),
        (found.held == sum(price.payable_now.minor for price in priced), "held"),
        (sum(one.amount_minor for one in vouchers) == wanted, "vouchers"),
        (found.busy_milli == sum(lease.milli_devices for lease in open_leases), "devices"),
    )
    told = [name for right, name in checks if not right]
    return [*told, *oversold, *check_books(desk), *desk.store.check_ledger()]


def step(desk: Desk, chance: random.Random, n: int, ids: list[str]) -> None:
    """Ask one thing of a lease; a refusal is an answer too."""
    if not ids or (len(ids) < 2 and chance.random() < 0.3):
        ids.append(leased(desk, n, chance.choice((None, BOUND))).id)
        return
    lease_id = chance.choice(ids)
    seconds = chance.choice((0, 1, 60, 599, 3_600))
    how: dict[str, Any] = {"reason": "", "key": f"step-{n}"}
    if seconds == 0:
        how["milli_devices"] = 1000
    else:
        how["seconds"] = seconds
    act = chance.choice(("extend", "extend", "shrink", "shrink", "leave", "run"))
    try:
        if act == "extend":
            extend_lease(desk, lease_id, **how)
        elif act == "shrink":
            shrink_lease(desk, lease_id, **how)
        elif act == "leave":
            give_back(desk, lease_id, milli_devices=how.get("milli_devices", 0), reason="", key="k")
        else:
            run_whole(desk, lease_id, chance)
    except EntrepotError as refusal:
        assert refusal.render_hint()
    if the_lease(desk, lease_id).state not in ("held", "running"):
        ids.remove(lease_id)


def run_whole(desk: Desk, lease_id: str, chance: random.Random) -> None:
    job = start_job(desk, lease_id)
    ran_s = chance.randrange(1, the_lease(desk, lease_id).duration_s + 1)
    reported = {"milli_device_seconds": ran_s * the_lease(desk, lease_id).milli_devices}
    desk.hand.sent = [report(desk, job, ran_s, **reported)]
    desk.hand.run_state = RunState(Phase.SUCCEEDED, 0, None, NOW, NOW + ran_s)
    assert advance(desk, job.id).invoice is not None


def played(desk: Desk, seed: int) -> list[str]:
    """Play a sequence; return the first things that do not add up."""
    chance, ids = random.Random(seed), list[str]()
    for n in range(1, STEPS + 1):
        step(desk, chance, n, ids)
        found = wrong(desk)
        if found:
            return found
    return []


@pytest.mark.parametrize("seed", range(3))
def test_money_and_devices_add_up_after_every_step(tmp_path: Path, seed: int) -> None:
    desk = open_desk(tmp_path / "home")
    assert played(desk, seed) == []


def test_a_hold_that_is_not_ended_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: the new sum is held beside the old one instead of in its place."""

    def beside(uow: Any, before: r.Lease, after: r.Lease, void_id: str) -> None:
        move_hold(uow, replace(before, hold_minor=0), after, void_id)

    monkeypatch.setattr(lease_change, "move_hold", beside)
    found = [played(open_desk(tmp_path / f"home-{seed}"), seed) for seed in range(2)]
    assert any("held" in problems for problems in found)


def test_devices_that_stay_taken_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a lease pays for less and keeps the devices."""
    monkeypatch.setattr(lease_change, "give_back_devices", lambda uow, before, after: None)
    desk = open_desk(tmp_path / "home")
    lease = leased(desk)
    extend_lease(desk, lease.id, milli_devices=1000, reason="", key="e")
    assert wrong(desk) == []
    shrink_lease(desk, lease.id, milli_devices=1000, reason="", key="s")
    assert wrong(desk) == ["devices"]
