"""No beneficial group buys from itself: small calls by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from tests.auction_calls import Row, ask, built, call, option, order

from entrepot.domain.market.runnable import can_run
from entrepot.domain.market.self_match import both_sides, supply_of
from entrepot.services.auction_run import Terms, clear

Shown = dict[str, object]


def outcome(asks: Sequence[Row], orders: Sequence[Row], options: Sequence[Row]) -> Shown:
    """Return what a call gives: shares by order, devices by ask, orders dropped."""
    body = cast("Any", clear(call(asks, orders, options), Terms()).certificate)
    return {
        "orders": {row[0]: row[2] for row in body["allocation"]},
        "asks": {row[0]: row[3] // 1_000_000 for row in body["supply"]},
        "dropped": body["dropped"]["orders"],
    }


OWN, OTHER = ask("own", 1, 5, party="G"), ask("other", 3, 10, party="H")


def test_an_option_on_a_pool_of_the_own_group_alone_can_not_run() -> None:
    instance = built(
        [OWN], [order("A", party="G"), order("B")], [option("A", 1, 9), option("B", 1, 9)]
    )
    assert can_run(instance).tolist() == [False, True]
    assert both_sides(instance) == [0]
    assert supply_of(instance, 0).tolist() == [[5]]


@pytest.mark.parametrize(("devices", "runs"), [(10, True), (11, False)])
def test_others_must_offer_what_a_gang_takes(devices: int, runs: bool) -> None:
    instance = built([OWN, OTHER], [order("A", party="G")], [option("A", devices, 999)])
    assert can_run(instance).tolist() == [runs]


def test_a_group_without_a_name_is_nobody_in_particular() -> None:
    instance = built([ask("x", 1, 5)], [order("A")], [option("A", 5, 99)])
    assert (both_sides(instance), can_run(instance).tolist()) == ([], [True])


def test_alone_in_the_call_the_group_is_served_by_others_at_the_same_price() -> None:
    asks = [OWN, ask("same", 1, 10, party="H")]
    found = outcome(asks, [order("A", party="G")], [option("A", 4, 99)])
    assert found == {"orders": {"A": 1_000_000}, "asks": {"same": 4}, "dropped": []}


def test_nobody_else_pays_for_keeping_a_group_apart() -> None:
    """The others ask for three where the price is one, so the order of the group goes."""
    orders = [order("A", party="G"), order("B", party="K")]
    found = outcome([OWN, OTHER], orders, [option("A", 2, 99), option("B", 2, 99)])
    assert found == {"orders": {"B": 1_000_000}, "asks": {"own": 2}, "dropped": ["A"]}


def test_where_others_buy_too_the_own_devices_go_to_them() -> None:
    """Five of eight taken by the group: its own asks may give three, to the other order."""
    orders = [order("A", party="G"), order("B", party="K")]
    found = outcome([OWN, OTHER], orders, [option("A", 5, 99), option("B", 3, 99)])
    assert found["asks"] == {"own": 3, "other": 5}
    assert found["orders"] == {"A": 1_000_000, "B": 1_000_000}


def test_the_newest_order_is_dropped_where_others_offer_too_little_for_both() -> None:
    """Each of the two fits what others offer, both together do not."""
    orders = [order("old", party="G", time=1), order("new", party="G", time=2), order("B")]
    options = [option("old", 6, 99), option("new", 6, 99), option("B", 3, 99)]
    found = outcome([OWN, OTHER], orders, options)
    shares = {"old": 1_000_000, "B": 1_000_000}
    assert found == {"orders": shares, "asks": {"own": 3, "other": 6}, "dropped": ["new"]}


def test_of_two_groups_each_may_serve_the_other() -> None:
    """G and H sell five each and buy five each: all ten are sold, crosswise."""
    asks = [ask("g", 1, 5, party="G"), ask("h", 2, 5, party="H")]
    orders = [order("A", party="G"), order("B", party="H")]
    found = outcome(asks, orders, [option("A", 5, 99), option("B", 5, 99)])
    assert found["asks"] == {"g": 5, "h": 5}


def test_an_ask_that_keeps_to_its_least_run_makes_the_order_go() -> None:
    """The own devices must run both slots, so the order of the group cannot be kept apart."""
    asks = [
        ask("own", 1, 5, to=2, min_slots=2, party="G"),
        ask("other", 90, 5, to=2, party="H"),
    ]
    orders = [order("A", party="G"), order("B", party="K")]
    options = [option("A", 4, 200), option("B", 1, 300, length=2)]
    body = cast("Any", clear(call(asks, orders, options, slots=2), Terms()).certificate)
    assert [row[0] for row in body["allocation"]] == ["B"]
