"""Neighbourhoods: losses make up the gap, pools that lose most come first, rows stay whole."""

from __future__ import annotations

import numpy as np
import pytest

from entrepot.domain.market import stages
from entrepot.domain.market.generate import generate
from entrepot.domain.market.neighbourhoods import Neighbourhoods, chances, idle, losses
from entrepot.domain.market.pace import Pace


@pytest.fixture(scope="module")
def climb() -> stages.Climb:
    found = stages.Climb(generate(200, 6, 2, 12, seed=3), 1, Pace({"prices": 1}, None, None), None)
    found.price()
    found.construct()
    return found


def test_losses_of_pools_make_up_nearly_all_of_the_gap_and_never_more(climb: stages.Climb) -> None:
    lost = losses(climb.work, climb.steps, climb.plan, climb.prices, climb.choice.worth)
    gap = climb.bound / 1e6 - climb.welfare()
    assert lost.min() >= 0.0
    assert 0.8 * gap < lost.sum() <= gap * (1 + 1e-6)


def test_sellers_of_an_empty_plan_lose_what_the_prices_promise(climb: stages.Climb) -> None:
    from entrepot.domain.market.construct import empty_plan

    empty = empty_plan(climb.work, climb.steps)
    cell = np.repeat(np.arange(climb.steps.room.size), np.diff(climb.steps.begin))
    rent = np.maximum(climb.prices[0][cell] - climb.steps.price, 0.0) * climb.steps.devices
    assert idle(climb.steps, climb.prices[0], empty).sum() == pytest.approx(rent.sum())


def test_the_pool_that_loses_most_has_most_chances_and_none_has_no_chance() -> None:
    assert chances(np.array([0.0, 4.0, 1.0])).tolist() == [1, 1001, 251]
    assert chances(np.zeros(2)).tolist() == [1, 1]


def test_rows_in_use_are_free_in_whole_or_not_at_all(climb: stages.Climb) -> None:
    draws = Neighbourhoods(climb.work, climb.steps, climb.choice, climb.prices, 5, gangs=20)
    work, plan = climb.work, climb.plan
    sizes: set[int] = set()
    for _ in range(20):
        free = draws.draw(plan)
        sizes.add(free.size)
        marked = np.zeros(work.value.size, dtype=np.bool_)
        marked[free] = True
        rows = np.unique(work.row[free])
        used = np.flatnonzero((plan.share > 0) & np.isin(work.row, rows))
        assert marked[used].all()
    assert len(sizes) > 1 and min(sizes) > 0


def test_the_same_seed_draws_the_same_and_another_does_not(climb: stages.Climb) -> None:
    def first(seed: int) -> bytes:
        draws = Neighbourhoods(climb.work, climb.steps, climb.choice, climb.prices, seed, 20)
        return b"".join(draws.draw(climb.plan).tobytes() for _ in range(3))

    assert first(1) == first(1)
    assert first(1) != first(2)
