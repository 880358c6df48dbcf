"""The pay rule, on answers laid out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.auction_calls import ask, built, option, order

from entrepot.domain.market.instance import Instance
from entrepot.domain.market.pay import pay, regret, worst_losers
from entrepot.domain.market.runnable import can_run
from entrepot.domain.market.solution import Solution
from entrepot.domain.market.worth import bound, dispatch, loads, welfare_pico
from entrepot.services.auction_cut import Cut

HKD = 1_000_000


def answer(call: Instance, shares: list[int], price: int, rent: int = 0) -> Solution:
    """Return an answer with one price everywhere, and one rent on every link."""
    share = np.array(shares, dtype=np.int32)
    load, _over = loads(call, share)
    pi = np.full((call.pools, call.slots), price, dtype=np.int64)
    mu = np.full((call.links, call.slots), rent, dtype=np.int64)
    used = dispatch(call, load)
    welfare = welfare_pico(call, share, used) // HKD
    return Solution(share, used, pi, mu, welfare, bound(call, pi, mu))


def two_orders(worth: tuple[int, int]) -> Instance:
    options = [option("A", 1, worth[0]), option("B", 1, worth[1])]
    return built([ask("x", 1, 4)], [order("A"), order("B")], options)


def test_everyone_pays_the_price_and_nothing_is_left() -> None:
    call = two_orders((10, 7))
    money = pay(call, answer(call, [HKD, HKD], 3 * HKD))
    assert (money.charges, money.credits, money.operator, money.short) == ([300, 300], [600], 0, 0)
    assert (money.order_surplus, money.ask_surplus) == (700 + 400, 600 - 200)


def test_a_loser_is_made_whole_by_a_fee_on_those_who_gain() -> None:
    """B pays 8 for what is worth 7.90 to it; A can bear a fee of up to 2 % of 8."""
    call = built(
        [ask("x", 1, 4)], [order("A"), order("B")], [option("A", 1, 50), option("B", 1, "7.9")]
    )
    money = pay(call, answer(call, [HKD, HKD], 8 * HKD))
    assert money.order_whole == [0, 10]
    assert money.fees == [10, 0]
    assert (money.operator, money.short) == (0, 0)


def test_rent_comes_before_fees_and_the_rest_is_the_operators() -> None:
    link = {"link": "L", "from_zone": "A", "to_zone": "B", "from": 0, "to": 1, "mbps": 5}
    options = [option("A", 1, 50, link="L", mbps=1), option("B", 1, "7.9")]
    call = built([ask("x", 1, 4)], [order("A"), order("B")], options, [link], zones=("A", "B"))
    money = pay(call, answer(call, [HKD, HKD], 8 * HKD, rent=HKD))
    assert money.charges == [900, 800]
    assert (money.order_whole, money.fees, money.operator) == ([0, 10], [0, 0], 90)


def test_what_nobody_can_bear_is_short_and_the_worst_goes_with_its_children() -> None:
    call = built(
        [ask("x", 1, 4)],
        [order("A"), order("B", parent="A"), order("C", parent="B")],
        [option(name, 1, 7) for name in "ABC"],
    )
    money = pay(call, answer(call, [HKD, HKD, 0], 9 * HKD))
    assert (money.order_whole, money.fees, money.short) == ([200, 200, 0], [0, 0, 0], 400)
    assert worst_losers(money, 1) == [("order", 0)]
    assert Cut().without(call, ("order", 0)).orders == {0, 1, 2}


def test_an_ask_below_its_cost_is_made_whole() -> None:
    call = two_orders((10, 7))
    money = pay(call, answer(call, [HKD, 0], HKD * 9 // 10))
    assert (money.credits, money.ask_whole, money.fees) == ([90], [10], [1, 0])
    assert money.short == 9, "a fee is at most 2 % of a charge"


def test_cents_are_split_so_that_both_sides_sum() -> None:
    """Three thirds of an option at 1: the parts are whole cents, and nothing is lost."""
    names = "ABC"
    orders = [order(name, "divisible") for name in names]
    call = built([ask("x", 0, 4)], orders, [option(name, 1, 9) for name in names])
    money = pay(call, answer(call, [333_333, 333_333, 333_334], HKD))
    assert sorted(money.charges) == [33, 33, 34]
    assert sum(money.charges) == sum(money.credits) == 100


def test_rejected_against_the_prices_is_counted() -> None:
    call = two_orders((10, 7))
    found = regret(call, answer(call, [HKD, 0], 3 * HKD), can_run(call))
    assert found.rejected == ((1, 4 * HKD),)
    assert found.lost == 4 * HKD


def test_weak_duality_holds_at_any_price_and_fails_for_a_negative_one() -> None:
    """The planted bug: prices below zero prove nothing, so they are never published."""
    call = two_orders((10, 7))
    for price in range(0, 15 * HKD, HKD):
        found = answer(call, [HKD, HKD], price)
        assert found.welfare <= found.bound
    below = replace(answer(call, [HKD, HKD], 0), pi=np.full((1, 1), -(20 * HKD), dtype=np.int64))
    short = built([ask("x", 1, 0)], [order("A")], [option("A", 1, 10)])
    assert bound(short, below.pi, below.mu, np.array([True])) > 0


def test_a_family_bears_its_own_losses_before_anybody_else() -> None:
    """The parent loses 5; its children gain 4 and 2, and give 333 and 167 cents; B nothing."""
    orders = [order("P"), order("C", parent="P"), order("D", parent="C"), order("B")]
    options = [option(name, 1, worth) for name, worth in zip("PCDB", (5, 14, 12, 90), strict=True)]
    call = built([ask("x", 1, 9)], orders, options)
    money = pay(call, answer(call, [HKD] * 4, 10 * HKD))
    assert money.order_whole == [500, 0, 0, 0]
    assert money.fees == [0, 333, 167, 0]
    assert (money.operator, money.short) == (0, 0)


def test_what_a_family_cannot_bear_others_do() -> None:
    """The parent loses 5 and its child gains 4.90; the last ten cents are a fee on B."""
    orders = [order("P"), order("C", parent="P"), order("B")]
    options = [option("P", 1, 5), option("C", 1, "14.9"), option("B", 1, 90)]
    call = built([ask("x", 1, 9)], orders, options)
    money = pay(call, answer(call, [HKD] * 3, 10 * HKD))
    assert (money.order_whole, money.fees) == ([500, 0, 0], [0, 490, 10])
