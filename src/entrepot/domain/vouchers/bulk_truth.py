"""Conditions over whole columns, in three values.

A condition is asked once for each distinct value of a column, by the very test of the single
case; rows are then told apart by comparing small codes. Numbers are sorted first into the
points and gaps between the bounds that the condition names, for inside a gap its answer is the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_columns import Cell, Coded, Column, Numbers, span
from entrepot.domain.vouchers.bulk_mask import Mask, both, either, negated, pick
from entrepot.kernel.rulebook.condition import Condition, Test
from entrepot.kernel.rulebook.dictionary import MONEY_MINOR_MAX, FactDictionary, FactType

Ask = Callable[["object | None"], "bool | None"]
"""A condition on one fact: value → answer; it is asked with None where the value is missing."""


@dataclass(frozen=True, slots=True)
class Below:
    """The question whether a count lies below its limit.

    >>> Below(3)(2), Below(3)(3), Below(3)(None)
    (True, False, None)
    """

    limit: int

    def __call__(self, value: object) -> bool | None:
        """Answer for one value; None = it is no number."""
        return value < self.limit if isinstance(value, int) else None


Range = tuple[int | None, int | None]
"""First and last number; None = without end."""


@dataclass(frozen=True, slots=True)
class CodeAnswers:
    """What a question answers to the values of a coded column, or to one value for all rows.

    Attributes:
        count: how many values there are, the missing one included.
        false, unknown: codes with these answers.
    """

    count: int
    false: tuple[int, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RangeAnswers:
    """What a question answers to numbers.

    Attributes:
        false, unknown: ranges with these answers.
    """

    false: tuple[Range, ...]
    unknown: tuple[Range, ...]


Kept = dict[tuple[str, object], CodeAnswers | RangeAnswers]
"""Answers by fact and question."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a condition answers: false here, unknown there, true in all other rows."""

    false: Mask
    unknown: Mask


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
        kept: what questions answer, kept from one piece of the same columns to the next.
    """

    def __init__(
        self,
        dictionary: FactDictionary,
        facts: Mapping[str, Column | Cell],
        kept: Kept | None = None,
    ) -> None:
        self.dictionary = dictionary
        self.facts = facts
        self.kept: Kept = {} if kept is None else kept

    def condition(self, condition: Condition, test: Test) -> Told:
        """Ask a condition of the rules."""
        name = condition.fact
        key = (name, test)
        if key not in self.kept:
            bounds = _bounds(condition.value)
            self.kept[key] = self._answers(name, lambda value: test({name: value}), bounds)
        return _told(self.facts.get(name), self.kept[key])

    def ask(self, name: str, ask: Ask, bounds: Sequence[int] = ()) -> Told:
        """Ask anything of one fact.

        Args:
            name: the fact.
            ask: the question; it is known again as the same by being equal.
            bounds: numbers at which its answer may change.
        """
        key = (name, ask)
        if key not in self.kept:
            self.kept[key] = self._answers(name, ask, bounds)
        return _told(self.facts.get(name), self.kept[key])

    def _answers(self, name: str, ask: Ask, bounds: Sequence[int]) -> CodeAnswers | RangeAnswers:
        fact, value = self.dictionary.declared(name), self.facts.get(name)
        if isinstance(value, Numbers):
            return answers_of_numbers(fact, ask, bounds)
        values = value.values if isinstance(value, Coded) else (value,)
        read = [None if item is None else fact.read(item) for item in values]
        # The code of a missing value comes before those of the others.
        first = [None] if isinstance(value, Coded) else []
        answers = [*first, *map(ask, read)]
        false = tuple(code for code, answer in enumerate(answers) if answer is False)
        unknown = tuple(code for code, answer in enumerate(answers) if answer is None)
        return CodeAnswers(len(answers), false, unknown)


def _told(value: Column | Cell, answers: CodeAnswers | RangeAnswers) -> Told:
    """Tell rows apart by the answer to their value."""
    if isinstance(answers, RangeAnswers):
        return _told_by_number(cast("Numbers", value), answers)
    if isinstance(value, Coded):
        return _told_by_code(value.codes, answers)
    return Told(bool(answers.false), bool(answers.unknown))


def _told_by_code(codes: NDArray[np.integer[Any]], answers: CodeAnswers) -> Told:
    false = pick(codes, answers.false, answers.count)
    # Looking for the least code is cheaper than marking each row whose value is missing.
    if answers.unknown == (0,) and len(codes) and np.minimum.reduce(codes) > 0:
        return Told(false, False)
    return Told(false, pick(codes, answers.unknown, answers.count))


def _told_by_number(column: Numbers, answers: RangeAnswers) -> Told:
    numbers, known = column.numbers, column.known
    ends = span(numbers)
    false = within(numbers, answers.false, ends)
    unknown = within(numbers, answers.unknown, ends)
    if known is not None:
        false, unknown = both(known, false), either(unknown, ~known)
    return Told(false, unknown)


def within(
    numbers: NDArray[np.integer[Any]], ranges: Sequence[Range], ends: tuple[int, int]
) -> Mask:
    """Return where a number lies in one of the ranges.

    Args:
        numbers: the numbers.
        ranges: first and last number of each; None = without end.
        ends: least and greatest of the numbers.

    >>> within(np.array([3, 5, 9]), [(None, 3), (9, None)], (3, 9)).tolist()
    [True, False, True]
    """
    found: Mask = False
    for first, last in ranges:
        above: Mask = first is None or first <= ends[0]
        below: Mask = last is None or last >= ends[1]
        if first is not None and above is False:
            above = False if first > ends[1] else numbers >= first
        if last is not None and below is False:
            below = False if last < ends[0] else numbers <= last
        found = either(found, both(above, below))
    return found


def answers_of_numbers(fact: FactType, ask: Ask, bounds: Sequence[int]) -> RangeAnswers:
    """Ask once for each bound and each gap between bounds, where an answer cannot change.

    Args:
        fact: declares the numbers.
        ask: the question.
        bounds: numbers at which its answer may change.
    """
    edges = sorted({*bounds, *_domain(fact)})
    pieces: list[tuple[Range, int]] = []
    start: int | None = None
    for edge in edges:
        if start is None or start < edge:
            pieces.append(((start, edge - 1), edge - 1))
        pieces.append(((edge, edge), edge))
        start = edge + 1
    pieces.append(((start, None), start or 0))
    asked = [(piece, ask(fact.read(inside))) for piece, inside in pieces]
    false = _joined(piece for piece, answer in asked if answer is False)
    return RangeAnswers(false, _joined(piece for piece, answer in asked if answer is None))


def _joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Join ranges that touch."""
    found: list[Range] = []
    for first, last in ranges:
        before = found[-1][1] if found else None
        if before is not None and first == before + 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


def _bounds(value: object) -> list[int]:
    items = cast("Iterable[object]", value) if isinstance(value, frozenset) else (value,)
    return [item for item in items if type(item) is int]


def _domain(fact: FactType) -> tuple[int, ...]:
    """The numbers at which a fact's domain begins or ends."""
    edges = (0, MONEY_MINOR_MAX) if fact.kind.value == "money" else (fact.minimum,)
    return tuple(edge for edge in edges if edge is not None)
