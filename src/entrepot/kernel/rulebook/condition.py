"""Conditions in three values: true, false, or unknown because a fact is missing.

A condition is ``[fact, op, value]``. The value is a literal, ``$name`` (a parameter of
the day) or ``{fact: name}`` (another fact of the case).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from entrepot.kernel.rulebook.dictionary import FactDictionary

Facts = Mapping[str, object]
Test = Callable[[Facts], "bool | None"]
"""A compiled condition: facts → True, False, or None for unknown."""


class Truth(StrEnum):
    """Outcome of a condition or of several together."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Op(StrEnum):
    """Comparison of a fact with a value; ``contains`` and ``excludes`` read sets."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    EXCLUDES = "excludes"


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """``$name``: the parameter's value on the day."""

    name: str


@dataclass(frozen=True, slots=True)
class FactRef:
    """``{fact: name}``: the value of another fact of the case."""

    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: ``fact op value``.

    ``value`` is a literal (text, integer, bool, date; a frozenset for ``in`` and
    ``not_in``), a :class:`ParameterRef` or a :class:`FactRef`.
    """

    fact: str
    op: Op
    value: object

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts that the condition reads."""
        if isinstance(self.value, FactRef):
            return (self.fact, self.value.name)
        return (self.fact,)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that the condition reads."""
        return (self.value.name,) if isinstance(self.value, ParameterRef) else ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A truth and, where it is unknown, the facts that would settle it (sorted)."""

    truth: Truth
    missing: tuple[str, ...] = ()


Compare = Callable[[Any, Any], bool]

ORDER: dict[Op, Compare] = {
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
"""Comparison of an order → what it computes."""

NEGATION = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.EXCLUDES: Op.CONTAINS}
"""Comparison → the one that it negates."""


def compile_condition(
    condition: Condition, parameters: Mapping[str, object], dictionary: FactDictionary
) -> Test:
    """Turn a condition into a function of the facts.

    Args:
        condition: what to compare.
        parameters: parameter → its value on the day of the decision.
        dictionary: gives the families of words.

    Returns:
        A function: True, False, or None where a fact it reads is missing.

    Raises:
        KeyError: a parameter has no value on the day (the loader lets none through).
    """
    positive = NEGATION.get(condition.op)
    if positive is not None:
        return _not(_positive(condition, positive, parameters, dictionary))
    return _positive(condition, condition.op, parameters, dictionary)


def evaluate(
    condition: Condition,
    facts: Facts,
    parameters: Mapping[str, object],
    dictionary: FactDictionary,
) -> Judged:
    """Judge one condition.

    Args:
        condition: what to compare.
        facts: checked values of the case; a missing fact is absent.
        parameters: parameter → value on the day.
        dictionary: gives the families of words.

    Returns:
        The truth, and the missing facts where it is unknown.

    >>> small = Condition("persons", Op.LT, ParameterRef("limit"))
    >>> evaluate(small, {"persons": 9}, {"limit": 10}, FactDictionary({})).truth.value
    'true'
    >>> evaluate(small, {}, {"limit": 10}, FactDictionary({})).missing
    ('persons',)
    """
    return _judged([condition], [compile_condition(condition, parameters, dictionary)], facts)


def evaluate_all(
    conditions: Iterable[Condition],
    facts: Facts,
    parameters: Mapping[str, object],
    dictionary: FactDictionary,
) -> Judged:
    """Judge several conditions together: one false makes all false, whatever is missing.

    Returns:
        TRUE if all are true (so for none at all), FALSE if one is false, else UNKNOWN
        with every missing fact of the undecided ones.
    """
    every = list(conditions)
    tests = [compile_condition(item, parameters, dictionary) for item in every]
    return _judged(every, tests, facts)


def missing_of(conditions: Iterable[Condition], facts: Facts) -> tuple[str, ...]:
    """Return the facts that the conditions read and the case lacks, sorted."""
    return tuple(sorted({n for item in conditions for n in item.reads if n not in facts}))


def _judged(conditions: list[Condition], tests: list[Test], facts: Facts) -> Judged:
    truths = [test(facts) for test in tests]
    if False in truths:
        return Judged(Truth.FALSE)
    open_ones = [item for item, truth in zip(conditions, truths, strict=True) if truth is None]
    if open_ones:
        return Judged(Truth.UNKNOWN, missing_of(open_ones, facts))
    return Judged(Truth.TRUE)


def _not(test: Test) -> Test:
    def negated(facts: Facts) -> bool | None:
        truth = test(facts)
        return None if truth is None else not truth

    return negated


def _positive(
    condition: Condition, op: Op, parameters: Mapping[str, object], dictionary: FactDictionary
) -> Test:
    value = condition.value
    if isinstance(value, FactRef):
        return _between_facts(condition.fact, op, value.name, dictionary)
    if isinstance(value, ParameterRef):
        value = parameters[value.name]
    if op in ORDER:
        return _ordered(condition.fact, ORDER[op], value)
    if op is Op.EQ:
        return _member(condition.fact, accepted_values(condition.fact, {value}, dictionary))
    if op is Op.IN:
        items = set(cast("Iterable[object]", value))
        return _member(condition.fact, accepted_values(condition.fact, items, dictionary))
    return _meets(condition.fact, accepted_values(condition.fact, {value}, dictionary))


def accepted_values(
    fact: str, wanted: set[object], dictionary: FactDictionary
) -> frozenset[object]:
    """Return every word that is, or descends from, a wanted one.

    >>> sizes = FactDictionary({}, {"size": {"micro": "sme"}})
    >>> sorted(map(str, accepted_values("size", {"sme"}, sizes)))
    ['micro', 'sme']
    """
    words = dictionary.is_a.get(fact, {})
    heirs = {word for word in words if dictionary.lineage(fact, word) & wanted}
    return frozenset(wanted | heirs)


def _member(name: str, accepted: frozenset[object]) -> Test:
    def test(facts: Facts) -> bool | None:
        found = facts.get(name)
        return None if found is None else found in accepted

    return test


def _meets(name: str, accepted: frozenset[object]) -> Test:
    def test(facts: Facts) -> bool | None:
        found = facts.get(name)
        return None if found is None else not accepted.isdisjoint(cast("Iterable[object]", found))

    return test


def _ordered(name: str, compare: Compare, bound: object) -> Test:
    def test(facts: Facts) -> bool | None:
        found = facts.get(name)
        return None if found is None else compare(found, bound)

    return test


def _between_facts(left: str, op: Op, right: str, dictionary: FactDictionary) -> Test:
    def same(one: object, other: object) -> bool:
        return one == other or (isinstance(one, str) and other in dictionary.lineage(left, one))

    def within(one: object, other: object) -> bool:
        return any(same(one, item) for item in cast("Iterable[object]", other))

    def holds(one: object, other: object) -> bool:
        return any(same(item, other) for item in cast("Iterable[object]", one))

    words: dict[Op, Compare] = {
        Op.EQ: same,
        Op.IN: within,
        Op.CONTAINS: holds,
    }
    compare = ORDER.get(op) or words[op]

    def test(facts: Facts) -> bool | None:
        one, other = facts.get(left), facts.get(right)
        return None if one is None or other is None else compare(one, other)

    return test
