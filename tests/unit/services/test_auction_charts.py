"""Charts of a call: what they show is what certificate and history say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from tests.auction_calls import ask, built, option, order

from entrepot.domain.market.picture_data import busiest, prices_of, traded
from entrepot.domain.market.solution import Step
from entrepot.services.auction_charts import curve_chart, gap_chart, heat_chart

CALL = built(
    [ask("cheap", 1, 2, to=2), ask("dear", 5, 2, to=2), ask("far", 3, 1, zone="B")],
    [order("A"), order("B", "divisible")],
    [option("A", 2, 16, length=2), option("B", 2, 6), option("B", 1, 2, "2", zone="B")],
    slots=2,
    zones=("A", "B"),
)
PRICES = [["A", "gpu", 0, 2, 3_000_000], ["B", "gpu", 0, 1, 2_000_000]]
BODY = {"digest": "0123456789abcdef0", "gap_percent": "1.2500", "gap_percent_mip": "0.5000"}


def same(text: str) -> str:
    return text


def test_prices_and_trades_are_read_by_pool_and_slot() -> None:
    pi = prices_of(CALL, PRICES)
    assert pi.tolist() == [[3_000_000, 3_000_000], [2_000_000, 0]]
    sold = traded(CALL, [["A", "1", 1_000_000], ["B", "1", 500_000]])
    assert sold.tolist() == [[3_000_000, 2_000_000], [0, 0]], "2 devices, and half of 2 beside"
    assert busiest(pi, sold) == (0, 0)
    assert busiest(np.array([[1, 9]]), np.array([[1_000_000, 1_000_000]])) == (0, 1)


def test_the_curve_steps_through_asks_and_options() -> None:
    chart = curve_chart(CALL, (0, 0), 3_000_000, 3_000_000, "note", same)
    supply, demand = (series.points for series in chart.series)
    assert supply == ((0, 1), (2, 5), (4, 5))
    assert demand == ((0, 4), (2, 3), (4, 3)), "16 over 2 devices and 2 slots, then 6 over 2"
    assert [(level.at, level.on_x) for level in chart.levels] == [(3, False), (3, True)]
    assert "HKD 3.0000; 3 devices" in chart.subtitle


def test_the_map_has_a_hole_where_a_class_is_not_traded() -> None:
    call = built([ask("x", 1, 1)], [order("A")], [option("A", 1, 2)], zones=("A", "B"))
    chart = heat_chart(call, 0, np.array([[1_500_000]]), "note", same)
    assert chart.rows == ((Fraction(3, 2),), (None,))
    assert chart.y.categories == ("A", "B")


def test_the_gap_closes_to_what_the_certificate_says() -> None:
    steps = [Step("construct", 500, 1, 900, 1200), Step("anneal", 2500, 7, 950, 1000)]
    chart = gap_chart(steps, BODY, "note", same)
    moment, final = (series.points for series in chart.series)
    assert moment == ((Fraction(1, 2), 25), (Fraction(5, 2), 5))
    assert final == ((Fraction(1, 2), 10), (Fraction(5, 2), 5))
    assert [level.at for level in chart.levels] == [Fraction(1, 2)]
    assert "1.2500 % after 2.5 seconds" in chart.subtitle


def test_a_call_worth_nothing_has_no_gap_to_draw() -> None:
    chart = gap_chart([Step("dual", 1, 1, 0, 0)], BODY, "note", same)
    assert chart.series[0].points == ((Fraction(1, 1000), None),)
