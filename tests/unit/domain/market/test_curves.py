"""Curves of supply and demand, and the map of prices."""

import numpy as np
from tests.auction_calls import ask, built, option, order

from entrepot.domain.market.curves import curves, heat_map
from entrepot.domain.market.exact import solve_exact


def test_curves_cross_where_the_call_clears() -> None:
    asks = [ask("dear", 5, 2), ask("cheap", 1, 2)]
    options = [option("A", 2, 8), option("B", 1, 7), option("B", 1, 6, "2")]
    call = built(asks, [order("A"), order("B", "divisible")], options)
    found = curves(call, 0, 0)
    assert found.supply == ((1_000_000, 2), (5_000_000, 4))
    assert found.demand == ((7_000_000, 1), (4_000_000, 3))
    assert solve_exact(call).welfare == 7_000_000 + 8_000_000 - 2_000_000 - 5_000_000


def test_a_class_that_a_zone_lacks_has_no_price() -> None:
    call = built([ask("x", 1, 1)], [order("A")], [option("A", 1, 2)], zones=("A", "B"))
    assert heat_map(call, np.array([[3]]), 0) == {"A": [3], "B": [None]}
