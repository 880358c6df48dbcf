"""Leases that give way to higher value, and slots that are sold again, from call to call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.e2e.auction_home import HOUR, Life, balance, life, life_on

from entrepot.adapters.sql.engine import open_engine
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.money import parse_amount
from entrepot.services.auction_run import Terms
from entrepot.services.call_bid import the_order, withdraw
from entrepot.services.call_body import Elastic
from entrepot.services.call_close import close_call, void_call
from entrepot.services.call_explain import explain
from entrepot.services.call_fail import fail_slots
from entrepot.services.call_run import decide, keep_decided, run_call
from entrepot.services.call_verify import verify_call
from entrepot.services.check import check_books
from entrepot.services.elastic_end import end_given_up
from entrepot.services.finish_job import advance, recover
from entrepot.services.ports_elastic import Notice
from entrepot.services.ports_market import Call, LeaseSlot, SealedOrder
from entrepot.services.resale_offer import resell
from entrepot.services.run_job import start_job

TERMS = Elastic(notice_s=600, credit_bp=2_500)


@pytest.fixture
def home(tmp_path: Path) -> Life:
    return life(tmp_path / "home")


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Life:
    """The home on either database."""
    if request.param == "sqlite":
        return life(tmp_path / "home")
    engine = open_engine(server_url())
    empty(engine)
    engine.dispose()
    return life_on(tmp_path / "home", server_url())


def held(
    home: Life, value: str = "900", devices: int = 2, terms: Elastic | None = TERMS
) -> tuple[Call, str]:
    """Let the first firm win three hours on two devices of four, at HKD 50; return its lease."""
    call = home.open(slots=3, after=2)
    home.ask(call, "demo-gz", (0, 3, 2, "50"))
    order = home.order("held", ("demo-gz", 0, 3, devices, value))
    home.bid(call, 0, replace(order, elastic=terms))
    home.close(call)
    (lease_id,) = run_call(home.app, call.id).leases
    return call, lease_id


def later(home: Life, first: Call, hour: int, slots: int = 1) -> Call:
    """Open a call over hours of the first one."""
    now = home.app.clock.now()
    after = (first.from_t + hour * HOUR - (now - now % HOUR)) // HOUR
    return home.open(slots=slots, after=after)


def rival(home: Life, call: Call, value: str, devices: int = 2, slots: int = 1) -> SealedOrder:
    """Bid for the second firm."""
    return home.bid(call, 1, home.order("rival", ("demo-gz", 0, slots, devices, value)))


def cleared(home: Life, call: Call) -> tuple[str, ...]:
    """Close and run a call, prove it and the books, and return its leases."""
    home.close(call)
    assert check_books(home.app) == []
    leases = run_call(home.app, call.id).leases
    verify_call(home.app, call.id)
    assert check_books(home.app) == home.app.store.verify_journal() == []
    return leases


def slots_of(home: Life, lease_id: str) -> list[LeaseSlot]:
    """Return the slots of a lease."""
    with home.app.store.reading() as uow:
        return uow.market.slots(lease_id)


def notices_of(home: Life, lease_id: str) -> list[Notice]:
    """Return the notices of a lease."""
    with home.app.store.reading() as uow:
        return uow.elastic.notices(lease_id=lease_id)


def prepaid(home: Life, firm: int) -> int:
    """Return the prepaid money of a firm, HKD cents."""
    return balance(home, f"prepaid:{home.firms[firm].id}")


def test_a_lease_gives_way_to_a_higher_order_with_notice_refund_and_credit(anywhere: Life) -> None:
    home, app = anywhere, anywhere.app
    first, lease_id = held(home)
    second = later(home, first, 2)
    order = rival(home, second, "600")  # 300 of the 900 are at stake in the last hour
    (taken,) = cleared(home, second)

    (notice,) = notices_of(home, lease_id)
    assert (notice.given_at, notice.ends_at) == (second.gate_closure, second.from_t)
    assert (notice.refund_minor, notice.credit_minor, notice.slots) == (10_000, 2_500, 1)
    assert notice.brought_minor == 30_000  # what the lease was worth to its holder sets the price
    assert [slot.state for slot in slots_of(home, lease_id)] == ["due", "due", "yielded"]
    assert prepaid(home, 0) == 900_000 - 30_000 + 10_000 + 2_500
    assert prepaid(home, 1) == 900_000 - 30_000
    assert explain(app, order.id).why == "served"
    with app.store.reading() as uow:
        lease = uow.market.lease(lease_id)
    assert lease is not None
    told = explain(app, lease.order_id)
    assert (told.why, told.notices) == ("served", (notice,))
    own, ask = _standing(home, second)
    assert (explain(app, own).why, explain(app, ask).why) == ("yielded", "yielded")
    assert explain(app, own).options[0].worth_minor == 30_000
    entries = app.store.journal_entries(1)
    assert entries[0]["command"] == "auction.run"

    home.set(first.to_t)
    recover(app)
    with app.store.reading() as uow:
        bills = {bill.lease_id: bill.total_minor for bill in uow.deals.invoices()}
    assert bills == {lease_id: 20_000, taken: 30_000}
    # The centre gets 200 and 300, and bears the credit of 25.
    assert balance(home, "cost_of_compute") == -(20_000 + 30_000 - 2_500)
    assert check_books(app) == app.store.verify_journal() == []


def _standing(home: Life, call: Call) -> tuple[str, str]:
    """Return own order and ask of the one lease that stands in a call."""
    with home.app.store.reading() as uow:
        (found,) = uow.elastic.standing(call_id=call.id)
    return str(found.order_id), found.ask_id


def test_a_slot_is_sold_again_and_its_proceeds_follow_its_delivery(anywhere: Life) -> None:
    home, app = anywhere, anywhere.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 1, slots=2)
    reserve = parse_amount("40 HKD")
    asks = resell(app, second.id, lease_id, reserve, [], "k")
    assert resell(app, second.id, lease_id, reserve, [], "k") == asks
    assert [(ask.body, ask.stock, ask.state) for ask in asks] == [({}, (), "sealed")] * 2
    order = rival(home, second, "600")
    (taken,) = cleared(home, second)

    ends = [the_order(app, ask.id).state for ask in asks]
    assert ends == ["accepted", "rejected"]
    assert [explain(app, ask.id).why for ask in asks] == ["resold", "not_resold"]
    assert [slot.state for slot in slots_of(home, lease_id)] == ["due", "resold", "due"]
    (notice,) = notices_of(home, lease_id)
    assert (notice.brought_minor, notice.fee_minor) == (8_000, 80)
    assert prepaid(home, 0) == 900_000 - 30_000  # nothing before it is delivered
    assert balance(home, f"auction_owed:{home.firms[0].id}") == 7_920
    assert explain(app, order.id).result.net_minor == 8_000  # type: ignore[union-attr]

    home.set(first.to_t)
    recover(app)
    with app.store.reading() as uow:
        bills = {bill.lease_id: bill for bill in uow.deals.invoices()}
    # Who sold it again has bought it all the same, and the centre is paid for it once.
    assert {one: bill.total_minor for one, bill in bills.items()} == {
        lease_id: 30_000,
        taken: 8_000,
    }
    assert bills[taken].centre_minor == 0
    assert prepaid(home, 0) == 900_000 - 30_000 + 7_920
    assert balance(home, "cost_of_compute") == -30_000
    assert balance(home, "auction_income") == 80
    assert balance(home, f"auction_owed:{home.firms[0].id}") == balance(home, "auction_rent") == 0
    assert check_books(app) == app.store.verify_journal() == []


def test_a_lease_stays_where_nobody_is_worth_more_and_pays_nothing(home: Life) -> None:
    first, lease_id = held(home)
    second = later(home, first, 2)
    order = rival(home, second, "299")
    assert cleared(home, second) == ()
    assert notices_of(home, lease_id) == []
    assert {slot.state for slot in slots_of(home, lease_id)} == {"due"}
    assert prepaid(home, 0) == 870_000
    own, ask = _standing(home, second)
    assert [explain(home.app, one).why for one in (own, ask)] == ["kept", "kept"]
    lost = explain(home.app, order.id)
    assert (lost.why, lost.missing_minor) == ("too_little", 100)


def test_a_lease_stays_beside_others_who_are_served_and_nobody_is_charged_for_it(
    home: Life,
) -> None:
    first, lease_id = held(home)
    second = later(home, first, 2)
    home.ask(second, "demo-gz", (0, 1, 2, "120"))
    rival(home, second, "280")
    (taken,) = cleared(home, second)
    assert notices_of(home, lease_id) == []
    (slot,) = slots_of(home, taken)
    assert slot.paid_minor == slot.owed_minor >= 24_000
    assert prepaid(home, 0) == 870_000
    home.set(first.to_t)
    recover(home.app)
    assert check_books(home.app) == []


def test_nobody_takes_a_lease_for_less_than_its_refund_and_credit(home: Life) -> None:
    """What it is worth to its holder is less than both, so they are what has to be paid."""
    first, lease_id = held(home, value="301")
    second = later(home, first, 1)
    # Two hours are at stake since the job would end: 200 paid and 50 credit.
    rival(home, second, "249")
    assert cleared(home, second) == ()
    assert notices_of(home, lease_id) == []
    third = later(home, first, 2)
    order = rival(home, third, "126")  # 100 paid and 25 credit for the last hour alone
    assert cleared(home, third) != ()
    (notice,) = notices_of(home, lease_id)
    assert 12_500 <= notice.brought_minor <= 12_600
    assert the_order(home.app, order.id).state == "accepted"


def test_a_lease_that_loses_an_hour_ends_and_its_centre_has_the_rest_again(home: Life) -> None:
    first, lease_id = held(home)
    second = later(home, first, 1)
    rival(home, second, "700", devices=1)
    cleared(home, second)
    (notice,) = notices_of(home, lease_id)
    assert (notice.slots, notice.refund_minor, notice.credit_minor) == (2, 20_000, 5_000)
    assert [slot.state for slot in slots_of(home, lease_id)] == ["due", "yielded", "yielded"]
    with home.app.store.reading() as uow:
        bound = uow.market.promises()
    hours = {(hour - first.from_t) // HOUR: n for (_, hour), n in bound.items()}
    assert hours == {0: 2, 1: 1}  # what was given up and not bought is free
    third = later(home, first, 2)
    home.ask(third, "demo-gz", (0, 1, 4, "10"))
    assert check_books(home.app) == []


def test_a_running_job_stops_at_the_border(home: Life) -> None:
    app = home.app
    first, lease_id = held(home)
    second = later(home, first, 1)
    rival(home, second, "700")
    home.set(first.from_t + 30)
    job = start_job(app, lease_id)
    assert job.spec["time_limit_s"] == 3 * HOUR - 30
    (taken,) = cleared(home, second)
    home.set(second.from_t - 1)
    assert end_given_up(app) == ()
    home.set(second.from_t)
    assert end_given_up(app) == (job.id,)
    advance(app, job.id)
    bill = advance(app, job.id).invoice
    assert bill is not None
    assert bill.total_minor == 10_000
    assert end_given_up(app) == ()
    assert start_job(app, taken).lease_id == taken
    assert check_books(app) == []


def test_a_lease_that_gave_way_starts_no_more_after_its_end(home: Life) -> None:
    first, lease_id = held(home, terms=Elastic(300, 0))
    second = home.open(slots=3, gate_s=300)
    rival(home, second, "1500", slots=3)
    cleared(home, second)
    home.set(first.from_t)
    with pytest.raises(Refused, match="no slot left"):
        start_job(home.app, lease_id)


def test_notice_is_kept_or_the_lease_stays(home: Life) -> None:
    """The gate closes ten minutes before the slot; an hour of notice cannot be kept."""
    first, lease_id = held(home, terms=Elastic(3_600, 1_000))
    second = later(home, first, 2)
    rival(home, second, "800")
    assert cleared(home, second) == ()
    assert notices_of(home, lease_id) == []
    with home.app.store.reading() as uow:
        assert uow.elastic.standing() == []


def test_a_call_that_is_run_late_takes_nothing_without_notice(home: Life) -> None:
    first, lease_id = held(home)
    second = later(home, first, 2)
    order = rival(home, second, "800")
    home.close(second)
    home.set(second.gate_closure + 1)
    assert run_call(home.app, second.id).leases == ()
    own, ask = _standing(home, second)
    assert {the_order(home.app, one).reason for one in (own, ask)} == {"auction.notice_late"}
    assert the_order(home.app, order.id).state == "rejected"
    assert notices_of(home, lease_id) == check_books(home.app) == []
    verify_call(home.app, second.id)


def test_two_calls_take_the_same_slot_once(home: Life) -> None:
    first, lease_id = held(home)
    calls = [later(home, first, 2), later(home, first, 1, slots=2)]
    rival(home, calls[0], "800")
    home.bid(calls[1], 1, home.order("other", ("demo-gz", 0, 2, 2, "1600")))
    home.set(calls[1].gate_closure)
    for call in calls[1:]:
        close_call(home.app, call.id, home.key())
        run_call(home.app, call.id)
    assert cleared(home, calls[0]) == ()
    assert len(notices_of(home, lease_id)) == 1
    with home.app.store.reading() as uow:
        assert uow.elastic.standing(call_id=calls[0].id) == []


def test_a_slot_that_changed_while_the_call_was_solved_is_not_taken_twice(home: Life) -> None:
    app = home.app
    first, lease_id = held(home)
    second = later(home, first, 2)
    rival(home, second, "800")
    home.close(second)
    call = replace(second, state="closed")
    decided = decide(app, call, Terms(call.seed, None, None, call.fee_ppm_max))
    fail_slots(app, lease_id, [second.from_t], "fire", "INC-1", "f")
    with pytest.raises(Conflict, match="has changed while"):
        keep_decided(app, call, decided)
    assert run_call(app, second.id).leases == ()
    assert check_books(app) == []


def test_the_gate_and_the_own_group_bind_who_buys_a_slot_again(home: Life) -> None:
    app = home.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 2)
    resell(app, second.id, lease_id, parse_amount("10 HKD"), [], "k")
    own = home.bid(second, 0, home.order("own", ("demo-gz", 0, 1, 2, "900")))
    data = cast("dict[str, dict[str, object]]", home.job["data"])
    secret = {**data["inbound"], "state_secret_or_core": True}
    order = home.order("shut", ("demo-gz", 0, 1, 2, "900"))
    shut = home.bid(second, 1, replace(order, job={"data": {**data, "inbound": secret}}))
    assert cleared(home, second) == ()
    assert explain(app, own.id).why == "own_group"
    assert the_order(app, shut.id).reason == "auction.law"
    assert {slot.state for slot in slots_of(home, lease_id)} == {"due"}


def test_a_slot_that_is_bought_in_part_stays_if_it_is_sold_whole_only(home: Life) -> None:
    app = home.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 2)
    (ask,) = resell(app, second.id, lease_id, parse_amount("50 HKD"), [], "k", whole=True)
    rival(home, second, "90", devices=1)
    assert cleared(home, second) == ()
    assert explain(app, ask.id).why == "resale_short"
    third = home.open(gate_s=300)
    resell(app, third.id, lease_id, parse_amount("50 HKD"), [], "k2")
    rival(home, third, "90", devices=1)
    (taken,) = cleared(home, third)
    assert [slot.state for slot in slots_of(home, lease_id)] == ["due", "due", "resold"]
    assert slots_of(home, taken)[0].paid_minor == 5_000
    with app.store.reading() as uow:
        assert uow.market.promises()["demo-gz/cpu", third.from_t] == 1  # the other one is free


def test_a_resold_slot_that_fails_is_made_good_to_buyer_and_seller(home: Life) -> None:
    app = home.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 2)
    resell(app, second.id, lease_id, parse_amount("40 HKD"), [], "k")
    rival(home, second, "600")
    (taken,) = cleared(home, second)
    failed = fail_slots(app, taken, [], "power cut", "INC-1", "f")
    assert (failed.refund_minor, failed.credit_minor) == (8_000, 800)
    assert prepaid(home, 1) == 900_000 + 800
    # The seller gets what the centre is owed for the slot by the first sale, 100, not 79.20.
    assert prepaid(home, 0) == 870_000 + 10_000
    assert check_books(app) == []
    home.set(first.to_t)
    recover(app)
    # The centre keeps the 200 of two hours, and bears the buyer's credit.
    assert -balance(home, "cost_of_compute") == 30_000 - 10_000 - 800
    assert check_books(app) == app.store.verify_journal() == []


def test_devices_of_a_seller_and_of_the_centre_share_what_they_bring(home: Life) -> None:
    app = home.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 2)
    home.ask(second, "demo-gz", (0, 1, 2, "40"))
    resell(app, second.id, lease_id, parse_amount("30 HKD"), [], "k")
    rival(home, second, "600", devices=4)
    (taken,) = cleared(home, second)
    (slot,) = slots_of(home, taken)
    with app.store.reading() as uow:
        (part,) = uow.elastic.parts([taken])
    assert slot.paid_minor == 16_000
    assert (slot.owed_minor, part.minor) == (8_000, 8_000 - 80)
    home.set(first.to_t)
    recover(app)
    assert check_books(app) == []


def test_what_was_bought_from_a_seller_can_be_sold_again(home: Life) -> None:
    app = home.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 2)
    resell(app, second.id, lease_id, parse_amount("40 HKD"), [], "k")
    rival(home, second, "600")
    (taken,) = cleared(home, second)
    third = home.open(slots=1, gate_s=300)
    resell(app, third.id, taken, parse_amount("60 HKD"), [], "k3")
    home.bid(third, 0, home.order("back", ("demo-gz", 0, 1, 2, "300")))
    (last,) = cleared(home, third)
    home.set(first.to_t)
    recover(app)
    with app.store.reading() as uow:
        bills = {bill.lease_id: bill.total_minor for bill in uow.deals.invoices()}
    assert bills == {lease_id: 30_000, taken: 8_000, last: 12_000}
    assert balance(home, "cost_of_compute") == -30_000
    assert check_books(app) == app.store.verify_journal() == []


def test_what_cannot_be_sold_again_is_said(home: Life) -> None:
    app = home.app
    first, lease_id = held(home, terms=None)
    second = later(home, first, 2)
    reserve = parse_amount("40 HKD")
    with pytest.raises(Invalid, match="in HKD"):
        resell(app, second.id, lease_id, parse_amount("40 CNY"), [], "a")
    with pytest.raises(Refused, match="no such slot"):
        resell(app, second.id, lease_id, reserve, [first.from_t], "b")
    (ask,) = resell(app, second.id, lease_id, reserve, [], "c")
    with pytest.raises(Conflict, match="on offer in call"):
        resell(app, second.id, lease_id, reserve, [], "d")
    home.set(first.from_t)
    with pytest.raises(Refused, match="is on offer in call"):
        start_job(app, lease_id)
    withdraw(app, ask.id, "w")
    resell(app, second.id, lease_id, reserve, [], "e")
    void_call(app, second.id, "network down", "v")
    third = later(home, first, 2)
    start_job(app, lease_id)
    with pytest.raises(Refused, match="has started"):
        resell(app, third.id, lease_id, reserve, [], "f")
    assert check_books(app) == []
