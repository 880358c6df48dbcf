"""Files of tax scenarios: money in two forms, a common base, and faults with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

import entrepot
from entrepot.adapters.imports.problems import InvalidFile
from entrepot.adapters.imports.scenario_file import read_scenarios
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.load import load_dictionary

RULES = Path(entrepot.__file__).parent / "facts" / "rules"
DICTIONARY = load_dictionary((RULES / "dictionary.yaml").read_text(), "dictionary.yaml")


def test_a_scenario_adds_to_the_base() -> None:
    """A scenario's own fact goes before that of the base; a nameless one is numbered."""
    text = b"""
base: {incorporated: true, assessable_profits: 5000000.00 HKD}
scenarios:
- {name: a}
- facts: {incorporated: false, rd_spend_type_a: 7}
"""
    one, other = read_scenarios(text, "x/tax.yaml", DICTIONARY)
    assert (one.name, other.name) == ("a", "tax-2")
    assert one.facts == {"incorporated": True, "assessable_profits": 500_000_000}
    assert other.facts["incorporated"] is False
    assert other.facts["rd_spend_type_a"] == 7


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"facts:\n  assessable_profit: 1\n", "t.yaml:2:facts.assessable_profit"),
        (b"facts:\n  assessable_profits: -1\n", "t.yaml:2:facts.assessable_profits"),
        (b"facts:\n  assessable_profits: 5 EUR\n", "t.yaml:2:facts.assessable_profits"),
        (b"facts:\n  assessable_profits: 1.5\n", "t.yaml:2:facts.assessable_profits"),
        (b"facts:\n  leg_persons: 1\n", "t.yaml:2:facts.leg_persons"),
        (b"fact: {}\n", "t.yaml:1:fact"),
        (b"scenarios: []\n", "t.yaml:1:scenarios"),
        (b"scenarios:\n- 7\n", "t.yaml:2:scenarios[0]"),
        (b"- 1\n", "t.yaml:1"),
        (b"name: ''\nfacts: {}\n", "t.yaml:1:name"),
    ],
)
def test_faults_have_their_place(text: bytes, place: str) -> None:
    """Each fault is refused with file, line and field."""
    with pytest.raises(InvalidFile) as caught:
        read_scenarios(text, "t.yaml", DICTIONARY)
    assert list(caught.value.fields) == [place]


def test_all_faults_of_the_facts_are_told_together() -> None:
    """Two wrong facts are two problems."""
    with pytest.raises(Invalid) as caught:
        read_scenarios(b"facts: {incorporated: 1, group_revenue_eur: x}", "t.yaml", DICTIONARY)
    assert len(caught.value.fields) == 2


def test_a_fact_without_a_value_is_left_to_be_asked() -> None:
    """Null is no fault of the file."""
    assert read_scenarios(b"facts: {incorporated: }", "t.yaml", DICTIONARY)[0].facts == {
        "incorporated": None
    }
