"""Leases on concrete devices of machines: few machines, no device over its thousand milli."""

from __future__ import annotations

import random

from entrepot.services.lease_place import choose_units, node_names
from entrepot.services.ports_leases import PoolTerms


def machines(*counts: int) -> PoolTerms:
    nodes = tuple(
        {"name": f"n{place:02d}", "devices": count, "rack": "r1"}
        for place, count in enumerate(counts)
    )
    return PoolTerms("gz/gpu", (), nodes)


def empty(terms: PoolTerms) -> dict[int, int]:
    return dict.fromkeys(range(len(node_names(terms))), 1000)


def test_the_machine_of_each_device_is_known() -> None:
    assert node_names(machines(2, 1)) == ("n00", "n00", "n01")
    assert node_names(None) == ()


def test_a_share_goes_where_shares_are_and_leaves_machines_whole() -> None:
    terms = machines(4, 4)
    free = empty(terms) | {6: 500}
    assert choose_units(terms, free, 500, "mps") == [(6, 500)]
    assert choose_units(terms, {**free, 6: 499}, 500, "mps")[0][0] in {4, 5, 7}


def test_a_lease_of_a_machine_takes_one_machine() -> None:
    terms = machines(4, 4, 4)
    free = empty(terms) | {0: 999, 9: 0}
    assert [ordinal for ordinal, _ in choose_units(terms, free, 4_000, "exclusive")] == [4, 5, 6, 7]


def test_a_lease_of_several_machines_takes_whole_ones_and_the_rest_on_one() -> None:
    terms = machines(4, 4, 4)
    found = choose_units(terms, empty(terms), 10_000, "exclusive")
    names = node_names(terms)
    counts = [sum(names[ordinal] == name for ordinal, _ in found) for name in sorted(set(names))]
    assert sorted(counts) == [2, 4, 4]


def test_devices_apart_are_taken_where_no_machine_is_whole() -> None:
    terms = machines(2, 2)
    free = empty(terms) | {0: 0, 2: 10}
    assert sorted(choose_units(terms, free, 2_000, "exclusive")) == [(1, 1000), (3, 1000)]
    assert choose_units(terms, free, 3_000, "exclusive") == ()


def test_what_is_chosen_is_always_free() -> None:
    chance, terms = random.Random(7), machines(8, 4, 2, 1)
    free, placed = empty(terms), 0
    for _ in range(60):
        asked = chance.choice((100, 250, 500, 1_000, 2_000, 8_000))
        apart = "exclusive" if asked >= 1_000 else "mps"
        units = choose_units(terms, free, asked, apart)
        assert sum(milli for _, milli in units) in {0, asked}
        assert len({ordinal for ordinal, _ in units}) == len(units)
        for ordinal, milli in units:
            assert free[ordinal] >= milli
            free[ordinal] -= milli
        placed += bool(units)
    assert placed > 10
    assert min(free.values()) >= 0
