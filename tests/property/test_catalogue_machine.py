"""A table that is changed and searched in turn always answers as one made afresh would."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from tests.property.test_catalogue_search import as_pairs, demands, offers, oracle
from tests.property.test_catalogue_search import situations as settings_of_a_search

from entrepot.domain.catalogue.columns import Columns
from entrepot.domain.catalogue.model import Demand, DeviceRequest, Offer, Setting
from entrepot.domain.catalogue.search import cheapest, search_in
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.money import HKD, UnitPrice

NUMBERS = st.integers(0, 25)


class Market(RuleBasedStateMachine):
    """Offers come, change and go; searches are held to the oracle of the search's own test."""

    def __init__(self) -> None:
        super().__init__()
        self.table = OfferTable(columns_min=1, waiting_max=2)
        self.known: dict[str, Offer] = {}

    def _put(self, offer: Offer) -> None:
        self.table.add(offer)
        self.known[offer.id] = offer

    @rule(offer=NUMBERS.flatmap(offers))
    def post(self, offer: Offer) -> None:
        """Add an offer, or put another in its place."""
        self._put(offer)

    @rule(number=NUMBERS, minor=st.integers(0, 30))
    def reprice(self, number: int, minor: int) -> None:
        """Change a price."""
        offer = self.known.get(f"O-{number:03d}")
        if offer is not None:
            self._put(replace(offer, price=UnitPrice(Fraction(minor, 3), HKD)))

    @rule(number=NUMBERS, left=st.integers(0, 9), centre=st.sampled_from(("gz", "hk", "new")))
    def restock(self, number: int, left: int, centre: str) -> None:
        """Change a quantity and a place, which leaves the row where it is."""
        offer = self.known.get(f"O-{number:03d}")
        if offer is not None:
            self._put(replace(offer, devices_available=left, centre_id=centre))

    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        """Take an offer away."""
        name = f"O-{number:03d}"
        assert self.table.remove(name) == (self.known.pop(name, None) is not None)

    @rule(devices=st.integers(1, 9))
    def search_with_few_wishes(self, devices: int) -> None:
        """Ask for a number of devices of any kind, so that most offers are candidates."""
        asked = DeviceRequest("x", milli_min=1000 * devices, milli_max=16_000)
        demand = Demand((asked,), interruptible_ok=True, indicative_ok=True)
        self.search(demand, Setting({"HKD": Fraction(1), "USD": Fraction(8), "CNY": Fraction(1)}))

    @rule(demand=demands(), setting=settings_of_a_search())
    def search(self, demand: Demand, setting: Setting) -> None:
        """Search, and compare with brute force over what is known."""
        found = search_in(self.table, demand, setting)
        assert as_pairs(found) == oracle(list(self.known.values()), demand, setting)
        assert found.feasible + sum(found.removed.values()) == found.total == len(self.known)
        assert cheapest(self.table, demand, setting) == found.best


STEPS = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_a_changing_table_answers_as_a_fresh_one() -> None:
    run_state_machine_as_test(Market, settings=STEPS)


def test_the_machine_catches_a_row_that_is_not_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Columns, "rewrite", lambda tier, offer: offer.id in tier.row_of)
    unshrunk = settings(STEPS, phases=(Phase.generate,), derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Market, settings=unshrunk)


@pytest.mark.parametrize("changes", [300, 1_000])
def test_tiers_shrink_by_more_than_half(changes: int) -> None:
    table = OfferTable((plain(n) for n in range(200)), columns_min=1, waiting_max=8)
    table.parts()
    for number in range(200, 200 + changes):
        table.add(plain(number))
        table.remove(f"O-{number - 150}")
        tiers, beside = table.parts()
        sizes = [len(tier.row_of) for tier in tiers]
        assert sum(sizes) + len(list(beside)) == len(table)
        assert len(sizes) <= 8
        assert all(2 * len(tier.row_of) >= len(tier.offers) for tier in tiers)


def plain(number: int) -> Offer:
    price = UnitPrice(Fraction(number % 17), HKD)
    return Offer(f"O-{number}", "p", "cpu", "CPU", "HK", price)


def test_changing_a_quantity_lays_nothing_anew() -> None:
    table = OfferTable((plain(n) for n in range(50)), columns_min=1, waiting_max=2)
    (tier,), _ = table.parts()
    for offer in list(table):
        table.add(replace(offer, devices_available=3))
    assert list(table.parts()[0]) == [tier]
    assert not list(table.parts()[1])
