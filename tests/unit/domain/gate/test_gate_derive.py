"""Facts that addresses settle."""

import pytest
from tests.unit.domain.gate.gate_samples import BACK, IN, judged

from entrepot.domain.gate.derive import GBA9, in_gba9, leg_facts, return_facts


def test_nine_cities() -> None:
    assert len(GBA9) == 9
    assert all(in_gba9("CN", city.title()) for city in GBA9)
    assert not in_gba9("CN", "Shaoguan") and not in_gba9("CN", "Beijing")


@pytest.mark.parametrize(("city", "inside"), [("Hengqin", True), (" nansha ", True), ("", None)])
def test_districts_and_unknown_cities(city: str, inside: bool | None) -> None:
    assert in_gba9("CN", city) is inside


def test_an_address_overrules_what_was_stated() -> None:
    leg = leg_facts(
        {"place_from": "HK", "cross_border": False, "recipient_in_gba9": False, "leg_persons": 3},
        place_to="CN",
        sender_city="Hong Kong",
        recipient_city="Guangzhou",
    )
    assert leg["cross_border"] is True and leg["recipient_in_gba9"] is True
    assert leg["recipient_in_hk"] is False and leg["leg_persons"] == 3


def test_without_an_origin_nothing_about_it_is_guessed() -> None:
    leg = leg_facts({}, place_to="CN", sender_city="", recipient_city="")
    assert not {"place_from", "cross_border", "sender_in_gba9", "recipient_in_gba9"} & leg.keys()
    assert judged(leg).outcome == "needs_info"


def test_the_return_leg_swaps_the_addresses_and_keeps_the_labels() -> None:
    there = leg_facts(
        IN, place_to="CN", sender_city="Hong Kong", recipient_city="Zhuhai", zone="hainan_idc"
    )
    back = return_facts(there, {"leg_persons": 7}, sender_city="Zhuhai", recipient_city="Hong Kong")
    assert (back["place_from"], back["place_to"]) == ("CN", "HK")
    assert back["sender_in_gba9"] is True and back["recipient_in_hk"] is True
    assert back["leg_persons"] == 7 and back["collected_in"] == ["HK"]
    assert back["processing_zone"] == "none"


def test_derived_legs_decide_as_written_ones() -> None:
    there = leg_facts(IN, place_to="CN", sender_city="Hong Kong", recipient_city="Guangzhou")
    back = return_facts(there, {}, sender_city="Guangzhou", recipient_city="Hong Kong")
    assert judged(there).as_dict() == judged(IN).as_dict()
    assert judged(back).outcome == judged(BACK).outcome == "allow_with_duties"


def test_a_leg_without_origin_has_no_destination_back() -> None:
    back = return_facts({"place_to": "CN"}, {}, sender_city="Guangzhou", recipient_city="")
    assert back["place_from"] == "CN" and "place_to" not in back
