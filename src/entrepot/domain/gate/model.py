"""Cases that the gate judges, and the decision it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from entrepot.kernel.rulebook.decide import DayGate, GateVerdict, Stance
from entrepot.kernel.rulebook.table import Gate, Outcome, Rulebook
from entrepot.kernel.rulebook.trace import TraceItem, explain

REGISTER_FACT = "instruments_in_force"
"""The one fact that comes from the register of instruments, never from the person who asks."""


@dataclass(frozen=True, slots=True)
class GateCase:
    """One case: a data leg, a placement, or both.

    Args:
        name: what is judged, such as ``inbound``, ``return``, ``placement``.
        as_of: law of this day.
        known: as known on this day; None: everything recorded.
        leg: facts of scope leg; None: no leg.
        placement: facts of scope placement; None: no placement.
        instruments_in_force: from the register, for this case on the day.
        what_if: ids of proposed rows assumed to be law.
        reviews_in_force: ids of rows that a review record lends force to on the day.
    """

    name: str
    as_of: date
    known: date | None = None
    leg: Mapping[str, object] | None = None
    placement: Mapping[str, object] | None = None
    instruments_in_force: frozenset[str] = frozenset()
    what_if: frozenset[str] = frozenset()
    reviews_in_force: frozenset[str] = frozenset()

    @property
    def stance(self) -> Stance:
        """Which law is applied."""
        return Stance(self.as_of, self.known, self.what_if, self.reviews_in_force)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing judged by one gate, with what is needed to explain it.

    Args:
        name: shown in the explanation.
        verdict: the gate's answer.
        facts: the values judged.
        unusable: facts given whose value does not count, and why.
        gate: the rule file.
        compiled: the gate as it stood.
    """

    name: str
    verdict: GateVerdict
    facts: Mapping[str, object]
    unusable: Mapping[str, str]
    gate: Gate = field(compare=False, repr=False)
    compiled: DayGate = field(compare=False, repr=False)

    def trace(self) -> tuple[TraceItem, ...]:
        """Return how each table came to its answer."""
        return tuple(
            explain(self.gate, self.compiled, self.name, verdict, self.facts)
            for verdict in self.verdict.verdicts
        )


@dataclass(frozen=True)
class GateDecision:
    """The strictest answer over everything judged; it explains itself.

    Args:
        name: what was judged.
        stance: which law was applied.
        outcome: the strictest answer.
        deciding: row ids, ``table:<id>`` where a table gives no answer, constraint ids,
            ``gate:<name>`` where no table applies.
        instruments: instruments still owed, of all tables, sorted.
        duties: duties of all tables, in order of first mention.
        missing: facts to be asked (missing or contradictory), sorted.
        tables: table → its answer; the strictest where it judged several subjects.
        subjects: what was judged, in order.
        rulebook: the law.
    """

    name: str
    stance: Stance
    outcome: Outcome
    deciding: tuple[str, ...]
    instruments: tuple[str, ...]
    duties: tuple[str, ...]
    missing: tuple[str, ...]
    tables: Mapping[str, Outcome]
    subjects: tuple[Subject, ...]
    rulebook: Rulebook = field(compare=False, repr=False)

    @cached_property
    def rows(self) -> tuple[TraceItem, ...]:
        """One explained answer a table; computed when first asked for."""
        return tuple(item for subject in self.subjects for item in subject.trace())

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Addresses (or citations) of the rows that answered, in order of first mention."""
        return tuple(dict.fromkeys(s for item in self.rows for s in item.sources.values()))

    @cached_property
    def questions(self) -> tuple[Mapping[str, str], ...]:
        """The missing facts that a person may answer: fact, en, zh-Hant, zh-Hans."""
        return tuple(self.rulebook.dictionary.questions(self.missing))

    @property
    def fills_counter(self) -> bool:
        """Whether a leg out of the mainland adds to the counts since 1 January."""
        return all(
            verdict.fills_counter
            for subject in self.subjects
            for verdict in subject.verdict.verdicts
            if verdict.table == "cn_out"
        )

    def as_dict(self) -> dict[str, object]:
        """Return plain values for ``--json`` and for the stored decision."""
        stance = self.stance
        return {
            "name": self.name,
            "as_of": stance.as_of.isoformat(),
            "known": None if stance.known is None else stance.known.isoformat(),
            "what_if": sorted(stance.what_if),
            "reviews_in_force": sorted(stance.reviews),
            "outcome": self.outcome.value,
            "deciding": list(self.deciding),
            "instruments": list(self.instruments),
            "duties": list(self.duties),
            "missing": list(self.missing),
            "unusable": {n: why for s in self.subjects for n, why in s.unusable.items()},
            "tables": {name: outcome.value for name, outcome in self.tables.items()},
            "sources": list(self.sources),
            "questions": [dict(question) for question in self.questions],
            "rows": [item.as_dict() for item in self.rows],
            "rulebook": self.rulebook.hash,
        }
