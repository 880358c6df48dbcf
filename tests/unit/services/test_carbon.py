"""Carbon: energy times factor, and what nobody states stays open."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.unit.services.desk import CENTRE, POOL, Desk

from entrepot.services import records as r
from entrepot.services.carbon import Carbon, grams_co2


@pytest.fixture
def spot(desk: Desk) -> tuple[r.Centre, r.Pool]:
    with desk.store.reading() as uow:
        centre, pool = uow.registry.centre(CENTRE), uow.registry.pool(POOL)
    assert centre is not None and pool is not None
    return centre, replace(pool, power_w=400)


def by_hand(desk: Desk, kwh: Fraction) -> int:
    """Return the milligrams of so much energy in Guangdong."""
    factor = desk.facts.zones["CN-GD"].g_per_kwh
    assert factor is not None
    return round(kwh * Fraction(factor) * 1000)


def test_one_device_for_an_hour(desk: Desk, spot: tuple[r.Centre, r.Pool]) -> None:
    found = grams_co2(desk.facts, *spot, 1000, 3600)
    assert found.by_grid_mg == by_hand(desk, Fraction(4, 10)) > 10_000
    assert found.by_contract_mg is None
    assert found.source == desk.facts.zones["CN-GD"].provenance.source


@pytest.mark.parametrize(("milli", "seconds"), [(250, 3600), (500, 1800), (8000, 60), (1000, 1)])
def test_it_grows_with_share_and_time(
    desk: Desk, spot: tuple[r.Centre, r.Pool], milli: int, seconds: int
) -> None:
    kwh = Fraction(400 * milli * seconds, 1000 * 3600 * 1000)
    assert grams_co2(desk.facts, *spot, milli, seconds).by_grid_mg == by_hand(desk, kwh)


@pytest.mark.parametrize(("share_bp", "left"), [(0, 1), (2500, Fraction(3, 4)), (10_000, 0)])
def test_contracted_green_power_is_taken_off(
    desk: Desk, spot: tuple[r.Centre, r.Pool], share_bp: int, left: Fraction
) -> None:
    centre = replace(spot[0], green_share_bp=share_bp)
    found = grams_co2(desk.facts, centre, spot[1], 1000, 3600)
    assert found.by_grid_mg is not None and found.by_contract_mg is not None
    assert found.by_contract_mg == by_hand(desk, Fraction(4, 10) * left)


def test_what_is_not_stated_stays_open(desk: Desk, spot: tuple[r.Centre, r.Pool]) -> None:
    centre, pool = spot
    unknown = Carbon(None, None, "not stated")
    assert grams_co2(desk.facts, centre, replace(pool, power_w=None), 1000, 60) == unknown
    assert grams_co2(desk.facts, replace(centre, region="XX-YY"), pool, 1000, 60) == unknown


def test_a_device_without_power_emits_nothing(desk: Desk, spot: tuple[r.Centre, r.Pool]) -> None:
    centre, pool = spot
    assert grams_co2(desk.facts, centre, replace(pool, power_w=0), 1000, 60).by_grid_mg == 0
