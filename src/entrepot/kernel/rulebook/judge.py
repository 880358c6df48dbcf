"""One table's answer: first hit, three-valued, graded.

A table is compiled for a day, so that judging a case is a walk over plain functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.kernel.rulebook.condition import (
    Condition,
    Facts,
    Test,
    compile_condition,
    missing_of,
)
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.grade import Grade, has_force, weakest
from entrepot.kernel.rulebook.table import OWING, WHAT_IF, Gate, Outcome, Row, Table


class Reason(StrEnum):
    """Why a table answers as it does."""

    HIT = "hit"
    MET = "instruments_in_force"
    WEAK_GRADE = "grade_without_force"
    MISSING_FACTS = "missing_facts"
    APPLICABILITY = "applicability_unknown"
    NO_ROW = "no_row"
    NOT_COVERED = "before_covered_from"


@dataclass(frozen=True, slots=True)
class Guard:
    """Conditions with their compiled tests; all must hold."""

    conditions: tuple[Condition, ...]
    tests: tuple[Test, ...]

    def truth(self, facts: Facts) -> bool | None:
        """Return True, False, or None for unknown; one false settles it."""
        settled: bool | None = True
        for test in self.tests:
            truth = test(facts)
            if truth is False:
                return False
            if truth is None:
                settled = None
        return settled

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """Return the facts that would settle it."""
        return missing_of(self.conditions, facts)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row as it stands on the day: compiled, with its force and its honoured instruments.

    Args:
        row: the row.
        guard: its conditions.
        reviewed: a review record lends it force.
        force: it decides by itself, by grade or by review.
        any_of: the instruments of ``any_of`` whose own grade has force.
    """

    row: Row
    guard: Guard
    reviewed: bool
    force: bool
    any_of: frozenset[str]

    def owed(self, in_force: frozenset[str]) -> tuple[str, ...]:
        """Return the instruments that are not in force and would have to be.

        All of ``all_of`` and one of ``any_of`` meet the row; where none of ``any_of`` is
        in force, all its alternatives are returned.
        """
        short = set(self.row.all_of) - in_force
        if self.row.any_of and self.any_of.isdisjoint(in_force):
            short.update(self.row.any_of)
        return tuple(sorted(short))


