"""A budget holds for orders of calls: held, then paid, then billed, the same money counts once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.auction_home import Life, life

from entrepot.domain.contracts.budget import month_of
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services.budget_set import NewBudget, set_budget, the_budget
from entrepot.services.call_bid import withdraw
from entrepot.services.call_run import run_call
from entrepot.services.check import check_books


@pytest.fixture
def home(tmp_path: Path) -> Life:
    return life(tmp_path / "home")


def test_an_order_beyond_a_hard_stop_is_refused_and_what_a_call_took_counts(home: Life) -> None:
    call = home.open()
    home.ask(call, "demo-gz", (0, 1, 3, "10"))
    month = month_of(local_day(home.app.clock.now()))
    new = NewBudget(home.firms[0].id, month, Amount(10_000, HKD), (80,), hard_stop=True)
    budget = set_budget(home.app, new, "budget").budget
    first = home.bid(call, 0, home.order("first", ("demo-gz", 0, 1, 1, "90")))
    with pytest.raises(Refused) as refusal:
        home.bid(call, 0, home.order("second", ("demo-gz", 0, 1, 1, "11")))
    assert refusal.value.code == "budget.spent"
    assert home.bid(call, 1, home.order("other", ("demo-gz", 0, 1, 1, "11"))).state == "sealed"
    second = home.bid(call, 0, home.order("small", ("demo-gz", 0, 1, 1, "10")))
    view = the_budget(home.app, budget.id)
    assert (view.spent.held_minor, view.left_minor) == (10_000, 0)
    assert [one.spent_minor for one in view.marks] == [9_000]
    withdraw(home.app, second.id, home.key())
    assert the_budget(home.app, budget.id).left_minor == 1_000
    home.close(call)
    assert the_budget(home.app, budget.id).spent.held_minor == first.hold_minor
    run_call(home.app, call.id)
    with home.app.store.reading() as uow:
        paid = sum(
            own.paid_minor for own in uow.market.leases(call.id) if own.firm_id == new.firm_id
        )
    assert 0 < the_budget(home.app, budget.id).spent.held_minor == paid <= 9_000
    assert check_books(home.app) == []
