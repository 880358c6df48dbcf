"""Bad orders: one clear sentence with file, line and field; odd but sound ones are taken."""

from __future__ import annotations

import numpy as np
import pytest
from tests.auction_calls import Row, ask, built, call, option, order

from entrepot.domain.market.exact import solve_exact
from entrepot.domain.market.worth import dispatch
from entrepot.kernel.errors import Invalid
from entrepot.services.auction_folder import instance_of
from entrepot.services.auction_run import Terms, clear

ASKS, ORDERS, OPTIONS = [ask("x", 1, 5)], [order("A")], [option("A", 1, 10)]
LINK: Row = {"link": "L", "from_zone": "A", "to_zone": "B", "from": 0, "to": 1, "mbps": 5}

BAD_ASKS = [
    ({"devices": "-1"}, "asks.csv:1:devices"),
    ({"devices": "9223372036854775808"}, "asks.csv:1:devices"),
    ({"devices": "99999999999999999999999"}, "asks.csv:1:devices"),
    ({"devices": "nan"}, "asks.csv:1:devices"),
    ({"devices": "1.5"}, "asks.csv:1:devices"),
    ({"price": "NaN"}, "asks.csv:1:price"),
    ({"price": "inf"}, "asks.csv:1:price"),
    ({"price": "1e3"}, "asks.csv:1:price"),
    ({"price": "0.0000001"}, "asks.csv:1:price"),
    ({"price": "１"}, "asks.csv:1:price"),
    ({"price": ""}, "asks.csv:1:price"),
    ({"zone": "nowhere"}, "asks.csv:1:zone"),
    ({"class": "abacus"}, "asks.csv:1:class"),
    ({"to": "2"}, "asks.csv:1:to"),
    ({"to": "0"}, "asks.csv:1:to"),
    ({"ask": "a b"}, "asks.csv:1:ask"),
    ({"start_cost": "-1"}, "asks.csv:1:start_cost"),
]


