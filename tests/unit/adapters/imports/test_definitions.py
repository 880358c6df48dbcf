"""Files of firms and centres: the shipped ones are sound, and every fault names its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import cast

import pytest

from entrepot.adapters.imports.definitions import read_centre, read_firm
from entrepot.adapters.imports.rules import load_rules
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.services.definitions import CentreDefinition, FirmDefinition

EXAMPLES = Path(__file__).parents[4] / "examples"
CENTRE = (EXAMPLES / "centre.yaml").read_text("utf-8")
FIRM = (EXAMPLES / "firm.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def dictionary() -> FactDictionary:
    return load_rules(Path(str(resources.files("entrepot") / "facts")), None).dictionary


Centre = Callable[[str], CentreDefinition]
Firm = Callable[[str], FirmDefinition]


@pytest.fixture(scope="module")
def centre(dictionary: FactDictionary) -> Centre:
    return lambda text: read_centre(text.encode(), "c.yaml", ("cpu", "h100"), dictionary)


@pytest.fixture(scope="module")
def firm(dictionary: FactDictionary) -> Firm:
    return lambda text: read_firm(text.encode(), "f.yaml", dictionary)


def swap(text: str, old: str, new: str) -> str:
    """Change the first place of a text that must be there."""
    assert old in text, old
    return text.replace(old, new, 1)


def test_the_example_centre_is_read_exactly(centre: Centre) -> None:
    found = centre(CENTRE)
    assert (found.id, found.jurisdiction, found.backend) == ("demo-gz", "CN", "local")
    assert (found.latitude_udeg, found.longitude_udeg) == (23_116_670, 113_250_000)
    assert found.green_share_bp is None
    assert found.account["number"] == "6222000000000001"
    (pool,) = found.pools
    assert (pool.devices, pool.isolations) == (2, ("exclusive", "timeslice"))
    first, second, third = found.offers
    assert (first.price, first.asset, first.milli_max) == (Fraction(12000), "CNY", 2000)
    assert (second.interruptible, third.interruptible) == (True, False)
    assert (third.milli_min, third.to_day) == (250, None)


def test_the_example_firm_is_read_with_its_city_in_the_profile(firm: Firm) -> None:
    found = firm(FIRM)
    assert found.profile["city"] == "Hong Kong"
    assert found.profile["user_hq"] == "HK"
    assert found.group == ""


@pytest.mark.parametrize(
    ("price", "minor"),
    [("0.905 CNY", "181/2"), ("0 HKD", "0"), ("12 HKD", "1200"), ("0.0001 USD", "1/100")],
)
def test_a_price_may_be_finer_than_its_money(centre: Centre, price: str, minor: str) -> None:
    assert centre(swap(CENTRE, "120.00 CNY", price)).offers[0].price == Fraction(minor)


def test_an_offer_may_end(centre: Centre) -> None:
    text = swap(CENTRE, 'from: "2026-01-01"', 'from: "2026-01-01", to: "2026-02-01"')
    assert centre(text).offers[0].to_day == "2026-02-01"


def test_a_green_share_is_kept_in_basis_points(centre: Centre) -> None:
    text = swap(CENTRE, "green_share_percent: null", "green_share_percent: 12.5")
    assert centre(text).green_share_bp == 1250


BAD_CENTRES: dict[str, tuple[str, str, str]] = {
    "name in capitals": ("centre: demo-gz", "centre: Demo", "centre"),
    "name too long": ("centre: demo-gz", f"centre: {'a' * 41}", "centre"),
    "name of dashes": ("centre: demo-gz", 'centre: "--"', "centre"),
    "name with a path": ("centre: demo-gz", 'centre: "../x"', "centre"),
    "a language left out": ("  zh-Hans: 示范中心（广州，即本机）\n", "", "names.zh-Hans"),
    "country in words": ("jurisdiction: CN", "jurisdiction: China", "jurisdiction"),
    "latitude beyond the pole": ("latitude: 23.11667", "latitude: 90.1", "latitude"),
    "longitude in words": ("longitude: 113.25", "longitude: east", "longitude"),
    "latitude left out": ("latitude: 23.11667\n", "", "latitude"),
    "unknown backend": ("backend: local", "backend: slurm", "backend"),
    "a flag in words": ("demonstration: true", 'demonstration: "true"', "demonstration"),
    "a share above the whole": (
        "green_share_percent: null", "green_share_percent: 101", "green_share_percent"),
    "no account number": ('  number: "6222000000000001"\n', "", "account.number"),
    "no bank code": ('  cnaps: "102581000013"\n', "", "account.cnaps"),
    "an unknown field": ("city: Guangzhou", "city: Guangzhou\ncolour: red", "colour"),
    "no source": ("source: played by the demonstration, 2026-11-21\n", "", "source"),
    "pools no list": ("pools:\n- id", "pools:\n  id", "pools"),
    "unknown device": ("device: cpu", "device: h200", "pools[0].device"),
    "no device": ("devices: 2", "devices: 0", "pools[0].devices"),
    "half a device": ("devices: 2", "devices: 2.5", "pools[0].devices"),
    "devices left out": ("  devices: 2\n", "", "pools[0].devices"),
    "no processor": ("vcpus: 1", "vcpus: 0", "pools[0].vcpus"),
    "power in words": ("power_w: 35", "power_w: much", "pools[0].power_w"),
    "unknown isolation": ("[exclusive, timeslice]", "[exclusive, magic]", "pools[0].isolations"),
    "isolation no list": ("[exclusive, timeslice]", "exclusive", "pools[0].isolations"),
    "isolation a number": ("[exclusive, timeslice]", "5", "pools[0].isolations"),
    "isolation a list of lists": ("[exclusive, timeslice]", "[[exclusive]]", "pools[0].isolations"),
    "unknown export fact": (
        "eccn_advanced: false", "colour: false", "pools[0].export.colour"),
    "export fact in words": (
        "eccn_advanced: false", "eccn_advanced: perhaps", "pools[0].export.eccn_advanced"),
    "export no mapping": (
        "{chip_subject_to_ear: true, eccn_advanced: false, chip_in_gp10_guidance: false}",
        "[chip_subject_to_ear]", "pools[0].export"),
    "unknown field of a pool": ("  vcpus: 1", "  vcpu: 1", "pools[0].vcpu"),
    "offer on another pool": ("{pool: cpu,", "{pool: gpu,", "offers[0].pool"),
    "price without currency": ("120.00 CNY", "120.00", "offers[0].price_per_device_hour"),
    "price below nought": ("120.00 CNY", "-1 CNY", "offers[0].price_per_device_hour"),
    "price just below nought": ("120.00 CNY", "-0.5 CNY", "offers[0].price_per_device_hour"),
    "price not a number": ("120.00 CNY", "NaN CNY", "offers[0].price_per_device_hour"),
    "price without end": ("120.00 CNY", "Infinity CNY", "offers[0].price_per_device_hour"),
    "price beyond all money": (
        "120.00 CNY", "1e999999999 CNY", "offers[0].price_per_device_hour"),
    "price of endless digits": (
        "120.00 CNY", "1e-999999999 CNY", "offers[0].price_per_device_hour"),
    "unknown currency": ("120.00 CNY", "120.00 XYZ", "offers[0].price_per_device_hour"),
    "isolation not sold": ("isolation: timeslice", "isolation: mig", "offers[2].isolation"),
    "a flag of an offer in words": (
        "interruptible: true", 'interruptible: "yes"', "offers[1].interruptible"),
    "share of nothing": ("share_min_milli: 250", "share_min_milli: 0", "offers[2].share_min_milli"),
    "share above a device": (
        "share_min_milli: 250", "share_min_milli: 1001", "offers[2].share_min_milli"),
    "day that is none": ('from: "2026-01-01"', 'from: "2026-02-30"', "offers[0].from"),
    "day left out": (', from: "2026-01-01"}', "}", "offers[0].from"),
    "end before the beginning": (
        'from: "2026-01-01"', 'from: "2026-01-01", to: "2026-01-01"', "offers[0].to"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD_CENTRES))
def test_a_fault_in_a_centres_file_is_named_with_line_and_field(centre: Centre, name: str) -> None:
    old, new, field = BAD_CENTRES[name]
    with pytest.raises(Invalid) as caught:
        centre(swap(CENTRE, old, new))
    error = caught.value
    (where,) = error.fields
    assert re.fullmatch(r"c\.yaml:\d+:.*", where)
    assert where.endswith(f":{field}")
    assert error.render_hint()


def test_two_pools_of_one_name_are_refused(centre: Centre) -> None:
    pool = CENTRE[CENTRE.index("- id: cpu") : CENTRE.index("offers:")]
    with pytest.raises(Invalid, match="cpu"):
        centre(swap(CENTRE, "offers:", pool + "offers:"))


def test_a_centre_without_pools_has_no_offers(centre: Centre) -> None:
    bare = CENTRE[: CENTRE.index("pools:")]
    assert centre(bare).pools == centre(bare).offers == ()


BAD_FIRMS: dict[str, tuple[str, str, str]] = {
    "no name": ("firm: Harbour Lantern Studio (demonstration)\n", "", "firm"),
    "empty name": ("firm: Harbour Lantern Studio (demonstration)", 'firm: " "', "firm"),
    "no address": ("address: Demonstration address, Kowloon, Hong Kong\n", "", "address"),
    "number as registration": ("registration: DEMO-0000", "registration: 12", "registration"),
    "no city": ("city: Hong Kong\n", "", "city"),
    "unknown field": ("city: Hong Kong", "city: Hong Kong\ncolour: red", "colour"),
    "unknown fact": ("user_hq: HK", "user_colour: HK", "profile.user_colour"),
    "no value of a fact": ("user_hq: HK", "user_hq: nowhere", "profile.user_hq"),
    "truth in words": ("ciio: false", 'ciio: "no"', "profile.ciio"),
    "profile a list": (
        "profile:\n  user_hq: HK", "profile: [user_hq]\nrest:\n  user_hq: HK", "profile"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD_FIRMS))
def test_a_fault_in_a_firms_file_is_named_with_line_and_field(firm: Firm, name: str) -> None:
    old, new, field = BAD_FIRMS[name]
    with pytest.raises(Invalid) as caught:
        firm(swap(FIRM, old, new))
    error = caught.value
    (where,) = error.fields
    assert re.fullmatch(r"f\.yaml:\d+:.*", where)
    assert where.endswith(f":{field}")
    assert error.render_hint()


@pytest.mark.parametrize("text", ["", "[]", "a: &a [*a]", "\x00", "firm: {", "5", "- firm: x"])
def test_a_file_of_another_shape_is_refused(firm: Firm, centre: Centre, text: str) -> None:
    for read in (cast("Callable[[str], object]", firm), centre):
        with pytest.raises(Invalid):
            read(text)


def test_a_firm_may_belong_to_a_group_and_state_no_profile(firm: Firm) -> None:
    text = FIRM[: FIRM.index("profile:")] + "group: harbour\n"
    found = firm(text)
    assert (found.group, dict(found.profile)) == ("harbour", {"city": "Hong Kong"})
