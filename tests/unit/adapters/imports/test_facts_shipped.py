"""The facts as shipped: complete, sourced, and saying what they were collected to say."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from importlib import resources

import pytest

from entrepot.adapters.imports.facts import KINDS, check_facts, ids_of, load_facts, show_fact
from entrepot.kernel.compute import Density, Precision, UnlikeRatings
from entrepot.kernel.errors import NotFound
from entrepot.services.facts_model import Facts
from entrepot.services.provenance import Provenance

SHIPPED = resources.files("entrepot") / "facts"
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(SHIPPED)


def _provenances(value: object) -> list[Provenance]:
    if isinstance(value, Provenance):
        return [value]
    if dataclasses.is_dataclass(value):
        parts = [getattr(value, f.name) for f in dataclasses.fields(value)]
    elif isinstance(value, dict):
        parts = list(value.values())
    else:
        parts = list(value) if isinstance(value, tuple) else []
    return [found for part in parts for found in _provenances(part)]


def test_every_row_of_every_file_is_sound() -> None:
    report = check_facts(SHIPPED)
    assert [str(problem) for problem in report.problems] == []
    assert report.sound
    assert {k: v for k, v in report.counts.items() if k.startswith("rules/")} == {
        "rules/dictionary": 78,
        "rules/flow": 43,
        "rules/placement": 15,
        "rules/vouchers": 23,
        "rules/proposed": 2,
        "rules/tax": 21,
    }


def test_counts_are_those_that_were_collected(facts: Facts) -> None:
    assert len(facts.centres) == 28
    assert len(facts.public_offers) == 310
    assert len({offer.provider for offer in facts.public_offers.values()}) == 21
    assert sum(len(device.ratings) for device in facts.devices.values()) == 67
    assert sum(zone.counts == "co2" and zone.year == 2023 for zone in facts.zones.values()) == 30


def test_every_fact_and_every_part_of_it_has_source_date_and_grade(facts: Facts) -> None:
    for kind in KINDS:
        for name in ids_of(facts, kind):
            found = _provenances(getattr(facts, KINDS[kind])[name])
            assert found, (kind, name)
            for said in found:
                assert len(said.source) > 3, (kind, name)
                assert DAY.fullmatch(said.date), (kind, name)
                assert said.grade in tuple("ABCSKX"), (kind, name)


def test_no_rejected_source_has_slipped_in() -> None:
    text = (SHIPPED / "centres.yaml").read_text() + (SHIPPED / "network.yaml").read_text()
    text += (SHIPPED / "energy.yaml").read_text()
    for rejected in ("hkyyi", "oryoy"):
        assert rejected not in text


def test_turing_town_is_shown_as_stated_and_as_dense_and_the_two_never_add(facts: Facts) -> None:
    stated, dense = facts.centres["hz-turing-town"].ratings
    assert stated.rating.p == 2300
    assert stated.rating.precision is None
    assert (dense.origin, dense.rating.precision) == ("computed", Precision.FP16)
    one = next(r for r in facts.devices["h800-sxm"].ratings if r.precision is Precision.FP16)
    assert dense.rating.p == one.times(1184).p == Fraction(1170976, 1000)
    with pytest.raises(UnlikeRatings):
        _ = stated.rating + dense.rating


def test_implausible_claims_are_flagged_and_seed_and_found_stay_apart(facts: Facts) -> None:
    shaoguan = facts.centres["shaoguan"].ratings
    assert [(r.plausible, r.standing) for r in shaoguan] == [(False, "claimed")]
    origins = [(r.origin, r.rating.p) for r in facts.centres["hk-cyberport-aisc"].ratings]
    assert origins == [("seed", 1300), ("seed", 3000), ("found", 3000)]


def test_green_share_is_stated_by_nobody_and_so_not_filled(facts: Facts) -> None:
    assert {centre.green_share_bp for centre in facts.centres.values()} == {None}


def test_western_hubs_are_dirtier_than_guangdong_by_the_official_factors(facts: Facts) -> None:
    factor = {name: zone.g_per_kwh for name, zone in facts.zones.items()}
    guangdong = factor["CN-GD"]
    assert guangdong is not None
    for zone in ("CN-NX", "CN-NM", "CN-GZ"):
        assert (factor[zone] or 0) > guangdong
    assert (factor["CN-QH"] or 999) < guangdong
    assert facts.zones["HK"].counts == "co2eq"


def test_export_answers_are_computed_from_the_dense_peak(facts: Facts) -> None:
    assert facts.devices["h100-sxm"].export["tpp"].value == 1979 * 8
    assert facts.devices["h100-sxm"].export_facts()["eccn_advanced"] is True
    assert facts.devices["h20"].export["tpp"].value == 2368
    assert "eccn_advanced" not in facts.devices["h20"].export_facts()
    for name, device in facts.devices.items():
        peaks = [
            Fraction(rating.mflops, 10**6) * _bits(rating.precision)
            for rating in device.ratings
            if rating.precision is not Precision.TF32 and rating.density is Density.DENSE
        ]
        stated = device.export.get("tpp")
        assert (stated.value if stated else None) == (int(max(peaks)) if peaks else None), name


def _bits(precision: Precision | None) -> int:
    assert precision is not None
    return int(re.sub(r"\D", "", precision.value))


def test_a_host_processor_and_named_accelerators_answer_the_placement_gate(facts: Facts) -> None:
    cpu = facts.devices["cpu"]
    assert {name: answer.value for name, answer in cpu.export.items()} == {
        "chip_subject_to_ear": True,
        "eccn_advanced": False,
        "chip_in_gp10_guidance": False,
    }
    # The weak *no* is left out: it would loosen the gate.
    assert cpu.export_facts() == {"chip_subject_to_ear": True, "chip_in_gp10_guidance": False}
    named = [d.id for d in facts.devices.values() if d.export["chip_in_gp10_guidance"].value]
    assert named == ["ascend-910b", "ascend-910c"]
    assert facts.devices["ascend-910b"].voucher_facts() == {"accelerator_domestic": True}
    assert facts.devices["h100-sxm"].voucher_facts() == {"accelerator_domestic": False}


def test_offers_keep_the_price_as_text_and_the_name_as_listed(facts: Facts) -> None:
    offer = next(o for o in facts.public_offers.values() if o.device_as_listed == "NVIDIA HGX H100")
    assert offer.device_id == "h100-sxm"
    assert offer.price.minor_per_device_hour == Fraction(offer.usd_per_device_hour) * 100
    assert all(float(o.usd_per_device_hour) > 0 for o in facts.public_offers.values())


def test_a_fact_is_shown_as_plain_values_with_its_source(facts: Facts) -> None:
    shown = show_fact(facts, "grid", "CN-NX")
    assert shown["g_per_kwh"] == "618.7"
    assert shown["provenance"]["grade"] == "B"  # type: ignore[index]


def test_unknown_kind_or_name_is_answered_by_a_guess(facts: Facts) -> None:
    with pytest.raises(NotFound) as kind:
        show_fact(facts, "centre", "x")
    assert kind.value.render_hint() == "Did you mean centres?"
    with pytest.raises(NotFound) as name:
        show_fact(facts, "centres", "hz-turing-towm")
    assert name.value.render_hint() == "Did you mean hz-turing-town?"