@dataclass(frozen=True, slots=True)
class TableVerdict:
    """What one table says of one case.

    Args:
        table: id of the table.
        outcome: its answer.
        reason: why.
        day_row: the row that answers; None where no row does.
        advice: what the row says, or would say once its facts are known; None where
            there is no such row or it equals the outcome.
        missing: facts that would settle the table.
        instruments: instruments still owed.
        duties: duties of the row that answers.
    """

    table: str
    outcome: Outcome
    reason: Reason
    day_row: DayRow | None = None
    advice: Outcome | None = None
    missing: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Row id, or ``table:<id>`` where no row answers."""
        return f"table:{self.table}" if self.day_row is None else self.day_row.row.id

    @property
    def fills_counter(self) -> bool:
        """Whether the leg adds to the counts since 1 January.

        An exemption from counting loosens, so it holds only where the row answers and
        both the row and that field have force.
        """
        if self.day_row is None or self.reason in (Reason.MISSING_FACTS, Reason.WEAK_GRADE):
            return True
        row = self.day_row.row
        grade = row.field_grades.get("fills_counter", row.grade)
        return row.fills_counter or not (self.day_row.reviewed or has_force(grade))


@dataclass(frozen=True, slots=True)
class DayTable:
    """A table as it stands on the day.

    Args:
        table: the table.
        applies: its applicability.
        covered: the day is not before ``covered_from``.
        rows: its rows of the day, in order; refuse rows only where the day is not covered.
    """

    table: Table
    applies: Guard
    covered: bool
    rows: tuple[DayRow, ...]

    def judge(self, facts: Facts, in_force: frozenset[str]) -> TableVerdict | None:
        """Answer for a case.

        Args:
            facts: checked values of the case.
            in_force: instruments in force for it.

        Returns:
            The verdict; None where the table does not apply.
        """
        applies = self.applies.truth(facts)
        if applies is False:
            return None
        name = self.table.id
        if applies is None:
            missing = self.applies.missing(facts)
            return TableVerdict(name, Outcome.NEEDS_INFO, Reason.APPLICABILITY, missing=missing)
        for day_row in self.rows:
            truth = day_row.guard.truth(facts)
            if truth is False:
                continue
            if truth is None:
                return TableVerdict(
                    name,
                    Outcome.NEEDS_INFO,
                    Reason.MISSING_FACTS,
                    day_row,
                    day_row.row.outcome,
                    day_row.guard.missing(facts),
                )
            return _hit(name, day_row, in_force)
        reason = Reason.NO_ROW if self.covered else Reason.NOT_COVERED
        return TableVerdict(name, Outcome.NEEDS_REVIEW, reason)


def day_table(
    gate: Gate,
    table: Table,
    parameters: Mapping[str, object],
    dictionary: FactDictionary,
    *,
    as_of: date,
    known: date | None,
    what_if: frozenset[str],
    reviews: frozenset[str],
) -> DayTable:
    """Compile a table for a day.

    Args:
        gate: the file it stands in.
        table: the table.
        parameters: name → value on the day.
        dictionary: the facts.
        as_of: law of this day.
        known: only what was recorded by then; None: everything.
        what_if: ids of rows assumed to be law.
        reviews: ids of rows that a review lends force to.
    """
    covered = table.covered_from <= as_of
    rows = [
        _day_row(gate, row, parameters, dictionary, row.id in reviews)
        for row in _ordered(table.rows, known)
        if row.effective(as_of, what_if) and (covered or row.outcome is Outcome.REFUSE)
    ]
    # A list that nobody had recorded yet cannot narrow a table: it applies, without rows.
    applies = tuple(c for c in table.applies if all(n in parameters for n in c.parameters))
    guard = _guard(applies, parameters, dictionary)
    return DayTable(table, guard, covered, tuple(rows))


def _ordered(rows: Iterable[Row], known: date | None) -> list[Row]:
    """The rows known by then, latest version of each, what-if rows behind their anchors."""
    latest: dict[str, Row] = {}
    for row in rows:
        if known is None or row.recorded_at <= known:
            other = latest.get(row.id)
            if other is None or other.recorded_at < row.recorded_at:
                latest[row.id] = row
    placed: list[Row] = []
    for row in latest.values():
        if row.status not in WHAT_IF:
            placed.append(row)
            placed.extend(r for r in latest.values() if r.insert_after == row.id)
    return placed


def _day_row(
    gate: Gate,
    row: Row,
    parameters: Mapping[str, object],
    dictionary: FactDictionary,
    reviewed: bool,
) -> DayRow:
    guard = _guard(row.when, parameters, dictionary)
    read = [gate.parameters[name].grade for item in row.when for name in item.parameters]
    force = reviewed or has_force(weakest([row.grade, *read]), gate.force)
    honoured = frozenset(
        name
        for name in row.any_of
        if reviewed or has_force(row.field_grades.get(name, Grade.A), gate.force)
    )
    return DayRow(row, guard, reviewed, force, honoured)


def _guard(
    conditions: tuple[Condition, ...],
    parameters: Mapping[str, object],
    dictionary: FactDictionary,
) -> Guard:
    tests = (compile_condition(item, parameters, dictionary) for item in conditions)
    return Guard(conditions, tuple(tests))


def _hit(table: str, day_row: DayRow, in_force: frozenset[str]) -> TableVerdict:
    row = day_row.row
    outcome, owed, reason = row.outcome, (), Reason.HIT
    if outcome in OWING:
        owed = day_row.owed(in_force)
        if not owed:
            outcome, reason = Outcome.ALLOW_WITH_DUTIES, Reason.MET
    if day_row.force or outcome is Outcome.REFUSE:
        advice = row.outcome if reason is Reason.MET else None
        return TableVerdict(table, outcome, reason, day_row, advice, (), owed, row.duties)
    return TableVerdict(
        table, Outcome.NEEDS_REVIEW, Reason.WEAK_GRADE, day_row, outcome, (), owed, row.duties
    )
