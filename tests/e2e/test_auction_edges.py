"""Calls at their edges: empty, one-sided, beside instant leases, with wrong books and odd terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.auction_home import Life, life, sold
from tests.e2e.flow_tools import job_file, keep_quote, quote_of
from tests.played_home import edit

from entrepot.domain.ledger.model import Transfer
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.money import HKD
from entrepot.services.call_body import AskBody, AskStep, plain_body
from entrepot.services.call_offer import offer
from entrepot.services.call_run import run_call
from entrepot.services.check import check_books
from entrepot.services.lease import take_quote
from entrepot.services.ports import UnitOfWork


@pytest.fixture
def home(tmp_path: Path) -> Life:
    return life(tmp_path / "home")


def test_empty_and_one_sided_calls_clear(home: Life) -> None:
    for asks, bids in ((0, 0), (1, 0), (0, 1)):
        call = home.open(after=2)
        if asks:
            home.ask(call, "demo-gz")
        order = home.order("a", ("demo-gz", 0, 1, 1, "50"))
        if bids:
            home.bid(call, 0, order)
        home.close(call)
        assert run_call(home.app, call.id).leases == ()
        assert check_books(home.app) == []
        home.set(call.to_t)


def test_an_instant_lease_leaves_alone_what_is_promised(home: Life, tmp_path: Path) -> None:
    app, firm = home.app, home.firms[0]
    call = home.open(after=1)
    home.ask(call, "demo-gz", (0, 1, 3, "100"))
    home.ask(call, "demo-sz", (0, 1, 3, "100"))
    job = job_file(tmp_path, duration="2h")
    quotes = [keep_quote(app, quote_of(app, firm, job), n) for n in (1, 2, 3)]
    with pytest.raises(Conflict, match="promised to the auction"):
        take_quote(app, quotes[0].id, choice=1, accept_duties=True, key="q1")  # demo-sz has none
    taken = take_quote(app, quotes[1].id, choice=2, accept_duties=True, key="q2")
    assert taken.centre_id == "demo-gz"
    with pytest.raises(Conflict, match="promised to the auction"):
        take_quote(app, quotes[2].id, choice=2, accept_duties=True, key="q3")
    with pytest.raises(Conflict, match="0 devices left"):
        offer_one = (0, 1, 1, "100")
        home.ask(call, "demo-gz", offer_one)
    assert check_books(app) == []


def test_what_is_wrong_in_the_books_of_the_auction_is_found(home: Life) -> None:
    """Planted bugs: money that nobody parted, a promise without an ask, a lease that is dearer."""
    app = home.app
    call, orders, _cleared = sold(home)
    assert check_books(app) == []

    def action(uow: UnitOfWork) -> dict[str, object]:
        debit, credit = f"prepaid:{home.firms[0].id}", "auction_clearing"
        uow.ledger.post([Transfer("T-bug", debit, credit, 1, HKD.code, "bug", cause="bug")])
        uow.market.promise("demo-gz/cpu", call.from_t, 1, 9)
        return {}

    app.store.command("bug", "bug", "bug", {}, app.clock.now(), action)
    edit(app.home, f"UPDATE auction_result SET net_minor = 1 WHERE order_id = '{orders[0].id}'")
    said = " ".join(check_books(app))
    assert "auction_clearing holds 1 cents" in said
    assert "4 devices promised, 3 bound" in said
    assert "its leases sum to another amount" in said


def test_the_terms_of_a_call_are_kept_to(home: Life) -> None:
    app = home.app
    with pytest.raises(Invalid, match="on the hour"):
        home.open(slots=0)
    with pytest.raises(Invalid, match="not offered by any"):
        home.open(zones=("nowhere",))
    call = home.open(zones=("demo-gz",))
    assert (call.zones, call.classes) == (("demo-gz",), ("cpu",))
    with pytest.raises(Invalid, match="one of: demo-gz"):
        home.bid(call, 0, home.order("a", ("demo-sz", 0, 1, 1, "5")))
    wrong = home.order("a", ("demo-gz", 0, 2, 1, "5"))
    with pytest.raises(Invalid, match="slots within the 1"):
        home.bid(call, 0, wrong)
    with pytest.raises(Refused, match="prepaid account has"):
        home.bid(call, 0, home.order("a", ("demo-gz", 0, 1, 1, "90001")))
    assert plain_body(wrong)["side"] == "order"
    other = AskBody((AskStep("demo-gz", "cpu", "demo-sz/cpu", "", 0, 1, 5, 1),))
    with pytest.raises(Invalid, match="stock of this device"):
        offer(app, call.id, "demo-gz", other, "x")
    assert offer(app, call.id, "demo-gz", None, "o").side == "ask"
