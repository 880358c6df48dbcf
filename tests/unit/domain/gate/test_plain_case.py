"""A case as plain values is the same case when it is read again."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.gate.gate_samples import shipped

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.model import REGISTER_FACT, GateCase
from entrepot.domain.gate.plain_case import plain_case
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid

WORDS = st.sampled_from(["CN", "HK", "SG", "rendering", "none", "x", ""])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2_000_000),
    WORDS,
    st.lists(WORDS, max_size=3),
    st.frozensets(WORDS, max_size=3),
    st.dates(),
    st.dictionaries(WORDS, st.integers(), max_size=2),
)


def facts(scope: str) -> st.SearchStrategy[dict[str, object]]:
    """Facts of a scope with values of any kind, right or wrong."""
    declared = shipped().dictionary.facts.values()
    names = [f.name for f in declared if scope in f.scopes and f.name != REGISTER_FACT]
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=12)


CASES = st.builds(
    GateCase,
    name=st.sampled_from(["inbound", "算", ""]),
    as_of=st.dates(date(2018, 1, 1), date(2030, 1, 1)),
    known=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    leg=facts("leg"),
    placement=st.none() | facts("placement"),
    instruments_in_force=st.frozensets(st.sampled_from(["gba_contract_hk", "certification"])),
    what_if=st.frozensets(st.sampled_from(sorted(shipped().what_if_rows))),
    reviews_in_force=st.frozensets(st.sampled_from(["oo.sg", "dom.rest"])),
)


@given(CASES)
def test_the_case_read_again_is_decided_to_the_byte_as_before(case: GateCase) -> None:
    text = canonical_json(plain_case(case))
    again = read_case(json.loads(text), date(1999, 1, 1))
    answers = [canonical_json(decide(shipped(), one).as_dict()) for one in (case, again)]
    assert answers[0] == answers[1]
    assert canonical_json(plain_case(again)) == text


@pytest.mark.parametrize("value", [1.5, b"x", [1, 2.0], {"a": object()}])
def test_a_value_that_no_text_keeps_is_refused_with_its_fact(value: object) -> None:
    case = GateCase("one", date(2026, 11, 21), leg={"leg_persons": value})
    with pytest.raises(Invalid) as caught:
        plain_case(case)
    assert set(caught.value.fields) == {"leg_persons"}
