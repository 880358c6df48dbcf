"""Geo placement against the whole of all plans: nothing is broken, nothing exceeds the bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.domain.grid.geo_check import sum_up
from entrepot.domain.grid.geo_exact import options_of, solve_options
from entrepot.domain.grid.geo_generate import generate_geo
from entrepot.domain.grid.geo_model import (
    BASES,
    MICRO,
    Charge,
    GeoCase,
    Leases,
    Sites,
    prefix,
    wish_of,
)
from entrepot.domain.grid.geo_solve import GeoPlan, solve_geo

Plan = tuple[tuple[int, int], ...]
NOWHERE = (-1, 0)


def ints(draw: st.DrawFn, shape: tuple[int, ...], low: int, high: int) -> np.ndarray:
    count = int(np.prod(shape))
    values = draw(st.lists(st.integers(low, high), min_size=count, max_size=count))
    return np.array(values, dtype=np.int64).reshape(shape)


@st.composite
def cases(draw: st.DrawFn) -> tuple[GeoCase, Charge]:
    sites, slots, count = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(0, 4))
    places = Sites(
        tuple(f"s{n}" for n in range(sites)),
        ints(draw, (sites, slots), 0, 4),
        ints(draw, (sites, slots), 0, 9) * MICRO,
        ints(draw, (sites, slots), 0, 900),
        ints(draw, (sites,), 1000, 1500),
        ints(draw, (sites,), 0, MICRO),
        ints(draw, (sites,), 0, MICRO),
        ints(draw, (1, sites), 0, 20_000),
        ("h",),
    )
    length = np.minimum(ints(draw, (count,), 1, 3), slots)
    slack = slots - length
    earliest = np.minimum(ints(draw, (count,), 0, 3), slack)
    deadline = np.minimum(earliest + length + ints(draw, (count,), 0, 3), slots)
    leases = Leases(
        tuple(f"l{n}" for n in range(count)),
        ints(draw, (count, sites), 0, 3) > 0,
        ints(draw, (count,), 1, 3),
        length,
        earliest,
        deadline,
        ints(draw, (count,), 0, 1000),
        ints(draw, (count,), 0, 5),
        ints(draw, (count,), 0, 60) * MICRO,
        np.zeros(count, dtype=np.int64),
        ints(draw, (count,), 0, 20_000),
    )
    charge = Charge(
        draw(st.sampled_from([0, 500 * MICRO, 50_000 * MICRO])), draw(st.sampled_from(BASES))
    )
    return GeoCase(places, leases), charge


def plans(case: GeoCase) -> list[Plan]:
    """Return every plan, lawful or not, within the slots."""
    sites, slots = case.sites.capacity.shape
    choices = [
        [NOWHERE, *product(range(sites), range(slots - int(length) + 1))]
        for length in case.leases.slots
    ]
    return list(product(*choices))


def arrays(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(plan, dtype=np.int64).reshape(len(plan), 2)
    return table[:, 0].copy(), table[:, 1].copy()


def optimum(case: GeoCase, charge: Charge) -> int:
    sums = (sum_up(case, charge, *arrays(plan)) for plan in plans(case))
    return max(total.worth for total in sums if total.is_sound)


def check(case: GeoCase, charge: Charge, plan: GeoPlan) -> None:
    total = sum_up(case, charge, plan.site, plan.start)
    assert total.is_sound
    assert total.worth == plan.worth
    assert 0 <= plan.greedy <= plan.worth <= optimum(case, charge) <= plan.bound


@settings(max_examples=60, deadline=None)
@given(cases())
def test_greedy_breaks_nothing_and_the_bound_holds(given_case: tuple[GeoCase, Charge]) -> None:
    case, charge = given_case
    check(case, charge, solve_geo(case, charge, trials=50, steps=20))


@settings(max_examples=30, deadline=None)
@given(cases())
def test_the_exact_answer_is_the_best_of_all_plans(given_case: tuple[GeoCase, Charge]) -> None:
    case, charge = given_case
    plan = solve_geo(case, charge, trials=20, steps=20)
    wish = wish_of(case, charge)
    room = plan.bound - plan.worth
    options = options_of(wish, prefix(plan.rent), plan.gain, room)
    begun = (plan.site, plan.start)
    found = solve_options(wish, case.sites.capacity, options, begun, plan.bound, limit_s=30)
    assert found.optimal
    assert found.worth == optimum(case, charge)
    assert sum_up(case, charge, found.site, found.start).is_sound


def small() -> tuple[GeoCase, Charge]:
    one = np.ones(1, dtype=np.int64)
    sites = Sites(
        ("near", "far"),
        np.array([[2, 2], [4, 4]]),
        np.array([[5, 5], [1, 1]]) * MICRO,
        np.array([[100, 100], [600, 600]]),
        np.array([1000, 1000]),
        np.array([0, MICRO]),
        np.array([0, 0]),
        np.array([[1_000, 30_000]]),
        ("h",),
    )
    leases = Leases(
        ("l",), np.ones((1, 2), dtype=np.bool_), one * 2, one, one * 0, one, one * 1000, one * 0,
        one * 100 * MICRO, one * 0, one * 50_000,
    )  # fmt: skip
    return GeoCase(sites, leases), Charge()


def test_price_law_latency_and_carbon_decide_where_a_lease_goes() -> None:
    case, charge = small()

    def where(case: GeoCase, charge: Charge) -> str:
        return case.sites.names[int(solve_geo(case, charge).site[0])]

    assert where(case, charge) == "far", "it is cheaper"
    near = np.array([[True, False]])
    leases = case.leases

    assert where(replace(case, leases=replace(leases, allowed=near)), charge) == "near"
    quick = replace(leases, latency_us=np.array([5_000]))
    assert where(replace(case, leases=quick), charge) == "near"
    dear = 10_000 * MICRO  # HKD 10 a kilogram
    assert where(case, Charge(dear, "location")) == "near", "the far grid is dirtier"
    assert where(case, Charge(dear, "contracted")) == "far", "but it has contracted green power"


def test_planted_faults_are_found() -> None:
    """The check is no rubber stamp: law, latency, deadline and capacity each trip it."""

    case, charge = small()
    site, start = np.array([1]), np.array([0])
    assert sum_up(case, charge, site, start).is_sound
    leases, sites = case.leases, case.sites
    unlawful = replace(case, leases=replace(leases, allowed=np.array([[True, False]])))
    assert sum_up(unlawful, charge, site, start).law == 1
    slow = replace(case, leases=replace(leases, latency_us=np.array([29_999])))
    assert sum_up(slow, charge, site, start).latency == 1
    assert sum_up(case, charge, site, np.array([1])).deadline == 1
    full = replace(case, sites=replace(sites, capacity=np.array([[2, 2], [1, 4]])))
    assert sum_up(full, charge, site, start).capacity == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_thousand_leases_within_one_percent_of_the_bound(seed: int) -> None:
    case = generate_geo(3000, 12, seed)
    plan = solve_geo(case, Charge())
    total = sum_up(case, Charge(), plan.site, plan.start)
    assert total.is_sound
    assert total.worth == plan.worth
    assert 100 * (plan.bound - plan.worth) <= plan.bound
    if seed == 1:
        again = solve_geo(generate_geo(3000, 12, seed), Charge())
        assert np.array_equal(plan.site, again.site) and np.array_equal(plan.start, again.start)
