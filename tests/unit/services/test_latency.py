"""Round trips: measured where somebody measured, else an estimate that says so."""

from __future__ import annotations

from fractions import Fraction
from importlib import resources
from statistics import median

import pytest

from entrepot.adapters.imports.facts import load_facts
from entrepot.services.facts_model import Facts
from entrepot.services.latency import between, estimate, great_circle_m, point_of


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(resources.files("entrepot") / "facts")


def test_a_measured_pair_is_taken_as_measured_in_both_directions(facts: Facts) -> None:
    there, back = between(facts, "HK", "SG", None), between(facts, "SG", "HK", None)
    assert there == back
    assert there is not None
    assert (there.ms, there.basis) == (Fraction("34.01"), "measured")
    assert "cloudping" in there.source


def test_a_one_way_figure_counts_twice(facts: Facts) -> None:
    found = between(facts, "CN-GD-shaoguan", "CN-GD-guangzhou", None)
    assert found is not None
    assert found.us == 2600


def test_what_nobody_measured_is_estimated_and_says_so(facts: Facts) -> None:
    found = between(facts, "HK", "CN-GD-guangzhou", None)
    assert found is not None
    assert found.basis == "estimate"
    assert "not measured" in found.source
    assert found.us == 3526


def test_a_place_is_not_served_by_the_clouds_own_round_trip(facts: Facts) -> None:
    found = between(facts, "HK", "HK", (22516670, 114116670))
    assert found is not None
    assert found.basis == "estimate"


def test_places_without_a_point_have_no_latency(facts: Facts) -> None:
    assert between(facts, "HK", "CN", None) is None
    assert between(facts, "HK", "nowhere", None) is None
    assert between(facts, "CN", "HK", (22516670, 114116670)) is None


def test_no_estimate_is_faster_than_light_in_fibre_and_it_grows_with_distance() -> None:
    hong_kong = (22278320, 114174690)
    last = 0
    for step in range(0, 60_000_000, 5_000_000):
        there = (22278320 + step, 114174690)
        found = estimate(hong_kong, there)
        assert found.us * 200 >= 2 * great_circle_m(hong_kong, there)
        assert found.us > last
        last = found.us


def test_the_detour_is_near_the_median_of_the_measurements(facts: Facts) -> None:
    home = point_of(facts, "HK")
    assert home is not None
    detours: list[float] = []
    for link in facts.links.values():
        there = point_of(facts, link.to_place or "")
        if link.kind == "measured" and link.from_place == "HK" and link.to_place != "HK" and there:
            detours.append(((link.latency_us or 0) - 1000) * 100 / great_circle_m(home, there))
    assert len(detours) == 12
    assert 1.8 < median(detours) < 1.9


def test_antipodes_do_not_break_the_arithmetic() -> None:
    assert great_circle_m((0, 0), (0, 180_000_000)) == pytest.approx(20_015_000, abs=2000)
