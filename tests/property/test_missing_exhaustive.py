"""Every worked case, every fact of it taken away: what is not known never opens and never pays.

Exhaustive over the worked cases that ship and the facts that they state. A case that stays open
without a fact must be open whatever that fact is: every value of it is then tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from tests.property.rule_mutations import SHIPPED
from tests.unit.domain.gate.gate_samples import shipped

from entrepot.adapters.imports.worked_cases import load_worked_cases
from entrepot.domain.gate.batch import BatchAnswer, GateBatch
from entrepot.domain.gate.decide import LEASABLE
from entrepot.domain.gate.model import GateCase
from entrepot.domain.gate.read_case import read_case as read_gate_case
from entrepot.domain.vouchers.case import Entitlement, EntitlementCase, Status
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.read_case import read_case as read_voucher_case
from entrepot.kernel.rulebook.dictionary import FactType, Kind
from entrepot.services.worked_case import WorkedCase

Facts = Mapping[str, object]
EDGES = (0, 1, 9_999, 10_000, 99_999, 100_000, 999_999, 1_000_000, 4_799, 4_800, 20_999, 21_000)
PLACES = ("CN", "HK", "MO", "SG", "DE", "GB", "US")
OPENS_WITHOUT = "opens without {fact}, and not with {fact} = {value}"


@cache
def worked() -> tuple[WorkedCase, ...]:
    return tuple(load_worked_cases(Path(str(SHIPPED)).parent, None))


@cache
def programmes() -> tuple[Programme, ...]:
    text = (SHIPPED / "vouchers.yaml").read_text("utf-8")
    return load_programmes(text, "vouchers.yaml", shipped().dictionary)


def values_of(fact: FactType) -> tuple[object, ...]:
    """Every value of a fact, or those at the edges where there are too many."""
    if fact.kind is Kind.BOOL:
        return (True, False)
    if fact.kind is Kind.ENUM:
        return fact.domain
    if fact.kind is Kind.PLACE:
        return PLACES
    if fact.kind is Kind.PLACE_SET:
        return (*([place] for place in PLACES), ["CN", "HK"])
    return EDGES


def without(facts: Facts, name: str) -> tuple[Facts, Facts, Facts]:
    """The facts with one absent, null, and of no type that a fact may have."""
    rest = {n: value for n, value in facts.items() if n != name}
    return rest, {**rest, name: None}, {**rest, name: object()}


class Gate:
    """Answers of the batch to a case, kept apart by what they say and not by their name."""

    def __init__(self) -> None:
        self.desk = GateBatch(shipped())
        self.asked = 0

    def __call__(self, case: GateCase) -> BatchAnswer:
        self.asked += 1
        return self.desk.answer(case)


def gate_faults(gate: Gate, case: GateCase, part: str) -> Iterator[str]:
    """What a missing fact opens in one case."""
    facts = cast("Facts", getattr(case, part))
    before = gate(case)
    for name in facts:
        spoilt = [gate(replace(case, **{part: less})) for less in without(facts, name)]
        for after in spoilt:
            if name in cast("list[str]", after.as_dict()["missing"]):
                if after.outcome in LEASABLE:
                    yield f"{case.name}: {name} is missing and the answer is {after.outcome}"
            elif said(after) != said(before) and not contradicted(before):
                yield f"{case.name}: the answer changes without {name}, and does not ask for it"
        if spoilt[0].outcome in LEASABLE:
            yield from shut_by_a_value(gate, case, part, name)


def shut_by_a_value(gate: Gate, case: GateCase, part: str, name: str) -> Iterator[str]:
    """Values of a fact that shut a case which is open without the fact."""
    facts = cast("Facts", getattr(case, part))
    for value in values_of(shipped().dictionary.facts[name]):
        found = gate(replace(case, **{part: {**facts, name: value}}))
        if found.outcome not in LEASABLE and not contradicted(found):
            yield f"{case.name}: " + OPENS_WITHOUT.format(fact=name, value=value)


def contradicted(answer: BatchAnswer) -> bool:
    """Say whether facts contradict each other; without one of them they do not."""
    return any(key.startswith("k.") for key in cast("list[str]", answer.as_dict()["deciding"]))


def said(answer: BatchAnswer) -> dict[str, object]:
    return {key: value for key, value in answer.as_dict().items() if key != "name"}


def gate_cases() -> Iterator[tuple[GateCase, str]]:
    for one in worked():
        for part in ("leg", "placement"):
            if part in one.body:
                yield read_gate_case(one.body, cast("Any", None), one.name), part


def test_no_worked_case_is_allowed_without_a_fact_that_matters() -> None:
    gate = Gate()
    tried = [list(gate_faults(gate, case, part)) for case, part in gate_cases()]
    assert [fault for faults in tried for fault in faults] == []
    assert len(tried) > 200 and gate.asked > 20_000


def test_a_gate_that_takes_a_missing_fact_for_false_is_caught() -> None:
    """Planted: the batch fills in false where nothing is said."""
    bools = [f.name for f in shipped().dictionary.facts.values() if f.kind is Kind.BOOL]

    class Careless(Gate):
        def __call__(self, case: GateCase) -> BatchAnswer:
            if case.leg is not None:
                given = {n: v for n, v in case.leg.items() if v is not None}
                leg = {n: False for n in bools if "leg" in shipped().dictionary.facts[n].scopes}
                case = replace(case, leg={**leg, **given})
            return super().__call__(case)

    careless = Careless()
    assert any(list(gate_faults(careless, case, part)) for case, part in gate_cases())


def voucher_faults(case: EntitlementCase) -> Iterator[str]:
    """What a missing fact pays in one case."""
    before = entitled(case)
    for name in case.facts:
        fact = shipped().dictionary.facts[name]
        absent, *others = without(case.facts, name)
        spoilt = [*others] if fact.default is not None else [absent, *others]
        for less in spoilt:
            after = entitled(replace(case, facts=less))
            if after.status is Status.PAYS and after.amount_minor != before.amount_minor:
                yield f"{case.name}: pays {after.amount_minor} without {name}"
        if entitled(replace(case, facts=spoilt[-1])).status is Status.PAYS:
            for value in values_of(fact):
                found = entitled(replace(case, facts={**case.facts, name: value}))
                if (found.status, found.amount_minor) != (before.status, before.amount_minor):
                    yield f"{case.name}: pays without {name}, and not so with {value}"
    for less in (replace(case, amount_minor=None), replace(case, currency=None)):
        if entitled(less).status is Status.PAYS:
            yield f"{case.name}: pays without an amount or a currency"


def entitled(case: EntitlementCase) -> Entitlement:
    return entitle(programmes(), shipped().dictionary, case)


def test_no_worked_voucher_pays_without_a_fact_that_matters() -> None:
    ids = {programme.id for programme in programmes()}
    cases = [read_voucher_case(c.body) for c in worked() if c.body.get("programme") in ids]
    assert [fault for case in cases for fault in voucher_faults(case)] == []
    assert sum(entitled(case).status is Status.PAYS for case in cases) > 40
