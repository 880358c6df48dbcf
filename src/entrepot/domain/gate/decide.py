"""Decisions: one case by both gates, several cases of one place united."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from entrepot.domain.gate.model import REGISTER_FACT, GateCase, GateDecision, Subject
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.decide import GateVerdict, Stance, day_gate, judge_gate, strictest
from entrepot.kernel.rulebook.table import Outcome, Rulebook
from entrepot.kernel.text import N_

LEASABLE = frozenset({Outcome.ALLOW, Outcome.ALLOW_WITH_DUTIES})


def decide(
    rulebook: Rulebook, case: GateCase, verdicts: Sequence[GateVerdict] | None = None
) -> GateDecision:
    """Judge a case: the leg by the flow gate, the placement by the placement gate.

    Args:
        rulebook: the law.
        case: facts, instruments, and which law is applied.
        verdicts: those of the gates, leg first, where they are known; else they are judged.

    Returns:
        The strictest answer, with instruments and duties of all tables.

    Raises:
        Invalid: a fact is not declared or comes from the register only, a what-if or
            review names no row, or the case holds neither leg nor placement.
    """
    parts = [("flow", case.leg), ("placement", case.placement)]
    given = [(gate, facts) for gate, facts in parts if facts is not None]
    judged = verdicts or [None] * len(given)
    if not given:
        raise Invalid(
            "gate.empty_case",
            N_("The case {name} names neither a data leg nor a placement."),
            hint=N_("Give the facts of a leg, of a placement, or of both."),
            fields={"leg": "absent", "placement": "absent"},
            name=case.name,
        )
    subjects = [
        judge_subject(rulebook, case, gate, facts, case.name if len(given) == 1 else gate, verdict)
        for (gate, facts), verdict in zip(given, judged, strict=True)
    ]
    return _combine(rulebook, case.name, case.stance, subjects)


def unite(decisions: Sequence[GateDecision]) -> GateDecision:
    """Unite the decisions for one place: its legs and its placement.

    Args:
        decisions: at least one, all of one rulebook and one stance.

    Returns:
        The strictest answer, with everything that each of them asks.

    Raises:
        ValueError: there is no decision, or they apply different law.

    The outcome is max over decisions in the order refuse > needs_info > needs_review >
    approval > instrument > allow_with_duties > allow.
    """
    if not decisions:
        raise ValueError("nothing to unite")
    first = decisions[0]
    if any(d.stance != first.stance or d.rulebook is not first.rulebook for d in decisions):
        raise ValueError("decisions under different law cannot be united")
    subjects = [subject for decision in decisions for subject in decision.subjects]
    name = "+".join(decision.name for decision in decisions)
    return _combine(first.rulebook, name, first.stance, subjects)


def is_leasable(decision: GateDecision) -> bool:
    """Say whether a place may be leased: allow, or allow with duties that are accepted."""
    return decision.outcome in LEASABLE


def judge_subject(
    rulebook: Rulebook,
    case: GateCase,
    gate: str,
    facts: Mapping[str, object],
    name: str,
    known: GateVerdict | None = None,
) -> Subject:
    """Judge one part of a case by one gate.

    Args:
        rulebook: the law.
        case: gives instruments, and which law is applied.
        gate: ``flow`` or ``placement``.
        facts: of that part.
        name: shown in the explanation.
        known: the verdict, where it is known.

    Raises:
        Invalid: as :func:`decide`.
    """
    if REGISTER_FACT in facts:
        raise Invalid(
            "gate.register_fact",
            N_("{fact} comes from the register of instruments and cannot be stated."),
            hint=N_("Record the instrument first; the gate then reads it."),
            fields={REGISTER_FACT: "read from the register"},
            fact=REGISTER_FACT,
        )
    file = rulebook.gates[gate]
    stated = {**facts, REGISTER_FACT: case.instruments_in_force}
    sheet = rulebook.dictionary.check(file.scope, stated)
    in_force = cast("frozenset[str]", sheet.values.get(REGISTER_FACT, frozenset[str]()))
    verdict = known or judge_gate(rulebook, gate, sheet, in_force, case.stance)
    compiled = day_gate(rulebook, gate, case.stance)
    return Subject(name, verdict, sheet.values, sheet.unusable, file, compiled)


@dataclass(frozen=True, slots=True)
class United:
    """What several verdicts say together; see :class:`GateDecision`."""

    outcome: Outcome
    deciding: tuple[str, ...]
    instruments: tuple[str, ...]
    duties: tuple[str, ...]
    missing: tuple[str, ...]
    tables: Mapping[str, Outcome]


def united_of(gate: GateVerdict) -> United:
    """Return what one verdict says, in the form of several."""
    answers = gate.verdicts
    tables: dict[str, Outcome] = {}
    for answer in answers:
        tables[answer.table] = strictest([answer.outcome, tables.get(answer.table, answer.outcome)])
    return United(
        outcome=gate.outcome,
        deciding=gate.deciding,
        instruments=tuple(sorted({name for answer in answers for name in answer.instruments})),
        duties=_distinct(duty for answer in answers for duty in answer.duties),
        missing=gate.missing,
        tables=tables,
    )


def unite_all(several: Sequence[United]) -> United:
    """Unite what verdicts say: the strictest outcome, and everything that each of them asks."""
    if len(several) == 1:
        return several[0]
    outcome = strictest([one.outcome for one in several])
    tables: dict[str, Outcome] = {}
    for one in several:
        for name, found in one.tables.items():
            tables[name] = strictest([found, tables[name]]) if name in tables else found
    return United(
        outcome=outcome,
        deciding=_joined([one.deciding for one in several if one.outcome is outcome]),
        instruments=tuple(sorted(_joined([one.instruments for one in several]))),
        duties=_joined([one.duties for one in several]),
        missing=tuple(sorted(_joined([one.missing for one in several]))),
        tables=tables,
    )


def _combine(
    rulebook: Rulebook, name: str, stance: Stance, subjects: Sequence[Subject]
) -> GateDecision:
    united = unite_all([united_of(subject.verdict) for subject in subjects])
    return GateDecision(
        name=name,
        stance=stance,
        outcome=united.outcome,
        deciding=united.deciding,
        instruments=united.instruments,
        duties=united.duties,
        missing=united.missing,
        tables=united.tables,
        subjects=tuple(subjects),
        rulebook=rulebook,
    )


def _joined(several: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    said = [names for names in several if names]
    if len(said) < 2:  # each is distinct by itself
        return said[0] if said else ()
    return _distinct(name for names in said for name in names)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
