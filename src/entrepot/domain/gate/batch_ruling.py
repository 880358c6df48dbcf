"""What the gate says of every case of one class."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from entrepot.domain.gate.model import GateDecision
from entrepot.kernel.rulebook.decide import DayGate, GateVerdict
from entrepot.kernel.rulebook.judge import Reason
from entrepot.kernel.rulebook.table import Outcome


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """What the gate says of every case of one class.

    Args:
        outcome: the strictest answer.
        deciding: row ids, ``table:<id>``, constraint ids or ``gate:<name>``.
        instruments: instruments still owed, sorted.
        duties: duties of all tables, in order of first mention.
        missing: facts to be asked, sorted.
        tables: table → its answer.
        sources: addresses of the rows that answered.
        verdicts: of the gates, leg first.
        reads: facts of the leg, and of the placement, that tables read up to the row that
            answered.
        tail: the answer as JSON, from behind the name on.
    """

    outcome: Outcome
    deciding: tuple[str, ...]
    instruments: tuple[str, ...]
    duties: tuple[str, ...]
    missing: tuple[str, ...]
    tables: Mapping[str, str]
    sources: tuple[str, ...]
    verdicts: tuple[GateVerdict, ...]
    reads: tuple[tuple[str, ...], tuple[str, ...]]
    tail: str

    def as_dict(self, name: str) -> dict[str, object]:
        """Return the answer for the case ``name`` as plain values."""
        return {
            "name": name,
            "outcome": self.outcome.value,
            "deciding": list(self.deciding),
            "instruments": list(self.instruments),
            "duties": list(self.duties),
            "missing": list(self.missing),
            "tables": dict(self.tables),
            "sources": list(self.sources),
        }


def ruling_of(decision: GateDecision) -> Ruling:
    """Return what a decision says of the whole class of its case."""
    tables = {name: outcome.value for name, outcome in decision.tables.items()}
    reads = {s.gate.name: _reads(s.verdict, s.compiled) for s in decision.subjects}
    ruling = Ruling(
        outcome=decision.outcome,
        deciding=decision.deciding,
        instruments=decision.instruments,
        duties=decision.duties,
        missing=decision.missing,
        tables=tables,
        sources=tuple(dict.fromkeys(_sources(decision))),
        verdicts=tuple(subject.verdict for subject in decision.subjects),
        reads=(reads.get("flow", ()), reads.get("placement", ())),
        tail="",
    )
    text = json.dumps(ruling.as_dict(""), ensure_ascii=False)
    return replace(ruling, tail=text.removeprefix('{"name": ""'))


def _sources(decision: GateDecision) -> Iterator[str]:
    """Addresses as :attr:`GateDecision.sources` gives them, without the comparisons."""
    for subject in decision.subjects:
        for verdict in subject.verdict.verdicts:
            if verdict.day_row is not None:
                yield from (subject.gate.sources[k].address for k in verdict.day_row.row.src)


def _reads(verdict: GateVerdict, compiled: DayGate) -> tuple[str, ...]:
    """The facts that the tables of a verdict read, up to the row that answered."""
    found: dict[str, None] = {}
    tables = {table.table.id: table for table in compiled.tables}
    for answer in verdict.verdicts:
        table = tables[answer.table]
        guards = [table.applies]
        if answer.reason is not Reason.APPLICABILITY:
            last = table.rows.index(answer.day_row) + 1 if answer.day_row else len(table.rows)
            guards += [row.guard for row in table.rows[:last]]
        found |= dict.fromkeys(n for guard in guards for c in guard.conditions for n in c.reads)
    for constraint in verdict.contradictions:
        found |= dict.fromkeys(constraint.facts)
    return tuple(found)
