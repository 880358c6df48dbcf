"""Shipped rulebook, complete facts of a leg and of a placement, and a worked case a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.rulebook.load import load_rulebook
from entrepot.kernel.rulebook.table import Rulebook

TODAY = date(2026, 11, 21)
NAMES = ("dictionary.yaml", "flow.yaml", "placement.yaml")
Facts = Mapping[str, object]


def shipped_texts() -> dict[str, str]:
    """The shipped rule files, name → text."""
    folder = files("entrepot") / "facts" / "rules"
    return {name: (folder / name).read_text("utf-8") for name in NAMES}


@cache
def shipped() -> Rulebook:
    """The shipped rulebook."""
    return load_rulebook(shipped_texts())


OUT: Facts = {
    "place_from": "CN",
    "place_to": "HK",
    "cross_border": True,
    "collected_in": ["CN"],
    "leg_persons": 500,
    "leg_sensitive": 0,
    "ytd_persons": 500,
    "ytd_sensitive": 0,
    "important_declared": False,
    "state_secret_or_core": False,
    "mixes_cn_personal": True,
    "mixes_cn_important": False,
    "ciio": False,
    "purpose": "model_training",
    "ftz_eligible_exporter": False,
    "on_ftz_negative_list": False,
    "ftz_list_mechanism": "general_rules",
    "sender_in_gba9": False,
    "recipient_in_hk": True,
    "recipient_in_mo": False,
    "recipient_in_gba9": False,
    "onward_outside_gba": False,
    "gba_pilot_sector": False,
    "purpose_compatible": True,
    "prescribed_consent": False,
    "processing_zone": "none",
    "gdpr_applies": False,
    "uk_gdpr_applies": False,
}
"""A complete leg from the mainland to Hong Kong: some persons, nothing special."""

IN: Facts = {
    **OUT,
    "place_from": "HK",
    "place_to": "CN",
    "collected_in": ["HK"],
    "mixes_cn_personal": False,
    "recipient_in_hk": False,
    "recipient_in_gba9": True,
}
"""A complete leg from Hong Kong to Guangzhou."""

BACK: Facts = {**OUT, "collected_in": ["HK"], "mixes_cn_personal": False}
"""The outputs of such a job on their way back."""

CHIP: Facts = {
    "chip_subject_to_ear": True,
    "eccn_advanced": True,
    "chip_location": "CN",
    "tpp": 15_824,
    "dram_gbs": 3_350,
    "operator_hq": "CN",
    "user_hq": "HK",
    "party_restricted": False,
    "end_use": "commercial",
    "chip_in_gp10_guidance": False,
    "customer_us_nexus": False,
}
"""A complete placement on an advanced US chip in the mainland, inside the limits of 2026."""

MANY: Facts = {"leg_persons": 200_000, "ytd_persons": 200_000}
GBA_HK: Facts = {**MANY, "sender_in_gba9": True}


def from_place(code: str, **more: object) -> Facts:
    """A complete leg from ``code`` to the mainland."""
    return {**IN, "place_from": code, "collected_in": [code], **more}


def home(code: str, **more: object) -> Facts:
    """A complete leg that stays in ``code``."""
    return {**OUT, "place_from": code, "place_to": code, "cross_border": False,
            "recipient_in_hk": code == "HK", **more}  # fmt: skip


@dataclass(frozen=True)
class Worked:
    """A case and what the row that it is about must answer."""

    row: str
    leg: Facts | None
    outcome: str
    placement: Facts | None = None
    as_of: date = TODAY
    instruments: tuple[str, ...] = ()
    what_if: frozenset[str] = field(default_factory=frozenset[str])
    advice: str | None = None


def chip(row: str, outcome: str, **more: object) -> Worked:
    """A worked case of the placement gate."""
    return Worked(row, None, outcome, {**CHIP, **more})


def judged(
    leg: Facts | None = None,
    placement: Facts | None = None,
    as_of: date = TODAY,
    instruments: tuple[str, ...] = (),
    what_if: frozenset[str] = frozenset(),
    reviews: frozenset[str] = frozenset(),
) -> GateDecision:
    """Decide a case by the shipped rulebook."""
    case = GateCase(
        name="case",
        as_of=as_of,
        leg=leg,
        placement=placement,
        instruments_in_force=frozenset(instruments),
        what_if=what_if,
        reviews_in_force=reviews,
    )
    return decide(shipped(), case)


WORKED = (
    Worked("cn.secret.v1", {**OUT, "state_secret_or_core": True}, "refuse", None,
           date(2024, 4, 30)),
    Worked("cn.secret.v2", {**OUT, "state_secret_or_core": True}, "refuse", None, date(2024, 5, 1)),
    Worked("cn.important", {**BACK, "important_declared": True}, "approval"),
    Worked("cn.transit", BACK, "allow_with_duties"),
    Worked("cn.nothing_regulated", {**OUT, "leg_persons": 0}, "allow"),
    Worked("cn.necessity", {**OUT, **MANY, "purpose": "hr_management"}, "allow_with_duties"),
    Worked("cn.ftz_off_list", {**OUT, **MANY, "ftz_eligible_exporter": True}, "allow_with_duties"),
    Worked(
        "cn.ftz_list_assessment",
        {**OUT, "ftz_eligible_exporter": True, "on_ftz_negative_list": True,
         "ftz_list_mechanism": "security_assessment"},
        "approval",
    ),
    Worked(
        "cn.ftz_list_contract",
        {**OUT, "ftz_eligible_exporter": True, "on_ftz_negative_list": True,
         "ftz_list_mechanism": "contract_or_certification"},
        "instrument",
    ),
    Worked("cn.ciio", {**OUT, "ciio": True}, "approval"),
    Worked("cn.small", OUT, "allow_with_duties"),
    Worked("cn.gba_hk.v1", {**GBA_HK, **OUT, **MANY, "sender_in_gba9": True,
                            "gba_pilot_sector": True}, "instrument", None, date(2024, 10, 31)),
    Worked("cn.gba_hk.v2", {**OUT, **GBA_HK}, "instrument"),
    Worked("cn.gba_mo", {**OUT, **GBA_HK, "place_to": "MO", "recipient_in_hk": False,
                         "recipient_in_mo": True}, "instrument"),
    Worked("cn.spi_high", {**OUT, "leg_sensitive": 9, "ytd_sensitive": 10_000}, "approval"),
    Worked("cn.pi_high", {**OUT, "ytd_persons": 1_000_000}, "approval"),
    Worked("cn.mid.v1", {**OUT, **MANY}, "instrument", None, date(2025, 12, 31)),
    Worked("cn.mid.v2", {**OUT, **MANY}, "instrument", None, date(2026, 1, 1)),
    Worked("hk.none", {**IN, "leg_persons": 0}, "allow"),
    Worked("hk.s33", IN, "instrument", what_if=frozenset({"hk.s33"})),
    Worked("hk.new_purpose", {**IN, "purpose_compatible": False}, "refuse"),
    Worked("hk.gba_in", IN, "allow_with_duties", instruments=("gba_contract_hk",)),
    Worked("hk.processor", IN, "allow_with_duties"),
    Worked("cnin.hainan_idc", {**IN, "recipient_in_gba9": False, "processing_zone": "hainan_idc"},
           "allow_with_duties"),
    Worked("cnin.default", IN, "allow_with_duties"),
    Worked("eu.none", {**IN, "gdpr_applies": True, "leg_persons": 0}, "allow"),
    Worked("eu.adequate", {**IN, "gdpr_applies": True, "place_to": "JP",
                            "recipient_in_gba9": False}, "allow_with_duties"),
    Worked("eu.safeguards", {**IN, "gdpr_applies": True}, "instrument"),
    Worked("uk.none", {**IN, "uk_gdpr_applies": True, "leg_persons": 0}, "needs_review",
           advice="allow"),
    Worked("uk.safeguards", {**IN, "uk_gdpr_applies": True}, "needs_review", advice="instrument"),
    Worked("oo.eea", from_place("DE", gdpr_applies=True), "allow"),
    Worked("oo.gb", from_place("GB", uk_gdpr_applies=True), "needs_review", advice="allow"),
    Worked("oo.mo", from_place("MO"), "needs_review", advice="allow_with_duties"),
    Worked("oo.sg", from_place("SG"), "needs_review", advice="allow_with_duties"),
    Worked("oo.us", from_place("US"), "needs_review", advice="allow_with_duties"),
    Worked("oo.rest", from_place("BR"), "needs_review", advice="allow_with_duties"),
    Worked("dom.cn_secret.v1", home("CN", state_secret_or_core=True), "refuse", None,
           date(2021, 9, 1)),
    Worked("dom.cn_secret.v2", home("CN", state_secret_or_core=True), "refuse"),
    Worked("dom.cn", home("CN"), "allow_with_duties"),
    Worked("dom.hk_none", home("HK", leg_persons=0), "allow"),
    Worked("dom.hk_new_purpose", home("HK", purpose_compatible=False), "refuse"),
    Worked("dom.hk", home("HK"), "allow_with_duties"),
    Worked("dom.rest", home("SG"), "needs_review", advice="allow_with_duties"),
    chip("ear.listed_party", "refuse", party_restricted=True),
    chip("ear.wmd", "refuse", end_use="wmd"),
    chip("ear.military_intelligence", "refuse", end_use="military_intelligence"),
    Worked("ear.other_controlled_use", None, "needs_review", {**CHIP, "end_use": "military"},
           advice="approval"),
    chip("ear.not_advanced", "allow_with_duties", eccn_advanced=False, tpp=1_000),
    Worked("ear.remote_bill", None, "refuse", CHIP, what_if=frozenset({"ear.remote_bill"})),
    Worked("ear.located.v1", None, "approval", CHIP, date(2026, 1, 14)),
    chip("ear.located_within_limits", "approval"),
    chip("ear.located_over_limits", "approval", tpp=21_000),
    chip("ear.hq", "approval", chip_location="SG"),
    chip("ear.open_place", "allow_with_duties", chip_location="JP", operator_hq="JP"),
    Worked("ear.other_place", None, "needs_review",
           {**CHIP, "chip_location": "AE", "operator_hq": "AE"}, advice="approval"),
    chip("gp10.us_nexus", "refuse", chip_in_gp10_guidance=True, customer_us_nexus=True,
         chip_subject_to_ear=False, eccn_advanced=False, tpp=2_000),
    chip("gp10.other", "allow_with_duties", chip_in_gp10_guidance=True,
         chip_subject_to_ear=False, eccn_advanced=False, tpp=2_000),
    chip("chip.none", "allow_with_duties", chip_subject_to_ear=False, eccn_advanced=False,
         tpp=2_000),
)  # fmt: skip
"""At least one worked case a row of the shipped tables."""
