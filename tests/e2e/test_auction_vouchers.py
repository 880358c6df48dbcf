"""Vouchers in a call: a value net of them, reserved when it clears, billed, claimed afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from tests.e2e import auction_home
from tests.e2e.auction_home import HOUR, Life, LifeApp, life_on
from tests.e2e.flow_tools import job_file
from tests.e2e.test_voucher_flow import OWN, PROGRAMME, limits

from entrepot.kernel.money import parse_amount
from entrepot.services import order_voucher
from entrepot.services.call_run import run_call
from entrepot.services.call_view import result_view
from entrepot.services.check import check_books
from entrepot.services.entitle_case import reservations
from entrepot.services.finish_job import recover
from entrepot.services.order_build import order_body
from entrepot.services.order_model import OrderFile
from entrepot.services.ports_market import Call, SealedOrder
from entrepot.services.settings import read_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """Return a home with a programme that pays half, up to 60 HKD a firm and year."""
    rules = tmp_path / "facts" / "rules"
    rules.mkdir(parents=True)
    (rules / "vouchers.yaml").write_text(PROGRAMME.format(cap=60, fund=100), "utf-8")

    def opened(folder: Path, kind: type[LifeApp], db: str = "") -> LifeApp:
        assert not db
        names = {
            "ENTREPOT_HOME": str(folder),
            "ENTREPOT_FACTS": str(tmp_path / "facts"),
            "ENTREPOT_FX_REFUSE_DAYS": "3650",
        }
        return kind(read_settings(names), create=True)

    monkeypatch.setattr(auction_home, "open_home", opened)
    return life_on(tmp_path / "home", "")


def ordered(home: Life, call: Call, firm: int, value: str) -> SealedOrder:
    """Bid for an hour of one device with a value net of vouchers."""
    spec = home.app.read_job(job_file(home.app.home, duration="1h"))
    written = OrderFile(
        f"net-{firm}", value=parse_amount(value), net_of_vouchers=True, accept_duties=True, job=spec
    )
    body = order_body(home.app, home.firms[firm], call, written)
    return home.bid(call, firm, body)


def sold(home: Life, value: str = "50 HKD", after: int = 1) -> tuple[Call, SealedOrder]:
    """Play a call in which the one order pays 80 HKD: 40 are worth 80 with the voucher."""
    call = home.open(after=after)
    home.ask(call, "demo-gz", (0, 1, 1, "80"))
    order = ordered(home, call, 0, value)
    home.close(call)
    run_call(home.app, call.id)
    return call, order


def test_the_value_is_raised_by_what_vouchers_pay(home: Life) -> None:
    call = home.open()
    spec = home.app.read_job(job_file(home.app.home, duration="1h"))
    base = OrderFile("net", value=parse_amount("50 HKD"), accept_duties=True, job=spec)
    found = {
        net: {
            option.value_micro // 10_000
            for option in order_body(
                home.app, home.firms[0], call, replace(base, net_of_vouchers=net)
            ).options
        }
        for net in (True, False)
    }
    assert found == {True: {10_000}, False: {5_000}}, "half of 100.01, rounded down, leaves 50.01"


def test_it_is_reserved_billed_in_full_and_left_to_claim(home: Life) -> None:
    app = home.app
    call, order = sold(home)
    paid = result_view(app, call.id).results[order.id].net_minor
    assert 8_000 <= paid <= 10_000
    (held,) = reservations(app)[0]
    half = paid // 2
    assert (held.programme, held.amount_minor, held.state) == (OWN, half, "reserved")
    assert {limit.used for limit in limits(app).values()} == {half}
    assert check_books(app) == []
    home.set(call.to_t)
    (job_id,) = recover(app).billed
    with app.store.reading() as uow:
        (bill,) = uow.deals.invoices()
    assert job_id
    document = cast("dict[str, Any]", bill.body["document"])
    (voucher,) = document["vouchers"]
    assert bill.total_minor == paid
    assert (voucher["amount"]["minor"], voucher["payout"]) == (half, "claim_then_redeem")
    (held,) = reservations(app)[0]
    assert (held.state, held.amount_minor) == ("applied", half)
    assert check_books(app) == []


def test_slots_that_fail_give_their_part_back(home: Life) -> None:
    from entrepot.services.call_fail import fail_slots

    app = home.app
    call, order = sold(home)
    lease = result_view(app, call.id).leases[order.id][0]
    fail_slots(app, lease.lease_id, (), "fire", "INC-1", "fail")
    home.set(call.to_t + HOUR)
    recover(app)
    assert {limit.used for limit in limits(app).values()} == {0}
    assert check_books(app) == []


def test_a_cap_that_runs_out_stops_nobody(home: Life) -> None:
    """The second order of the group finds the cap of 60 HKD nearly used, and is served too."""
    app = home.app
    sold(home)
    call, order = sold(home, "70 HKD", after=3)
    assert result_view(app, call.id).results[order.id].net_minor >= 8_000
    by_firm = {limit.name: limit.used for limit in limits(app).values()}
    assert max(by_firm.values()) == 6_000, "twenty were left of the sixty"
    assert len(reservations(app)[0]) == 2
    assert check_books(app) == []


def test_a_programme_without_room_is_left_out_whole(
    home: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted race: every limit but the first says that it is used up."""
    real, calls = order_voucher._take, list[str]()

    def taken(uow: Any, held: Any) -> bool:
        class Full:
            vouchers = None

            def __init__(self) -> None:
                self.vouchers = self

            def take(self, scope: str, limit: int, step: int) -> bool:
                calls.append(scope)
                return len(calls) == 1 and uow.vouchers.take(scope, limit, step)

            def give_back(self, scope: str, step: int) -> None:
                uow.vouchers.give_back(scope, step)

        return real(Full(), held)  # type: ignore[arg-type]

    monkeypatch.setattr(order_voucher, "_take", taken)
    _call, _order = sold(home)
    assert len(calls) == 2
    assert reservations(home.app)[0] == []
    assert {limit.used for limit in limits(home.app).values()} <= {0}
