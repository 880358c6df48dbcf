"""A fact that is dropped, nulled or spoiled never opens the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.unit.domain.gate.gate_samples import WORKED, Worked, judged

from entrepot.domain.gate.decide import is_leasable
from entrepot.kernel.rulebook.table import RANK, Outcome

Facts = Mapping[str, object]


def decided(case: Worked, leg: Facts | None, placement: Facts | None):
    return judged(leg, placement, case.as_of, case.instruments, what_if=case.what_if)


def spoilt(facts: Facts, name: str) -> list[Facts]:
    without = {n: v for n, v in facts.items() if n != name}
    return [without, {**without, name: None}, {**without, name: object()}]


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case.row)
def test_no_dropped_fact_loosens_a_decision(case: Worked) -> None:
    before = decided(case, case.leg, case.placement)
    facts = case.leg if case.leg is not None else case.placement
    assert facts is not None
    for name in facts:
        for less in spoilt(facts, name):
            leg, placement = (less, None) if case.leg is not None else (None, less)
            after = decided(case, leg, placement)
            assert is_leasable(before) or not is_leasable(after), name
            if name in after.missing:
                assert RANK[after.outcome] >= RANK[Outcome.NEEDS_INFO], name
            else:
                assert (after.outcome, after.tables) == (before.outcome, before.tables), name


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case.row)
def test_the_facts_that_were_read_are_the_facts_that_close_it(case: Worked) -> None:
    """Every fact compared in an allowed decision closes the gate when it is dropped."""
    before = decided(case, case.leg, case.placement)
    if not is_leasable(before):
        return
    facts = case.leg if case.leg is not None else case.placement
    assert facts is not None
    read = {c.condition.fact for item in before.rows for c in (*item.applied, *item.compared)}
    for name in read & facts.keys():
        less = {n: v for n, v in facts.items() if n != name}
        leg, placement = (less, None) if case.leg is not None else (None, less)
        assert not is_leasable(decided(case, leg, placement)), name


def test_dropping_would_be_noticed_if_it_opened_the_gate() -> None:
    """Planted: a refusing fact that is false opens, so the comparison has teeth."""
    refused = next(case for case in WORKED if case.row == "hk.new_purpose")
    assert refused.leg is not None
    opened = replace(refused, leg={**refused.leg, "purpose_compatible": True})
    assert (
        RANK[decided(opened, opened.leg, None).outcome]
        < RANK[decided(refused, refused.leg, None).outcome]
    )
