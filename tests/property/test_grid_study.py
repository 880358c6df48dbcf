"""Balances of a study, on worlds drawn at random."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study_small import small_world

from entrepot.domain.grid.study_measures import compute_cell
from entrepot.domain.grid.study_model import ALONE, SCHEMES, SHARED, Point, World

worlds = st.builds(
    small_world,
    capacity=st.tuples(st.integers(1000, 9000), st.integers(1000, 20_000)),
    asked=st.tuples(st.integers(0, 8000), st.integers(0, 8000)),
    lawful=st.tuples(*(st.tuples(st.booleans(), st.booleans()) for _ in range(2))),
    patience_h=st.integers(0, 5),
    latency_us=st.sampled_from([0, 500, 10_000]),
)
points = st.builds(
    Point,
    demand_percent=st.integers(50, 200),
    joined_percent=st.integers(0, 100),
    own_first=st.booleans(),
    soonest=st.booleans(),
)


def balanced(cell: dict[str, Any]) -> bool:
    """Say whether served and unmet are all that is asked for, and nothing is filled over."""
    for figures in cell.values():
        reasons, homes = figures["reasons"], figures["homes"]
        for place in (0, 1):
            if sum(pair[place] for pair in reasons.values()) != sum(
                row[2 * place] for row in homes
            ):
                return False
            if reasons["served"][place] != sum(row[2 * place + 1] for row in homes):
                return False
        if any(site["used"] > site["have"] for site in figures["sites"]):
            return False
        if any(not 0 <= short <= firms for firms, short in figures["firms"]):
            return False
    return True


@settings(max_examples=40)
@given(worlds, points, st.integers(0, 1000))
def test_served_and_unmet_are_all_that_is_asked_for(world: World, point: Point, seed: int) -> None:
    cell = cast("dict[str, Any]", compute_cell(world, point, seed))
    assert balanced(cell)
    asked = [[row[0::2] for row in cell[scheme]["homes"]] for scheme in SCHEMES]
    assert asked[0] == asked[1], "both ways see the same demand"


@settings(max_examples=15)
@given(worlds, st.integers(0, 1000))
def test_a_grid_that_nobody_joins_changes_nothing(world: World, seed: int) -> None:
    cell = compute_cell(world, Point(joined_percent=0), seed)
    assert cell[ALONE] == cell[SHARED]


def test_a_lease_lost_on_the_way_is_seen() -> None:
    cell = cast("dict[str, Any]", compute_cell(small_world(), Point(), 1))
    assert balanced(cell)
    cell[SHARED]["reasons"]["served"][0] -= 1
    assert not balanced(cell)
    cell = cast("dict[str, Any]", compute_cell(small_world(), Point(), 1))
    cell[ALONE]["sites"][0]["used"] = cell[ALONE]["sites"][0]["have"] + 1
    assert not balanced(cell)
