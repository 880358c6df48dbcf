"""Where a job is put: the tightest node, whole nodes and a rest, or nowhere."""

from __future__ import annotations

import pytest

from entrepot.domain.grid.events_pool import Pool

NODE = [1 << index for index in range(4)]


def test_the_tightest_node_wins_then_the_lowest() -> None:
    pool = Pool(3, 8)
    assert pool.take(2) == ((NODE[0], 2),)
    assert pool.take(5) == ((NODE[0], 5),), "six are left on the first node"
    assert pool.take(8) == ((NODE[1], 8),)
    assert pool.take(1) == ((NODE[0], 1),), "the one that is left"
    assert pool.take(1) == ((NODE[2], 1),)


def test_a_gang_takes_whole_nodes_and_its_rest_the_tightest() -> None:
    pool = Pool(4, 8)
    pool.take(5)
    assert pool.take(18) == ((NODE[1], 8), (NODE[2], 8), (NODE[0], 2))
    assert pool.take(10) is None, "one node is free, and one device beside it"


def test_a_gang_of_whole_nodes_and_a_rest_needs_both() -> None:
    pool = Pool(2, 8)
    pool.take(6)
    assert not pool.fits(16)
    assert not pool.fits(11), "two are left on the first node, three are wanted"
    assert pool.take(10) == ((NODE[1], 8), (NODE[0], 2))


def test_what_is_given_back_is_whole_again() -> None:
    pool = Pool(2, 4)
    first, second = pool.take(6), pool.take(2)
    assert first and second
    pool.give(first)
    pool.give(second)
    assert pool.take(8) == ((NODE[0], 4), (NODE[1], 4))


def test_a_shut_node_takes_nothing_until_it_opens() -> None:
    pool = Pool(2, 4)
    pool.shut(NODE[0])
    assert pool.take(4) == ((NODE[1], 4),)
    assert pool.take(1) is None
    pool.open(NODE[0])
    assert pool.take(1) == ((NODE[0], 1),)
    with pytest.raises(ValueError, match="in use"):
        pool.shut(NODE[0])


def test_a_place_that_is_taken_cannot_be_occupied() -> None:
    pool = Pool(1, 4)
    pool.take(3)
    with pytest.raises(ValueError, match="not free"):
        pool.occupy(((NODE[0], 2),))
