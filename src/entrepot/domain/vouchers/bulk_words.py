"""The words of a bulk answer: reasons, missing facts and flags, one judgement a kind of row.

Rows of one kind were settled at the same step for the same reasons; the first of each kind is
judged singly, and its words are those of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_answer import BulkAnswer
from entrepot.domain.vouchers.bulk_columns import Coded, Ints, Numbers
from entrepot.domain.vouchers.bulk_days import days_of
from entrepot.domain.vouchers.bulk_settle import COUNTS
from entrepot.domain.vouchers.bulk_truth import Asker, Below, Told
from entrepot.domain.vouchers.case import Entitlement
from entrepot.domain.vouchers.claims import find_programme
from entrepot.domain.vouchers.model import Version

KEY_MAX = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Words of every row.

    Attributes:
        kinds: a single answer for each kind of row.
        rows: number of its kind for each row.
    """

    kinds: tuple[Entitlement, ...]
    rows: Ints

    def counts(self) -> list[tuple[Entitlement, int]]:
        """Return the kinds with the number of their rows, the most frequent first."""
        counts = np.bincount(self.rows, minlength=len(self.kinds)).tolist()
        pairs = zip(self.kinds, counts, strict=True)
        return sorted(pairs, key=lambda pair: -pair[1])


def words_of(answer: BulkAnswer) -> Words:
    """Return the words of every row."""
    key = np.zeros(len(answer), np.int64)
    size = 1
    for codes, count in _marks(answer):
        if size * count > KEY_MAX:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            size = len(key)
        key = key * count + codes
        size *= count
    _, first, rows = np.unique(key, return_index=True, return_inverse=True)
    kinds = tuple(answer.explain(int(row)) for row in first)
    return Words(kinds, rows.reshape(-1))


Mark = tuple[NDArray[Any], int]
"""Codes a row, and how many codes there may be."""


def _marks(answer: BulkAnswer) -> Iterator[Mark]:
    """Yield everything that words depend on."""
    days, combination = days_of(answer.cases)
    if combination is not None:
        yield combination, len(days)
    yield answer.steps, 64
    yield answer.bounds, 512
    if answer.short is not None:
        yield answer.short, 2
    if isinstance(answer.cases.currency, Coded):
        yield (answer.cases.currency.codes > 0), 2
    used = answer.cases.used_this_year_minor
    if isinstance(used, Numbers) and used.known is not None:
        yield used.known, 2
    for told in _told(answer):
        for mask in (told.false, told.unknown):
            if not isinstance(mask, bool):
                yield mask, 2


def _told(answer: BulkAnswer) -> Iterator[Told]:
    """Yield what every condition of every version answers."""
    programme = find_programme({p.id: p for p in answer.programmes}, answer.cases.programme)
    given = {name for name, column in answer.cases.facts.items() if _varies(column)}
    asker = Asker(answer.dictionary, dict(answer.cases.facts))
    for version in programme.versions:
        for item in version.eligible or ():
            if item.condition.fact in given:
                yield asker.condition(item.condition, item.test)
        for rate in version.rates:
            for condition, test in zip(rate.when, rate.tests, strict=True):
                if condition.fact in given:
                    yield asker.condition(condition, test)
    if "soft_cap_waived" in given:
        yield asker.ask("soft_cap_waived", lambda v: None if v is None else v is not True)
    for version in programme.versions:
        yield from _counts(version, given, asker)


def _counts(version: Version, given: set[str], asker: Asker) -> Iterator[Told]:
    for key, fact in COUNTS:
        limit: int | None = getattr(version, key)
        if limit is not None and fact in given:
            yield asker.ask(fact, Below(limit), (limit,))


def _varies(column: object) -> bool:
    return isinstance(column, (Coded, Numbers))
