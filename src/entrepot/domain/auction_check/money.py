"""Payments and regrets once more, from the pay rule as it is published.

1. An order is charged Σ π a + Σ μ w on what it took, an ask is credited Σ π x. Each side is
   rounded in sum, half to even, and split by largest remainder.
2. An order charged above its worth (rounded down), or an ask credited below its cost (rounded
   up), is made whole.
3. What the orders of a family (linked by parents) lose is borne by its own gains as far as they
   go, by largest remainder.
4. Of the rest, what rent does not cover is a fee, by largest remainder over each order's cap: a
   part of its charge, and never more than the surplus it has left.
5. The operator keeps what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from entrepot.domain.auction_check.model import PPM, Call, Claim
from entrepot.domain.auction_check.value import ask_costs
from entrepot.kernel import rounding

CENT = 10_000 * PPM


@dataclass(frozen=True, slots=True)
class Money:
    """What the rule yields, in cents.

    Attributes:
        orders: name, charge, made whole, fee of every order with any of them.
        asks: name, credit, made whole of every ask with any of them.
        operator: the operator's part; short: what is missing to make all whole.
        surplus: of orders and of asks at the prices.
    """

    orders: list[list[object]]
    asks: list[list[object]]
    operator: int
    short: int
    surplus: tuple[int, int]


def payments(call: Call, claim: Claim, costs: Sequence[int], fee_ppm_max: int) -> Money:
    """Apply the pay rule.

    Args:
        call, claim: what was decided.
        costs: of each option at the published prices, micro-HKD.
        fee_ppm_max: cap of the fee.
    """
    due, worth = [0] * len(call.orders), [0] * len(call.orders)
    for at, ppm in claim.share.items():
        due[call.options[at].order] += costs[at] * ppm
        worth[call.options[at].order] += call.options[at].value * ppm
    earned = [
        sum(
            price * much
            for price, much in zip(claim.pi[ask.pool][ask.begin : ask.end], used, strict=True)
        )
        for ask, used in zip(call.asks, claim.used, strict=True)
    ]
    charge, credit = _split(due), _split(earned)
    gain = [rounding.floor(Fraction(w, CENT)) - c for w, c in zip(worth, charge, strict=True)]
    spent = [rounding.ceil(Fraction(cost, CENT)) for cost in ask_costs(call, claim)]
    margin = [c - s for c, s in zip(credit, spent, strict=True)]
    whole, ask_whole = [max(-g, 0) for g in gain], [max(-m, 0) for m in margin]
    own = _within_families(call, gain)
    rent, relief = sum(charge) - sum(credit), sum(whole) + sum(ask_whole) - sum(own)
    spare = [g - o for g, o in zip(gain, own, strict=True)]
    cap = [max(0, min(g, c * fee_ppm_max // PPM)) for g, c in zip(spare, charge, strict=True)]
    taken = min(sum(cap), max(0, relief - rent))
    levied = rounding.largest_remainder(taken, cap) if taken else [0] * len(cap)
    fee = [a + b for a, b in zip(levied, own, strict=True)]
    names = [order.name for order in call.orders]
    bought = zip(names, charge, whole, fee, strict=True)
    orders: list[list[object]] = [list(row) for row in bought if any(row[1:])]
    sold = zip([ask.name for ask in call.asks], credit, ask_whole, strict=True)
    asks: list[list[object]] = [list(row) for row in sold if any(row[1:])]
    left = rent + taken - relief
    return Money(orders, asks, left, max(0, relief - rent - taken), (sum(gain), sum(margin)))


def _within_families(call: Call, gain: Sequence[int]) -> list[int]:
    """Return what each order bears of the losses of its family."""
    family = list(range(len(call.orders)))
    for _ in call.orders:  # the number of a family is that of its eldest
        eldest = [family[o.parent] if o.parent >= 0 else at for at, o in enumerate(call.orders)]
        if eldest == family:
            break
        family = eldest
    members: dict[int, list[int]] = {}
    for at, number in enumerate(family):
        members.setdefault(number, []).append(at)
    own = [0] * len(family)
    for group in members.values():
        surplus = [gain[at] if gain[at] > 0 else 0 for at in group]
        lost = min(-sum(gain[at] for at in group if gain[at] < 0), sum(surplus))
        if lost > 0:
            for at, part in zip(group, rounding.largest_remainder(lost, surplus), strict=True):
                own[at] = part
    return own


def regrets(
    call: Call, claim: Claim, costs: Sequence[int], runnable: Sequence[bool]
) -> tuple[int, list[list[object]]]:
    """Return surplus foregone over all choice rows, and orders rejected against the prices."""
    best: dict[str, int] = {}
    own = [0] * len(call.orders)
    for at, option in enumerate(call.options):
        surplus = option.value - costs[at]
        if runnable[at] and surplus > 0:
            row = call.orders[option.order].row
            best[row] = max(best.get(row, 0), surplus)
            own[option.order] = max(own[option.order], surplus)
    had, served = 0, set[str]()
    for at, ppm in claim.share.items():
        had += (call.options[at].value - costs[at]) * ppm
        served.add(call.orders[call.options[at].order].row)
    rejected: list[list[object]] = [
        [order.name, own[at]]
        for at, order in enumerate(call.orders)
        if own[at] > 0 and order.row not in served
    ]
    return (sum(best.values()) * PPM - had) // PPM, rejected


def _split(exact: list[int]) -> list[int]:
    total = rounding.half_even(Fraction(sum(exact), CENT))
    return rounding.largest_remainder(total, exact) if total else [0] * len(exact)
