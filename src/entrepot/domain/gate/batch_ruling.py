"""What the gate says of every case of one class: one part a gate, and the parts together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from json.encoder import encode_basestring

from entrepot.domain.gate.decide import United, unite_all, united_of
from entrepot.domain.gate.model import REGISTER_FACT, GateDecision, Subject
from entrepot.kernel.rulebook.classify import CaseClass
from entrepot.kernel.rulebook.decide import DayGate, GateVerdict, gate_verdict
from entrepot.kernel.rulebook.judge import DayTable, Reason, TableVerdict
from entrepot.kernel.rulebook.table import Constraint, Gate, Outcome

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What one table says of every case that is one number of its class.

    Args:
        verdict: its answer.
        sources: addresses of the row that answered.
        reads: facts that it reads, from the first row to the one that answered.
    """

    verdict: TableVerdict
    sources: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one gate says of every leg, or of every placement, of one class.

    Args:
        gate: name of the gate.
        verdict: its answer.
        united: the same in the form that parts are united in.
        sources: addresses of the rows that answered.
        reads: facts that its tables read, from the first row to the one that answered.
        stated: those of them that a case states; the others come from the register.
    """

    gate: str
    verdict: GateVerdict
    united: United
    sources: tuple[str, ...]
    reads: tuple[str, ...]
    stated: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What one gate was found to say, for one set of instruments in force.

    A table's answer hangs on its own number of the class alone, so a class whose numbers have
    all come before is put together, not judged.

    Args:
        compiled: the gate as it stands.
        pieces: (table, its number of the class) → what the table says.
        parts: class → what the gate says.
    """

    compiled: DayGate
    pieces: dict[tuple[int, int], Piece] = field(default_factory=dict[tuple[int, int], Piece])
    parts: dict[CaseClass, Part] = field(default_factory=dict["CaseClass", Part])

    def part(self, gate: str, one: CaseClass) -> Part | None:
        """Return the part of a class; None where a table has not been judged for it yet."""
        found: list[Piece] = []
        for key in _numbers(one):
            piece = self.pieces.get(key)
            if piece is None:
                return None
            found.append(piece)
        broken = _broken(self.compiled, one[-1])
        part = self.parts[one] = _part(gate, found, broken)
        return part

    def judged(self, subject: Subject, one: CaseClass) -> Part:
        """Keep what a judged subject of class ``one`` was told, and return its part."""
        pieces = _pieces(subject.verdict, subject.compiled, subject.gate)
        numbers = _numbers(one)
        if len(numbers) == len(pieces):
            self.pieces.update(zip(numbers, pieces, strict=True))
        part = self.parts[one] = _part(subject.gate.name, pieces, subject.verdict.contradictions)
        return part

    def forget(self) -> None:
        """Drop everything judged so far."""
        self.pieces.clear()
        self.parts.clear()


def _numbers(one: CaseClass) -> list[tuple[int, int]]:
    """The tables that apply to a class, each with its number."""
    return [(table, number) for table, number in enumerate(one[:-1]) if number]


def _broken(compiled: DayGate, bits: int) -> tuple[Constraint, ...]:
    return tuple(item for bit, (item, _) in enumerate(compiled.constraints) if bits >> bit & 1)


def part_of(subject: Subject) -> Part:
    """Return what a judged subject says of its whole class."""
    pieces = _pieces(subject.verdict, subject.compiled, subject.gate)
    return _part(subject.gate.name, pieces, subject.verdict.contradictions)


def _part(gate: str, pieces: Sequence[Piece], broken: tuple[Constraint, ...]) -> Part:
    verdict = gate_verdict(gate, tuple([piece.verdict for piece in pieces]), broken)
    sources = _distinct(chain(*[piece.sources for piece in pieces]))
    reads = _distinct(chain(*[piece.reads for piece in pieces], *[item.facts for item in broken]))
    stated = tuple([name for name in reads if name != REGISTER_FACT])
    return Part(gate, verdict, united_of(verdict), sources, reads, stated)


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
        return _distinct(source for part in self.parts for source in part.sources)

    @cached_property
    def verdicts(self) -> tuple[GateVerdict, ...]:
        """Verdicts of the gates, leg first."""
        return tuple(part.verdict for part in self.parts)

    @cached_property
    def tables(self) -> dict[str, str]:
        """Table → its answer."""
        return {name: outcome.value for name, outcome in self.united.tables.items()}

    @cached_property
    def tail(self) -> str:
        """The answer as JSON, from behind the name on."""
        united, quoted = self.united, encode_basestring
        tables = [f"{quoted(n)}: {quoted(o.value)}" for n, o in united.tables.items()]
        return (
            f', "outcome": {quoted(united.outcome.value)}, "deciding": {_listed(united.deciding)}'
            f', "instruments": {_listed(united.instruments)}, "duties": {_listed(united.duties)}'
            f', "missing": {_listed(united.missing)}, "tables": {{{", ".join(tables)}}}'
            f', "sources": {_listed(self.sources)}}}'
        )

    @cached_property
    def _blank(self) -> dict[str, object]:
        blank: dict[str, object] = {}
        for part in self.parts:
            blank.update(dict.fromkeys(part.reads))
        return blank

    def reading(
        self, leg: Facts | None, placement: Facts | None, held: Iterable[str]
    ) -> dict[str, object]:
        """Return the facts that were read: name → what a case of the class states.

        Args:
            leg: facts of the leg as stated; None: no leg.
            placement: facts of the placement as stated; None: no placement.
            held: instruments in force.
        """
        found = self._blank.copy()  # filling a copy costs half of making a mapping anew
        for part in self.parts:
            facts = (leg if part.gate == "flow" else placement) or {}
            try:
                for name in part.stated:
                    found[name] = facts[name]
            except KeyError:  # most cases state every fact that is read
                found.update({name: facts.get(name) for name in part.stated})
        if REGISTER_FACT in found:
            found[REGISTER_FACT] = sorted(held)
        return found

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


def _pieces(verdict: GateVerdict, compiled: DayGate, gate: Gate) -> list[Piece]:
    tables = {table.table.id: table for table in compiled.tables}
    return [_piece(answer, tables[answer.table], gate) for answer in verdict.verdicts]


def _piece(answer: TableVerdict, table: DayTable, gate: Gate) -> Piece:
    guards = [table.applies]
    if answer.reason is not Reason.APPLICABILITY:
        last = table.rows.index(answer.day_row) + 1 if answer.day_row else len(table.rows)
        guards += [row.guard for row in table.rows[:last]]
    reads = _distinct(name for guard in guards for item in guard.conditions for name in item.reads)
    keys = () if answer.day_row is None else answer.day_row.row.src
    return Piece(answer, _distinct(gate.sources[key].address for key in keys), reads)


@lru_cache(maxsize=8_192)
def _listed(words: tuple[str, ...]) -> str:
    return f"[{', '.join(map(encode_basestring, words))}]"


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
