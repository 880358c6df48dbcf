"""The ladder on small random calls: never a violation, and the optimum where it can be proved.

More calls: ``ENTREPOT_SOLVE_CALLS=10000``.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from tests.property.solve_cases import faults, small_call

from entrepot.domain.market.exact import solve_exact
from entrepot.domain.market.instance import PPM
from entrepot.domain.market.solve import solve

CALLS = int(os.environ.get("ENTREPOT_SOLVE_CALLS", "60"))
SEARCH_ONLY = {"multiplicative": 200, "dual": 100, "anneal": 500, "chunk": 24, "polish": 1}


LONG_TREES = (346, 682)
"""Calls whose tree search goes on for longer than that of a thousand others."""


def reaches_the_optimum(seed: int) -> None:
    call = small_call(seed)
    found, best = solve(call, seed=seed), solve_exact(call)
    assert faults(call, found) == [], seed
    # Shares are whole millionths, so either may miss the optimum by that much of the values.
    slack = int(call.opt_value.sum()) // 500_000 + 2
    assert found.welfare >= best.welfare - slack, seed
    assert found.mip_bound is None or found.mip_bound >= best.welfare - slack, seed


@pytest.mark.parametrize("first", range(0, CALLS, 20))
def test_small_calls_reach_the_optimum_and_break_nothing(first: int) -> None:
    for seed in range(first, min(first + 20, CALLS)):
        reaches_the_optimum(seed)


def test_the_tree_search_is_not_cut_off_before_its_end() -> None:
    for seed in LONG_TREES:
        reaches_the_optimum(seed)


def test_the_search_alone_breaks_nothing() -> None:
    for seed in range(1000, 1000 + 2 * CALLS):
        call = small_call(seed)
        assert faults(call, solve(call, seed=seed, iterations=SEARCH_ONLY)) == [], seed


def test_faults_finds_a_gang_that_is_broken_and_a_pool_that_is_overdrawn() -> None:
    call = small_call(0)
    found = solve(call, seed=0, iterations=SEARCH_ONLY)
    half = replace(found, opt_share=np.full(call.options, PPM // 2, dtype=np.int32))
    assert {"pool", "choice", "gang", "welfare"} & set(faults(call, half)) >= {"pool", "gang"}