@pytest.mark.parametrize(("change", "place"), BAD_ASKS)
def test_a_bad_ask_is_named_by_its_place(change: Row, place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        built([{**ASKS[0], **change}], ORDERS, OPTIONS)
    assert list(refusal.value.fields) == [place]
    assert place in str(refusal.value)


BAD_OPTIONS = [
    ({"order": "Z"}, "order"),
    ({"devices": "0"}, "devices"),
    ({"value": "-3"}, "value"),
    ({"value": "nan"}, "value"),
    ({"length": "2"}, "length"),
    ({"start": "1"}, "start"),
    ({"link": "L9"}, "link"),
    ({"mbps": "4"}, "mbps"),
]


@pytest.mark.parametrize(("change", "column"), BAD_OPTIONS)
def test_a_bad_option_is_named_by_its_place(change: Row, column: str) -> None:
    with pytest.raises(Invalid) as refusal:
        built(ASKS, ORDERS, [{**OPTIONS[0], **change}], [LINK], zones=("A", "B"))
    assert list(refusal.value.fields) == [f"options.csv:1:{column}"]


BAD_ORDERS = [
    ([order("A", "herd")], "orders.csv:1:kind"),
    ([order("A"), order("A")], "orders.csv:2:order"),
    ([order("A", "minimum")], "orders.csv:1:min_share"),
    ([order("A", "minimum", min_share="100.01")], "orders.csv:1:min_share"),
    ([order("A", min_share="5")], "orders.csv:1:min_share"),
    ([order("A", parent="B")], "orders.csv:1:parent"),
    ([order("A", parent="A")], "orders.csv:1:parent"),
    ([order("A", zones="A X")], "orders.csv:1:zones"),
]


@pytest.mark.parametrize(("orders", "place"), BAD_ORDERS)
def test_a_bad_order_is_named_by_its_place(orders: list[Row], place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        built(ASKS, orders, OPTIONS)
    assert place in refusal.value.fields


def test_a_ring_of_parents_is_refused() -> None:
    orders = [order("A", parent="C"), order("B", parent="A"), order("C", parent="B")]
    with pytest.raises(Invalid) as refusal:
        built(ASKS, orders, OPTIONS)
    assert len(refusal.value.fields) == 3


def test_names_come_once() -> None:
    with pytest.raises(Invalid):
        built([*ASKS, *ASKS], ORDERS, OPTIONS)
    with pytest.raises(Invalid):
        built(ASKS, ORDERS, [*OPTIONS, *OPTIONS])


def test_rows_of_a_link_do_not_overlap() -> None:
    with pytest.raises(Invalid) as refusal:
        built(ASKS, ORDERS, OPTIONS, [LINK, LINK], zones=("A", "B"))
    assert list(refusal.value.fields) == ["links.csv:2:from"]


def test_unknown_and_missing_columns_are_named() -> None:
    with pytest.raises(Invalid, match="colour"):
        built([{**ASKS[0], "colour": "red"}], ORDERS, OPTIONS)


def test_values_beyond_64_bits_together_are_refused() -> None:
    rich = [option("A", 1, "999999999999", str(number)) for number in range(5_000)]
    with pytest.raises(Invalid, match="64 bits"):
        built(ASKS, ORDERS, rich)


def test_an_empty_call_is_cleared() -> None:
    body = clear(call([], [], []), Terms()).certificate
    assert (body["welfare"], body["bound"], body["gap_percent"]) == (0, 0, "0.0000")


def test_a_call_that_nothing_can_serve_is_cleared() -> None:
    outcome = clear(call(ASKS, ORDERS, [option("A", 9, 100)]), Terms())
    assert (outcome.served, outcome.certificate["bound"]) == (0, 0)


def test_one_bidder_is_served() -> None:
    outcome = clear(call(ASKS, ORDERS, OPTIONS), Terms())
    assert (outcome.served, outcome.certificate["welfare"]) == (1, 9_000_000)


def test_all_ties_and_zero_prices_are_cleared() -> None:
    names = [f"D{number}" for number in range(6)]
    folder = call(
        [ask("x", 0, 4)], [order(name) for name in names], [option(name, 1, 1) for name in names]
    )
    outcome = clear(folder, Terms())
    assert (outcome.served, outcome.certificate["welfare"]) == (4, 4_000_000)


def test_a_negative_ask_stands_at_zero() -> None:
    """It is served as though it asked for nothing, and no price falls below zero."""
    instance = built([ask("x", "-2.5", 5)], ORDERS, OPTIONS)
    assert (instance.ask_price.tolist(), instance.ask_stated.tolist()) == ([0], [-2_500_000])
    found = solve_exact(instance)
    assert found.welfare == 10_000_000
    assert found.pi.min() >= 0


def test_a_link_without_capacity_carries_nothing() -> None:
    link = {**LINK, "mbps": 0}
    options = [option("A", 1, 10, link="L", mbps=1)]
    outcome = clear(call(ASKS, ORDERS, options, [link], zones=("A", "B")), Terms())
    assert outcome.served == 0


def test_options_outside_the_law_are_left_out_before_anything_is_computed() -> None:
    asks = [*ASKS, ask("y", 1, 5, zone="B")]
    options = [*OPTIONS, option("A", 1, 99, "far", zone="B")]
    folder = call(asks, [order("A", zones="A")], options, zones=("A", "B"))
    instance = instance_of(folder)
    assert (instance.opt_id, instance.unlawful) == (("1",), ("A/far",))


def test_asks_serve_by_price_then_by_place() -> None:
    instance = built([ask("dear", 2, 5), ask("first", 1, 2), ask("then", 1, 2)], ORDERS, OPTIONS)
    used = dispatch(instance, np.array([[3_000_000]]))
    assert used.tolist() == [0, 2_000_000, 1_000_000]
