"""Invariants 17, 18 and 23: a round trip never gains, a revaluation and its reversal are nothing,
and no rate off the peg passes, whichever way round it is written.

Each has a planted fault that the same property finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from entrepot.domain.fx.guards import PEG, in_peg
from entrepot.domain.fx.model import Side
from entrepot.domain.fx.two_way import change, side_rate
from entrepot.domain.ledger.chart import account_of
from entrepot.domain.ledger.model import Balance
from entrepot.domain.ledger.revaluation import Line, open_position, revalued, reversed_lines
from entrepot.domain.ledger.statements import statement
from entrepot.kernel.money import CNH, HKD, USD, Amount, ExchangeRate

Change = Callable[[Amount, ExchangeRate, int], Amount]
Trip = tuple[Amount, ExchangeRate, int]

UNSHRUNK = settings(max_examples=2_000, phases=(Phase.explicit, Phase.generate))
"""A planted fault has to be found, not to be made small."""

MIDS = st.fractions(Fraction(1, 2), Fraction(2), max_denominator=100_000).map(
    lambda value: ExchangeRate(CNH, HKD, value, "test", "2026-11-21")
)
AMOUNTS = st.builds(Amount, st.integers(0, 10**12), st.sampled_from((CNH, HKD)))
TRIPS = st.tuples(AMOUNTS, MIDS, st.integers(0, 500))


def gains(trip: Trip, changed: Change) -> bool:
    """Say whether an amount that goes to the other currency and back has grown."""
    amount, mid, spread_bp = trip
    back = changed(changed(amount, mid, spread_bp), mid, spread_bp)
    return back.minor > amount.minor


@given(TRIPS)
def test_a_round_trip_never_gains(trip: Trip) -> None:
    assert not gains(trip, change)


def rounded_up(amount: Amount, mid: ExchangeRate, spread_bp: int) -> Amount:
    side = Side.SELL if amount.asset == mid.quote else Side.BUY
    return side_rate(mid, side, spread_bp).convert(amount, "ceil")


def rounded_half_even(amount: Amount, mid: ExchangeRate, spread_bp: int) -> Amount:
    side = Side.SELL if amount.asset == mid.quote else Side.BUY
    return side_rate(mid, side, spread_bp).convert(amount)


def sides_swapped(amount: Amount, mid: ExchangeRate, spread_bp: int) -> Amount:
    side = Side.BUY if amount.asset == mid.quote else Side.SELL
    return side_rate(mid, side, spread_bp).convert(amount, "floor")


@pytest.mark.parametrize("wrong", [rounded_up, rounded_half_even, sides_swapped])
def test_a_wrong_exchange_is_found_out(wrong: Change) -> None:
    find(TRIPS, lambda trip: gains(trip, wrong), settings=UNSHRUNK)


Books = dict[str, Balance]
BALANCES = st.builds(Balance, st.integers(0, 10**12), st.integers(0, 10**12))
BOOKS = st.fixed_dictionaries(
    dict.fromkeys(("fx_clearing_cnh", "fx_clearing_hkd", "fx_unrealised"), BALANCES)
)
VALUES = st.tuples(BOOKS, MIDS)
Undo = Callable[[int], tuple[Line, ...]]


def posted(books: Books, lines: tuple[Line, ...]) -> Books:
    """Post lines on books."""
    result = dict(books)
    for line in lines:
        debit, credit = result[line.debit], result[line.credit]
        result[line.debit] = replace(debit, debits_posted=debit.debits_posted + line.minor)
        result[line.credit] = replace(credit, credits_posted=credit.credits_posted + line.minor)
    return result


def leaves_something(case: tuple[Books, ExchangeRate], undo: Undo) -> bool:
    """Say whether a revaluation and its reversal have changed a balance."""
    books, mid = case
    loss = open_position(books).unrealised(mid.value)
    after = posted(posted(books, revalued(loss)), undo(loss))
    return any(after[code].debit_net != one.debit_net for code, one in books.items())


@given(VALUES)
def test_revalued_and_reversed_is_nothing(case: tuple[Books, ExchangeRate]) -> None:
    assert not leaves_something(case, reversed_lines)


@given(VALUES)
def test_revalued_books_stand_at_the_rate(case: tuple[Books, ExchangeRate]) -> None:
    books, mid = case
    loss = open_position(books).unrealised(mid.value)
    after = open_position(posted(books, revalued(loss)))
    assert after.carrying_minor == after.at(mid.value)
    assert all(line.minor > 0 for line in revalued(loss))


def not_turned(loss: int) -> tuple[Line, ...]:
    return revalued(loss)


def a_cent_short(loss: int) -> tuple[Line, ...]:
    return tuple(replace(one, minor=one.minor - 1) for one in reversed_lines(loss))


def gains_forgotten(loss: int) -> tuple[Line, ...]:
    return reversed_lines(max(loss, 0))


@pytest.mark.parametrize("wrong", [not_turned, a_cent_short, gains_forgotten])
def test_a_wrong_reversal_is_found_out(wrong: Undo) -> None:
    find(VALUES, lambda case: leaves_something(case, wrong), settings=UNSHRUNK)


CODES = ("bank", "prepaid:F-1", "revenue", "cost_of_compute", "fx_clearing_hkd")
CODES_CNH = ("bank_cnh", "fx_clearing_cnh", "payable:C")
POSTINGS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), st.integers(1, 10**9)),
        st.tuples(st.sampled_from(CODES_CNH), st.sampled_from(CODES_CNH), st.integers(1, 10**9)),
    ).filter(lambda line: line[0] != line[1]),
    max_size=30,
)


@given(POSTINGS, MIDS)
def test_both_sides_of_a_statement_agree(
    lines: list[tuple[str, str, int]], mid: ExchangeRate
) -> None:
    books: Books = {code: Balance() for code in (*CODES, *CODES_CNH)}
    books = posted(books, tuple(Line(*line) for line in lines))
    accounts = [account_of(code, n) for n, code in enumerate(books, 1)]
    made = statement(accounts, books, {"CNH": mid.value})
    assert all(totals.balances for totals in made.by_asset.values())
    assert made.in_hkd.balances
    # A cent that is on one side only is seen, in its own asset and in HKD.
    bank = books["bank"]
    wrong = {**books, "bank": replace(bank, debits_posted=bank.debits_posted + 5)}
    found = statement(accounts, wrong, {"CNH": mid.value})
    assert not found.by_asset["HKD"].balances and not found.in_hkd.balances


PEGGED = st.tuples(
    st.fractions(Fraction(7), Fraction(9), max_denominator=10_000), st.booleans()
).map(
    lambda pair: (
        ExchangeRate(HKD, USD, 1 / pair[0], "t", "2026-11-21")
        if pair[1]
        else ExchangeRate(USD, HKD, pair[0], "t", "2026-11-21")
    )
)
Guard = Callable[[ExchangeRate], bool]


def misjudged(rate: ExchangeRate, guard: Guard) -> bool:
    """Say whether a guard of the peg passes what it must not, or stops what it need not."""
    hkd_per_usd = rate.value if rate.base == USD else 1 / rate.value
    return guard(rate) != (775 <= hkd_per_usd * 100 <= 785)


@given(PEGGED)
def test_no_rate_off_the_peg_passes(rate: ExchangeRate) -> None:
    assert not misjudged(rate, in_peg)


def one_way_only(rate: ExchangeRate) -> bool:
    return rate.base == HKD or in_peg(rate)


def wrong_way_round(rate: ExchangeRate) -> bool:
    return PEG[0] <= rate.value <= PEG[1]


def a_band_too_wide(rate: ExchangeRate) -> bool:
    hkd_per_usd = rate.value if rate.base == USD else 1 / rate.value
    return PEG[0] - Fraction(1, 10) <= hkd_per_usd <= PEG[1]


@pytest.mark.parametrize("wrong", [one_way_only, wrong_way_round, a_band_too_wide])
def test_a_wrong_guard_of_the_peg_is_found_out(wrong: Guard) -> None:
    find(PEGGED, lambda rate: misjudged(rate, wrong), settings=UNSHRUNK)
