r"""Welfare and bound once more, from the definitions.

Whatever prices π, μ ≥ 0 are published, no allocation is worth more than

    Σ_rows max(0, max_o (v − Σ π a − Σ μ w)) + Σ max(0, π − c) q + Σ μ C

over the options that can run: an optimum of a maximum problem is at most the value of any
feasible point of its dual (weak duality).
"""

from __future__ import annotations

from itertools import accumulate

from entrepot.domain.auction_check.feasible import runs_in_use
from entrepot.domain.auction_check.model import GANG, MINIMUM, PPM, Call, Claim, Option


def welfare_exact(call: Call, claim: Claim) -> int:
    """Return worth less cost, in micro-HKD times ppm."""
    worth = sum(call.options[at].value * ppm for at, ppm in claim.share.items())
    return worth - sum(ask_costs(call, claim))


def ask_costs(call: Call, claim: Claim) -> list[int]:
    """Return what each ask costs at its own price and starts, in micro-HKD times ppm."""
    return [
        ask.price * sum(used) + ask.start_cost * PPM * sum(1 for _ in runs_in_use(used))
        for ask, used in zip(call.asks, claim.used, strict=True)
    ]


def option_costs(call: Call, claim: Claim) -> list[int]:
    """Return what each option costs in all at the published prices, in micro-HKD."""
    pools = [[0, *accumulate(row)] for row in claim.pi]
    links = [[0, *accumulate(row)] for row in claim.mu]
    costs: list[int] = []
    for option in call.options:
        held = pools[option.pool]
        cost = option.devices * (held[option.end] - held[option.begin])
        if option.link >= 0:
            rent = links[option.link]
            cost += option.mbps * (rent[option.end] - rent[option.begin])
        costs.append(cost)
    return costs


def bound_exact(call: Call, claim: Claim, costs: list[int], runnable: list[bool]) -> int:
    """Return the bound on welfare that the prices prove, in micro-HKD."""
    best: dict[str, int] = {}
    for option, cost, runs in zip(call.options, costs, runnable, strict=True):
        row = call.orders[option.order].row
        if runs and option.value - cost > best.get(row, 0):
            best[row] = option.value - cost
    supply = 0
    for ask in call.asks:
        prices = claim.pi[ask.pool][ask.begin : ask.end]
        supply += ask.devices * sum(price - ask.price for price in prices if price > ask.price)
    rent = 0
    for prices, wide in zip(claim.mu, call.capacity, strict=True):
        rent += sum(price * mbps for price, mbps in zip(prices, wide, strict=True))
    return sum(best.values()) + supply + rent


class Steps:
    """Supply of every pool and slot from the cheapest ask up."""

    def __init__(self, call: Call) -> None:
        """Lay the asks of a call out."""
        self.steps: list[list[list[tuple[int, int]]]] = [
            [[] for _ in range(call.slots)] for _ in call.pools
        ]
        for ask in sorted(call.asks, key=lambda ask: ask.price):
            if ask.devices:
                for slot in range(ask.begin, ask.end):
                    self.steps[ask.pool][slot].append((ask.price, ask.devices))
        self.total = [[sum(n for _price, n in cell) for cell in row] for row in self.steps]
        self.sellers = {ask.party for ask in call.asks} - {""}
        self.own: dict[tuple[str, int, int], int] = {}
        for ask in call.asks:
            for slot in range(ask.begin, ask.end) if ask.party else ():
                key = (ask.party, ask.pool, slot)
                self.own[key] = self.own.get(key, 0) + ask.devices

    def cost(self, pool: int, slot: int, amount: int, unit: int) -> int:
        """Return what amount/unit devices cost at least, in micro-HKD / unit."""
        total = 0
        for price, devices in self.steps[pool][slot]:
            here = min(amount, devices * unit)
            total += price * here
            amount -= here
            if not amount:
                break
        return total

    def room(self, party: str, pool: int, begin: int, end: int) -> int:
        """Return the devices that others than a group offer in every slot of a run."""
        if party not in self.sellers:
            return min(self.total[pool][begin:end])
        return min(
            self.total[pool][slot] - self.own.get((party, pool, slot), 0)
            for slot in range(begin, end)
        )

    def cheapest(self, pool: int, slot: int) -> int:
        """Return the lowest price; nothing is asked for where there is none."""
        cell = self.steps[pool][slot]
        return cell[0][0] if cell else 0


def runnable_options(call: Call) -> list[bool]:
    """Say which options can be part of a best allocation.

    One that at its least share exceeds its link in some slot, or what its pool holds without the
    asks of its own group, can not. Nor can one that is
    worth less than the asks alone cost at that share (at the cheapest ask, if any share will do),
    unless another order hangs on it.
    """
    steps = Steps(call)
    parents = {order.parent for order in call.orders}
    return [
        _fits(call, steps, option, least := _least(call, option))
        and (option.order in parents or not _loses(steps, option, least))
        for option in call.options
    ]


def _least(call: Call, option: Option) -> int:
    order = call.orders[option.order]
    return PPM if order.kind == GANG else order.min_share if order.kind == MINIMUM else 0


def _fits(call: Call, steps: Steps, option: Option, least: int) -> bool:
    share = max(1, least)
    party = call.orders[option.order].party
    room = steps.room(party, option.pool, option.begin, option.end)
    if share * option.devices > room * PPM:
        return False
    if option.link < 0:
        return True
    wide = min(call.capacity[option.link][option.begin : option.end])
    return share * option.mbps <= wide * PPM


def _loses(steps: Steps, option: Option, least: int) -> bool:
    slots = range(option.begin, option.end)
    if least == 0:
        lowest = sum(steps.cheapest(option.pool, slot) for slot in slots)
        return option.value < lowest * option.devices
    weight, unit = (1, 1) if least == PPM else (least, PPM)
    amount = weight * option.devices
    cost = sum(steps.cost(option.pool, slot, amount, unit) for slot in slots)
    return option.value * weight < cost
