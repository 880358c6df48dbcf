"""Runs on stocks: within their room, whole, and all of it wherever it fits at all."""

from __future__ import annotations

import random

from entrepot.domain.market.assign import Placed, Wanted, assign


def test_a_run_goes_to_the_stock_with_most_room() -> None:
    placed = assign([Wanted("a", 0, 2, 2)], {"x": [1, 3], "y": [2, 2]})
    assert placed == [Placed("a", "y", 0, 2, 2)]


def test_a_run_that_no_stock_takes_through_is_cut() -> None:
    placed = assign([Wanted("a", 0, 2, 1)], {"x": [1, 0], "y": [0, 1]})
    assert placed == [Placed("a", "x", 0, 1, 1), Placed("a", "y", 1, 2, 1)]


def test_what_finds_no_room_is_left_over() -> None:
    assert assign([Wanted("a", 0, 1, 3)], {"x": [2]}) == [Placed("a", "x", 0, 1, 2)]
    assert assign([Wanted("a", 0, 1, 3)], {}) == []
    assert assign([], {"x": [2]}) == []


def test_random_runs_keep_within_the_room_and_use_what_there_is() -> None:
    chance = random.Random(7)
    for _ in range(200):
        slots = chance.randint(1, 6)
        room = {
            name: [chance.randint(0, 5) for _ in range(slots)]
            for name in "xyz"[: chance.randint(1, 3)]
        }
        wanted: list[Wanted] = []
        for n in range(chance.randint(1, 6)):
            begin = chance.randint(0, slots - 1)
            wanted.append(
                Wanted(str(n), begin, chance.randint(begin + 1, slots), chance.randint(1, 4))
            )
        placed = assign(wanted, room)
        used = {name: [0] * slots for name in room}
        given = {one.key: [0] * slots for one in wanted}
        for one in placed:
            assert one.devices > 0
            for slot in range(one.begin, one.end):
                used[one.stock][slot] += one.devices
                given[one.key][slot] += one.devices
        asked = {one.key: one for one in wanted}
        for slot in range(slots):
            assert all(used[name][slot] <= room[name][slot] for name in room)
            total = sum(w.devices for w in wanted if w.begin <= slot < w.end)
            free = sum(room[name][slot] for name in room)
            # Nothing is left over in an hour while a device of that hour is.
            assert sum(row[slot] for row in given.values()) == min(total, free)
            for key, row in given.items():
                inside = asked[key].begin <= slot < asked[key].end
                assert row[slot] <= (asked[key].devices if inside else 0)
