"""Conditions in three values."""

from datetime import date

import pytest

from entrepot.kernel.rulebook.condition import (
    Condition,
    FactRef,
    Op,
    ParameterRef,
    Truth,
    evaluate,
    evaluate_all,
)
from entrepot.kernel.rulebook.dictionary import FactDictionary

KIN = FactDictionary({}, {"who": {"tech_sme": "sme", "sme": "enterprise"}})


def truth(fact: str, op: str, value: object, facts: dict[str, object]) -> str:
    return evaluate(Condition(fact, Op(op), value), facts, {"cap": 10}, KIN).truth.value


@pytest.mark.parametrize(
    ("op", "below", "same", "above"),
    [
        ("eq", "false", "true", "false"),
        ("ne", "true", "false", "true"),
        ("lt", "true", "false", "false"),
        ("le", "true", "true", "false"),
        ("gt", "false", "false", "true"),
        ("ge", "false", "true", "true"),
    ],
)
def test_comparisons_at_the_edge(op: str, below: str, same: str, above: str) -> None:
    found = [truth("n", op, ParameterRef("cap"), {"n": n}) for n in (9, 10, 11)]
    assert found == [below, same, above]


def test_dates_compare_as_days() -> None:
    limit = date(2026, 1, 1)
    assert truth("d", "lt", limit, {"d": date(2025, 12, 31)}) == "true"
    assert truth("d", "lt", limit, {"d": limit}) == "false"


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("in", frozenset({"CN", "HK"}), "true"),
        ("not_in", frozenset({"CN", "HK"}), "false"),
        ("in", frozenset({"MO"}), "false"),
        ("not_in", frozenset({"MO"}), "true"),
    ],
)
def test_lists(op: str, value: object, expected: str) -> None:
    assert truth("place", op, value, {"place": "HK"}) == expected


@pytest.mark.parametrize(("op", "word", "expected"), [
    ("contains", "CN", "true"), ("contains", "MO", "false"),
    ("excludes", "CN", "false"), ("excludes", "MO", "true"),
])  # fmt: skip
def test_sets(op: str, word: str, expected: str) -> None:
    assert truth("origins", op, word, {"origins": frozenset({"CN", "HK"})}) == expected


@pytest.mark.parametrize("op", ["eq", "in", "contains"])
@pytest.mark.parametrize(("word", "kin"), [
    ("tech_sme", True), ("sme", True), ("enterprise", False), ("other", False),
])  # fmt: skip
def test_a_word_counts_for_its_ancestors_never_for_its_heirs(op: str, word: str, kin: bool) -> None:
    value = frozenset({"sme"}) if op == "in" else "sme"
    found = frozenset({word}) if op == "contains" else word
    assert truth("who", op, value, {"who": found}) == ("true" if kin else "false")
    opposite = {"eq": "ne", "in": "not_in", "contains": "excludes"}[op]
    assert truth("who", opposite, value, {"who": found}) == ("false" if kin else "true")


def test_a_fact_compares_with_another_fact() -> None:
    assert truth("a", "gt", FactRef("b"), {"a": 2, "b": 1}) == "true"
    assert truth("who", "eq", FactRef("b"), {"who": "tech_sme", "b": "sme"}) == "true"
    assert truth("who", "in", FactRef("b"), {"who": "sme", "b": frozenset({"x"})}) == "false"
    assert truth("who", "contains", FactRef("b"), {"who": frozenset({"sme"}), "b": "sme"}) == "true"


def test_unknown_names_every_fact_it_lacks() -> None:
    found = evaluate(Condition("a", Op.GT, FactRef("b")), {"a": 1}, {}, KIN)
    assert (found.truth, found.missing) == (Truth.UNKNOWN, ("b",))
    found = evaluate(Condition("a", Op.NE, FactRef("b")), {}, {}, KIN)
    assert (found.truth, found.missing) == (Truth.UNKNOWN, ("a", "b"))


def test_one_false_spares_the_other_facts() -> None:
    pair = [Condition("gone", Op.EQ, 1), Condition("n", Op.EQ, 2)]
    assert evaluate_all(pair, {"n": 3}, {}, KIN).truth is Truth.FALSE
    found = evaluate_all(pair, {"n": 2}, {}, KIN)
    assert (found.truth, found.missing) == (Truth.UNKNOWN, ("gone",))
    assert evaluate_all([], {}, {}, KIN).truth is Truth.TRUE
    assert evaluate_all(pair, {"gone": 1, "n": 2}, {}, KIN).truth is Truth.TRUE


def test_false_is_a_value_and_not_missing() -> None:
    assert truth("flag", "eq", False, {"flag": False}) == "true"
    assert truth("n", "eq", 0, {"n": 0}) == "true"
