"""Reading one case: its keys, its days, its lists; what does not fit is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.unit.domain.gate.gate_samples import CHIP, IN, TODAY, shipped

from entrepot.domain.gate.batch import BatchAnswer, BatchRefusal, answer_bodies
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.errors import Invalid

DAY = date(2026, 1, 1)


def test_every_key_is_read() -> None:
    case = read_case(
        {
            "name": "香港 → 廣州",
            "as_of": "2025-12-31",
            "known": date(2026, 2, 1),
            "leg": {"ciio": True},
            "placement": {},
            "instruments_in_force": ["gba_contract_hk"],
            "what_if": ["hk.s33"],
            "reviews_in_force": ["oo.sg"],
        },
        DAY,
    )
    assert (case.name, case.as_of, case.known) == (
        "香港 → 廣州", date(2025, 12, 31), date(2026, 2, 1))  # fmt: skip
    assert (case.leg, case.placement) == ({"ciio": True}, {})
    assert case.instruments_in_force == {"gba_contract_hk"}
    assert (case.what_if, case.reviews_in_force) == ({"hk.s33"}, {"oo.sg"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nane": "x"}, "nane"),
        ({7: "x"}, "7"),
        ({"name": 3}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "half \ud83d"}, "name"),
        ({"as_of": "2026-02-30"}, "as_of"),
        ({"as_of": "2026-W01-1"}, "as_of"),
        ({"as_of": 20260101}, "as_of"),
        ({"known": "tomorrow"}, "known"),
        ({"leg": ["ciio"]}, "leg"),
        ({"placement": "CHIP"}, "placement"),
        ({"what_if": "hk.s33"}, "what_if"),
        ({"instruments_in_force": [1]}, "instruments_in_force"),
        ({"reviews_in_force": {"a": 1}}, "reviews_in_force"),
    ],
)
def test_what_does_not_fit_is_named(body: dict[Any, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_case({"leg": {}, **body}, DAY)
    assert list(caught.value.fields) == [field]
    assert caught.value.render_hint()


def answers(*bodies: dict[Any, Any]) -> list[BatchAnswer | BatchRefusal]:
    return list(answer_bodies(shipped(), bodies, TODAY))


@pytest.mark.parametrize(
    ("body", "code", "hint"),
    [
        ({"leg": {"leg_person": 3}}, "rulebook.unknown_fact", "Did you mean leg_persons?"),
        ({"leg": {5: 3}}, "rulebook.unknown_fact", "Look at the names in the rule files."),
        ({"leg": {"tpp": 3}}, "rulebook.fact_scope", "It belongs to: placement."),
        ({"leg": {"instruments_in_force": []}}, "gate.register_fact", None),
        ({"what_if": ["hk.s3"], "leg": {}}, "rulebook.unknown_what_if_row", "Did you mean hk.s33?"),
        ({"reviews_in_force": ["oo"], "leg": {}}, "rulebook.unknown_row", None),
        ({"lag": {}}, "gate.case_key", "Did you mean leg?"),
        ({}, "gate.empty_case", None),
    ],
)
def test_a_bad_case_is_told_and_the_others_are_answered(
    body: dict[Any, Any], code: str, hint: str | None
) -> None:
    sound = {"name": "good", "leg": IN, "placement": CHIP}
    # Often enough that the batch has gone over to its classifier.
    found = answers(*[sound] * 30, {"name": "bad", **body}, body, sound)
    assert all(isinstance(item, BatchAnswer) for item in (*found[:30], found[-1]))
    named, unnamed = found[30:32]
    assert isinstance(named, BatchRefusal) and isinstance(unnamed, BatchRefusal)
    assert (named.name, unnamed.name) == ("bad", "case-32")
    error: Any = named.as_dict()["error"]
    assert set(error) == {"code", "message", "hint", "fields"}
    assert error["code"] == code
    if hint is not None:
        assert error["hint"] == hint


def test_answers_have_the_keys_of_the_form_and_come_in_order() -> None:
    bodies = [{"name": f"n{n}", "leg": {**IN, "leg_persons": n}} for n in range(60)]
    found = answers(*bodies)
    assert [item.name for item in found] == [f"n{n}" for n in range(60)]
    first = found[0].as_dict()
    assert list(first) == [
        "name", "outcome", "deciding", "instruments", "duties", "missing", "tables", "sources",
    ]  # fmt: skip
    assert (first["outcome"], first["deciding"]) == ("allow_with_duties", ["cnin.default"])
    assert first["tables"] == {"hk_out": "allow", "cn_in": "allow_with_duties"}


def test_facts_read_stop_at_the_row_that_answered() -> None:
    (answer,) = answers({"leg": {**IN, "state_secret_or_core": True}})
    assert isinstance(answer, BatchAnswer)
    read = answer.facts_read()
    assert {"place_from", "leg_persons", "recipient_in_gba9", "processing_zone"} <= read.keys()
    assert not {"state_secret_or_core", "ytd_persons", "purpose"} & read.keys()
    assert read["instruments_in_force"] == []


def test_a_refusal_can_be_written_whatever_its_keys_hold() -> None:
    (found,) = answers({"name": "\ud83d", "leg": {}})
    assert isinstance(found, BatchRefusal)
    assert found.line().encode()
