"""Invariant 15: what is split sums exactly, and no part is more than a unit off its share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.contracts.funding import Own
from entrepot.kernel.rounding import half_even, largest_remainder

Split = Callable[[int, Sequence[int]], list[int]]

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)
totals = st.integers(0, 10**15)


def wrong(split: Split, total: int, shares: Sequence[int]) -> str:
    """Return what is wrong with a split; empty if nothing is."""
    parts, scale = split(total, shares), sum(shares)
    if sum(parts) != total:
        return f"{parts} sum to {sum(parts)}, not {total}"
    exact = [Fraction(total * share, scale) for share in shares]
    if any(abs(part - share) >= 1 for part, share in zip(parts, exact, strict=True)):
        return f"{parts} are a unit or more off {exact}"
    return ""


def rounded_by_themselves(total: int, shares: Sequence[int]) -> list[int]:
    """Planted bug: every part is rounded by itself."""
    return [half_even(Fraction(total * share, sum(shares))) for share in shares]


def rest_to_the_last(total: int, shares: Sequence[int]) -> list[int]:
    """Planted bug: the last part takes all that rounding left."""
    parts = [total * share // sum(shares) for share in shares]
    return [*parts[:-1], total - sum(parts[:-1])]


@given(totals, weights)
def test_parts_sum_to_the_whole_and_are_next_to_their_shares(total: int, shares: list[int]) -> None:
    assert wrong(largest_remainder, total, shares) == ""


@given(totals, weights)
def test_equal_weights_differ_by_a_unit_at_most(total: int, shares: list[int]) -> None:
    parts = largest_remainder(total, [1] * len(shares))
    assert max(parts) - min(parts) <= 1


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.lists(st.integers(0, 10**6), max_size=8))
def test_money_of_our_own_taken_in_parts_costs_what_the_whole_costs(
    cnh: int, hkd: int, asked: list[int]
) -> None:
    own, taken = Own(cnh, hkd), 0
    for one in asked:
        part = own.part(min(one, own.cnh_minor)) if own.cnh_minor else Own()
        taken += part.hkd_minor
        own = Own(own.cnh_minor - part.cnh_minor, own.hkd_minor - part.hkd_minor)
    rest = own.part(own.cnh_minor) if own.cnh_minor else own
    assert taken + rest.hkd_minor == hkd


@pytest.mark.parametrize("bug", [rounded_by_themselves, rest_to_the_last])
def test_a_wrong_split_is_found_out(bug: Split) -> None:
    assert any(wrong(bug, 100, [1] * count) for count in range(1, 12))
