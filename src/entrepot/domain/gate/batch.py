"""Many cases at once: each is sorted into a class, and a class is judged once.

The first case of a class is judged by :func:`entrepot.domain.gate.decide.decide`; its ruling
holds for every other case of the class under the same law and the same instruments in force.
So a batch says what single decisions say, word for word, and every answer can still be
explained by its own facts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, cast

from entrepot.domain.gate.batch_ruling import Part, Ruling, part_of, ruling_of, together
from entrepot.domain.gate.decide import decide, judge_subject
from entrepot.domain.gate.model import REGISTER_FACT, GateCase, GateDecision
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.errors import Invalid, Translate
from entrepot.kernel.rulebook.classify import CaseClass, Classify, classifier
from entrepot.kernel.rulebook.decide import DayGate, day_gate
from entrepot.kernel.rulebook.table import Outcome, Rulebook

CASES_BEFORE_COMPILING = 24
"""Cases of one law that are judged singly before its classifier is written: it costs as much."""

DESKS_MAX = 4_096
RULINGS_MAX = 65_536
"""Rulings kept for classes already judged; when there are more, all are forgotten."""

Both = tuple["CaseClass | None", "CaseClass | None"]
Law = tuple[date, "date | None", frozenset[str], frozenset[str], frozenset[str]]


# A tuple, because making one costs a fifth of making a frozen object.
class BatchAnswer(NamedTuple):
    """The answer for one case of a batch: the case and the ruling of its class."""

    case: GateCase
    ruling: Ruling

    @property
    def name(self) -> str:
        """Name of the case."""
        return self.case.name

    @property
    def outcome(self) -> Outcome:
        """The strictest answer."""
        return self.ruling.outcome

    def as_dict(self) -> dict[str, object]:
        """Return name, outcome, deciding, instruments, duties, missing, tables and sources."""
        return self.ruling.as_dict(self.case.name)

    def line(self) -> str:
        """Return :meth:`as_dict` as one line of JSON."""
        return '{"name": ' + json.dumps(self.case.name, ensure_ascii=False) + self.ruling.tail

    def facts_read(self) -> dict[str, object]:
        """Return what the case states of the facts that were read; None where it says nothing.

        The facts are those of the conditions of every applicable table, from its first row to
        the one that answered.
        """
        case, (leg, placement) = self.case, self.ruling.reads
        found: dict[str, object] = {}
        for names, facts in ((leg, case.leg), (placement, case.placement)):
            if facts is not None:
                get = facts.get
                for name in names:
                    found[name] = get(name)
        if REGISTER_FACT in found:
            found[REGISTER_FACT] = sorted(case.instruments_in_force)
        return found

    def decision(self, rulebook: Rulebook) -> GateDecision:
        """Return the whole decision, which compares fact by fact; nothing is judged again."""
        return decide(rulebook, self.case, self.ruling.verdicts)


@dataclass(frozen=True, slots=True)
class BatchRefusal:
    """A case of a batch that cannot be judged; the others are.

    Args:
        name: its name, else ``case-<n>``.
        error: why, and what to do.
    """

    name: str
    error: Invalid

    def as_dict(self, translate: Translate = str) -> dict[str, object]:
        """Return ``name`` and ``error`` (code, message, hint, fields) as plain values."""
        return {"name": self.name, "error": self.error.as_dict(translate)}

    def line(self, translate: Translate = str) -> str:
        """Return :meth:`as_dict` as one line of JSON; what no text can hold is escaped."""
        text = json.dumps(self.as_dict(translate), ensure_ascii=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # a name or key holds half of a surrogate pair
            return json.dumps(self.as_dict(translate))
        return text


def answer_bodies(
    rulebook: Rulebook, bodies: Iterable[Mapping[str, object]], as_of: date
) -> Iterator[BatchAnswer | BatchRefusal]:
    """Answer cases as a file states them, in their order; a bad one spoils no other.

    Args:
        rulebook: the law.
        bodies: cases as plain values; see :func:`entrepot.domain.gate.read_case.read_case`.
        as_of: law of this day where a case names none.
    """
    desk = GateBatch(rulebook)
    for number, body in enumerate(bodies, 1):
        yield desk.answer_body(body, as_of, f"case-{number}")


class GateBatch:
    """Judges many cases under one rulebook; answers equal those of ``decide``."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._leg_names = _names(rulebook, "flow")
        self._placement_names = _names(rulebook, "placement")
        self._desks: dict[Law, _Desk] = {}
        self._shared: dict[tuple[DayGate, DayGate, frozenset[str]], _Desk] = {}
        self._asked: dict[tuple[DayGate, DayGate], int] = {}
        self._kept = 0

    def answer(self, case: GateCase) -> BatchAnswer:
        """Judge a case.

        Raises:
            Invalid: as :func:`entrepot.domain.gate.decide.decide`.
        """
        law: Law = (
            case.as_of,
            case.known,
            case.what_if,
            case.reviews_in_force,
            case.instruments_in_force,
        )
        desk = self._desks.get(law) or self._open(law, case)
        key = desk and self._classify(desk, case)
        if desk is None or key is None:
            return BatchAnswer(case, ruling_of(decide(self._rulebook, case)))
        ruling = desk.rulings.get(key)
        return BatchAnswer(case, ruling or self._rule(desk, key, case))

    def answer_body(
        self,
        body: Mapping[str, object],
        as_of: date,
        name: str,
        adjust: Callable[[GateCase], GateCase] | None = None,
    ) -> BatchAnswer | BatchRefusal:
        """Read a case and judge it.

        Args:
            body: the case as plain values.
            as_of: law of this day where the case names none.
            name: its name where it has none.
            adjust: changes the case before it is judged, such as its day.

        Returns:
            The answer, or the refusal of a case that cannot be read or judged.
        """
        try:
            case = read_case(body, as_of, name)
            return self.answer(case if adjust is None else adjust(case))
        except Invalid as error:
            stated = body.get("name")
            return BatchRefusal(stated if isinstance(stated, str) and stated else name, error)

    def _classify(self, desk: _Desk, case: GateCase) -> Both | None:
        """Return the class of a case; None where only the slow way can tell."""
        leg, placement = case.leg, case.placement
        one = two = None
        if leg is placement:  # neither is stated
            return None
        try:
            if leg is not None:
                if not self._leg_names.issuperset(leg):
                    return None
                one = desk.leg(leg.get, desk.held)
            if placement is not None:
                if not self._placement_names.issuperset(placement):
                    return None
                two = desk.placement(placement.get, desk.held)
        except TypeError:  # a list where a word belongs, and the like
            return None
        return one, two

    def _rule(self, desk: _Desk, key: Both, case: GateCase) -> Ruling:
        """Judge the first case of a class; each gate judges its own part once."""
        if self._kept >= RULINGS_MAX:
            for other in self._shared.values():
                other.forget()
            self._kept = 0
        stated = (("flow", case.leg), ("placement", case.placement))
        found: list[Part] = []
        for (gate, facts), one, known in zip(stated, key, desk.parts, strict=True):
            if facts is not None and one is not None:
                part = known.get(one)
                if part is None:
                    subject = judge_subject(self._rulebook, case, gate, facts, gate)
                    part = known[one] = part_of(subject)
                found.append(part)
        ruling = together(found)
        desk.rulings[key] = ruling
        self._kept += 1
        return ruling

    def _open(self, law: Law, case: GateCase) -> _Desk | None:
        """Return the desk of a law once enough cases have come to be worth its classifier."""
        gates = (
            day_gate(self._rulebook, "flow", case.stance),
            day_gate(self._rulebook, "placement", case.stance),
        )
        if len(self._asked) >= DESKS_MAX:
            self._asked.clear()
        self._asked[gates] = self._asked.get(gates, 0) + 1
        if self._asked[gates] < CASES_BEFORE_COMPILING:
            return None
        shared = self._shared.get((*gates, case.instruments_in_force))
        if shared is None:
            shared = self._new_desk(gates, case.instruments_in_force)
        if shared is not None:
            if len(self._desks) >= DESKS_MAX:
                self._desks.clear()
                self._shared.clear()
                self._kept = 0
            self._desks[law] = self._shared[*gates, case.instruments_in_force] = shared
        return shared

    def _new_desk(self, gates: tuple[DayGate, DayGate], held: frozenset[str]) -> _Desk | None:
        dictionary = self._rulebook.dictionary
        leg, placement = (classifier(gate, dictionary, REGISTER_FACT) for gate in gates)
        if leg is None or placement is None:
            return None
        usable = dictionary.declared(REGISTER_FACT).read(held)
        return _Desk(leg, placement, cast("frozenset[str] | None", usable))


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """Classifiers of one law, and the rulings for one set of instruments in force."""

    leg: Classify
    placement: Classify
    held: frozenset[str] | None
    rulings: dict[Both, Ruling] = field(default_factory=dict[Both, Ruling])
    parts: tuple[dict[CaseClass, Part], dict[CaseClass, Part]] = field(
        default_factory=lambda: ({}, {})
    )

    def forget(self) -> None:
        """Drop everything judged so far."""
        self.rulings.clear()
        for known in self.parts:
            known.clear()


def _names(rulebook: Rulebook, gate: str) -> frozenset[str]:
    """The facts that a case may state to a gate."""
    scope = rulebook.gates[gate].scope
    facts = rulebook.dictionary.facts.values()
    return frozenset(fact.name for fact in facts if scope in fact.scopes) - {REGISTER_FACT}
