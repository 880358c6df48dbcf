"""A file of columns judged as a whole: what a policy pays to a million applications.

A row is one application, in the order of the file or of its column ``order``. Every column that
is no name of a voucher case is a fact. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from entrepot.domain.vouchers.bulk import entitle_bulk
from entrepot.domain.vouchers.bulk_answer import BulkAnswer
from entrepot.domain.vouchers.bulk_columns import Coded, Column, Ints, Numbers, rows_of
from entrepot.domain.vouchers.bulk_words import Words, words_of
from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.domain.vouchers.claims import find_programme
from entrepot.kernel.period import local_day
from entrepot.services.vouchers_columns import Policy, Table, cases_of, check_table, programmes_in

if TYPE_CHECKING:
    from entrepot.services.app import App


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The rows of one programme.

    Attributes:
        rows: their numbers in the file, in order of application.
        answer: what was found.
        words: reasons, missing facts and flags.
    """

    rows: Ints
    answer: BulkAnswer
    words: Words


@dataclass(frozen=True, slots=True)
class Total:
    """What a programme comes to.

    Attributes:
        programme, currency: which.
        rows: status → number of rows.
        paid_minor, advice_minor: sums, minor units.
        reasons: words of refusals, questions and reviews → number of rows.
    """

    programme: str
    currency: str
    rows: Mapping[str, int]
    paid_minor: int
    advice_minor: int
    reasons: Mapping[str, int]


def judge_file(app: App, path: Path, policy: Policy) -> list[Part]:
    """Judge a file of columns.

    Args:
        app: the exchange.
        path: CSV, or Parquet where that extra is installed.
        policy: what is asked of all rows.

    Raises:
        Invalid: the file or a column cannot be read; nothing is judged then.
        NotFound: no such programme.
    """
    return judge_table(app, app.read_columns(path), policy)


def judge_table(app: App, table: Table, policy: Policy) -> list[Part]:
    """Judge columns, programme by programme; see :func:`judge_file`."""
    dictionary = app.rulebook.dictionary
    check_table(table, dictionary)
    by_id = {programme.id: programme for programme in app.programmes}
    stated = replace(policy, as_of=policy.as_of or local_day(app.clock.now()))
    cases = [
        (rows, cases_of(_cut(table, rows), find_programme(by_id, name), stated, dictionary))
        for name, rows in programmes_in(table, policy.programme)
    ]
    parts: list[Part] = []
    for rows, some in cases:
        answer = entitle_bulk(app.programmes, dictionary, some)
        parts.append(Part(rows, answer, words_of(answer)))
    return parts


def result_table(parts: Sequence[Part], table: Table) -> dict[str, Column]:
    """Return the answers as columns, in the order of the file.

    Columns ``row`` (from 1), ``name`` where the file has one, ``programme``, ``status``,
    ``amount_minor``, ``advice_minor``, ``bounds``, ``reasons``, ``missing`` and ``flags``.
    """
    count = sum(len(part.rows) for part in parts)
    found: dict[str, Column] = {"row": Numbers(np.arange(1, count + 1))}
    if "name" in table:
        found["name"] = table["name"]
    amounts, advice = np.zeros(count, np.int64), np.zeros(count, np.int64)
    kind = np.zeros(count, np.int64)
    kinds: list[Entitlement] = []
    for part in parts:
        amounts[part.rows] = part.answer.amount_minor
        advice[part.rows] = part.answer.advice_minor
        kind[part.rows] = part.words.rows + len(kinds) + 1
        kinds += part.words.kinds
    found["programme"] = Coded(kind, tuple(one.programme for one in kinds))
    found["status"] = Coded(kind, tuple(one.status.value for one in kinds))
    found |= {"amount_minor": Numbers(amounts), "advice_minor": Numbers(advice)}
    for key in ("bounds", "reasons", "missing", "flags"):
        found[key] = Coded(kind, tuple("; ".join(getattr(one, key)) for one in kinds))
    return found


def totals(parts: Sequence[Part]) -> list[Total]:
    """Return what each programme comes to."""
    return [_total(part) for part in parts]


def _total(part: Part) -> Total:
    rows = {status.value: 0 for status in Status}
    reasons: dict[str, int] = {}
    for kind, count in part.words.counts():
        rows[kind.status.value] += count
        for word in (*kind.reasons, *(f"missing: {name}" for name in kind.missing)):
            reasons[word] = reasons.get(word, 0) + count
    answer = part.answer
    paid, advice = _sum(answer.amount_minor), _sum(answer.advice_minor)
    first = part.words.kinds[0]
    return Total(first.programme, first.currency, rows, paid, advice, reasons)


def _sum(amounts: Ints) -> int:
    """Add up without an overflow: high and low halves apart."""
    high, low = amounts >> 32, amounts & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def _cut(table: Table, rows: Ints) -> Table:
    return {name: cast("Column", rows_of(column, rows)) for name, column in table.items()}
