"""Conditions and values as JSON can hold them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from entrepot.kernel.rulebook.condition import Condition, FactRef, ParameterRef


def plain_condition(condition: Condition) -> list[object]:
    """Return a condition as it stands in a rule file."""
    value = condition.value
    if isinstance(value, ParameterRef):
        return [condition.fact, condition.op.value, "$" + value.name]
    if isinstance(value, FactRef):
        return [condition.fact, condition.op.value, {"fact": value.name}]
    return [condition.fact, condition.op.value, plain_value(value)]


def plain_value(value: object) -> object:
    """Return a fact's or parameter's value as JSON can hold it; sets are sorted lists."""
    if isinstance(value, frozenset):
        return sorted(cast("Iterable[str]", value))
    return value.isoformat() if isinstance(value, date) else value
