"""Cells of a study: demand, places, measures and intervals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.study_small import small_world

from entrepot.domain.grid.study_chance import Chance
from entrepot.domain.grid.study_demand import Asked, Firms, draw_demand, quantile
from entrepot.domain.grid.study_interval import interval
from entrepot.domain.grid.study_measures import compute_cell
from entrepot.domain.grid.study_model import (
    ALONE,
    LATENCY,
    LAW,
    PPM,
    PRICE,
    ROOM,
    SERVED,
    SHARED,
    SIZE,
    Point,
    rate_of,
)
from entrepot.domain.grid.study_place import Given, check_given, give_places
from entrepot.kernel.errors import Fault, Invalid

FIRMS = Firms((0,), (0,), (0,))
"""One firm at home, whose own centre is the first."""


def asked(*rows: tuple[int, int, int, int]) -> Asked:
    """Return leases of that firm from (hour, milli, hours, value)."""
    hour, milli, hours, value = zip(*rows, strict=True)
    none = (0,) * len(rows)
    return Asked(none, none, none, hour, milli, hours, value)


def given(scheme: str, rows: list[tuple[int, int, int, int]], **more: object) -> Given:
    world = small_world(**more)  # type: ignore[arg-type]
    return give_places(world, Point(), FIRMS, asked(*rows), scheme)


def test_the_same_seed_asks_for_the_same_and_another_for_something_else() -> None:
    world = small_world()
    assert draw_demand(world, Point(), 7) == draw_demand(world, Point(), 7)
    assert draw_demand(world, Point(), 7) != draw_demand(world, Point(), 8)


def test_more_demand_asks_for_the_same_leases_and_then_more() -> None:
    world = small_world(asked=(6000, 0))
    few = set(zip(*_columns(draw_demand(world, Point(demand_percent=50), 3)[1]), strict=True))
    many = set(zip(*_columns(draw_demand(world, Point(), 3)[1]), strict=True))
    assert few < many


def _columns(found: Asked) -> tuple[tuple[int, ...], ...]:
    return found.firm, found.hour, found.milli, found.hours, found.value


def test_what_a_home_asks_for_is_reached_and_not_passed_by_more_than_a_lease() -> None:
    world = small_world()
    _firms, found = draw_demand(world, Point(), 1)
    for home, wanted in ((0, 6000 * 30), (1, 3000 * 30)):
        sums = sum(
            m * h for n, m, h in zip(found.home, found.milli, found.hours, strict=True) if n == home
        )
        assert wanted <= sums < wanted + 4000 * 6


def test_ranks_lie_on_straight_lines() -> None:
    steps = ((0, 0), (500_000, 100), (PPM, 300))
    assert [quantile(steps, rank) for rank in (0, 250_000, 500_000, 750_000)] == [0, 50, 100, 200]


def test_a_firm_alone_waits_and_one_on_the_grid_goes_elsewhere() -> None:
    rows = [(0, 4000, 2, 40 * PPM), (0, 4000, 2, 40 * PPM)]
    alone, shared = given(ALONE, rows), given(SHARED, rows)
    assert (alone.site.tolist(), alone.start.tolist()) == ([0, 0], [0, 2])
    assert (shared.site.tolist(), shared.start.tolist()) == ([0, 1], [0, 0])


@pytest.mark.parametrize(
    ("row", "more", "reason"),
    [
        ((0, 1000, 1, 40 * PPM), {}, SERVED),
        ((0, 1000, 1, 40 * PPM), {"lawful": ((False, False), (True, True))}, LAW),
        ((0, 5000, 1, 40 * PPM), {}, SIZE),
        ((0, 1000, 1, 40 * PPM), {"latency_us": 500}, LATENCY),
        ((0, 1000, 1, 19 * PPM), {}, PRICE),
    ],
)
def test_each_reason_is_told(
    row: tuple[int, int, int, int], more: dict[str, object], reason: int
) -> None:
    assert given(ALONE, [row], **more).reason.tolist() == [reason]


def test_no_room_within_patience_is_a_reason() -> None:
    rows = [(0, 4000, 6, 40 * PPM), (0, 1000, 1, 40 * PPM)]
    assert given(ALONE, rows).reason.tolist() == [SERVED, ROOM]


def test_the_cheapest_is_waited_for_where_the_soonest_does_not_count() -> None:
    rows = [(0, 12_000, 2, 40 * PPM), (0, 1000, 1, 40 * PPM)]
    world, leases = small_world(), asked(*rows)
    soon = give_places(world, Point(own_first=False), FIRMS, leases, SHARED)
    cheap = give_places(world, Point(own_first=False, soonest=False), FIRMS, leases, SHARED)
    assert (soon.site.tolist(), cheap.site.tolist()) == ([1, 0], [1, 1])
    assert cheap.start.tolist() == [0, 2]


def test_a_firm_that_has_not_joined_stays_at_its_own_centre() -> None:
    rows = asked((0, 4000, 6, 40 * PPM), (0, 1000, 1, 40 * PPM))
    none = give_places(small_world(), Point(joined_percent=0), FIRMS, rows, SHARED)
    assert none.site.tolist() == [0, -1]


def test_a_charge_on_carbon_changes_the_order_and_nobody_pays_it() -> None:
    world = small_world()
    dirty = replace(world.sites[1], carbon_mg=900_000)
    world = replace(world, sites=(world.sites[0], dirty))
    rows, point = asked((0, 1000, 1, 25 * PPM)), Point(own_first=False, carbon_price=40_000 * PPM)
    assert rate_of(world.sites[0], point) < rate_of(dirty, point)
    found = give_places(world, point, FIRMS, rows, SHARED)
    assert found.site.tolist() == [0], "worth 25, price 20: the charge does not count as paid"


@pytest.mark.parametrize("bug", ["capacity", "law", "late", "reason", "reach"])
def test_the_check_catches_what_is_broken(bug: str) -> None:
    rows = [(0, 4000, 2, 40 * PPM), (0, 4000, 2, 40 * PPM)]
    lawful = ((True, bug != "law"), (True, True))
    found = given(ALONE if bug == "reach" else SHARED, rows, lawful=lawful)
    check_given(found)
    if bug == "capacity":
        found.start[1] = found.start[0] = 0
        found.site[1] = 0
        used = np.zeros_like(found.used)
        used[0, :2] = 8000
        found = replace(found, used=used)
    elif bug == "late":
        found.start[1] += 3
        found = replace(found, used=np.roll(found.used, 0))
    elif bug == "reason":
        found.reason[0] = ROOM
    else:
        found.site[1] = 1
    with pytest.raises(Fault, match="own check"):
        check_given(found)


def test_a_cell_is_the_same_whenever_it_is_computed() -> None:
    world = small_world()
    assert compute_cell(world, Point(), 5) == compute_cell(world, Point(), 5)


def test_scarce_devices_clear_above_their_price_and_plenty_does_not() -> None:
    def rent(percent: int) -> int:
        cell = compute_cell(small_world(), Point(devices_percent=percent), 1)
        sites = cell[SHARED]["sites"]  # type: ignore[index]
        return sum(site["cleared"] - site["paid"] for site in sites)

    assert rent(1000) == 0 < rent(50)


def test_an_interval_is_that_of_students_table() -> None:
    found = interval([Fraction(n) for n in (4, 6, 8, 10)])
    assert found.mean == 7
    # s² = 20/3, s/√4 = 1.29099…, t = 3.182
    assert found.half is not None
    assert abs(found.half - Fraction("4.10795")) < Fraction(1, 10_000)
    assert interval([Fraction(3)]).half is None


def test_chance_is_that_of_the_published_generator() -> None:
    chance = Chance("any")
    chance._state = 1234567  # pyright: ignore[reportPrivateUsage]
    # First outputs of SplitMix64 from this state, as published with the reference code.
    assert [chance.below(1 << 64) for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_chance_is_even() -> None:
    chance, counts = Chance("even"), [0] * 7
    for _ in range(7000):
        counts[chance.below(7)] += 1
    assert all(850 < count < 1150 for count in counts)


def test_more_leases_than_a_study_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrepot.domain.grid.study_demand.LEASES_MAX", 3)
    with pytest.raises(Invalid, match="more than 3 leases"):
        draw_demand(small_world(), Point(), 1)
