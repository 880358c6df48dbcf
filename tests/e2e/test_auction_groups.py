"""A firm of a centre's own group in a call: others have to give what it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.auction_home import Life, life
from tests.e2e.flow_tools import EXAMPLES

from entrepot.kernel.money import parse_amount
from entrepot.services import register
from entrepot.services.call_bid import the_order
from entrepot.services.call_explain import explain
from entrepot.services.call_run import run_call
from entrepot.services.call_verify import verify_call
from entrepot.services.call_view import result_view
from entrepot.services.check import check_books
from entrepot.services.finish_job import recover


@pytest.fixture
def home(tmp_path: Path) -> Life:
    """Return a home whose first firm belongs to the centre demo-gz."""
    found = life(tmp_path / "home")
    text = (EXAMPLES / "firm.yaml").read_text("utf-8").replace("DEMO-0000", "DEMO-0009")
    path = tmp_path / "own.yaml"
    path.write_text(f"group: centre:demo-gz\n{text}", "utf-8")
    firm = register.register_firm(found.app, found.app.read_firm(path), "own")
    register.deposit(found.app, firm.id, parse_amount("9000 HKD"), "own-wire", "own-deposit")
    found.firms = [firm, found.firms[1]]
    return found


def test_nobody_buys_from_his_own_centre(home: Life) -> None:
    call = home.open()
    home.ask(call, "demo-gz", (0, 1, 3, "10"))
    own = home.bid(call, 0, home.order("own", ("demo-gz", 0, 1, 1, "90")))
    other = home.bid(call, 1, home.order("other", ("demo-gz", 0, 1, 1, "90")))
    home.close(call)
    run_call(home.app, call.id)
    states = [the_order(home.app, order.id).state for order in (own, other)]
    assert states == ["rejected", "accepted"]
    found = explain(home.app, own.id)
    assert (found.why, found.missing_minor) == ("own_group", -1)
    assert [(view.offered, view.fits) for view in found.options] == [(0, False)]
    assert explain(home.app, other.id).why == "served"
    verify_call(home.app, call.id)
    assert check_books(home.app) == []


def test_another_centre_serves_it(home: Life) -> None:
    call = home.open()
    home.ask(call, "demo-gz", (0, 1, 3, "10"))
    home.ask(call, "demo-sz", (0, 1, 2, "30"))
    own = home.bid(
        call, 0, home.order("own", ("demo-gz", 0, 1, 1, "90"), ("demo-sz", 0, 1, 1, "80"))
    )
    home.close(call)
    (lease_id,) = run_call(home.app, call.id).leases
    found = explain(home.app, own.id)
    assert (found.why, [lease.centre_id for lease in found.leases]) == ("served", ["demo-sz"])
    assert found.leases[0].lease_id == lease_id
    verify_call(home.app, call.id)


def test_a_parent_that_loses_is_carried_by_its_child(home: Life) -> None:
    """The parent is worth 1 where the price is 10: its child gives the other 9."""
    app = home.app
    call = home.open()
    home.ask(call, "demo-gz", (0, 1, 2, "10"))
    parent = home.bid(call, 1, home.order("base", ("demo-gz", 0, 1, 1, "1")))
    child = home.bid(call, 1, home.order("more", ("demo-gz", 0, 1, 1, "50"), parent="base"))
    home.close(call)
    run_call(app, call.id)
    view = result_view(app, call.id)
    paid = [view.results[order.id].net_minor for order in (parent, child)]
    assert paid == [100, 1_900]
    home.set(call.to_t)
    recover(app)
    with app.store.reading() as uow:
        assert sum(bill.total_minor for bill in uow.deals.invoices()) == 2_000
        assert uow.ledger.balance("auction_rent").credit_net == 0
    assert check_books(app) == []
