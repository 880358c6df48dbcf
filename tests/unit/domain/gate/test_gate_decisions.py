"""What the gate answers for the flows that the exchange lives on."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.domain.gate.gate_samples import (
    BACK,
    CHIP,
    IN,
    MANY,
    OUT,
    TODAY,
    from_place,
    judged,
    shipped,
)

from entrepot.domain.gate.decide import decide, is_leasable, unite
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.table import Rulebook


def test_hong_kong_to_the_mainland_and_back_opens_with_duties() -> None:
    there, back = judged(IN), judged(BACK)
    both = unite([there, back])
    assert both.outcome == "allow_with_duties" and is_leasable(both)
    assert dict(both.tables) == {
        "hk_out": "allow_with_duties",
        "cn_in": "allow_with_duties",
        "cn_out": "allow_with_duties",
    }
    assert set(both.deciding) == {"hk.processor", "cnin.default", "cn.transit"}
    assert {"processor_contract", "keep_origin_evidence", "pia", "mix_check_record"} <= set(
        both.duties
    )
    assert len(both.duties) == len(set(both.duties))
    assert both.instruments == () and both.missing == () and len(both.sources) > 5


@pytest.mark.parametrize("place", ["CN", "HK"])
@pytest.mark.parametrize(
    ("tpp", "held", "outcome", "owed"),
    [
        (15_824, (), "approval", ("bis_licence", "provenance_file")),
        (15_824, ("bis_licence",), "allow_with_duties", ()),
        (15_824, ("provenance_file",), "allow_with_duties", ()),
        (40_000, ("provenance_file",), "approval", ("export_counsel_opinion",)),
        (40_000, ("export_counsel_opinion",), "approval", ("bis_licence", "provenance_file")),
        (40_000, ("bis_licence", "export_counsel_opinion"), "allow_with_duties", ()),
    ],
)
def test_an_advanced_chip_waits_for_its_papers(
    place: str, tpp: int, held: tuple[str, ...], outcome: str, owed: tuple[str, ...]
) -> None:
    decision = judged(None, {**CHIP, "chip_location": place, "tpp": tpp}, instruments=held)
    assert (decision.outcome, decision.instruments) == (outcome, owed)


@pytest.mark.parametrize("place", ["SG", "MO", "US", "GB"])
def test_legs_from_places_whose_law_nobody_read_wait_for_a_review(place: str) -> None:
    decision = judged(from_place(place, uk_gdpr_applies=place == "GB"))
    assert decision.outcome == "needs_review"
    assert not is_leasable(decision)


def test_important_data_are_judged_before_transit() -> None:
    decision = judged({**BACK, "important_declared": True})
    assert (decision.outcome, decision.deciding) == ("approval", ("cn.important",))
    assert decision.instruments == ("security_assessment",)


def test_transit_ends_with_one_mainland_record() -> None:
    assert judged(BACK).deciding == ("cn.transit",)
    for spoilt in ({"collected_in": ["HK", "CN"]}, {"mixes_cn_personal": True}):
        assert "cn.transit" not in judged({**BACK, **spoilt}).deciding


def test_contradicting_facts_are_both_asked_again_and_a_refuse_stands_beside_them() -> None:
    wrong = {**BACK, "mixes_cn_important": True}
    decision = judged(wrong)
    assert decision.outcome == "needs_info"
    assert decision.deciding == ("k.mixed_important",)
    assert decision.missing == ("important_declared", "mixes_cn_important")
    refused = judged({**wrong, "state_secret_or_core": True})
    assert refused.outcome == "refuse" and refused.deciding == ("cn.secret.v2",)
    assert refused.missing == ("important_declared", "mixes_cn_important")


def test_more_persons_in_the_leg_than_in_the_year_contradict() -> None:
    decision = judged({**OUT, "leg_persons": 10, "ytd_persons": 9})
    assert decision.deciding == ("k.leg_over_ytd",)
    assert judged({**OUT, "leg_persons": 9, "ytd_persons": 9}).outcome == "allow_with_duties"


def test_missing_facts_come_as_questions_in_three_languages() -> None:
    decision = judged({**BACK, "state_secret_or_core": None, "cross_border": "yes"})
    assert decision.outcome == "needs_info"
    assert decision.missing == ("cross_border", "state_secret_or_core")
    (question,) = decision.questions
    assert question["fact"] == "state_secret_or_core"
    assert set(question) == {"fact", "en", "zh-Hant", "zh-Hans"}
    assert decision.as_dict()["unusable"] == {
        "state_secret_or_core": "null",
        "cross_border": "not_in_domain",
    }


def test_no_table_no_yes() -> None:
    """A law that says nothing of a leg, here one with the tables of exports alone, allows none."""
    book = shipped()
    flow = book.gates["flow"]
    outwards = replace(flow, tables=tuple(table for table in flow.tables if table.id == "cn_out"))
    silent = Rulebook(book.dictionary, book.constraints, {**book.gates, "flow": outwards}, {})
    decision = decide(silent, GateCase("one", TODAY, leg=IN))
    assert (decision.outcome, decision.deciding) == ("needs_review", ("gate:flow",))


def test_a_border_that_nothing_crosses_is_a_contradiction() -> None:
    decision = judged({**OUT, "place_to": "CN", "recipient_in_hk": False})
    assert (decision.outcome, decision.deciding) == ("needs_info", ("k.border_without_move",))
    assert decision.missing == ("cross_border", "place_from", "place_to")


def test_a_row_without_force_never_loosens_and_a_review_lends_it_force() -> None:
    leg = from_place("SG")
    before = judged(leg)
    after = judged(leg, reviews=frozenset({"oo.sg"}))
    assert before.outcome == "needs_review" and after.outcome == "allow_with_duties"
    assert "check_singapore_pdpa_s26" in before.duties


def test_what_if_rows_decide_only_when_named_and_from_their_day() -> None:
    named = frozenset({"ear.remote_bill"})
    assert judged(None, CHIP, what_if=named).outcome == "refuse"
    assert judged(None, CHIP, date(2026, 11, 20), what_if=named).outcome == "approval"
    basic = {**CHIP, "eccn_advanced": False, "tpp": 1}
    assert judged(None, basic, what_if=named).deciding == ("ear.not_advanced",)


def test_exempt_exports_fill_the_counter_until_a_review_says_otherwise() -> None:
    assert judged(BACK).fills_counter
    assert not judged(BACK, reviews=frozenset({"cn.transit"})).fills_counter
    assert judged(OUT).fills_counter


def test_nothing_was_known_before_it_was_recorded() -> None:
    case = GateCase("early", TODAY, known=date(2026, 11, 20), leg=IN)
    decision = decide(shipped(), case)
    assert decision.outcome == "needs_review"
    assert all(key.startswith("table:") for key in decision.deciding)


def test_a_row_that_does_not_exist_is_refused_with_the_nearest() -> None:
    wrong = frozenset({"ear.remote_bil"})
    for ask in (
        lambda: judged(None, CHIP, what_if=wrong),
        lambda: judged(None, CHIP, reviews=wrong),
    ):
        with pytest.raises(Invalid, match=r"ear\.remote_bil") as caught:
            ask()
        assert "ear.remote_bill" in caught.value.render_hint()


def test_unknown_facts_are_refused_with_the_nearest() -> None:
    with pytest.raises(Invalid, match="leg_person") as caught:
        judged({**IN, "leg_person": 1})
    assert "leg_persons" in caught.value.render_hint()


def test_facts_of_another_scope_are_refused() -> None:
    with pytest.raises(Invalid, match="tpp"):
        judged({**IN, "tpp": 1})


def test_nobody_states_his_own_instruments() -> None:
    with pytest.raises(Invalid, match="register"):
        judged({**IN, "instruments_in_force": ["gba_contract_hk"]})


def test_an_empty_case_is_refused() -> None:
    with pytest.raises(Invalid, match="neither"):
        decide(shipped(), GateCase("empty", TODAY))


def test_leg_and_placement_of_one_case_are_united() -> None:
    decision = judged(IN, CHIP)
    assert decision.outcome == "approval"
    assert decision.deciding == ("ear.located_within_limits",)
    assert "hk_out" in decision.tables and "us_ear" in decision.tables
    assert decision.rows[0].subject == "flow" and decision.rows[-1].subject == "placement"


def test_a_decision_as_plain_values_is_canonical_and_repeats_byte_for_byte() -> None:
    def image(decision: GateDecision) -> bytes:
        return canonical_json(decision.as_dict())

    assert image(judged(IN, CHIP)) == image(judged(dict(reversed(list(IN.items()))), CHIP))
    assert image(judged(IN)) != image(judged(IN, instruments=("gba_contract_hk",)))


def test_decisions_under_different_law_are_not_united() -> None:
    with pytest.raises(ValueError, match="different law"):
        unite([judged(IN), judged(BACK, as_of=date(2026, 1, 1))])
    with pytest.raises(ValueError, match="nothing"):
        unite([])


def test_the_explanation_names_facts_bounds_and_rows_passed_over() -> None:
    decision = judged({**OUT, **MANY})
    (item,) = decision.rows
    passed = dict(item.passed)
    small = passed["cn.small"]
    assert (small.condition.fact, small.found, small.against) == ("ytd_persons", 200_000, 100_000)
    assert item.row_id == "cn.mid.v2" and item.compared == ()
    assert item.as_dict()["basis"] and item.as_dict()["grade"] == "B"
    assert [c.condition.fact for c in item.applied] == ["place_from", "place_to"]
