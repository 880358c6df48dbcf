"""The books of random contracts, written a second time with integers and dictionaries alone.

Nothing of the exchange is called here: prices, vouchers, debts, settlements and the month's price
plan follow from their equations, each rounded half to even where these say so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.property.contract_draw import RATE_SCALE, SETTLEMENT_SPREAD_BP, Drawn, World

BP = 10_000
HOUR = 3_600_000
"""Milli-device-seconds of a device-hour."""

PLAN_TIERS = ((40_000_000_000, BP), (160_000_000_000, 9_500), (None, 8_800))
"""Tiers of the price plan: up to so many milli-device-seconds of a month, at which share."""

PLAN_LEAST = 50_000_000
"""Least charge of a month by the plan, HKD cents."""


def near(above: int, below: int) -> int:
    """Round a fraction half to even.

    >>> [near(n, 2) for n in (1, 3, 5, -1)]
    [0, 2, 2, 0]
    """
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2))


@dataclass(slots=True)
class Bill:
    """What a contract comes to, HKD cents, and CNH fen for ``owed``; ``compute`` is without egress,
    tax and vouchers."""

    hold: int
    total: int
    payable: int
    spread: int
    tax: int
    deducted: dict[str, int]
    owed: int
    carrying: int
    quantity: int
    compute: int


def used(one: Drawn) -> int:
    """Return what is charged: at most what was sold, at least a second of a run that began."""
    if one.fate == "cancelled":
        return 0
    bound = one.milli_devices * min(one.run_s, one.duration_s)
    return max(min(one.metered, bound), min(one.milli_devices, bound))


def bill_of(one: Drawn, world: World) -> Bill:
    """Return the bill of a contract."""
    quoted = _priced(one, world, one.milli_devices * one.duration_s, one.egress_max)
    limits = [(v, min(v.most, v.rate_bp * quoted[0] // BP)) for v in one.vouchers]
    left = quoted[0]
    at_quote: list[int] = []
    for _, most in limits:
        at_quote.append(min(most, left))
        left -= at_quote[-1]
    now = sum(minor for v, minor in zip(one.vouchers, at_quote, strict=True) if v.at_once)
    hold, quantity = quoted[0] - now, used(one)
    total, spread, tax, compute = _priced(one, world, quantity, min(one.egress, one.egress_max))
    deducted, left = dict[str, int](), total
    for voucher, most in zip(one.vouchers, at_quote, strict=True):
        rate = (voucher.rate_bp, BP) if voucher.stated else (most, quoted[0] or 1)
        taken = min(most, rate[0] * total // rate[1], left)
        left -= taken
        if voucher.at_once:
            deducted[voucher.programme] = taken
    payable = min(total - sum(deducted.values()), hold)
    total = payable + sum(deducted.values())
    owed, carrying = _debt(one, world, quantity)
    return Bill(hold, total, payable, spread, tax, deducted, owed, carrying, quantity, compute)


def _priced(one: Drawn, world: World, quantity: int, sent: int) -> tuple[int, int, int, int]:
    """Return total, spread, tax, and compute with its spread."""
    rate = world.rate(one.asset, one.day)
    above, below = one.price[0] * quantity * rate, one.price[1] * HOUR * RATE_SCALE
    above, below = above * (BP - one.discount_bp), below * BP
    out, out_below = one.egress_price[0] * sent, one.egress_price[1] * 10**9
    spread = near(above * one.spread_bp, below * BP)
    gross = above * (BP + one.spread_bp) * out_below + out * below * BP
    tax = near(gross * one.tax_bp, below * BP * out_below * BP)
    compute = near(above, below) + spread
    return compute + near(out, out_below) + tax, spread, tax, compute


def _debt(one: Drawn, world: World, quantity: int) -> tuple[int, int]:
    cnh = world.rate("CNH", one.day)
    above, below = one.price[0] * quantity, one.price[1] * HOUR
    if one.asset != "CNY":
        above, below = above * world.rate(one.asset, one.day), below * cnh
    owed = near(above, below)
    return owed, near(owed * cnh, RATE_SCALE)


@dataclass(slots=True)
class Oracle:
    """Account → posted debits less posted credits; what is due to whom."""

    world: World
    net: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    due: dict[int, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict[int, list[tuple[int, int]]](list)
    )
    later: dict[int, list[tuple[Drawn, Bill]]] = field(
        default_factory=lambda: defaultdict[int, list[tuple[Drawn, Bill]]](list)
    )
    months: dict[int, list[int]] = field(default_factory=dict[int, list[int]])

    def move(self, debit: str, credit: str, minor: int) -> None:
        """Book an amount."""
        self.net[debit] += minor
        self.net[credit] -= minor

    def billed(self, one: Drawn, bill: Bill) -> None:
        """Book a bill, and note what the centre is due by it."""
        firm = f"F-{one.firm}"
        self.move(f"receivable:{firm}", "revenue", bill.total - bill.spread - bill.tax)
        self.move(f"receivable:{firm}", "spread_income", bill.spread)
        self.move(f"receivable:{firm}", "tax", bill.tax)
        for programme, minor in bill.deducted.items():
            self.move(f"voucher_receivable:{programme}", f"receivable:{firm}", minor)
        self.move("cost_of_compute", "fx_clearing_hkd", bill.carrying)
        self.move("fx_clearing_cnh", f"payable:C-{one.centre}", bill.owed)
        if one.on_credit:
            self.move(f"credit_line:{firm}", "credit_lines", bill.payable)
            self.later[one.day].append((one, bill))
        else:
            self.move(f"prepaid:{firm}", f"receivable:{firm}", bill.payable)
            self._is_due(one, bill)

    def customers_pay(self, day: int) -> None:
        """Book that the bills of a day on credit are paid."""
        for one, bill in self.later.pop(day, []):
            self.move("bank", f"receivable:F-{one.firm}", bill.payable)
            self.move("credit_lines", f"credit_line:F-{one.firm}", bill.payable)
            self._is_due(one, bill)

    def deposited(self, one: Drawn, bill: Bill) -> None:
        """Book that the firm provides for the most that a contract may cost."""
        if one.on_credit:
            self.move("credit_lines", f"credit_line:F-{one.firm}", bill.hold)
        else:
            self.move("bank", f"prepaid:F-{one.firm}", bill.hold)

    def programmes_pay(self) -> None:
        """Book that all programmes pay what they owe."""
        for code in [one for one in self.net if one.startswith("voucher_receivable:")]:
            self.move("bank", code, self.net[code])

    def _is_due(self, one: Drawn, bill: Bill) -> None:
        if bill.owed:
            self.due[one.centre].append((bill.owed, bill.carrying))

    def settled(self, centre: int, day: int) -> None:
        """Book that all that a centre is due was bought at a day's rate and paid."""
        members = self.due.pop(centre)
        rate = self.world.rate("CNH", day)
        owed, carried = sum(o for o, _ in members), sum(c for _, c in members)
        mid = near(owed * rate, RATE_SCALE)
        self.move("fx_clearing_hkd", "bank", mid)
        self.move("fx_spread_cost", "bank", near(owed * rate * SETTLEMENT_SPREAD_BP, 10**8))
        self.move("bank_cnh", "fx_clearing_cnh", owed)
        self.move(f"payable:C-{centre}", "bank_cnh", owed)
        self.move("fx_realised", "fx_clearing_hkd", mid - carried)

    def planned(self, one: Drawn, bill: Bill) -> int:
        """Book what the price plan adds to a bill; return it, HKD cents."""
        month = self.months.setdefault(one.firm, [0, 0])
        above = one.price[0] * self.world.rate(one.asset, one.day)
        above *= (BP - one.discount_bp) * (BP + one.spread_bp)
        below, start, exact = one.price[1] * HOUR * RATE_SCALE * BP * BP, 0, 0
        for end, share in PLAN_TIERS:
            begin, stop = max(month[0], start), month[0] + bill.quantity
            stop = stop if end is None else min(stop, end)
            exact += max(0, stop - begin) * share
            start = end or 0
        month[0] += bill.quantity
        charge = near(above * exact, below * BP)
        month[1] += charge
        return self._plan_charge(one.firm, charge - bill.compute)

    def month_ends(self, firm: int) -> int:
        """Book what is missing to the least charge of the month; return it, HKD cents."""
        month = self.months.pop(firm, [0, 0])
        return self._plan_charge(firm, max(0, PLAN_LEAST - month[1]))

    def _plan_charge(self, firm: int, minor: int) -> int:
        self.move(f"receivable:F-{firm}", "revenue", minor)
        self.move("bank", f"receivable:F-{firm}", minor)
        return minor
