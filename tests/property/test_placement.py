"""No policy sells anything twice, drops what fits, or splits a gang: a plain book is the judge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.placement_cases import draw_nodes, draw_requests
from tests.property.placement_oracle import Book, devices_of

from entrepot.domain.grid.desk import Desk, open_desk
from entrepot.domain.grid.gangs import place_gang
from entrepot.domain.grid.model import RACK, SERVER
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.repack import Repacker
from entrepot.domain.grid.replay import reordered
from entrepot.domain.grid.tiny import tiny_cluster

POLICIES = list(Policy)


def place_each(desk: Desk, book: Book, classes: np.ndarray, order: list[int]) -> list[int]:
    """Place requests one by one, book them, and return those that were dropped."""
    dropped = []
    for request in order:
        node, taken = desk.place(classes[request : request + 1])
        if node[0] < 0:
            holders = [n for n in range(len(book.nodes.names)) if book.could_hold(request, n)]
            if holders:
                book.faults.append("dropped what fits")
            dropped.append(request)
        else:
            if not book.could_hold(request, int(node[0])):
                book.faults.append("placed what does not fit")
            book.put(request, int(node[0]), devices_of(int(taken[0])))
    return dropped


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.sampled_from(POLICIES))
def test_nothing_is_sold_twice_and_nothing_that_fits_is_dropped(seed: int, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    nodes, requests = draw_nodes(rng, int(rng.integers(1, 9))), draw_requests(rng, 120)
    desk, classes = open_desk(nodes, requests, policy, seed)
    book = Book(nodes, requests)
    dropped = place_each(desk, book, classes, list(range(120)))
    assert book.faults == []
    assert len(dropped) < 120


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from([Policy.FGD, Policy.BEST, Policy.BEST_FIT]))
def test_what_is_lifted_can_be_placed_again(seed: int, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    nodes, requests = draw_nodes(rng, 5), draw_requests(rng, 80)
    desk, classes = open_desk(nodes, requests, policy, seed)
    before = desk.state.node[:, :2].copy(), desk.state.free.copy(), desk.state.spare.copy()
    book = Book(nodes, requests)
    for turn in range(3):
        placed = []
        for request in rng.permutation(80).tolist():
            node, taken = desk.place(classes[request : request + 1])
            if node[0] >= 0:
                book.put(request, int(node[0]), devices_of(int(taken[0])))
                placed.append((request, int(node[0]), int(taken[0])))
        for request, node_, bits in placed:
            desk.lift(node_, int(classes[request]), bits)
            book.put(request, node_, devices_of(bits), sign=-1)
        assert book.faults == [], turn
    assert (desk.state.node[:, :2] == before[0]).all()
    assert (desk.state.free == before[1]).all() and (desk.state.spare == before[2]).all()


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from([Policy.PACKING, Policy.BEST]))
def test_a_gang_lies_whole_where_it_may_or_nowhere(seed: int, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    nodes, requests = draw_nodes(rng, 6), draw_requests(rng, 60, gangs=20)
    desk, classes = open_desk(nodes, requests, policy, seed)
    book = Book(nodes, requests)
    for first in range(0, 60, 3):
        affinity = int(requests.affinity[first])
        before = desk.state.node[:, :2].copy(), desk.state.free.copy()
        node, taken = place_gang(desk, classes[first : first + 3], affinity)
        if (node < 0).any():
            assert (node < 0).all()
            assert (desk.state.node[:, :2] == before[0]).all()
            assert (desk.state.free == before[1]).all()
            continue
        for place in range(3):
            book.put(first + place, int(node[place]), devices_of(int(taken[place])))
        if affinity == SERVER:
            assert len(set(node.tolist())) == 1
        if affinity == RACK:
            assert len(set(nodes.rack[node].tolist())) == 1
    assert book.faults == []


@pytest.mark.parametrize("bug", ["no lift", "wrong device", "forgets"])
def test_the_book_sees_planted_bugs(bug: str) -> None:
    rng = np.random.default_rng(5)
    nodes, requests = draw_nodes(rng, 4), draw_requests(rng, 100)
    desk, classes = open_desk(nodes, requests, Policy.BEST_FIT, 1)
    book = Book(nodes, requests)
    for request in range(100):
        node, taken = desk.place(classes[request : request + 1])
        if node[0] < 0:
            continue
        bits = int(taken[0])
        if bug == "wrong device" and bits:
            bits = 1
        book.put(request, int(node[0]), devices_of(bits))
        if bug == "forgets" and bits:
            desk.lift(int(node[0]), int(classes[request]), int(taken[0]))
        if bug == "no lift" and bits:
            book.put(request, int(node[0]), devices_of(bits))
    assert book.faults


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from([Policy.FGD, Policy.BEST]))
def test_repacking_sells_nothing_twice_and_counts_what_it_moves(seed: int, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    nodes, requests = draw_nodes(rng, 8), draw_requests(rng, 200)
    desk, classes = open_desk(nodes, requests, policy, seed)
    repacker = Repacker(desk, classes, np.ones(200, dtype=np.bool_))
    moves = 0
    for place in range(200):
        repacker.note(place, *desk.place(classes[place : place + 1]))
        before = repacker.node.copy()
        if repacker.node[place] < 0 and repacker.make_room(place):
            assert repacker.node[place] >= 0
        else:
            before[place] = repacker.node[place]
        stayed = np.arange(200) != place
        moves += int((before[stayed] != repacker.node[stayed]).sum())
    book = Book(nodes, requests)
    for place in np.flatnonzero(repacker.node >= 0).tolist():
        book.put(place, int(repacker.node[place]), devices_of(int(repacker.taken[place])))
    assert book.faults == []
    # A share may leave its node and come back to another device of it: moved all the same.
    assert repacker.moved_pods >= moves
    left = nodes.cpu_milli - desk.state.node[:, 0]
    assert left.tolist() == [book.cpu.get(node, 0) for node in range(8)]


def test_a_share_moves_aside_for_a_larger_one() -> None:
    """Two devices hold 600 and 300; 700 fits nowhere until 300 joins 600."""
    nodes, requests = tiny_cluster()
    one = np.ones(3, dtype=np.int64)
    requests = replace(
        requests,
        names=("a", "b", "c"),
        cpu_milli=one,
        memory_mib=one,
        devices=one,
        milli=np.array([600, 300, 750]),
        models=one,
        strength=one * 0,
        device_memory_mib=one * 0,
        gang=-one,
        affinity=one * 0,
    )
    nodes = reordered(nodes, np.array([0, 1]))
    nodes = replace(nodes, devices=np.ones(2, dtype=np.int64))
    desk, classes = open_desk(nodes, requests, Policy.BEST_FIT, 1)
    repacker = Repacker(desk, classes, np.ones(3, dtype=np.bool_))
    for place, node in ((0, 0), (1, 1)):
        found = desk.place(classes[place : place + 1], server=node)
        repacker.note(place, *found)
    assert desk.place(classes[2:])[0].tolist() == [-1]
    assert repacker.make_room(2)
    assert repacker.node.tolist() == [0, 0, 1]
    assert (repacker.moved_pods, repacker.moved_milli) == (1, 300)
    assert desk.state.free[:, 0].tolist() == [100, 250]
