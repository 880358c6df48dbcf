r"""Who pays what: everyone at the published prices, losers made whole, all of it in whole cents.

An order pays Σ π a + Σ μ w on what it took, an ask receives Σ π x; the difference is the rent of
congestion. Each side is rounded once, half to even, and split by largest remainder. An accepted
order that pays more than its worth, or an accepted ask that earns less than its cost, is made
whole. What linked orders lose is borne by the gains of their own family first: a parent runs for
its child's sake, as whoever linked them wanted. The rest comes from the rent, and then from a fee
on accepted orders, each at most a part of its charge and never more than its surplus. If that is
not enough, the call is ``short`` and the caller drops the worst loser and clears again. What is
left over is the operator's; the sum of all is zero.

Source: design of the market, pay rule, 2026-11-21; Hamilton's apportionment, 1792.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import PPM, Instance
from entrepot.domain.market.worth import ask_slots, running_costs, starts
from entrepot.kernel.rounding import half_even, largest_remainder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

    from entrepot.domain.market.solution import Solution

CENT = 10_000 * PPM
"""One cent in micro-HKD times ppm, the unit of exact sums."""

FEE_PPM_MAX = 20_000
"""Most that a fee may add to a charge, in ppm of the charge."""


@dataclass(frozen=True, slots=True)
class Payments:
    """Money of one call, in cents.

    Attributes:
        charges, order_whole, fees: by order: what it pays at the prices, what makes it whole,
            and its fee with what it gives its family. It pays charges + fees − order_whole.
        credits, ask_whole: by ask: what it receives at the prices, and what makes it whole.
        operator: what the operator keeps, ≥ 0 unless ``short``.
        short: by how much rent and fees fall short of making all whole; 0 = none.
        order_surplus, ask_surplus: worth less charge, and credit less cost, before the rest.
    """

    charges: list[int]
    order_whole: list[int]
    fees: list[int]
    credits: list[int]
    ask_whole: list[int]
    operator: int
    short: int
    order_surplus: int
    ask_surplus: int


def pay(instance: Instance, solution: Solution, fee_ppm_max: int = FEE_PPM_MAX) -> Payments:
    """Work out the payments of a solution at its prices.

    Args:
        instance: the orders.
        solution: allocation and prices.
        fee_ppm_max: most that a fee may add to a charge, ppm.
    """
    worth, due = _order_sums(instance, solution)
    cost, earned = _ask_sums(instance, solution)
    charges, credits = _cents(due), _cents(earned)
    gains = [value // CENT - paid for value, paid in zip(worth, charges, strict=True)]
    margins = [got + (-spent // CENT) for spent, got in zip(cost, credits, strict=True)]
    order_whole = [max(0, -gain) for gain in gains]
    ask_whole = [max(0, -margin) for margin in margins]
    given = family_support(instance, gains)
    rent = sum(charges) - sum(credits)
    need = max(0, sum(order_whole) + sum(ask_whole) - sum(given) - rent)
    caps = [
        max(0, min(paid * fee_ppm_max // PPM, gain - support))
        for paid, gain, support in zip(charges, gains, given, strict=True)
    ]
    taken = min(need, sum(caps))
    common = largest_remainder(taken, caps) if taken else [0] * len(caps)
    fees = [one + support for one, support in zip(common, given, strict=True)]
    operator = rent + sum(fees) - sum(order_whole) - sum(ask_whole)
    return Payments(
        charges,
        order_whole,
        fees,
        credits,
        ask_whole,
        operator,
        need - taken,
        sum(gains),
        sum(margins),
    )


def family_support(instance: Instance, gains: list[int]) -> list[int]:
    """Return what each order gives for the losses of its family, cents.

    A family is all orders that hang together by parents. Its losses, up to its gains, are split
    over the gains by largest remainder.

    Args:
        instance: the orders.
        gains: worth less charge of each order.
    """
    above: list[int] = instance.order_parent.tolist()
    given = [0] * len(gains)
    families: dict[int, list[int]] = {}
    for order, parent in enumerate(above):
        if parent >= 0 or instance.has_child[order]:
            root = order
            while above[root] >= 0:
                root = above[root]
            families.setdefault(root, []).append(order)
    for members in families.values():
        plus = [max(0, gains[order]) for order in members]
        loss = sum(max(0, -gains[order]) for order in members)
        if loss and sum(plus):
            parts = largest_remainder(min(loss, sum(plus)), plus)
            for order, part in zip(members, parts, strict=True):
                given[order] = part
    return given


def worst_losers(payments: Payments, count: int) -> list[tuple[str, int]]:
    """Return the orders and asks that take most to be made whole: kind and place.

    Args:
        payments: of a call.
        count: most of them; of equals the order before the ask, and the earlier one.
    """
    orders = [(-much, 0, place) for place, much in enumerate(payments.order_whole) if much]
    asks = [(-much, 1, place) for place, much in enumerate(payments.ask_whole) if much]
    kinds = ("order", "ask")
    return [(kinds[kind], place) for _much, kind, place in sorted([*orders, *asks])[:count]]


@dataclass(frozen=True, slots=True)
class Regret:
    """What prices promised and the allocation did not give.

    Attributes:
        lost: micro-HKD over all choice rows: best surplus at the prices less the surplus had.
        rejected: orders without any share though the prices leave them a surplus, with that
            surplus in micro-HKD: paradoxically rejected.
    """

    lost: int
    rejected: tuple[tuple[int, int], ...]


def regret(instance: Instance, solution: Solution, runnable: Bools) -> Regret:
    """Compare each order's surplus with the best one that the prices would leave it.

    Args:
        instance: the orders.
        solution: allocation and prices.
        runnable: options that can run at all.
    """
    surplus = instance.opt_value - running_costs(instance, solution.pi, solution.mu)
    row = instance.order_row[instance.opt_order]
    best = np.zeros(instance.orders, dtype=object)
    had, served = best.copy(), np.zeros(instance.orders, dtype=np.bool_)
    own = np.zeros(instance.orders, dtype=object)
    some = np.flatnonzero(runnable)
    np.maximum.at(best, row[some], surplus[some].astype(object))
    np.maximum.at(own, instance.opt_order[some], surplus[some].astype(object))
    taken = np.flatnonzero(solution.opt_share)
    share = solution.opt_share[taken].astype(object)
    np.add.at(had, row[taken], surplus[taken].astype(object) * share)
    served[row[taken]] = True
    out = np.flatnonzero((own > 0) & ~served[instance.order_row])
    lost = sum(best.tolist()) * PPM - sum(had.tolist())
    return Regret(lost // PPM, tuple((order, int(own[order])) for order in out.tolist()))


def _order_sums(instance: Instance, solution: Solution) -> tuple[list[int], list[int]]:
    """Return worth and charge of each order, exact in micro-HKD times ppm."""
    due = running_costs(instance, solution.pi, solution.mu)
    worth, charge = [0] * instance.orders, [0] * instance.orders
    for row in np.flatnonzero(solution.opt_share).tolist():
        order, share = int(instance.opt_order[row]), int(solution.opt_share[row])
        worth[order] += int(instance.opt_value[row]) * share
        charge[order] += int(due[row]) * share
    return worth, charge


def _ask_sums(instance: Instance, solution: Solution) -> tuple[list[int], list[int]]:
    """Return cost and credit of each ask, exact in micro-HKD times ppm."""
    ask, slot = ask_slots(instance)
    begun = starts(instance, solution.ask_used).tolist()
    cost = [int(n) * int(c) * PPM for n, c in zip(begun, instance.ask_start_cost, strict=True)]
    credit = [0] * instance.asks
    for cell in np.flatnonzero(solution.ask_used).tolist():
        place, used = int(ask[cell]), int(solution.ask_used[cell])
        cost[place] += int(instance.ask_price[place]) * used
        credit[place] += int(solution.pi[instance.ask_pool[place], slot[cell]]) * used
    return cost, credit


def _cents(exact: list[int]) -> list[int]:
    """Round a side of the books once, half to even, and split it by largest remainder."""
    total = half_even(Fraction(sum(exact), CENT))
    return largest_remainder(total, exact) if total else [0] * len(exact)
