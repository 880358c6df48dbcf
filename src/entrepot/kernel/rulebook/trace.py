"""Why a table answered so: the rows passed over, the row that answered, the facts compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.kernel.rulebook.condition import (
    Condition,
    FactRef,
    Facts,
    ParameterRef,
    Test,
    Truth,
)
from entrepot.kernel.rulebook.decide import DayGate
from entrepot.kernel.rulebook.judge import DayTable, Guard, TableVerdict
from entrepot.kernel.rulebook.plain import plain_condition, plain_value
from entrepot.kernel.rulebook.table import Gate, Outcome

_TRUTH = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison that was made.

    Args:
        condition: as it stands in the rule file.
        against: the value compared with, parameters and facts resolved.
        found: the case's value; None: missing.
        truth: the outcome.
    """

    condition: Condition
    against: object
    found: object
    truth: Truth

    def as_dict(self) -> dict[str, object]:
        """Return plain values."""
        fact, op, value = plain_condition(self.condition)
        return {
            "fact": fact,
            "op": op,
            "value": value,
            "against": plain_value(self.against),
            "found": plain_value(self.found),
            "truth": self.truth.value,
        }


@dataclass(frozen=True, slots=True)
class TraceItem:
    """One table's answer, explained.

    Args:
        subject: what was judged, such as ``inbound``, ``return``, ``placement``.
        verdict: the answer.
        applied: the comparisons that made the table apply.
        passed: rows before the answering one → the comparison that was false.
        compared: the comparisons of the answering row.
        sources: key → address of the row's sources.
    """

    subject: str
    verdict: TableVerdict
    applied: tuple[Compared, ...]
    passed: tuple[tuple[str, Compared], ...]
    compared: tuple[Compared, ...]
    sources: Mapping[str, str]

    @property
    def row_id(self) -> str:
        """Row id, or ``table:<id>`` where no row answers."""
        return self.verdict.key

    @property
    def outcome(self) -> Outcome:
        """The table's answer."""
        return self.verdict.outcome

    def as_dict(self) -> dict[str, object]:
        """Return plain values for ``--json``."""
        verdict = self.verdict
        row = None if verdict.day_row is None else verdict.day_row.row
        found: dict[str, object] = {
            "subject": self.subject,
            "table": verdict.table,
            "row": verdict.key,
            "outcome": verdict.outcome.value,
            "reason": verdict.reason.value,
            "advice": None if verdict.advice is None else verdict.advice.value,
            "missing": list(verdict.missing),
            "instruments": list(verdict.instruments),
            "duties": list(verdict.duties),
            "applied": [item.as_dict() for item in self.applied],
            "passed": [{"row": name, **item.as_dict()} for name, item in self.passed],
            "compared": [item.as_dict() for item in self.compared],
            "sources": dict(self.sources),
        }
        if row is not None:
            found |= {
                "basis": row.basis,
                "grade": row.grade.value,
                "status": row.status.value,
                "from": row.from_day.isoformat(),
                "to": None if row.to_day is None else row.to_day.isoformat(),
                "recorded_at": row.recorded_at.isoformat(),
                "any_of": list(row.any_of),
                "all_of": list(row.all_of),
                "conflict": row.conflict,
                "note": row.note,
            }
        return found


def explain(
    gate: Gate, compiled: DayGate, subject: str, verdict: TableVerdict, facts: Facts
) -> TraceItem:
    """Return how a table came to its answer.

    Args:
        gate: the file, for its sources.
        compiled: the gate as it stood for the decision.
        subject: what was judged.
        verdict: the answer.
        facts: the values judged.
    """
    table = next(item for item in compiled.tables if item.table.id == verdict.table)
    answering = verdict.day_row
    src = () if answering is None else answering.row.src
    return TraceItem(
        subject=subject,
        verdict=verdict,
        applied=_compare(table.applies, compiled, facts),
        passed=_passed(table, verdict, compiled, facts),
        compared=() if answering is None else _compare(answering.guard, compiled, facts),
        sources={key: gate.sources[key].address for key in src},
    )


def _passed(
    table: DayTable, verdict: TableVerdict, compiled: DayGate, facts: Facts
) -> tuple[tuple[str, Compared], ...]:
    found: list[tuple[str, Compared]] = []
    if table.applies.truth(facts) is None:
        return ()
    for day_row in table.rows:
        if day_row is verdict.day_row:
            break
        every = _compare(day_row.guard, compiled, facts)
        found.append((day_row.row.id, next(c for c in every if c.truth is Truth.FALSE)))
    return tuple(found)


def _compare(guard: Guard, compiled: DayGate, facts: Facts) -> tuple[Compared, ...]:
    pairs = zip(guard.conditions, guard.tests, strict=True)
    return tuple(_one(condition, test, compiled, facts) for condition, test in pairs)


def _one(condition: Condition, test: Test, compiled: DayGate, facts: Facts) -> Compared:
    against = condition.value
    if isinstance(against, ParameterRef):
        against = compiled.parameters[against.name]
    elif isinstance(against, FactRef):
        against = facts.get(against.name)
    return Compared(condition, against, facts.get(condition.fact), _TRUTH[test(facts)])
