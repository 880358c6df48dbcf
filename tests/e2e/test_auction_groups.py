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
from entrepot.services.check import check_books


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
