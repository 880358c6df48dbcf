"""One gate's answer for one case: the strictest of its tables and constraints."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from entrepot.kernel.rulebook.condition import compile_condition
from entrepot.kernel.rulebook.dictionary import FactSheet, unknown_word
from entrepot.kernel.rulebook.judge import DayTable, Guard, TableVerdict, day_table
from entrepot.kernel.rulebook.table import RANK, Constraint, Outcome, Rulebook

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stance:
    """Which law is applied: of which day, known when, with which assumptions.

    Args:
        as_of: law of this day.
        known: only what was recorded by this day; None: everything recorded.
        what_if: ids of proposed rows that are assumed to be law.
        reviews: ids of rows that a review record lends force to.
    """

    as_of: date
    known: date | None = None
    what_if: frozenset[str] = NONE
    reviews: frozenset[str] = NONE


@dataclass(frozen=True, slots=True, eq=False)
class DayGate:
    """A gate compiled for a stance; the same for every day between two changes of law."""

    tables: tuple[DayTable, ...]
    constraints: tuple[tuple[Constraint, Guard], ...]
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What one gate says of one case.

    Args:
        gate: name of the gate.
        outcome: the strictest answer.
        verdicts: the answers of the tables that apply, in order.
        contradictions: constraints that the facts break.
    """

    gate: str
    outcome: Outcome
    verdicts: tuple[TableVerdict, ...]
    contradictions: tuple[Constraint, ...]

    @property
    def deciding(self) -> tuple[str, ...]:
        """Row ids, ``table:<id>``, constraint ids or ``gate:<name>`` that give the outcome."""
        keys = [v.key for v in self.verdicts if v.outcome is self.outcome]
        if self.outcome is Outcome.NEEDS_INFO:
            keys += [constraint.id for constraint in self.contradictions]
        if not self.verdicts and self.outcome is Outcome.NEEDS_REVIEW:
            keys.append(f"gate:{self.gate}")
        return tuple(dict.fromkeys(keys))

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts that are missing or contradict each other, sorted."""
        names = {name for v in self.verdicts for name in v.missing}
        return tuple(sorted(names.union(*(c.facts for c in self.contradictions))))


def judge_gate(
    rulebook: Rulebook, gate: str, sheet: FactSheet, in_force: frozenset[str], stance: Stance
) -> GateVerdict:
    """Judge a case by one gate.

    Args:
        rulebook: the law.
        gate: ``flow`` or ``placement``.
        sheet: the checked facts.
        in_force: instruments in force for the case on the day.
        stance: which law is applied.

    Returns:
        The verdict: a refuse stands beside missing or contradictory facts, nothing else does;
        where no table applies, the outcome is needs_review.

    Raises:
        Invalid: the what-if or a review names a row that does not exist.
    """
    compiled = day_gate(rulebook, gate, stance)
    facts = sheet.values
    verdicts = tuple(
        verdict
        for table in compiled.tables
        if (verdict := table.judge(facts, in_force)) is not None
    )
    broken = tuple(c for c, guard in compiled.constraints if guard.truth(facts) is True)
    return gate_verdict(gate, verdicts, broken)


def gate_verdict(
    gate: str, verdicts: tuple[TableVerdict, ...], broken: tuple[Constraint, ...]
) -> GateVerdict:
    """Return what a gate says, given the answers of its tables and the constraints broken."""
    outcomes = [verdict.outcome for verdict in verdicts] or [Outcome.NEEDS_REVIEW]
    if broken:
        outcomes.append(Outcome.NEEDS_INFO)
    return GateVerdict(gate, strictest(outcomes), verdicts, broken)


def strictest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the most severe outcome.

    >>> strictest([Outcome.ALLOW, Outcome.NEEDS_REVIEW, Outcome.INSTRUMENT]).value
    'needs_review'
    """
    return max(outcomes, key=RANK.__getitem__)


def day_gate(rulebook: Rulebook, gate: str, stance: Stance) -> DayGate:
    """Return a gate compiled for a stance; compiled once for all days of equal law.

    Raises:
        Invalid: the what-if or a review names a row that does not exist.
    """
    _refuse_unknown_rows(rulebook, stance)
    file = rulebook.gates[gate]
    known = None if stance.known is None else _epoch(file.known_days, stance.known)
    day = _epoch(file.law_days, stance.as_of)
    return _compiled(rulebook, gate, day, known, stance.what_if, stance.reviews)


@lru_cache(maxsize=512)
def _compiled(
    rulebook: Rulebook,
    gate: str,
    as_of: date,
    known: date | None,
    what_if: frozenset[str],
    reviews: frozenset[str],
) -> DayGate:
    file = rulebook.gates[gate]
    found = {name: p.series.at(as_of, known) for name, p in file.parameters.items()}
    parameters = {name: value for name, value in found.items() if value is not None}
    tables = (
        day_table(
            file,
            table,
            parameters,
            rulebook.dictionary,
            as_of=as_of,
            known=known,
            what_if=what_if,
            reviews=reviews,
        )
        for table in file.tables
    )
    constraints = (
        (item, _guard(rulebook, item)) for item in rulebook.constraints if item.scope == file.scope
    )
    return DayGate(tuple(tables), tuple(constraints), parameters)


def _guard(rulebook: Rulebook, constraint: Constraint) -> Guard:
    tests = (compile_condition(item, {}, rulebook.dictionary) for item in constraint.when)
    return Guard(constraint.when, tuple(tests))


def _epoch(days: tuple[date, ...], day: date) -> date:
    """The last day of change up to ``day``: law is the same from there to ``day``."""
    index = bisect_right(days, day)
    return days[index - 1] if index else date.min


def _refuse_unknown_rows(rulebook: Rulebook, stance: Stance) -> None:
    for name in stance.what_if - rulebook.what_if_rows:
        raise unknown_word("what_if_row", name, rulebook.what_if_rows)
    for name in stance.reviews - rulebook.rows.keys():
        raise unknown_word("row", name, rulebook.rows)
