"""The records of a rulebook: sources, parameters, instruments, rows, tables, gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from entrepot.kernel.canonical import digest
from entrepot.kernel.rulebook.condition import Condition
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.rulebook.plain import plain_condition
from entrepot.kernel.rulebook.series import Series


class Outcome(StrEnum):
    """What a table or a decision says, weakest first."""

    ALLOW = "allow"
    ALLOW_WITH_DUTIES = "allow_with_duties"
    INSTRUMENT = "instrument"
    APPROVAL = "approval"
    NEEDS_REVIEW = "needs_review"
    NEEDS_INFO = "needs_info"
    REFUSE = "refuse"


RANK: Mapping[Outcome, int] = {outcome: rank for rank, outcome in enumerate(Outcome)}
"""Severity of an outcome; the decision is the strictest over all tables."""

ROW_OUTCOMES = frozenset(set(Outcome) - {Outcome.NEEDS_INFO, Outcome.NEEDS_REVIEW})
"""What a row may say; the two others arise from missing facts and weak grades."""

OWING = frozenset({Outcome.INSTRUMENT, Outcome.APPROVAL})
"""Outcomes that instruments in force meet."""


class Status(StrEnum):
    """Standing of a row's law."""

    IN_FORCE = "in_force"
    PILOT = "pilot"
    PROPOSED = "proposed"
    NOT_IN_OPERATION = "not_in_operation"


WHAT_IF = frozenset({Status.PROPOSED, Status.NOT_IN_OPERATION})
"""Standings that decide only in a what-if that names the row."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read: an address, or a citation where none was recorded."""

    key: str
    url: str | None
    citation: str | None
    what: str
    grade: Grade
    retrieved: date

    @property
    def address(self) -> str:
        """The address, else the citation, else what it is."""
        return self.url or self.citation or self.what


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure or list that rows compare with (``$name``)."""

    series: Series
    unit: str
    grade: Grade
    field_grades: Mapping[str, Grade]
    src: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A contract, approval or file that meets a row's demand while it is in force.

    Args:
        name: name in ``instruments_in_force``.
        authority: with whom it is filed; None: nobody.
        filing_working_days: time to file it; None: not stated.
        valid_years: life of it; None: not stated.
        in_force: when it counts as in force.
        field_grades: grades of single fields.
    """

    name: str
    authority: str | None
    filing_working_days: int | None
    valid_years: int | None
    in_force: str
    field_grades: Mapping[str, Grade]


@dataclass(frozen=True)
class Row:
    """One dated, graded rule of a table."""

    id: str
    from_day: date
    to_day: date | None
    recorded_at: date
    status: Status
    assumed_from: date | None
    insert_after: str | None
    when: tuple[Condition, ...]
    outcome: Outcome
    any_of: tuple[str, ...]
    all_of: tuple[str, ...]
    duties: tuple[str, ...]
    fills_counter: bool
    basis: str
    grade: Grade
    field_grades: Mapping[str, Grade]
    src: tuple[str, ...]
    conflict: str | None
    note: str | None

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything the row says; a review record names it."""
        return digest(plain_row(self))

    def effective(self, day: date, what_if: frozenset[str]) -> bool:
        """Say whether the row is law on ``day``, or assumed to be by ``what_if``."""
        start = self.from_day
        if self.status in WHAT_IF:
            if self.id not in what_if or self.assumed_from is None:
                return False
            start = self.assumed_from
        return start <= day and (self.to_day is None or day < self.to_day)

    def boundaries(self) -> set[date]:
        """Return the days on which the row may begin or end to decide."""
        return {d for d in (self.from_day, self.to_day, self.assumed_from) if d is not None}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows read from the top, first hit; applies where all its conditions hold."""

    id: str
    applies: tuple[Condition, ...]
    covered_from: date
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Constraint:
    """Conditions that cannot all be true: then the named facts contradict each other."""

    id: str
    scope: str
    when: tuple[Condition, ...]
    facts: tuple[str, ...]
    grade: Grade
    note: str | None


@dataclass(frozen=True, eq=False)
class Gate:
    """One file of tables: ``flow`` judges data legs, ``placement`` judges devices."""

    name: str
    scope: str
    tables: tuple[Table, ...]
    parameters: Mapping[str, Parameter]
    instruments: Mapping[str, Instrument]
    sources: Mapping[str, Source]
    force: frozenset[Grade]
    not_researched: tuple[str, ...]
    retrieved: date

    @cached_property
    def law_days(self) -> tuple[date, ...]:
        """All days on which the law of the gate may change, in order."""
        days = {table.covered_from for table in self.tables}
        for table in self.tables:
            for row in table.rows:
                days |= row.boundaries()
        for parameter in self.parameters.values():
            days |= {step.from_day for step in parameter.series.steps}
        return tuple(sorted(days))

    @cached_property
    def known_days(self) -> tuple[date, ...]:
        """All days on which something was recorded, in order."""
        days = {row.recorded_at for table in self.tables for row in table.rows}
        for parameter in self.parameters.values():
            days |= {step.recorded_at for step in parameter.series.steps}
        return tuple(sorted(days))


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A dictionary, its constraints and the gates judged by them.

    Args:
        dictionary: the facts.
        constraints: contradictions, in the file's order.
        gates: name → gate.
        file_hashes: file → SHA-256 of its text.
    """

    dictionary: FactDictionary
    constraints: tuple[Constraint, ...]
    gates: Mapping[str, Gate]
    file_hashes: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """SHA-256 that names the whole rulebook in a stored decision."""
        return digest(dict(self.file_hashes))

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Row id → its latest recorded version."""
        found: dict[str, Row] = {}
        for gate in self.gates.values():
            for table in gate.tables:
                for row in table.rows:
                    if row.id not in found or found[row.id].recorded_at <= row.recorded_at:
                        found[row.id] = row
        return found

    @cached_property
    def what_if_rows(self) -> frozenset[str]:
        """Ids of the rows that a what-if may name."""
        return frozenset(row.id for row in self.rows.values() if row.status in WHAT_IF)

    @cached_property
    def row_hashes(self) -> Mapping[str, str]:
        """Row id → hash, for review records."""
        return {row.id: row.hash for row in self.rows.values()}


def plain_row(row: Row) -> dict[str, object]:
    """Return a row as plain values, for its hash and for ``--json``."""
    return {
        "id": row.id,
        "from": row.from_day.isoformat(),
        "to": None if row.to_day is None else row.to_day.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "status": row.status.value,
        "assumed_from": None if row.assumed_from is None else row.assumed_from.isoformat(),
        "insert_after": row.insert_after,
        "when": [plain_condition(item) for item in row.when],
        "outcome": row.outcome.value,
        "any_of": list(row.any_of),
        "all_of": list(row.all_of),
        "duties": list(row.duties),
        "fills_counter": row.fills_counter,
        "basis": row.basis,
        "grade": row.grade.value,
        "field_grades": {name: grade.value for name, grade in row.field_grades.items()},
        "src": list(row.src),
        "conflict": row.conflict,
        "note": row.note,
    }
