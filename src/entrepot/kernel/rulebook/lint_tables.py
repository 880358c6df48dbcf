"""Rows of a table that can never answer, and chains of rows whose days overlap or gape.

A row is never reached when, on every day on which it could decide, an earlier row holds
wherever it holds: the earlier row asks for nothing that the later one does not ask for.

    reached(R)  ⟺  life(R) ⊄ ∪ life(E)  over earlier rows E with when(E) ⊆ when(R)

A chain is what stands under one name with ``.v1``, ``.v2`` …: the same rule as it changed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from entrepot.kernel.rulebook.document import Document, Path
from entrepot.kernel.rulebook.lint import Finding, Weight, note
from entrepot.kernel.rulebook.table import WHAT_IF, Gate, Outcome, Row, Table
from entrepot.kernel.text import N_

Life = tuple[date, date]
"""First day, and the day after the last."""

_VERSION = re.compile(r"\.v[0-9]+\Z")


def lint_gate(document: Document, gate: Gate) -> list[Finding]:
    """Find rows without effect and faulty chains of a gate file.

    Args:
        document: the file.
        gate: the same file, loaded.
    """
    return [
        finding
        for number, table in enumerate(gate.tables)
        for finding in _lint_table(document, ("tables", number, "rows"), table)
    ]


def _lint_table(document: Document, path: Path, table: Table) -> Iterator[Finding]:
    latest = {row.id: row for row in sorted(table.rows, key=lambda row: row.recorded_at)}
    placed = [
        ((*path, number), row)
        for number, row in enumerate(table.rows)
        if latest[row.id] is row and row.status not in WHAT_IF
    ]
    for number, (place, row) in enumerate(placed):
        yield from _unreached(document, place, table, row, [r for _, r in placed[:number]])
    yield from _chains(document, placed)


def _unreached(
    document: Document, path: Path, table: Table, row: Row, earlier: Sequence[Row]
) -> Iterator[Finding]:
    first, end = life(table, row)
    if first >= end:
        text = N_("{row} ends before its table is covered, so it never decides.")
        yield note(document, path, Weight.ERROR, "lint.uncovered", text, row=row.id)
        return
    wider = [other for other in earlier if set(other.when) <= set(row.when)]
    if covers([life(table, other) for other in wider], (first, end)):
        names = ", ".join(other.id for other in wider)
        text = N_("{row} is never reached: {earlier} answers first on every day of its life.")
        yield note(document, path, Weight.ERROR, "lint.unreached", text, row=row.id, earlier=names)


def life(table: Table, row: Row) -> Life:
    """Return the days on which a row may decide.

    Before its table is covered only a refusal does.
    """
    first = row.from_day
    if row.outcome is not Outcome.REFUSE:
        first = max(first, table.covered_from)
    return first, row.to_day or date.max


def covers(lives: Iterable[Life], wanted: Life) -> bool:
    """Say whether ``lives`` together hold every day of ``wanted``.

    >>> days = [date(2024, 1, day) for day in (1, 2, 3, 4)]
    >>> covers([(days[0], days[1]), (days[1], days[3])], (days[0], days[2]))
    True
    >>> covers([(days[0], days[1]), (days[2], days[3])], (days[0], days[3]))
    False
    """
    reached, end = wanted
    for first, last in sorted(lives):
        if first <= reached:
            reached = max(reached, last)
    return reached >= end


def _chains(document: Document, placed: Sequence[tuple[Path, Row]]) -> Iterator[Finding]:
    chains: dict[str, list[tuple[Path, Row]]] = {}
    for place, row in placed:
        chains.setdefault(_VERSION.sub("", row.id), []).append((place, row))
    for chain in chains.values():
        ordered = sorted(chain, key=lambda item: item[1].from_day)
        for (_, one), (place, other) in itertools.pairwise(ordered):
            yield from _join(document, (*place, "from"), one, other)


def _join(document: Document, path: Path, one: Row, other: Row) -> Iterator[Finding]:
    words = {"row": other.id, "other": one.id, "day": other.from_day.isoformat()}
    if one.to_day is None or one.to_day > other.from_day:
        text = N_("{row} begins on {day} while {other} still holds.")
        yield note(document, path, Weight.ERROR, "lint.overlap", text, **words)
    elif one.to_day < other.from_day:
        text = N_("Between {other}, which ends on {end}, and {row} of {day} nothing holds.")
        end = one.to_day.isoformat()
        yield note(document, path, Weight.WARNING, "lint.gap", text, **words, end=end)
