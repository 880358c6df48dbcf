"""What changed in the gate between two stances: rows, tables and parameters.

Both stances are compiled as they would be for a decision, and the two are compared. So a change
is listed exactly where it can change an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.kernel.rulebook.decide import DayGate, Stance, day_gate
from entrepot.kernel.rulebook.judge import DayRow
from entrepot.kernel.rulebook.plain import plain_value
from entrepot.kernel.rulebook.table import Gate, Row, Rulebook, plain_row


class What(StrEnum):
    """Kind of a change."""

    COVERED = "table_covered"
    UNCOVERED = "table_uncovered"
    BEGINS = "row_begins"
    ENDS = "row_ends"
    AMENDED = "row_amended"
    FORCE = "row_force"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two stances.

    Attributes:
        what: kind of change.
        gate: ``flow`` or ``placement``; table: id of the table, None for a parameter.
        subject: row, table or parameter.
        day: day of the law on which it changes; None = the files do not say.
        before, after: plain values; of a row what it says, None where it does not count.
        basis: where the row rests; empty for a parameter.
    """

    what: What
    gate: str
    table: str | None
    subject: str
    day: date | None
    before: object
    after: object
    basis: str = ""


def changes_between(rulebook: Rulebook, first: Stance, second: Stance) -> tuple[Change, ...]:
    """Return what differs in the gate, gate by gate and table by table in their order.

    Args:
        rulebook: the law.
        first, second: which law is applied before and after.

    Raises:
        Invalid: a stance names a row that does not exist.
    """
    found: list[Change] = []
    for name, gate in rulebook.gates.items():
        before, after = (day_gate(rulebook, name, stance) for stance in (first, second))
        if before is not after:
            found.extend(_tables(gate, before, after))
            found.extend(_parameters(gate, before, after, second))
    return tuple(found)


def _tables(gate: Gate, before: DayGate, after: DayGate) -> Iterator[Change]:
    for one, other in zip(before.tables, after.tables, strict=True):
        table = one.table
        if one.covered is not other.covered:
            what = What.COVERED if other.covered else What.UNCOVERED
            day, basis = table.covered_from, ""
            yield Change(
                what, gate.name, table.id, table.id, day, one.covered, other.covered, basis
            )
        rows, later = _by_id(one.rows), _by_id(other.rows)
        for name in dict.fromkeys((*rows, *later)):
            change = _row(gate.name, table.id, name, rows.get(name), later.get(name))
            if change is not None:
                yield change


def _by_id(rows: tuple[DayRow, ...]) -> Mapping[str, DayRow]:
    return {day_row.row.id: day_row for day_row in rows}


def _row(
    gate: str, table: str, name: str, before: DayRow | None, after: DayRow | None
) -> Change | None:
    if before is None and after is not None:
        row = after.row
        day = row.assumed_from or row.from_day
        return Change(What.BEGINS, gate, table, name, day, None, _said(row), row.basis)
    if after is None and before is not None:
        row = before.row
        return Change(What.ENDS, gate, table, name, row.to_day, _said(row), None, row.basis)
    assert before is not None
    assert after is not None
    if before.row.hash != after.row.hash:
        old, new = _differing(before.row, after.row)
        recorded = after.row.recorded_at
        return Change(What.AMENDED, gate, table, name, recorded, old, new, after.row.basis)
    if before.force is not after.force:
        basis = after.row.basis
        return Change(What.FORCE, gate, table, name, None, before.force, after.force, basis)
    return None


def _said(row: Row) -> dict[str, object]:
    """Return what a row says, as far as a reader of changes asks."""
    return {"outcome": row.outcome.value, "grade": row.grade.value, "duties": list(row.duties)}


def _differing(one: Row, other: Row) -> tuple[dict[str, object], dict[str, object]]:
    before, after = plain_row(one), plain_row(other)
    keys = [key for key in before if before[key] != after[key]]
    return {key: before[key] for key in keys}, {key: after[key] for key in keys}


def _parameters(gate: Gate, before: DayGate, after: DayGate, stance: Stance) -> Iterator[Change]:
    for name, parameter in gate.parameters.items():
        old, new = before.parameters.get(name), after.parameters.get(name)
        if old != new:
            days = [
                step.from_day
                for step in parameter.series.steps
                if step.from_day <= stance.as_of
                and (stance.known is None or step.recorded_at <= stance.known)
            ]
            values = (plain_value(old), plain_value(new))
            day = max(days, default=None)
            yield Change(What.PARAMETER, gate.name, None, name, day, *values)
