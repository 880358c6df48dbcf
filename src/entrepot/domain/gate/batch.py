"""Many cases at once: each is sorted into a class, and a class is judged once.

The answer of each table is judged as :func:`entrepot.domain.gate.decide.decide` judges it, for the
first case that comes to this answer; put together, the answers of the tables are the ruling for
every case of a class under the same law and the same instruments in force. So a batch says what
single decisions say, word for word, and every answer can still be explained by its own facts.

A case as a file states it takes the quick way where its law has come before and each of its
values has the plain form; whatever is unusual about a case, it is read and judged the slow way,
which alone refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, cast

from entrepot.domain.gate.batch_answer import BatchAnswer, BatchRefusal, Law, case_of, law_of
from entrepot.domain.gate.batch_ruling import Part, Ruling, Shelf, ruling_of, together
from entrepot.domain.gate.decide import decide, judge_subject
from entrepot.domain.gate.model import REGISTER_FACT, GateCase
from entrepot.domain.gate.read_case import KEYS, read_case
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.classify import CaseClass, Classifier, classifier
from entrepot.kernel.rulebook.decide import DayGate, day_gate
from entrepot.kernel.rulebook.table import Rulebook

CASES_BEFORE_COMPILING = 24
"""Cases of one law that are judged singly before its classifier is written: it costs as much."""

DESKS_MAX = 4_096
RULINGS_MAX = 65_536
"""Rulings kept for classes already judged; when there are more, all are forgotten."""

Facts = Mapping[str, object]
_Said = list[object] | tuple[object, ...] | date | str | None
Both = tuple["CaseClass | None", "CaseClass | None"]

_KEYS = frozenset(KEYS)
_PLAIN = (dict, type(None))
_answer = cast(
    "Callable[[tuple[str, Facts | None, Facts | None, Law, Ruling]], BatchAnswer]",
    partial(cast("Any", tuple).__new__, BatchAnswer),
)


def answer_bodies(
    rulebook: Rulebook, bodies: Iterable[Mapping[str, object]], as_of: date
) -> Iterator[BatchAnswer | BatchRefusal]:
    """Answer cases as a file states them, in their order; a bad one spoils no other.

    Args:
        rulebook: the law.
        bodies: cases as plain values; see :func:`entrepot.domain.gate.read_case.read_case`.
        as_of: law of this day where a case names none.
    """
    answer = GateBatch(rulebook).answer_body
    for number, body in enumerate(bodies, 1):
        yield answer(body, as_of, number)


class GateBatch:
    """Judges many cases under one rulebook; answers equal those of ``decide``."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._leg_names = _names(rulebook, "flow")
        self._placement_names = _names(rulebook, "placement")
        self._desks: dict[Law, _Desk] = {}
        self._shared: dict[tuple[DayGate, DayGate, frozenset[str]], _Desk] = {}
        self._stated: dict[tuple[object, ...], tuple[Law, _Desk]] = {}
        self._asked: dict[tuple[DayGate, DayGate], int] = {}
        self._kept = 0

    def answer(self, case: GateCase) -> BatchAnswer:
        """Judge a case.

        Raises:
            Invalid: as :func:`entrepot.domain.gate.decide.decide`.
        """
        law, leg, placement = law_of(case), case.leg, case.placement
        desk = self._desks.get(law) or self._open(law, case)
        key = None if desk is None else self._classify(desk, leg, placement)
        if desk is None or key is None:
            ruling = ruling_of(decide(self._rulebook, case))
        else:
            ruling = desk.rulings.get(key) or self._rule(desk, key, case)
        return BatchAnswer(case.name, leg, placement, law, ruling)

    def answer_body(
        self,
        body: Mapping[str, object],
        as_of: date,
        name: str | int,
        adjust: Callable[[GateCase], GateCase] | None = None,
    ) -> BatchAnswer | BatchRefusal:
        """Read a case and judge it.

        Args:
            body: the case as plain values.
            as_of: law of this day where the case names none.
            name: its name where it has none; a number n stands for ``case-<n>``.
            adjust: changes the case before it is judged, such as its day.

        Returns:
            The answer, or the refusal of a case that cannot be read or judged.
        """
        try:
            if adjust is None:
                answer = self._at_once(body, as_of, name)
                if answer is not None:
                    return answer
            case = read_case(body, as_of, _named(name))
            answer = self.answer(case if adjust is None else adjust(case))
        except Invalid as error:
            stated = body.get("name")
            own = isinstance(stated, str) and stated
            return BatchRefusal(own or _named(name), error)
        if adjust is None:
            self._remember(body, as_of, answer.law)
        return answer

    def _at_once(self, body: Mapping[str, Any], as_of: date, name: str | int) -> BatchAnswer | None:
        """Answer a case that is plainly sound; None for any other, whatever is wrong with it."""
        get = body.get
        stated, leg, placement = get("name"), get("leg"), get("placement")
        if type(stated) is str and stated.isprintable():
            name = stated or name
        elif stated is not None:
            return None
        if type(leg) not in _PLAIN or type(placement) not in _PLAIN:
            return None
        try:
            law, desk = self._stated[_law_key(get, as_of)]
        except (KeyError, TypeError):  # not met before, or not to be looked up
            return None
        key = self._classify(desk, leg, placement)
        if key is None or not _KEYS.issuperset(body):
            return None
        own = name if type(name) is str else _named(name)
        ruling = desk.rulings.get(key)
        if ruling is None:
            ruling = self._rule(desk, key, case_of(own, leg, placement, law))
        return _answer((own, leg, placement, law, ruling))

    def _remember(self, body: Mapping[str, Any], as_of: date, law: Law) -> None:
        """Let the next case that states its law like this one take the quick way."""
        desk = self._desks.get(law)
        if desk is not None:
            if len(self._stated) >= DESKS_MAX:
                self._stated.clear()
            self._stated[_law_key(body.get, as_of)] = law, desk

    def _classify(self, desk: _Desk, leg: Facts | None, placement: Facts | None) -> Both | None:
        """Return the class of a case; None where only the slow way can tell."""
        one = two = None
        if leg is placement:  # neither is stated
            return None
        try:
            if leg is not None:
                if not self._leg_names.issuperset(leg):
                    return None
                if len(leg) == len(self._leg_names):
                    one = desk.leg.complete(leg, desk.held)
                else:
                    one = desk.leg.classify(leg.get, desk.held)
            if placement is not None:
                if not self._placement_names.issuperset(placement):
                    return None
                if len(placement) == len(self._placement_names):
                    two = desk.placement.complete(placement, desk.held)
                else:
                    two = desk.placement.classify(placement.get, desk.held)
        except TypeError:  # a list where a word belongs, and the like
            return None
        return one, two

    def _rule(self, desk: _Desk, key: Both, case: GateCase) -> Ruling:
        """Put together the ruling of a class; what its tables have not said yet is judged."""
        if self._kept >= RULINGS_MAX:
            for other in self._shared.values():
                other.forget()
            self._kept = 0
        stated = (("flow", case.leg), ("placement", case.placement))
        found: list[Part] = []
        for shelf, (gate, facts), one in zip(desk.shelves, stated, key, strict=True):
            if facts is not None and one is not None:
                part = shelf.parts.get(one) or shelf.part(gate, one)
                if part is None:
                    subject = judge_subject(self._rulebook, case, gate, facts, gate)
                    part = shelf.judged(subject, one)
                found.append(part)
        ruling = together(found)
        desk.rulings[key] = ruling
        self._kept += 1
        return ruling

    def _open(self, law: Law, case: GateCase) -> _Desk | None:
        """Return the desk of a law once enough cases have come to be worth its classifier."""
        stance = case.stance
        try:
            flow = day_gate(self._rulebook, "flow", stance)
            placement = day_gate(self._rulebook, "placement", stance)
        except Invalid:  # of all that may be wrong with the case, decide tells what comes first
            return None
        gates = flow, placement
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
                self._stated.clear()
                self._kept = 0
            self._desks[law] = self._shared[*gates, case.instruments_in_force] = shared
        return shared

    def _new_desk(self, gates: tuple[DayGate, DayGate], held: frozenset[str]) -> _Desk | None:
        dictionary = self._rulebook.dictionary
        leg, placement = (classifier(gate, dictionary, REGISTER_FACT) for gate in gates)
        if leg is None or placement is None:
            return None
        usable = dictionary.declared(REGISTER_FACT).read(held)
        shelves = Shelf(gates[0]), Shelf(gates[1])
        return _Desk(leg, placement, cast("frozenset[str] | None", usable), shelves)


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """Classifiers of one law, and the rulings for one set of instruments in force."""

    leg: Classifier
    placement: Classifier
    held: frozenset[str] | None
    shelves: tuple[Shelf, Shelf]
    rulings: dict[Both, Ruling] = field(default_factory=dict[Both, Ruling])

    def forget(self) -> None:
        """Drop everything judged so far."""
        self.rulings.clear()
        for shelf in self.shelves:
            shelf.forget()


def _names(rulebook: Rulebook, gate: str) -> frozenset[str]:
    """The facts that a case may state to a gate."""
    scope = rulebook.gates[gate].scope
    facts = rulebook.dictionary.facts.values()
    return frozenset(fact.name for fact in facts if scope in fact.scopes) - {REGISTER_FACT}


def _named(name: str | int) -> str:
    return f"case-{name}" if isinstance(name, int) else name


def _law_key(get: Callable[[str], _Said], as_of: date) -> tuple[object, ...]:
    """What a body says of its law, as it stands there; whatever reads otherwise differs here."""
    day, held = get("as_of"), get("instruments_in_force")
    assumed, reviewed = get("what_if"), get("reviews_in_force")
    return (
        as_of if day is None else day,
        get("known"),
        tuple(held) if isinstance(held, list) else held,
        tuple(assumed) if isinstance(assumed, list) else assumed,
        tuple(reviewed) if isinstance(reviewed, list) else reviewed,
    )
