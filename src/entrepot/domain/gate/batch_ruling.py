"""What the gate says of every case of one class: one part a gate, and the parts together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from entrepot.domain.gate.decide import United, unite_all, united_of
from entrepot.domain.gate.model import GateDecision, Subject
from entrepot.kernel.rulebook.decide import DayGate, GateVerdict
from entrepot.kernel.rulebook.judge import Reason
from entrepot.kernel.rulebook.table import Outcome


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one gate says of every leg, or of every placement, of one class.

    Args:
        gate: name of the gate.
        verdict: its answer.
        united: the same in the form that parts are united in.
        sources: addresses of the rows that answered.
        reads: facts that its tables read, from the first row to the one that answered.
    """

    gate: str
    verdict: GateVerdict
    united: United
    sources: tuple[str, ...]
    reads: tuple[str, ...]


def part_of(subject: Subject) -> Part:
    """Return what a judged subject says of its whole class."""
    verdict, known = subject.verdict, subject.gate.sources
    rows = [v.day_row.row for v in verdict.verdicts if v.day_row is not None]
    sources = tuple(dict.fromkeys(known[key].address for row in rows for key in row.src))
    reads = _reads(verdict, subject.compiled)
    return Part(subject.gate.name, verdict, united_of(verdict), sources, reads)


@dataclass(frozen=True, eq=False)
class Ruling:
    """What the gate says of every case of one class.

    Args:
        parts: of the gates, leg first.
        united: what the parts say together.
    """

    parts: tuple[Part, ...]
    united: United

    @property
    def outcome(self) -> Outcome:
        """The strictest answer."""
        return self.united.outcome

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Addresses of the rows that answered, in order of first mention."""
        return tuple(dict.fromkeys(source for part in self.parts for source in part.sources))

    @cached_property
    def verdicts(self) -> tuple[GateVerdict, ...]:
        """Verdicts of the gates, leg first."""
        return tuple(part.verdict for part in self.parts)

    @cached_property
    def reads(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Facts of the leg, and of the placement, that were read."""
        found = {part.gate: part.reads for part in self.parts}
        return found.get("flow", ()), found.get("placement", ())

    @cached_property
    def tables(self) -> dict[str, str]:
        """Table → its answer."""
        return {name: outcome.value for name, outcome in self.united.tables.items()}

    @cached_property
    def tail(self) -> str:
        """The answer as JSON, from behind the name on."""
        return json.dumps(self.as_dict(""), ensure_ascii=False).removeprefix('{"name": ""')

    def as_dict(self, name: str) -> dict[str, object]:
        """Return the answer for the case ``name`` as plain values."""
        united = self.united
        return {
            "name": name,
            "outcome": united.outcome.value,
            "deciding": list(united.deciding),
            "instruments": list(united.instruments),
            "duties": list(united.duties),
            "missing": list(united.missing),
            "tables": dict(self.tables),
            "sources": list(self.sources),
        }


def ruling_of(decision: GateDecision) -> Ruling:
    """Return what a decision says of the whole class of its case."""
    return together([part_of(subject) for subject in decision.subjects])


def together(parts: Sequence[Part]) -> Ruling:
    """Return what parts say together; there is at least one."""
    return Ruling(tuple(parts), unite_all([part.united for part in parts]))


def _reads(verdict: GateVerdict, compiled: DayGate) -> tuple[str, ...]:
    found: dict[str, None] = {}
    tables = {table.table.id: table for table in compiled.tables}
    for answer in verdict.verdicts:
        table = tables[answer.table]
        guards = [table.applies]
        if answer.reason is not Reason.APPLICABILITY:
            last = table.rows.index(answer.day_row) + 1 if answer.day_row else len(table.rows)
            guards += [row.guard for row in table.rows[:last]]
        for guard in guards:
            for condition in guard.conditions:
                found |= dict.fromkeys(condition.reads)
    for constraint in verdict.contradictions:
        found |= dict.fromkeys(constraint.facts)
    return tuple(found)
