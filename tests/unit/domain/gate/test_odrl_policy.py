"""Decisions as ODRL policies: what may be done, under which duties, or nothing at all."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from tests.unit.domain.gate.gate_samples import BACK, CHIP, IN, MANY, OUT, WORKED, judged

from entrepot.domain.gate.house_rules import with_house_duties
from entrepot.domain.gate.model import GateDecision
from entrepot.domain.gate.odrl import CONTEXT, OPEN, OPERATORS, odrl_policy
from entrepot.kernel.rulebook.condition import Op
from entrepot.kernel.rulebook.table import Outcome


def policy(decision: GateDecision) -> dict[str, Any]:
    """Return the policy as JSON has it."""
    return json.loads(json.dumps(odrl_policy(decision)))


def all_decisions() -> list[GateDecision]:
    """Judge a worked case of every row."""
    return [
        judged(w.leg, w.placement, w.as_of, w.instruments, w.what_if)
        for w in WORKED
    ]  # fmt: skip


def test_every_operator_of_the_rules_has_one_of_odrl() -> None:
    assert set(OPERATORS) == {op.value for op in Op}


def test_duties_of_the_house_are_obligations_of_the_policy() -> None:
    decision = with_house_duties(judged(BACK), ["house.transit_isolation"])
    found = policy(decision)
    assert [one["action"] for one in found["obligation"]] == ["gate:isolation_record"]
    assert "obligation" not in policy(judged(BACK))


def test_an_open_leg_is_a_permission_with_its_duties_and_comparisons() -> None:
    decision = judged(BACK)
    (rule,) = policy(decision)["permission"]
    assert rule["action"] == "gate:transmit"
    assert [duty["action"] for duty in rule["duty"]] == [f"gate:{d}" for d in decision.duties]
    assert {
        "@type": "Constraint",
        "leftOperand": "gate:collected_in",
        "operator": "isNoneOf",
        "rightOperand": "CN",
    } in rule["constraint"]


def test_an_instrument_owed_is_a_duty_and_one_of_several_is_enough() -> None:
    (rule,) = policy(judged({**OUT, **MANY}))["permission"]
    held = [duty for duty in rule["duty"] if isinstance(duty["action"], list)]
    ((action,),) = (duty["action"] for duty in held)
    assert action["rdf:value"] == {"@id": "gate:hold"}
    (refinement,) = action["refinement"]
    names = [one["rightOperand"] for one in refinement["or"]]
    assert sorted(names) == ["certification", "standard_contract"]


def test_an_instrument_in_force_is_owed_no_more() -> None:
    met = judged({**OUT, **MANY}, instruments=("standard_contract",))
    (rule,) = policy(met)["permission"]
    assert all(isinstance(duty["action"], str) for duty in rule["duty"])


def test_a_refusal_is_a_prohibition_and_no_permission() -> None:
    found = policy(judged({**OUT, "state_secret_or_core": True}))
    assert "permission" not in found
    assert [rule["gate:decidedBy"] for rule in found["prohibition"]] == ["cn.secret.v2"]


def test_a_missing_fact_forbids_and_says_what_is_missing() -> None:
    facts = {k: v for k, v in OUT.items() if k != "ytd_persons"}
    found = policy(judged(facts))
    assert found["prohibition"][0]["gate:missing"] == ["ytd_persons"]


def test_contradictory_facts_forbid_as_well() -> None:
    found = policy(judged({**OUT, "leg_persons": 501}))
    keys = [rule["gate:decidedBy"] for rule in found["prohibition"]]
    assert "k.leg_over_ytd" in keys


def test_one_closed_part_closes_the_whole() -> None:
    decision = judged(IN, {**CHIP, "party_restricted": True})
    found = policy(decision)
    assert decision.outcome is Outcome.REFUSE
    assert "permission" not in found
    assert [rule["action"] for rule in found["prohibition"]] == ["gate:place"]


def test_every_row_gives_a_policy_that_says_what_the_gate_said() -> None:
    for decision in all_decisions():
        found = policy(decision)
        assert found["@context"][0] == CONTEXT
        assert found["@type"] == "Set"
        assert ("permission" in found) == (decision.outcome in OPEN)
        rules = cast("list[dict[str, Any]]", found.get("permission") or found["prohibition"])
        assert rules
        for rule in rules:
            assert rule["target"]["uid"].startswith("ni:///sha-256;")
            for constraint in rule.get("constraint", []):
                assert {"leftOperand", "operator", "rightOperand"} <= set(constraint)


def test_the_same_decision_gives_the_same_policy_and_another_another() -> None:
    assert odrl_policy(judged(BACK)) == odrl_policy(judged(BACK))
    assert policy(judged(BACK))["uid"] != policy(judged(OUT))["uid"]


@pytest.mark.parametrize("name", ["leg_persons", "purpose"])
def test_another_fact_is_another_target(name: str) -> None:
    other = {**BACK, name: 3 if name == "leg_persons" else "rendering"}
    one, two = (policy(judged(leg))["permission"][0]["target"]["uid"] for leg in (BACK, other))
    assert one != two
