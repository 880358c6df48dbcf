"""What a word of the bank books: any number of parts adds up to the whole, returns undo them.

Invariant 16: each leg balances, paid = carrying + realised, full settlement leaves nothing.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.domain.contracts import bank_step as step_module
from entrepot.domain.contracts.bank_step import Step, bank_step
from entrepot.domain.contracts.funding import Booked, Own
from entrepot.domain.contracts.settlement import Member, SettlementValues, settlement_values
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate

RATES = st.fractions(min_value=Fraction(9, 10), max_value=Fraction(13, 10), max_denominator=10_000)
FEN = st.integers(1, 10**9)


def values_of(
    owed: int, carried: int, rate: Fraction, spread_bp: int = 20, own: Own | None = None
) -> SettlementValues:
    fx = ExchangeRate(CNH, HKD, rate, "test", "2026-11-23")
    member = Member("I-1", "HK-2026-000001", Amount(owed, CNH), Amount(carried, HKD))
    return settlement_values([member], fx, spread_bp, own)


def start(values: SettlementValues) -> Booked:
    return Booked(reserved=values.pooled, reserved_cost=values.pool_cost)


class Books:
    """The accounts that a settlement moves, kept in plain integers beside the code."""

    def __init__(self, values: SettlementValues) -> None:
        self.payable = values.total.minor
        self.clearing_hkd = values.carrying.minor - values.pool_cost.minor
        self.clearing_cnh = values.total.minor - values.pooled.minor
        self.own_cnh, self.own_hkd = values.pooled.minor, values.pool_cost.minor
        self.bank = self.spread = self.realised = 0

    def take(self, step: Step) -> None:
        self.bank -= step.sold + step.spread
        self.spread += step.spread
        self.clearing_hkd -= step.sold - step.realised
        self.clearing_cnh -= step.bought
        self.own_cnh += step.bought - step.paid
        self.own_hkd += step.sold - (step.carried + step.realised)
        self.payable -= step.paid
        self.realised += step.realised


def play(values: SettlementValues, told: list[int]) -> tuple[Booked, Books]:
    booked, books = start(values), Books(values)
    for moved in told:
        booked, step = bank_step(values, booked, moved)
        books.take(step)
    return booked, books


@st.composite
def parts(draw: st.DrawFn) -> tuple[SettlementValues, list[int]]:
    owed = draw(FEN)
    own_cnh = draw(st.just(0) | st.integers(1, 10**9))
    own = Own(own_cnh, draw(st.integers(0, 2 * 10**9))) if own_cnh else None
    carried, spread_bp = draw(st.integers(0, 2 * 10**9)), draw(st.integers(0, 300))
    values = values_of(owed, carried, draw(RATES), spread_bp, own)
    cuts = sorted(draw(st.lists(st.integers(1, owed), max_size=4)))
    return values, [*cuts, owed]


def whole_pays_what_it_costs(found: tuple[SettlementValues, list[int]]) -> None:
    values, told = found
    booked, books = play(values, told)
    assert booked.paid == values.total
    assert booked.cost == booked.carried + booked.realised
    assert booked.carried == values.carrying
    if not values.pooled.minor:
        assert (booked.cost, booked.realised) == (values.at_mid, values.realised)
        assert books.bank == -values.paid.minor
    assert (books.payable, books.clearing_hkd, books.clearing_cnh) == (0, 0, 0)


@settings(max_examples=300, deadline=None)
@given(parts())
def test_any_number_of_parts_adds_up_to_one_whole_payment(
    found: tuple[SettlementValues, list[int]],
) -> None:
    values, told = found
    if values.pooled.minor:
        told = told[-1:]  # what one payment leaves of our own RMB is free for others
    whole_pays_what_it_costs((values, told))


def round_each(rate: Fraction, before: int, more: int) -> int:
    """Planted bug: each part is rounded by itself."""
    return round(more * rate)


def test_parts_rounded_one_by_one_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    values = values_of(3, 3, Fraction(3, 2), 0)
    whole_pays_what_it_costs((values, [1, 2, 3]))
    monkeypatch.setattr(step_module, "_difference", round_each)
    with pytest.raises(AssertionError):
        whole_pays_what_it_costs((values, [1, 2, 3]))


@settings(max_examples=300, deadline=None)
@given(parts(), st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_whatever_the_bank_says_the_open_debt_stands_at_its_carrying(
    found: tuple[SettlementValues, list[int]], told: list[int]
) -> None:
    values, _ = found
    booked, books = start(values), Books(values)
    for moved in told:
        booked, step = bank_step(values, booked, moved)
        books.take(step)
        left = values.total.minor - booked.paid.minor
        open_hkd = values.carrying.minor - booked.carried.minor
        # What clearing holds is what is owed, less what we hold in RMB at its cost.
        assert books.payable == left == books.clearing_cnh + books.own_cnh
        assert books.clearing_hkd + books.own_hkd == open_hkd
        assert books.own_cnh >= 0
    booked, step = bank_step(values, booked, 0)
    books.take(step)
    assert (booked.paid.minor, booked.cost.minor, booked.carried.minor) == (0, 0, 0)
    assert booked.over_cost.minor == books.realised == 0
    assert books.payable == values.total.minor


def test_a_return_keeps_the_result_in_proportion() -> None:
    values = values_of(1000, 1080, Fraction(11, 10))
    booked, _ = bank_step(values, start(values), 1000)
    assert booked.realised == Amount(20, HKD)
    back, step = bank_step(values, booked, 400)
    assert (step.paid, step.carried, step.realised) == (-600, -648, -12)
    assert step.own == Own(600, 660)
    assert back.realised == Amount(8, HKD)


def test_what_is_paid_too_much_stands_at_what_it_cost() -> None:
    values = values_of(1000, 1080, Fraction(11, 10))
    booked, step = bank_step(values, start(values), 1100)
    assert (booked.over_cost, step.realised) == (Amount(110, HKD), 20)
    assert values.carrying - booked.carried == Amount(-110, HKD)


def test_after_a_failure_everything_is_too_much() -> None:
    values = values_of(1000, 1080, Fraction(11, 10))
    booked, step = bank_step(values, Booked(), 1000, failed=True)
    assert (step.carried, step.realised, booked.over_cost) == (1100, 0, Amount(1100, HKD))


def test_more_back_than_out_is_refused() -> None:
    values = values_of(1000, 1080, Fraction(11, 10))
    with pytest.raises(Refused):
        bank_step(values, start(values), -1)


def test_a_batch_needs_something_owed() -> None:
    negative = [Member("DB-1", "B-1", Amount(-5, CNH), Amount(-5, HKD))]
    fx = ExchangeRate(CNH, HKD, Fraction(1), "test", "2026-11-23")
    with pytest.raises(Invalid) as refused:
        settlement_values(negative, fx, 0)
    assert refused.value.code == "settlement.negative"
