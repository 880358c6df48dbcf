"""Replay: what arrives, where the allocation is read, and scores worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.replay import draw, read_off, replay
from entrepot.domain.grid.tiny import tiny_cluster
from entrepot.domain.grid.too_large import too_large
from entrepot.domain.grid.units import units_of


def test_arrivals_hold_the_whole_list_and_reach_the_overflow() -> None:
    nodes, requests = tiny_cluster()
    for seed in range(20):
        units = draw(requests, nodes.milli, np.random.default_rng(seed))
        asked = requests.asked[units.request]
        assert set(units.request.tolist()) == set(range(5))
        assert asked.sum() >= 1300 * nodes.milli // 1000
        assert asked.sum() < 1300 * nodes.milli // 1000 + 2000


def test_a_list_that_asks_for_more_is_not_cut() -> None:
    _nodes, requests = tiny_cluster()
    units = draw(requests, 1000, np.random.default_rng(1))
    assert sorted(units.request.tolist()) == [0, 1, 2, 3, 4]


def test_gangs_arrive_together() -> None:
    _nodes, requests = tiny_cluster()
    requests = replace(requests, gang=np.array([-1, 7, -1, 7, 7]))
    units = units_of(requests)
    assert units.request.tolist() == [0, 1, 3, 4, 2]
    assert units.begin.tolist() == [0, 1, 4, 5]


@pytest.mark.parametrize("policy", list(Policy))
def test_the_same_seed_replays_the_same(policy: Policy) -> None:
    nodes, requests = tiny_cluster()
    first, again = (replay(nodes, requests, policy, 3, (50, 100, 130)) for _ in range(2))
    assert first.node.tolist() == again.node.tolist()
    assert first.allocated_milli == again.allocated_milli
    assert first.placed + first.dropped == first.arrived
    assert max(first.allocated_milli) <= nodes.milli


def test_the_allocation_is_read_where_arrivals_first_reach_a_point() -> None:
    asked = np.array([300, 0, 700, 1000])
    placed = np.array([True, True, False, True])
    assert read_off(asked, placed, 2000, (15, 16, 50, 51, 100, 500)) == (
        300,
        300,
        300,
        1300,
        1300,
        1300,
    )


def test_requests_that_no_empty_node_holds_are_found() -> None:
    nodes, requests = tiny_cluster()
    huge = replace(requests, devices=np.array([3, 1, 1, 0, 1]))
    assert too_large(nodes, huge).tolist() == [True, False, False, False, False]
    busy = replace(requests, cpu_milli=np.array([1000, 9000, 1000, 9000, 1000]))
    assert too_large(nodes, busy).tolist() == [False, True, False, True, False]
    found = replay(nodes, huge, Policy.BEST, 1, (100,))
    large = found.request == 0
    assert (found.node[large] == -1).all() and large.any()
