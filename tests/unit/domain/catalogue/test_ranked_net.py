"""Net prices with bounds: sound, rising, and few offers priced."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.catalogue.model import Demand, DeviceRequest, Net, Offer, Setting
from entrepot.domain.catalogue.net import Grant, GrantNet
from entrepot.domain.catalogue.search import cheapest, search_in
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.money import HKD, Amount, UnitPrice

ASKED = Demand((DeviceRequest("x"),))
HALF = Grant(Fraction(1, 2), cap_minor=3_000)
LATE = Grant(Fraction(9, 10), from_minor=4_000)
PRICES = st.fractions(0, 10_000, max_denominator=100)
GRANTS = st.lists(
    st.builds(
        Grant,
        st.fractions(0, 1, max_denominator=10),
        st.none() | st.integers(0, 9_000),
        st.just(0) | st.integers(0, 9_000),
    ),
    max_size=3,
)


def offer(number: int, minor: int, place: str) -> Offer:
    price = UnitPrice(Fraction(minor), HKD)
    return Offer(f"O-{number:04d}", "p", "cpu", "CPU", "HK", price, centre_id=place)


@dataclass
class Counting:
    """A net price that counts how often it is asked for exactly."""

    net: GrantNet
    priced: list[str] = field(default_factory=list[str])

    def __call__(self, offer: Offer, milli_devices: int, gross: Fraction) -> Fraction:
        self.priced.append(offer.id)
        return self.net(offer, milli_devices, gross)

    def alike(self, place: str, device_id: str) -> Hashable:
        return self.net.alike(place, device_id)

    def bounds(
        self, key: Hashable, asset: str, milli_devices: int, gross: Fraction
    ) -> tuple[Fraction, Fraction]:
        return self.net.bounds(key, asset, milli_devices, gross)


def market(size: int = 2_000) -> OfferTable:
    rows = (offer(n, (n * 7919) % 10_000, "abcd"[n % 4]) for n in range(size))
    return OfferTable(rows, columns_min=1)


def counting(of: Callable[[str], tuple[Grant, ...]]) -> Counting:
    return Counting(GrantNet(lambda place, device: of(place)))


def test_the_cheapest_is_found_by_pricing_one_offer_a_class() -> None:
    net = counting(lambda place: (HALF,) if place == "a" else ())
    best = cheapest(market(), ASKED, Setting({"HKD": Fraction(1)}, net=net))
    assert best is not None and best.net_minor == 0
    assert len(net.priced) <= 3


def test_a_voucher_from_a_least_price_on_turns_the_order_round() -> None:
    table = OfferTable([offer(1, 3_900, "a"), offer(2, 4_100, "a")], columns_min=1)
    net = counting(lambda place: (LATE,))
    found = search_in(table, ASKED, Setting({"HKD": Fraction(1)}, net=net))
    assert [(c.offer.id, c.net_minor) for c in found.candidates] == [
        ("O-0002", 410),
        ("O-0001", 3_900),
    ]


@pytest.mark.parametrize("cap", [500, 2_000, 2_500, 9_000])
def test_a_cap_prices_only_offers_that_the_bounds_leave_open(cap: int) -> None:
    net = counting(lambda place: {"a": (HALF,), "b": (LATE,)}.get(place, ()))
    asked = Demand((DeviceRequest("x"),), price_cap=Amount(cap, HKD))
    setting = Setting({"HKD": Fraction(1)}, net=net)
    counted = search_in(market(), asked, setting, 1)
    opened = len(net.priced)
    plain = search_in(OfferTable(list(market())), asked, setting, 1)
    assert counted == plain
    assert opened <= 500, "all of place b may have to be priced, none of the others"


@given(GRANTS, PRICES, PRICES)
def test_bounds_hold_the_net_price_and_rise(
    grants: list[Grant], one: Fraction, other: Fraction
) -> None:
    net = GrantNet(lambda place, device: grants)
    key = net.alike("a", "cpu")
    low, high = min(one, other), max(one, other)
    below, above = (net.bounds(key, "HKD", 1000, gross) for gross in (low, high))
    exact = net(offer(1, 0, "a"), 1000, low)
    assert below[0] <= exact <= below[1]
    assert below[0] <= above[0] and below[1] <= above[1]


def test_pricing_everything_without_bounds_gives_the_same_answer() -> None:
    net = GrantNet(lambda place, device: {"a": (HALF,), "b": (LATE,)}.get(place, ()))
    blind: Net = lambda offer, milli, gross: net(offer, milli, gross)  # noqa: E731
    table = market(500)
    one, other = (
        search_in(table, ASKED, Setting({"HKD": Fraction(1)}, net=price)) for price in (net, blind)
    )
    assert one == other
