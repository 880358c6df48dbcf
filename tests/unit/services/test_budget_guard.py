"""Budgets and leases: refused at a hard stop, told at marks, by firm and by project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.services.desk import Desk, billed, leased, open_desk, quoted

from entrepot.kernel.errors import EntrepotError, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.services.budget_set import BudgetView, NewBudget, end_budget, set_budget, the_budget
from entrepot.services.identity_projects import put_in_project
from entrepot.services.lease import take_quote
from entrepot.services.lease_leave import give_back
from entrepot.services.ports_identity_links import Project

LEASE = 2_211
"""HKD cents that a lease of the small job holds."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path / "home")


def budget(desk: Desk, minor: int, key: str = "b", **more: object) -> BudgetView:
    new = NewBudget(desk.firm.id, "2026-11", Amount(minor, HKD), hard_stop=True)
    return set_budget(desk, replace(new, **more), key)  # type: ignore[arg-type]


def counts(desk: Desk) -> tuple[int, int, int]:
    """Return leases, money held and devices free."""
    with desk.store.reading() as uow:
        held = uow.ledger.balance(f"prepaid:{desk.firm.id}").debits_pending
        free = sum(devices for devices, _ in uow.registry.free_milli().values())
        return len(uow.deals.leases()), held, free


def test_a_lease_beyond_a_hard_stop_leaves_nothing(desk: Desk) -> None:
    budget(desk, LEASE - 1)
    before = counts(desk)
    with pytest.raises(Refused) as refusal:
        leased(desk)
    assert refusal.value.code == "budget.spent"
    assert "22.11" in refusal.value.render() and "22.10" in refusal.value.render()
    assert counts(desk) == before


def test_the_last_cent_is_spent_and_no_more(desk: Desk) -> None:
    view = budget(desk, LEASE)
    lease = leased(desk, 1)
    assert the_budget(desk, view.budget.id).left_minor == 0
    with pytest.raises(Refused, match="is left of the budget"):
        leased(desk, 2)
    give_back(desk, lease.id, reason="", key="back")
    assert leased(desk, 3).state == "held"


def test_without_a_hard_stop_it_only_tells(desk: Desk) -> None:
    view = budget(desk, 1_000, hard_stop=False, marks=(50, 200))
    leased(desk)
    found = the_budget(desk, view.budget.id)
    assert [one.spent_minor for one in found.marks] == [LEASE, LEASE]
    assert found.left_minor == 1_000 - LEASE


def test_alerts_are_given_once_each_and_a_bill_counts_as_its_hold_did(desk: Desk) -> None:
    view = budget(desk, 4_000, hard_stop=False)
    invoice = billed(desk, 1)
    found = the_budget(desk, view.budget.id)
    assert (found.spent.billed_minor, found.spent.held_minor) == (invoice.total_minor, 0)
    leased(desk, 2)
    leased(desk, 3)
    found = the_budget(desk, view.budget.id)
    spent = [one.spent_minor for one in found.marks]
    both = invoice.total_minor + LEASE
    assert spent == [LEASE, both, both + LEASE]
    entries = [one for one in desk.store.journal_entries(99) if one["command"] == "budget.alert"]
    assert [one["key"] for one in reversed(entries)] == [
        f"alert:{view.budget.id}:{percent}" for percent in (50, 80, 100)
    ]
    assert budget(desk, 4_000, hard_stop=False).budget.id == view.budget.id


def test_another_budget_takes_its_place_and_an_ended_one_stops_nothing(desk: Desk) -> None:
    first = budget(desk, 1)
    second = budget(desk, 2, "again")
    assert the_budget(desk, first.budget.id).budget.ended_at is not None
    end_budget(desk, second.budget.id, "end")
    assert leased(desk).state == "held"


def test_another_month_stops_nothing(desk: Desk) -> None:
    view = budget(desk, 1, month="2026-12")
    leased(desk, 1)
    assert the_budget(desk, view.budget.id).spent.minor == 0
    desk.hand_clock.at += 15 * 86_400
    assert the_budget(desk, view.budget.id).spent.minor == LEASE


def test_a_project_has_a_budget_of_its_own(desk: Desk) -> None:
    firm = desk.firm.id
    for name in ("PJ-1", "PJ-2"):
        project = Project(name, firm, name, 1, "mei", None)
        desk.write(lambda uow, one=project: uow.links.add_project(one), name)
    budget(desk, 1, project_id="PJ-1")
    for n, name, refused in ((1, "PJ-1", True), (2, "PJ-2", False), (3, "", False)):
        quote = quoted(desk, n)
        if name:
            desk.write(
                lambda uow, one=(quote.id, firm, name): put_in_project(uow, *one), f"put-{n}"
            )
        try:
            take_quote(desk, quote.id, accept_duties=True, key=f"take-{n}")
        except EntrepotError as error:
            assert refused and error.code == "budget.spent", name
        else:
            assert not refused, name
        give_back_all(desk)


def give_back_all(desk: Desk) -> None:
    with desk.store.reading() as uow:
        found = uow.deals.leases(("held",))
    for lease in found:
        give_back(desk, lease.id, reason="", key=f"back-{lease.id}")
