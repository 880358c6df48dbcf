"""Tax of any scenario equals a second computation, never falls with profits, never guesses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.tax_oracle import MILLION, Firm, tax_cents

import entrepot
from entrepot.domain.outbound.load import load_tax
from entrepot.domain.outbound.model import TaxBook
from entrepot.domain.outbound.scenario import Scenario, TaxStatus
from entrepot.domain.outbound.tax import assess
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.load import load_dictionary

RULES = Path(entrepot.__file__).parent / "facts" / "rules"
DICTIONARY = load_dictionary((RULES / "dictionary.yaml").read_text(), "dictionary.yaml")
BOOK = load_tax((RULES / "tax.yaml").read_text(), "tax.yaml", DICTIONARY)

CENTS = st.integers(0, 50 * MILLION) | st.sampled_from([0, 1, 2 * MILLION, 2 * MILLION + 1])


@st.composite
def firms(draw: st.DrawFn) -> Firm:
    """Return any firm whose treasury profits are a part of its profits."""
    profits = draw(CENTS)
    return Firm(
        incorporated=draw(st.booleans()),
        profits=profits,
        sister_elects=draw(st.booleans()),
        half_rate=draw(st.booleans()),
        treasury=draw(st.integers(0, profits)),
        spend_a=draw(CENTS),
        spend_b=draw(CENTS),
    )


def tax_of(firm: Firm, book: TaxBook = BOOK, dictionary: FactDictionary = DICTIONARY) -> int | None:
    """Return the tax that the engine finds."""
    return assess(book, dictionary, Scenario("any", firm.facts())).tax_minor


@settings(max_examples=400, deadline=None)
@given(firms())
def test_a_second_computation_agrees(firm: Firm) -> None:
    """Tax is the oracle's to the cent, and the reduction takes at most HKD 3,000 off."""
    answer = assess(BOOK, DICTIONARY, Scenario("any", firm.facts()))
    wanted = tax_cents(firm)
    assert answer.tax_minor == wanted
    assert answer.payable_minor == max(0, wanted - 300_000)


def test_the_oracle_sees_a_wrong_rate() -> None:
    """A tenth of a percent more on the low tier is found, so the agreement is worth something."""
    text = (RULES / "tax.yaml").read_text().replace('{"2018/19": 825}', '{"2018/19": 835}', 1)
    book = load_tax(text, "tax.yaml", DICTIONARY)
    firm = Firm(True, 5 * MILLION, False, False, 0, 0, 0)
    assert tax_of(firm) == tax_cents(firm) == 66_000_000
    assert tax_of(firm, book) != tax_cents(firm)


@settings(max_examples=200, deadline=None)
@given(firms(), st.integers(0, 10 * MILLION))
def test_more_profit_never_means_less_tax(firm: Firm, more: int) -> None:
    """Tax grows with profits and falls with spending on research."""
    richer = replace(firm, profits=firm.profits + more)
    assert (tax_of(richer) or 0) >= (tax_of(firm) or 0)
    researcher = replace(firm, spend_b=firm.spend_b + more)
    assert (tax_of(researcher) or 0) <= (tax_of(firm) or 0)


@settings(max_examples=200, deadline=None)
@given(firms(), st.sampled_from(sorted(Firm(True, 0, False, False, 0, 0, 0).facts())))
def test_a_missing_fact_gives_the_same_tax_or_a_question(firm: Firm, fact: str) -> None:
    """A fact that is left out is asked for, unless nothing reads it."""
    facts = firm.facts()
    whole = assess(BOOK, DICTIONARY, Scenario("any", facts))
    del facts[fact]
    answer = assess(BOOK, DICTIONARY, Scenario("any", facts))
    if answer.status is TaxStatus.NEEDS_INFO:
        assert fact in answer.missing
        assert answer.tax_minor is None
    else:
        assert answer.tax_minor == whole.tax_minor


@pytest.mark.parametrize("fact", ["assessable_profits", "incorporated", "rd_spend_type_b"])
def test_what_is_always_read_is_always_asked(fact: str) -> None:
    """These facts are read in every shape, so leaving one out never yields a tax."""
    facts = Firm(True, MILLION, False, False, 0, 0, 0).facts()
    del facts[fact]
    answer = assess(BOOK, DICTIONARY, Scenario("any", facts))
    assert answer.missing == (fact,)
