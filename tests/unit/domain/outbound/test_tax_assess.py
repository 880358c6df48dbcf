"""Tax of single scenarios: worked figures, advice that is not counted, questions, doubts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import entrepot
from entrepot.domain.outbound.load import load_tax
from entrepot.domain.outbound.scenario import Assessment, Scenario, TaxStatus
from entrepot.domain.outbound.tax import assess
from entrepot.domain.outbound.tax_compare import compare
from entrepot.kernel.rulebook.load import load_dictionary

RULES = Path(entrepot.__file__).parent / "facts" / "rules"
DICTIONARY = load_dictionary((RULES / "dictionary.yaml").read_text(), "dictionary.yaml")
TEXT = (RULES / "tax.yaml").read_text()
PLAIN: dict[str, object] = {
    "year_of_assessment": "2025/26",
    "incorporated": True,
    "assessable_profits": 500_000_000,
    "connected_entity_elects_two_tier": False,
    "elects_half_rate_regime": False,
    "rd_spend_type_a": 0,
    "rd_spend_type_b": 0,
    "qualifying_ip_profits": 0,
    "group_revenue_eur": 0,
}


def answer_of(text: str = TEXT, known: date | None = None, **changes: object) -> Assessment:
    """Return the answer to the plain scenario with changes."""
    book = load_tax(text, "tax.yaml", DICTIONARY)
    return assess(book, DICTIONARY, Scenario("case", {**PLAIN, **changes}, known))


def test_worked_figures() -> None:
    """The figures of the room's page and of the rules' own words."""
    assert answer_of().tax_minor == 66_000_000
    assert answer_of(connected_entity_elects_two_tier=True).tax_minor == 82_500_000
    assert answer_of(incorporated=False).tax_minor == 60_000_000
    half = answer_of(elects_half_rate_regime=True, qualifying_treasury_profits=400_000_000)
    assert half.tax_minor == 49_500_000
    both = answer_of(rd_spend_type_a=20_000_000, rd_spend_type_b=100_000_000)
    assert both.tax_minor == 14_850_000
    assert {answer.status for answer in (half, both)} == {TaxStatus.COUNTED}


def test_the_low_tier_ends_at_two_million() -> None:
    """At the limit all bears 8.25 %; a dollar more bears 16.5 cents."""
    at, above = (answer_of(assessable_profits=200_000_000 + more) for more in (0, 100))
    assert (at.tax_minor, above.tax_minor) == (16_500_000, 16_500_016)


def test_type_b_ends_its_first_tier_at_two_million() -> None:
    """300 % of 2 million and 200 % of what lies above."""
    step = next(s for s in answer_of(rd_spend_type_b=200_000_100).steps if s.name == "deduction_b")
    assert step.minor == 600_000_200


def test_the_reduction_never_exceeds_the_tax_and_is_not_invented() -> None:
    """The reduction is capped by the tax; where the year states none, nothing is taken off."""
    small = answer_of(assessable_profits=100_000)
    assert (small.tax_minor, small.payable_minor) == (8_250, 0)
    later = answer_of(year_of_assessment="2026/27")
    assert later.payable_minor == later.tax_minor == 66_000_000
    assert later.not_stated == ("hk.one_off_reduction.cap",)


def test_the_patent_box_advises_and_is_not_counted() -> None:
    """Grade K: the tax stays, and the advice says what it would be at 5 %."""
    answer = answer_of(qualifying_ip_profits=100_000_000)
    assert answer.status is TaxStatus.NEEDS_REVIEW
    assert answer.tax_minor == 66_000_000
    advice = answer.advice[0]
    assert (advice.rule, advice.grade) == ("hk.patent_box", "K")
    assert advice.tax_minor == 16_500_000 + 33_000_000 + 5_000_000
    assert "grade_K: hk.patent_box" in answer.reasons


def test_the_minimum_tax_is_flagged() -> None:
    """Of unknown standing: a warning without a figure, at the threshold and not below."""
    below, at = (answer_of(group_revenue_eur=75_000_000_000 + more) for more in (-1, 0))
    assert below.status is TaxStatus.COUNTED
    assert at.status is TaxStatus.NEEDS_REVIEW
    assert (at.advice[0].rule, at.advice[0].tax_minor) == ("hk.minimum_tax", None)
    assert "status_unknown: hk.minimum_tax" in at.reasons


def test_a_weak_rate_is_advice_alone() -> None:
    """A rate without force gives no tax; the figure is advice."""
    text = TEXT.replace(
        "id: hk.corp.rate\n  unit: bp\n", "id: hk.corp.rate\n  status: unknown\n  unit: bp\n"
    )
    answer = answer_of(text)
    assert (answer.tax_minor, answer.payable_minor) == (None, None)
    assert answer.status is TaxStatus.NEEDS_REVIEW
    assert [a.tax_minor for a in answer.advice] == [66_000_000]


def test_a_weak_deduction_does_not_loosen() -> None:
    """A deduction whose rule is weak is left out, and the advice says what it would save."""
    text = TEXT.replace(
        "text: Deducted once, at 100 %.\n  grade: B", "text: Deducted once, at 100 %.\n  grade: S"
    )
    answer = answer_of(text, rd_spend_type_a=100_000_000)
    assert answer.tax_minor == 66_000_000
    assert [a.tax_minor for a in answer.advice] == [49_500_000]


def test_an_order_that_no_source_states_is_doubted() -> None:
    """Where it matters from which part a deduction is taken, the highest tax stands."""
    answer = answer_of(
        elects_half_rate_regime=True,
        qualifying_treasury_profits=400_000_000,
        rd_spend_type_a=100_000_000,
    )
    assert "not_stated: order of deduction" in answer.reasons
    assert (answer.tax_minor, answer.advice[0].tax_minor) == (41_250_000, 33_000_000)


def test_contradictions_are_asked_again() -> None:
    """A part above the whole names both facts and yields no tax."""
    answer = answer_of(elects_half_rate_regime=True, qualifying_treasury_profits=500_000_001)
    assert answer.status is TaxStatus.NEEDS_INFO
    assert answer.missing == ("assessable_profits", "qualifying_treasury_profits")
    assert answer.tax_minor is None


def test_the_year_comes_first_and_unusable_values_are_told() -> None:
    """Without a year nothing can be read."""
    answer = answer_of(year_of_assessment="1999/00")
    assert answer.missing == ("year_of_assessment",)
    assert answer.unusable == {"year_of_assessment": "not_in_domain"}


def test_nothing_counts_that_was_not_recorded_yet() -> None:
    """As known on a day before the file was written, no rule gives a rate."""
    answer = answer_of(known=date(2026, 11, 20))
    assert answer.tax_minor is None
    assert "no_rule: rate" in answer.reasons


def test_differences_name_the_rules_on_both_sides() -> None:
    """The tax differs by the rule that holds, and facts that differ are listed."""
    pair = compare([answer_of(), answer_of(connected_entity_elects_two_tier=True)])[0]
    assert pair.payable_minor == 16_500_000
    assert pair.facts == {"connected_entity_elects_two_tier": (False, True)}
    tax = next(item for item in pair.differences if item.step == "tax")
    assert tax.minor == 16_500_000
    assert tax.first_cites[0] == "hk.two_tier.applies"
    assert tax.second_cites == ("hk.two_tier.no_group", "$hk.corp.rate")
    assert not compare([answer_of(), answer_of()])[0].differences
