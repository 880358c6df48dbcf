"""What an elastic lease is worth in a later call, and what it costs to take it."""

from __future__ import annotations

import pytest

from entrepot.domain.market.elastic import cost_to_take, first_border, worth_held
from entrepot.domain.market.resale import bases_of, by_supply, fee_of, made_good


@pytest.mark.parametrize(
    ("t", "notice_s", "border"),
    [(0, 0, 0), (0, 1, 3_600), (3_000, 600, 3_600), (3_000, 601, 7_200), (7_200, 7_200, 14_400)],
)
def test_the_first_border_lies_a_notice_ahead(t: int, notice_s: int, border: int) -> None:
    assert first_border(t, notice_s, 3_600) == border


def test_a_credit_is_rounded_up_for_who_gives_way() -> None:
    assert cost_to_take([], 1_000) == (0, 0)
    assert cost_to_take([1], 1) == (1, 1)
    assert cost_to_take([333, 333, 334], 2_500) == (1_000, 250)
    assert cost_to_take([100], 0) == (100, 0)


def test_a_lease_is_worth_its_part_of_the_option_and_at_least_its_cost() -> None:
    assert worth_held(90_000_000, (2, 2), (3, 3), 0) == 90_000_000
    assert worth_held(90_000_000, (1, 2), (1, 3), 0) == 15_000_000
    assert worth_held(100, (1, 3), (1, 1), 0) == 33
    assert worth_held(0, (1, 1), (1, 1), 7) == 70_000


def test_what_a_slot_owes_is_split_by_supply_to_the_cent() -> None:
    assert by_supply(100, {"": 1, "a": 1, "b": 1}) == {"": 34, "a": 33, "b": 33}
    assert by_supply(0, {"": 1, "a": 2}) == {"": 0, "a": 0}
    assert by_supply(5, {}) == by_supply(5, {"a": 0}) == {}


def test_fees_bases_and_what_is_made_good() -> None:
    assert [fee_of(minor) for minor in (0, 99, 100, 10_050)] == [0, 0, 1, 100]
    assert bases_of(101, [1, 1]) == [51, 50]
    assert bases_of(7, [0, 0]) == [4, 3]
    assert made_good(5, 4) == made_good(4, 5) == 5
