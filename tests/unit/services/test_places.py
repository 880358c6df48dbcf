"""Places: centres under contract before the rest of the network, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit.services.desk import CENTRE, Desk

from entrepot.services.places import place_of, places


def test_centres_under_contract_come_first_and_the_network_follows(desk: Desk) -> None:
    with desk.store.reading() as uow:
        found = places(desk, uow)
    assert next(iter(found)) == CENTRE
    assert {spot.id for spot in found.values() if spot.under_contract} == {CENTRE}
    assert set(found) == {CENTRE, *desk.facts.centres}
    assert found[CENTRE].place == "CN-GD-guangzhou"
    assert all(spot.id == name for name, spot in found.items())


def test_a_centre_of_the_facts_under_contract_is_the_one_under_contract(desk: Desk) -> None:
    fact = next(iter(desk.facts.centres.values()))

    def add(uow: Any) -> None:
        centre = replace(uow.registry.centre(CENTRE), id=fact.id, city="Elsewhere", region="SG")
        uow.registry.add_centre(centre)

    desk.write(add, "add")
    with desk.store.reading() as uow:
        found = places(desk, uow)
    assert found[fact.id].under_contract
    assert found[fact.id].place == "SG"
    assert len(found) == len(desk.facts.centres) + 1


def test_a_city_is_known_by_its_english_name_in_any_case(desk: Desk) -> None:
    assert place_of(desk, "guangZHOU", "CN-XX") == "CN-GD-guangzhou"
    assert place_of(desk, "Nowhere", "CN-XX") == "CN-XX"
    assert place_of(desk, "", "CN-XX") == "CN-XX"
