"""Firms, centres and money come in once each, and what is not sound stays out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.flow_tools import EXAMPLES
from tests.unit.services.desk import CAPITAL, CENTRE, POOL, Desk, balance, empty_desk

from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services.check import check_books
from entrepot.services.offer_table import rating_of
from entrepot.services.register import (
    deposit,
    rate_centre,
    register_centre,
    register_firm,
    the_firm,
)


def test_the_only_firm_need_not_be_named_and_of_two_one_must_be(desk: Desk) -> None:
    first = the_firm(desk, None)
    assert the_firm(desk, first.id) == first
    assert first.group_id == first.id
    second = register_firm(desk, desk.read_firm(EXAMPLES / "firm.yaml"), "second")
    assert second.id != first.id
    with pytest.raises(Invalid) as caught:
        the_firm(desk, None)
    assert first.id in caught.value.render_hint()
    with pytest.raises(NotFound):
        the_firm(desk, "F-NONE")


def test_a_home_without_firm_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        the_firm(empty_desk(tmp_path), None)
    assert caught.value.code == "firm.none"


def test_a_firm_is_registered_once_a_key(desk: Desk) -> None:
    definition = replace(desk.read_firm(EXAMPLES / "firm.yaml"), group="harbour")
    first = register_firm(desk, definition, "again")
    assert register_firm(desk, definition, "again") == first
    assert first.group_id == "harbour"


def test_a_deposit_is_booked_once_a_key_and_once_a_reference(desk: Desk) -> None:
    firm = desk.firm.id
    assert deposit(desk, firm, Amount(500, HKD), "R-2", "d2") == CAPITAL + 500
    assert deposit(desk, firm, Amount(500, HKD), "R-2", "d2") == CAPITAL + 500
    with pytest.raises(Conflict) as caught:
        deposit(desk, firm, Amount(500, HKD), "R-2", "d3")
    assert caught.value.code == "deposit.known"
    assert balance(desk, "bank") == CAPITAL + 500
    assert check_books(desk) == []


@pytest.mark.parametrize("amount", [Amount(0, HKD), Amount(-1, HKD), Amount(500, CNH)])
def test_a_deposit_is_a_positive_amount_of_hkd(desk: Desk, amount: Amount) -> None:
    with pytest.raises(Invalid) as caught:
        deposit(desk, desk.firm.id, amount, "R", "d")
    assert caught.value.code == "deposit.amount"
    assert balance(desk, "bank") == CAPITAL


def test_a_deposit_of_an_unknown_firm_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        deposit(desk, "F-NONE", Amount(1, HKD), "R", "d")


def test_a_centre_is_registered_once(desk: Desk) -> None:
    definition = desk.read_centre(EXAMPLES / "centre.yaml")
    with pytest.raises(Conflict) as caught:
        register_centre(desk, definition, "again")
    assert caught.value.code == "centre.known"
    other = register_centre(desk, replace(definition, id="other"), "other")
    assert other.public_key != desk.hand.key().public.hex()
    with desk.store.reading() as uow:
        assert {pool.id for pool in uow.registry.pools()} == {POOL, "other/cpu"}
        assert len(uow.registry.offers()) == 6


def test_measured_ratings_replace_measured_ones_and_leave_the_peaks(desk: Desk) -> None:
    def row(mflops: int, basis: str) -> dict[str, object]:
        return {"mflops": mflops, "precision": "fp64", "density": None, "engine": None,
                "basis": basis, "source": "test"}  # fmt: skip

    desk.write(lambda uow: uow.registry.rate_pool(POOL, [row(9, "peak")]), "peak")
    rate_centre(desk, CENTRE, [rating_of(row(5, "measured"))], "one")
    (pool,) = rate_centre(desk, CENTRE, [rating_of(row(6, "measured"))], "two")
    assert [one["mflops"] for one in pool.ratings] == [3, 9]  # of this host, shared by two devices
    with pytest.raises(NotFound):
        rate_centre(desk, "nowhere", [], "three")
