"""Files of worked cases: sets of facts, what a case changes in them, and refusals."""

from __future__ import annotations

import pytest

from entrepot.adapters.imports.worked_cases import parse_worked_cases
from entrepot.kernel.errors import Invalid

HEAD = "schema: entrepot.cases/1\nfacts:\n  out: {place_from: CN, ciio: false}\ncases:\n"


def test_a_case_changes_a_set_and_null_takes_a_fact_out() -> None:
    text = HEAD + (
        "- name: one\n  as_of: 2026-11-21\n  leg: {like: out, ciio: null, leg_persons: 5}\n"
        "  expect: {outcome: allow}\n"
    )
    (case,) = parse_worked_cases(text, "c.yaml")
    assert case.body["leg"] == {"place_from": "CN", "leg_persons": 5}
    assert case.body["as_of"] == "2026-11-21" and "expect" not in case.body
    assert (case.where, case.is_voucher) == ("c.yaml:5", False)


def test_a_case_with_a_programme_is_for_vouchers() -> None:
    text = HEAD + (
        "- {name: v, programme: hk.aiss, as_of: 2026-11-21, facts: {startup: true},\n"
        "   expect: {status: refused}}\n"
    )
    (case,) = parse_worked_cases(text, "c.yaml")
    assert case.is_voucher and case.body["facts"] == {"startup": True}


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ("- {name: a, as_of: 2026-11-21, leg: {like: outt}, expect: {outcome: allow}}", "leg.like"),
        ("- {name: a, as_of: 2026-11-21, leg: {like: out}}", "expect"),
        ("- {name: a, leg: {like: out}, expect: {outcome: allow}}", "as_of"),
        ("- {as_of: 2026-11-21, expect: {outcome: allow}}", "name"),
    ],
)
def test_a_faulty_case_is_refused_with_its_field(case: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_worked_cases(f"{HEAD}{case}\n", "c.yaml")
    assert caught.value.fields == {f"cases[0].{field}": "c.yaml:5"}


def test_a_file_without_cases_or_of_another_kind_is_refused() -> None:
    with pytest.raises(Invalid):
        parse_worked_cases("schema: entrepot.cases/1\nfacts: {}\ncases: []\n", "c.yaml")
    with pytest.raises(Invalid):
        parse_worked_cases("schema: entrepot.flow/1\nfacts: {}\ncases: []\n", "c.yaml")
