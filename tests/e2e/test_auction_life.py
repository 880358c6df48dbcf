"""A call from its opening to the centres' pay: sealed, closed, cleared, run, billed, explained."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.e2e.auction_home import HOUR, Life, again, ask_of, balance, life, life_on, sold
from tests.e2e.flow_tools import job_file
from tests.played_home import edit

from entrepot.adapters.sql.engine import open_engine
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.services.auction_verify import verify_auction
from entrepot.services.call_bid import bid, place_order, the_order, withdraw
from entrepot.services.call_close import close_call, void_call
from entrepot.services.call_explain import explain
from entrepot.services.call_fail import fail_slots
from entrepot.services.call_offer import offer
from entrepot.services.call_open import calls_of
from entrepot.services.call_run import run_call
from entrepot.services.call_seal import Envelope, seal_body
from entrepot.services.call_tick import tick
from entrepot.services.call_use import use_lease
from entrepot.services.call_verify import verify_call
from entrepot.services.call_view import result_view
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance, recover
from entrepot.services.lease import release_lease
from entrepot.services.pay_centre import bank_of, pay_centres
from entrepot.services.run_job import start_job


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


def test_a_call_is_cleared_run_billed_and_paid(anywhere: Life) -> None:
    home, app = anywhere, anywhere.app
    call, (a, b, c), cleared = sold(home)
    assert check_books(app) == []
    states = {one.id: the_order(app, one.id).state for one in (a, b, c)}
    assert states == {a.id: "accepted", b.id: "rejected", c.id: "accepted"}
    assert len(cleared.leases) == 2
    view = result_view(app, call.id)
    pays = {one: view.results[one].net_minor for one in (a.id, b.id, c.id)}
    assert pays[b.id] == 0
    assert 60_000 <= pays[a.id] <= 70_000
    assert 16_000 <= pays[c.id] <= 30_000
    assert balance(home, f"prepaid:{home.firms[0].id}") == 900_000 - pays[a.id]
    assert balance(home, f"prepaid:{home.firms[1].id}") == 900_000 - pays[c.id]
    waits = [balance(home, f"auction_owed:{zone}") for zone in ("demo-gz", "demo-sz")]
    assert sum(waits) + balance(home, "auction_rent") == sum(pays.values())

    lease = view.leases[a.id][0]
    with pytest.raises(Refused, match="runs from"):
        start_job(app, lease.lease_id)
    with pytest.raises(Refused, match="paid for"):
        release_lease(app, lease.lease_id, reason="x", key="x")
    home.set(call.from_t + 30)
    job = start_job(app, lease.lease_id)
    assert job.spec["time_limit_s"] == 2 * HOUR - 30
    advance(app, job.id)
    bill = advance(app, job.id).invoice
    assert bill is not None
    assert bill.total_minor == pays[a.id] == lease.paid_minor
    assert check_books(app) == []

    home.set(call.to_t)
    assert len(recover(app).billed) == 1  # nobody used the other lease; it was kept ready
    assert recover(app).billed == ()
    with app.store.reading() as uow:
        assert sum(one.total_minor for one in uow.deals.invoices()) == sum(pays.values())
    assert balance(home, "auction_owed:demo-gz") == balance(home, "auction_rent") == 0
    assert check_books(app) == []
    paid = pay_centres(app, ["demo-gz"], bank_of(app, "accept"), key="pay")
    assert [one.batch.state for one in paid] == ["settled"]
    assert balance(home, "payable:demo-gz") == 0
    assert check_books(app) == app.store.verify_journal() == []


def test_an_order_is_explained(home: Life) -> None:
    _call, (a, b, c), _cleared = sold(home)
    served = explain(home.app, a.id)
    assert (served.why, len(served.leases)) == ("served", 1)
    assert [view.share_ppm for view in served.options] == [1_000_000, 0]
    lost = explain(home.app, b.id)
    # Served: a leaves 100 and c 140. With b, which leaves 50, only c could be served beside it.
    assert lost.why in ("too_little", "others_worth_more")
    assert lost.missing_minor == 5_000
    again = home.open(slots=2, after=3)
    home.ask(again, "demo-gz", (0, 2, 3, "100"))
    home.ask(again, "demo-sz", (0, 2, 2, "80"))
    more = str((45_000 + lost.missing_minor) // 100 + 1)
    home.bid(again, 0, home.order("a", ("demo-gz", 0, 2, 3, "700"), ("demo-sz", 0, 2, 2, "390")))
    raised = home.bid(again, 1, home.order("b", ("demo-gz", 0, 2, 2, more)))
    home.bid(again, 1, home.order("c", ("demo-sz", 1, 1, 2, "300"), kind="divisible"))
    home.close(again)
    run_call(home.app, again.id)
    assert the_order(home.app, raised.id).state == "accepted"
    assert explain(home.app, c.id).why == "served"


def test_other_hours_are_named_and_room_that_is_missing(home: Life) -> None:
    call = home.open(slots=3)
    home.ask(call, "demo-gz", (0, 3, 1, "50"))
    home.bid(call, 0, home.order("rich", ("demo-gz", 0, 1, 1, "400")))
    poor = home.bid(call, 1, home.order("poor", ("demo-gz", 0, 1, 1, "90")))
    large = home.bid(call, 1, home.order("large", ("demo-gz", 0, 1, 4, "999")))
    home.close(call)
    run_call(home.app, call.id)
    found = explain(home.app, poor.id)
    assert found.why == "too_little"
    assert [(one.start, one.cost_minor, one.surplus_minor) for one in found.others] == [
        (1, 5_000, 4_000), (2, 5_000, 4_000),
    ]  # fmt: skip
    assert found.missing_minor == 31_000
    none = explain(home.app, large.id)
    assert (none.why, none.missing_minor, none.others) == ("no_room", -1, ())


def test_before_the_gate_closes_nobody_reads_an_order(home: Life) -> None:
    app, call = home.app, home.open()
    home.ask(call, "demo-gz", (0, 1, 2, "77.123456"))
    order = home.bid(call, 0, home.order("secret-name", ("demo-gz", 0, 1, 1, "654.321")))
    assert order.body == {}
    assert (order.seq, order.state) == (2, "sealed")
    written = (app.home / "entrepot.db").read_bytes()
    for path in app.home.glob("entrepot.db-*"):
        written += path.read_bytes()
    for secret in (b"secret-name", b"654321000", b"77123456"):
        assert secret not in written
    home.close(call)
    assert the_order(app, order.id).body["name"] == "secret-name"


def test_an_order_that_is_not_what_was_committed_to_is_refused(home: Life) -> None:
    app, call, firm = home.app, home.open(), home.firms[0]
    home.ask(call, "demo-gz", (0, 1, 2, "10"))
    good = home.order("good", ("demo-gz", 0, 1, 1, "50"))
    envelope = seal_body(app, call, good, "k")
    forged = replace(envelope, commitment="0" * 64)
    garbled = Envelope("1" * 64, envelope.sealed[:-2] + "00")
    short = seal_body(app, call, home.order("dear", ("demo-gz", 0, 1, 1, "51")), "k2")
    ids = [
        place_order(app, call.id, firm.id, one, 5_000, home.key()).id
        for one in (envelope, forged, garbled, short)
    ]
    child = home.bid(call, 0, home.order("child", ("demo-gz", 0, 1, 1, "9"), parent="dear"))
    closed = home.close(call)
    assert closed.refused == {
        ids[1]: "auction.commitment",
        ids[2]: "auction.seal_broken",
        ids[3]: "auction.hold_short",
        child.id: "auction.parent",
    }
    with app.store.reading() as uow:
        assert uow.ledger.balance(f"prepaid:{firm.id}").debits_pending == 5_000
    entries = app.store.journal_entries(1)
    assert entries[0]["command"] == "auction.close"
    run_call(app, call.id)
    assert the_order(app, ids[0]).state == "accepted"
    assert explain(app, ids[1]).order.reason == "auction.commitment"
    assert check_books(app) == []


def test_what_comes_late_or_twice_is_refused(home: Life) -> None:
    app, call = home.app, home.open()
    order = home.order("a", ("demo-gz", 0, 1, 1, "50"))
    first = bid(app, call.id, home.firms[0], order, None, "once")
    assert bid(app, call.id, home.firms[0], order, None, "once") == first
    with pytest.raises(Conflict, match="another request"):
        other = home.order("a", ("demo-gz", 0, 1, 1, "51"))
        bid(app, call.id, home.firms[0], other, None, "once")
    with pytest.raises(Invalid, match="at least that has to be held"):
        home.bid(call, 0, order, hold="49 HKD")
    with pytest.raises(Refused, match="stays open until"):
        close_call(app, call.id, "early")
    with pytest.raises(Conflict, match="is open, not closed"):
        run_call(app, call.id)
    home.set(call.gate_closure)
    with pytest.raises(Refused, match="takes no order any more"):
        home.bid(call, 0, order)
    with pytest.raises(Refused, match="takes no order any more"):
        home.ask(call, "demo-gz", (0, 1, 1, "10"))
    with pytest.raises(Refused, match="takes no order any more"):
        withdraw(app, first.id, "late")
    assert bid(app, call.id, home.firms[0], order, None, "once") == first  # asked again, not late
    home.close(call)
    with pytest.raises(Conflict, match="is closed, not open"):
        home.close(call)


def test_orders_are_withdrawn_and_calls_declared_void(home: Life) -> None:
    app, call = home.app, home.open()
    ask = home.ask(call, "demo-gz")
    assert ask.stock[0]["devices"] == 4
    with pytest.raises(Refused, match="no device left"):
        home.ask(call, "demo-gz")
    with pytest.raises(Conflict, match="0 devices left"):
        home.ask(call, "demo-gz", (0, 1, 1, "10"))
    withdraw(app, ask.id, "w1")
    order = home.bid(call, 0, home.order("a", ("demo-gz", 0, 1, 1, "50")))
    withdraw(app, order.id, "w2")
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw(app, order.id, "w3")
    with app.store.reading() as uow:
        assert uow.market.promises() == {}
        assert uow.ledger.balance(f"prepaid:{home.firms[0].id}").debits_pending == 0
    home.ask(call, "demo-gz")
    home.bid(call, 0, home.order("b", ("demo-gz", 0, 1, 1, "50")))
    assert void_call(app, call.id, "network down", "v").note == "network down"
    with pytest.raises(Conflict, match="is void"):
        void_call(app, call.id, "again", "v2")
    assert check_books(app) == []
    with app.store.reading() as uow:
        assert uow.market.promises() == {}


def test_a_slot_that_is_not_delivered_is_refunded_with_a_credit(home: Life) -> None:
    app = home.app
    call, (a, _b, _c), _cleared = sold(home)
    firm = f"prepaid:{home.firms[0].id}"
    before = balance(home, firm)
    lease = result_view(app, call.id).leases[a.id][0]
    failed = fail_slots(app, lease.lease_id, [call.from_t], "power cut", "INC-1", "f")
    assert fail_slots(app, lease.lease_id, [call.from_t], "power cut", "INC-1", "f") == failed
    slot = failed.slots[0]
    assert failed.refund_minor == slot.paid_minor > 0
    assert failed.credit_minor == round(slot.paid_minor / 10)
    assert balance(home, firm) == before + failed.refund_minor + failed.credit_minor
    assert check_books(app) == []
    with pytest.raises(Refused, match="is failed already"):
        fail_slots(app, lease.lease_id, [call.from_t], "power cut", "INC-2", "f2")
    with pytest.raises(Invalid, match="no slot that begins"):
        fail_slots(app, lease.lease_id, [call.from_t + 1], "power cut", "INC-3", "f3")
    home.set(call.to_t)
    recover(app)
    with app.store.reading() as uow:
        bills = {one.lease_id: one for one in uow.deals.invoices()}
    assert bills[lease.lease_id].total_minor == lease.paid_minor - slot.paid_minor
    owed = balance(home, "payable:demo-gz")
    assert owed == bills[lease.lease_id].centre_minor - failed.borne_minor
    assert check_books(app) == []


def test_a_kept_call_is_verified_and_exported(home: Life, tmp_path: Path) -> None:
    app = home.app
    call, orders, _cleared = sold(home)
    found = verify_call(app, call.id, tmp_path / "out")
    assert found.orders == 5
    body = verify_auction(app, tmp_path / "out" / "certificate.json", tmp_path / "out")
    assert body["digest"] == found.certificate["digest"]
    published = b"".join(path.read_bytes() for path in found.files)
    assert home.firms[0].id.encode() not in published
    assert orders[0].commitment.encode() in published


EDITS = {
    "sealed": ("auction_order", "body", "700000000", "700000001"),
    "committed": ("auction_order", "commitment", "0", "1"),
    "other orders": ("auction_clearing", "folder", '"700"', '"701"'),
    "changed after": ("auction_clearing", "certificate", '"seed":0', '"seed":1'),
}


def test_an_edited_call_is_found(home: Life, tmp_path: Path) -> None:
    call, _orders, _cleared = sold(home)
    for number, (found, (table, column, old, new)) in enumerate(EDITS.items()):
        other = again(home, tmp_path / str(number))
        edit(other.app.home, f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (old, new))
        with pytest.raises(Refused) as refused:
            verify_call(other.app, call.id)
        assert found in " ".join(refused.value.fields.values())


def test_a_lease_without_a_job_is_given_one(home: Life, tmp_path: Path) -> None:
    app, call = home.app, home.open()
    home.ask(call, "demo-gz", (0, 1, 2, "10"))
    bare = replace(home.order("a", ("demo-gz", 0, 1, 1, "50")), job={"data": home.job["data"]})
    home.bid(call, 0, bare)
    home.close(call)
    (lease_id,) = run_call(app, call.id).leases
    home.set(call.from_t)
    with pytest.raises(Refused, match="named no job"):
        start_job(app, lease_id)
    long = app.read_job(job_file(tmp_path, duration="2h"))
    with pytest.raises(Refused, match="does not fit"):
        use_lease(app, lease_id, long, "long", accept_duties=True)
    job = app.read_job(job_file(tmp_path, duration="1h"))
    with pytest.raises(Refused, match="duties that must be accepted"):
        use_lease(app, lease_id, job, "k0")
    given = use_lease(app, lease_id, job, "k1", accept_duties=True)
    assert use_lease(app, lease_id, job, "k1", accept_duties=True) == given
    with pytest.raises(Conflict, match="has its job already"):
        use_lease(app, lease_id, job, "k2", accept_duties=True)
    started = start_job(app, lease_id)
    advance(app, started.id)
    assert advance(app, started.id).invoice is not None
    assert check_books(app) == app.store.verify_journal() == []


def test_the_clock_takes_calls_on_and_one_that_is_stuck_stops_no_other(home: Life) -> None:
    app = home.app
    first, second = home.open(), home.open(after=2)
    stuck = home.open(slots=2)
    home.ask(first, "demo-gz", (0, 1, 1, "10"))
    home.bid(first, 0, home.order("a", ("demo-gz", 0, 1, 1, "50")))
    (app.home / "keys" / f"call-{stuck.id}.key").unlink()
    assert tick(app).closed == ()
    home.set(first.gate_closure)
    found = tick(app)
    assert (found.closed, found.cleared, list(found.failed)) == (
        (first.id,), (first.id,), [stuck.id],
    )  # fmt: skip
    assert "private key" in found.failed[stuck.id]
    home.set(first.to_t)
    assert len(tick(app).billed) == 1
    assert {one.id for one in calls_of(app, ("open",))} == {stuck.id}
    assert second.id in {one.id for one in calls_of(app, ("cleared",))}
    assert check_books(app) == []


def test_the_house_judges_again_whatever_was_sealed(home: Life) -> None:
    """A client that seals decisions of its own making gets no place that the gate shuts."""
    app, call = home.app, home.open()
    home.ask(call, "demo-gz", (0, 1, 2, "10"))
    honest = home.order("a", ("demo-gz", 0, 1, 1, "50"))
    data = cast("dict[str, dict[str, object]]", home.job["data"])
    secret = {**data["inbound"], "state_secret_or_core": True}
    row = ("demo-gz", "cpu", "0", "1", "allow", "2026-11-21", "r", "d")
    forged = replace(honest, name="b", law=(row,), job={"data": {**data, "inbound": secret}})
    careless = replace(honest, name="c", accept_duties=False)
    orders = [home.bid(call, n % 2, body) for n, body in enumerate((honest, forged, careless))]
    home.close(call)
    cleared = run_call(app, call.id)
    ended = [the_order(app, order.id) for order in orders]
    assert [one.state for one in ended] == ["accepted", "refused", "refused"]
    assert [one.reason for one in ended[1:]] == ["auction.law", "auction.law"]
    kept = cast("dict[str, dict[str, list[str]]]", cleared.clearing.folder["tables"])
    assert set(kept["law"]["order"]) == {orders[0].id}
    assert kept["law"]["outcome"] == ["allow_with_duties"]
    assert explain(app, orders[1].id).why == "refused"
    assert check_books(app) == []


def test_a_race_for_the_last_devices_and_numbers_has_one_winner_each(anywhere: Life) -> None:
    home, app, racers = anywhere, anywhere.app, 8
    calls = [home.open(), home.open(slots=2)]
    order = home.order("a", ("demo-gz", 0, 1, 1, "1000"))
    barrier = threading.Barrier(2 * racers)

    def sell(n: int) -> bool:
        barrier.wait(60)
        try:
            offer(app, calls[n % 2].id, "demo-gz", ask_of(3), f"ask-{n}")
        except Conflict as error:
            assert error.code == "auction.stock", error
            return False
        return True

    def buy(n: int) -> int:
        barrier.wait(60)
        try:
            return bid(app, calls[0].id, home.firms[0], order, None, f"bid-{n}").seq
        except Refused as error:
            assert error.code == "funds.short", error
            return 0

    with ThreadPoolExecutor(2 * racers) as pool:
        sold, bought = pool.map(sell, range(racers)), pool.map(buy, range(1, racers + 1))
        assert sum(sold) == 1
        numbers = [seq for seq in bought if seq]
    assert len(set(numbers)) == len(numbers) == racers
    more = home.order("b", ("demo-gz", 0, 1, 1, "1001"))
    with pytest.raises(Refused, match="prepaid account has"):
        home.bid(calls[0], 0, more)
    assert check_books(app) == []
