"""The relaxation over the options in the running: its prices, its start, and its end in time."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from entrepot.domain.market import anneal, bounds, construct, dual, relax
from entrepot.domain.market.exact import relaxation
from entrepot.domain.market.generate import generate
from entrepot.domain.market.instance import PPM, Instance
from entrepot.domain.market.kernels_dual import surpluses
from entrepot.domain.market.kernels_move import change, undo
from entrepot.domain.market.kernels_refill import refill
from entrepot.domain.market.pace import Pace
from entrepot.domain.market.runnable import can_run
from entrepot.domain.market.solve import solve
from entrepot.domain.market.tighten import Steps, Work, steps, tighten, trimmed


@pytest.fixture(scope="module")
def call() -> Instance:
    return generate(400, 4, 2, 12, seed=4)


@pytest.fixture(scope="module")
def work(call: Instance) -> Work:
    return tighten(call)


@pytest.fixture(scope="module")
def supply(call: Instance) -> Steps:
    return steps(call, simple_only=True)


@pytest.fixture(scope="module")
def relaxed(work: Work, supply: Steps) -> relax.Relaxed:
    prices = dual.descend(work, supply, Pace(None, None, None))
    found = relax.in_running(work, supply, prices, None)
    assert found is not None
    return found


def test_what_is_in_the_running_has_the_prices_of_the_whole(
    call: Instance, relaxed: relax.Relaxed
) -> None:
    best, _pi, _mu = relaxation(call)
    proven = bounds.priced(call, (relaxed.pi, relaxed.mu), can_run(call))[2]
    assert best <= proven / 1e6 + 1e-3 <= best * 1.0005
    rough = bounds.priced(call, (relaxed.pi * 1.05, relaxed.mu), can_run(call))[2]
    assert rough / 1e6 > best * 1.0005


def test_the_start_of_the_relaxation_is_sound_and_near(
    call: Instance, work: Work, supply: Steps, relaxed: relax.Relaxed
) -> None:
    worth = surpluses(work, relaxed.pi, relaxed.mu)
    choice = construct.choose(work, worth, 0.1)
    plan = relax.begin(work, supply, relaxed, choice)
    assert (plan.load <= supply.room).all()
    assert (plan.flow <= work.width).all()
    assert (plan.row_share <= PPM).all()
    assert set(plan.share[work.least >= PPM].tolist()) <= {0, PPM}
    first = bounds.welfare(call, work, construct.construct(work, supply, choice))
    assert bounds.welfare(call, work, plan) > 0.8 * first


def test_a_program_without_time_has_no_answer(
    work: Work, supply: Steps, relaxed: relax.Relaxed
) -> None:
    assert relax.whole(work, supply, 0.0) is None
    assert relax.in_running(work, supply, (relaxed.pi, relaxed.mu), 0.0) is None


def test_a_call_without_time_has_an_answer_and_its_budget_repeats_it(call: Instance) -> None:
    ticks = count()
    found = solve(call, seed=1, time_limit_s=1.0, clock=lambda: next(ticks) * 0.2)
    again = solve(call, seed=1, iterations=dict(found.budget))
    assert 0 <= found.welfare <= found.bound
    assert again.welfare == found.welfare
    assert np.array_equal(again.pi, found.pi)


def test_trimmed_calls_keep_their_rows(work: Work) -> None:
    keep = work.value > np.median(work.value)
    few = trimmed(work, keep)
    assert few.row_begin.size == work.row_begin.size
    for row in range(few.row_begin.size - 1):
        part = slice(few.row_begin[row], few.row_begin[row + 1])
        assert (few.row[part] == row).all()
    assert few.source.tolist() == work.source[keep].tolist()


def test_what_leaves_makes_room_that_is_filled_and_goes_back(
    work: Work, supply: Steps, relaxed: relax.Relaxed
) -> None:
    choice = construct.choose(work, surpluses(work, relaxed.pi, relaxed.mu), 0.3)
    plan = construct.construct(work, supply, choice)
    search = anneal.search(work, choice, seed=1)
    begun = [column.copy() for column in (plan.share, plan.load, plan.flow, plan.row_share)]
    gangs = np.flatnonzero((plan.share == PPM) & (work.least >= PPM))
    gains: list[float] = []
    for option in gangs.tolist():
        search.counts[:] = 0
        change(work, supply, plan, search, option, 0)
        gains.append(refill(work, supply, plan, search))
        assert (plan.load <= supply.room).all()
        undo(work, supply, plan, search)
        after = (plan.share, plan.load, plan.flow, plan.row_share)
        assert all(np.array_equal(a, b) for a, b in zip(begun, after, strict=True))
    assert min(gains) >= 0.0
    assert max(gains) > 0.0
