"""The solver ladder: repeatable, told by counts, never worse than the start, empty calls too."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from entrepot.domain.market.exact import relaxation
from entrepot.domain.market.generate import generate
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.solution import Solution, Step
from entrepot.domain.market.solve import solve

COUNTS = {
    "multiplicative": 200,
    "dual": 200,
    "relax": 1,
    "anneal": 4_000,
    "chunk": 24,
    "polish": 3,
    "neighbourhood": 2,
    "mip": 1,
}


def same(one: Solution, other: Solution) -> bool:
    arrays = ("opt_share", "ask_used", "pi", "mu")
    plain = ("welfare", "bound", "mip_bound", "budget")
    return all(np.array_equal(getattr(one, a), getattr(other, a)) for a in arrays) and all(
        getattr(one, name) == getattr(other, name) for name in plain
    )


@pytest.fixture(scope="module")
def call() -> Instance:
    return generate(120, 4, 2, 12, seed=3)


def test_the_same_counts_give_the_same_answer_and_another_seed_another(call: Instance) -> None:
    first = solve(call, seed=5, iterations=COUNTS)
    assert same(first, solve(call, seed=5, iterations=COUNTS))
    searched = {**COUNTS, "mip": 1, "anneal": 50, "neighbourhood": 0}
    by_seed = {solve(call, seed=seed, iterations=searched).opt_share.tobytes() for seed in range(4)}
    assert len(by_seed) > 1


def test_a_timed_answer_is_repeated_by_its_budget(call: Instance) -> None:
    ticks = count()
    timed = solve(call, seed=2, time_limit_s=4.0, clock=lambda: next(ticks) / 100)
    again = solve(call, seed=2, iterations=dict(timed.budget))
    assert again.welfare == timed.welfare
    assert np.array_equal(again.opt_share, timed.opt_share)


def test_the_curve_never_falls_and_ends_at_the_answer(call: Instance) -> None:
    steps: list[Step] = []
    found = solve(call, seed=1, iterations=COUNTS, progress=steps.append)
    after = [step.welfare for step in steps if step.stage != "dual"]
    assert after == sorted(after)
    assert abs(after[-1] - found.welfare) <= 2
    assert tuple(steps) == found.history


def test_more_work_is_never_worse_than_the_first_allocation(call: Instance) -> None:
    first = solve(call, seed=1, iterations={"multiplicative": 200, "dual": 200})
    assert solve(call, seed=1, iterations=COUNTS).welfare >= first.welfare > 0


def test_the_prices_of_a_short_program_prove_the_bound_of_the_relaxation(call: Instance) -> None:
    found = solve(call, seed=1, iterations={"prices": 1})
    best, _pi, _mu = relaxation(call)
    assert found.bound / 1e6 == pytest.approx(best, rel=1e-6)


def test_descent_comes_near_the_bound_of_the_relaxation(call: Instance) -> None:
    found = solve(call, seed=1, iterations={"multiplicative": 200, "dual": 400})
    best, _pi, _mu = relaxation(call)
    assert best <= found.bound / 1e6 <= best * 1.003


def test_calls_with_nobody_or_nothing_have_an_empty_answer(call: Instance) -> None:
    nothing = np.zeros(0, dtype=np.int32)
    wide = np.zeros(0, dtype=np.int64)
    bare = replace(
        call,
        opt_id=(),
        opt_order=nothing,
        opt_pool=nothing,
        opt_start=nothing,
        opt_len=nothing,
        opt_devices=wide,
        opt_value=wide,
        opt_link=nothing,
        opt_mbps=wide,
    )
    found = solve(bare, seed=1)
    assert (found.welfare, found.bound, found.opt_share.size) == (0, 0, 0)
    unsold = replace(call, ask_devices=np.zeros(call.asks, dtype=np.int64))
    assert solve(unsold, seed=1).welfare == 0
