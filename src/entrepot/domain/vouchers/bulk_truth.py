"""Conditions over whole columns, in three values.

A condition is asked once for each distinct value of a column, by the very test of the single
case; rows are then told apart by comparing small codes. Numbers are sorted first into the
points and gaps between the bounds that the condition names, for inside a gap its answer is the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_columns import (
    Bools,
    Bytes,
    Cell,
    Coded,
    Column,
    Numbers,
    Shorts,
    span,
)
from entrepot.kernel.rulebook.condition import Condition, Test
from entrepot.kernel.rulebook.dictionary import MONEY_MINOR_MAX, FactDictionary, FactType

Mask = Bools | bool
"""True or False a row, or one for all rows."""

Ask = Callable[["object | None"], "bool | None"]
"""A condition on one fact: value → answer; it is asked with None where the value is missing."""

Answers = Sequence["bool | None"]
"""Answers to the values of a column by their code."""

COMPARISONS_MAX = 6
"""Codes that are compared one by one; a table is cheaper for more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a condition answers: false here, unknown there, true in all other rows."""

    false: Mask
    unknown: Mask


def either(one: Mask, other: Mask) -> Mask:
    """Return one or other."""
    if one is True or other is True:
        return True
    if one is False:
        return other
    return one if other is False else one | other


def both(one: Mask, other: Mask) -> Mask:
    """Return one and other."""
    if one is False or other is False:
        return False
    if one is True:
        return other
    return one if other is True else one & other


def negated(mask: Mask) -> Mask:
    """Return the opposite.

    >>> negated(True), negated(np.array([True, False])).tolist()
    (False, [False, True])
    """
    return (not mask) if isinstance(mask, bool) else ~mask


def anywhere(mask: Mask) -> bool:
    """Say whether the mask is true in any row."""
    return mask if isinstance(mask, bool) else bool(mask.any())


def all_together(parts: Iterable[Told]) -> Told:
    """Join conditions: false where one is false, else unknown where one is unknown."""
    false: Mask = False
    unknown: Mask = False
    for part in parts:
        false = either(false, part.false)
        unknown = either(unknown, part.unknown)
    return Told(false, both(unknown, negated(false)))


class Asker:
    """The facts of many cases, ready to be asked.

    Args:
        dictionary: declares the facts.
        facts: columns, or one value for all rows.
        kept: answers to the values of coded columns, kept from one piece of rows to the next.
    """

    def __init__(
        self,
        dictionary: FactDictionary,
        facts: dict[str, Column | Cell],
        kept: dict[object, Answers] | None = None,
    ) -> None:
        self.dictionary = dictionary
        self.facts = facts
        self.kept = {} if kept is None else kept

    def condition(self, condition: Condition, test: Test) -> Told:
        """Ask a condition of the rules."""
        name = condition.fact
        column = self.facts.get(name)
        if isinstance(column, Coded):
            # The tests live as long as their rules, and values as long as their column.
            key = (id(test), id(column.values))
            if key not in self.kept:
                self.kept[key] = self._answers(column, name, lambda value: test({name: value}))
            return _told(column.codes, self.kept[key])
        return self.ask(name, lambda value: test({name: value}), _bounds(condition.value))

    def ask(self, name: str, ask: Ask, bounds: Sequence[int] = ()) -> Told:
        """Ask anything of one fact.

        Args:
            name: the fact.
            ask: the question.
            bounds: numbers at which its answer may change.
        """
        fact = self.dictionary.declared(name)
        coded = as_codes(self.facts.get(name), fact, bounds)
        if not isinstance(coded, Coded):
            return _plain(ask(coded))
        return _told(coded.codes, [None, *map(ask, coded.values)])

    def _answers(self, column: Coded, name: str, ask: Ask) -> Answers:
        fact = self.dictionary.declared(name)
        read = [None if item is None else fact.read(item) for item in column.values]
        return [None, *map(ask, read)]


def as_codes(value: Column | Cell, fact: FactType, bounds: Sequence[int]) -> Coded | object:
    """Return a column as codes of values in their one form; a plain value is read likewise."""
    if isinstance(value, Numbers):
        return _sorted_in(value, fact, bounds)
    if isinstance(value, Coded):
        read = tuple(None if item is None else fact.read(item) for item in value.values)
        return Coded(value.codes, read)
    return None if value is None else fact.read(value)


def pick(codes: NDArray[np.integer[Any]], wanted: Sequence[int], count: int) -> Mask:
    """Return where a code is one of ``wanted``, of the codes 0 to ``count`` - 1.

    >>> pick(np.array([0, 1, 2], np.uint8), [1, 2], 3).tolist()
    [False, True, True]
    """
    if not wanted or len(wanted) == count:
        return bool(wanted)
    if len(wanted) > COMPARISONS_MAX and count - len(wanted) > COMPARISONS_MAX:
        table = np.zeros(count, np.bool_)
        table[list(wanted)] = True
        return table[codes]
    if len(wanted) > count - len(wanted):
        return negated(pick(codes, sorted(set(range(count)) - set(wanted)), count))
    found = codes == wanted[0]
    for code in wanted[1:]:
        found |= codes == code
    return found


def _told(codes: NDArray[np.integer[Any]], answers: Answers) -> Told:
    """Tell rows apart by the answer to their code."""
    count = len(answers)
    false = [n for n, answer in enumerate(answers) if answer is False]
    unknown = [n for n, answer in enumerate(answers) if answer is None]
    # Looking for the least code is cheaper than marking each row whose value is missing.
    if unknown == [0] and len(codes) and codes.min() > 0:
        return Told(pick(codes, false, count), False)
    return Told(pick(codes, false, count), pick(codes, unknown, count))


def _plain(answer: bool | None) -> Told:
    return Told(answer is False, answer is None)


def _bounds(value: object) -> list[int]:
    items = cast("Iterable[object]", value) if isinstance(value, frozenset) else (value,)
    return [item for item in items if type(item) is int]


def _sorted_in(column: Numbers, fact: FactType, bounds: Sequence[int]) -> Coded:
    """Sort numbers into the points and gaps between bounds; the code of a missing one is 0."""
    numbers = column.numbers
    least, most = span(numbers)
    edges = {*bounds, *_domain(fact)}
    inside = sorted(edge for edge in edges if least <= edge <= most)
    codes = np.ones(len(numbers), np.min_scalar_type(2 * len(inside) + 1))
    values: list[int] = [least if not inside else min(least, inside[0] - 1)]
    for edge in inside:
        codes += as_bytes(numbers >= edge)
        codes += as_bytes(numbers > edge)
        values += [edge, edge + 1]
    if column.known is not None:
        codes *= as_bytes(column.known)
    return Coded(codes, tuple(fact.read(value) for value in values))


def _domain(fact: FactType) -> tuple[int, ...]:
    """The numbers at which a fact's domain begins or ends."""
    edges = (0, MONEY_MINOR_MAX) if fact.kind.value == "money" else (fact.minimum,)
    return tuple(edge for edge in edges if edge is not None)


def as_bytes(mask: Bools) -> Bytes:
    """Return a mask as bytes 0 and 1, without a copy."""
    return mask.view(np.uint8)


def times(mask: Bools, number: int) -> Shorts:
    """Return ``number`` where the mask is true, else 0."""
    return np.multiply(as_bytes(mask), np.uint16(number), dtype=np.uint16)
