"""How a written classifier reads a fact: the value in its one form, and when it is missing.

A value is looked at closely only where it is not plainly one of its fact. A fact that only
yes-or-no conditions read is not looked at before they do: what is neither yes nor no is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from entrepot.kernel.rulebook.condition import Condition, Op
from entrepot.kernel.rulebook.decide import DayGate
from entrepot.kernel.rulebook.dictionary import MONEY_MINOR_MAX, FactDictionary, FactType, Kind
from entrepot.kernel.rulebook.judge import DayTable, Guard
from entrepot.kernel.rulebook.places import PLACES


def guards_of(table: DayTable) -> list[Guard]:
    """Return the guards of a table: its applicability, then its rows in order."""
    return [table.applies, *(row.guard for row in table.rows)]


def reads_of(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return the facts that conditions read, in order of first reading."""
    return tuple(dict.fromkeys(name for item in conditions for name in item.reads))


def wanted(condition: Condition) -> bool | None:
    """Return which truth value a condition on a yes-or-no fact asks for; None for others."""
    if not isinstance(condition.value, bool) or condition.op not in (Op.EQ, Op.NE):
        return None
    return condition.value is (condition.op is Op.EQ)


def plain_flags(gate: DayGate) -> frozenset[str]:
    """Return the facts that only yes-or-no conditions read."""
    guards = [guard for table in gate.tables for guard in guards_of(table)]
    guards += [guard for _, guard in gate.constraints]
    read = [item for guard in guards for item in guard.conditions]
    others = {name for item in read if wanted(item) is None for name in item.reads}
    return frozenset(reads_of(read)) - others


@dataclass(slots=True)
class Reader:
    """Writes lines that read facts, each when a path first needs it.

    Attributes:
        gate: the gate as it stands on a day.
        dictionary: the facts.
        held: the fact that comes from the register.
        lines: the text so far.
        constants: name in the text → value.
        locals: fact → its name in the text.
        readers: fact → name in the text of the function that looks closely at its value.
        loaded: facts that every path to this line has read.
        present: those of them that are not missing on any such path.
        depth: indentation of the next line.
        complete: every fact is stated, so that reading one needs no call.
        flags: facts that only yes-or-no conditions read.
    """

    gate: DayGate
    dictionary: FactDictionary
    held: str
    lines: list[str] = field(default_factory=list[str])
    constants: dict[str, object] = field(default_factory=dict[str, object])
    locals: dict[str, str] = field(default_factory=dict[str, str])
    readers: dict[str, str] = field(default_factory=dict[str, str])
    loaded: set[str] = field(default_factory=set[str])
    present: set[str] = field(default_factory=set[str])
    depth: int = 1
    complete: bool = False
    flags: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Find the facts that need no look of their own."""
        self.flags = plain_flags(self.gate) - {self.held}

    @contextmanager
    def nested(self) -> Generator[None]:
        """Forget, at the end, what was read inside: it need not have been read."""
        loaded, present, depth = set(self.loaded), set(self.present), self.depth
        yield
        self.loaded, self.present, self.depth = loaded, present, depth

    def put(self, text: str) -> None:
        """Add a line."""
        self.lines.append(" " * self.depth + text)

    def constant(self, value: object) -> str:
        """Pass a value beside the text and return its name there."""
        kind = type(value)
        for name, other in self.constants.items():
            if type(other) is kind and other == value:
                return name
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def load(self, *facts: str) -> None:
        """Read facts that this path has not read: the value in its one form, else None.

        Plain flags are kept as stated.
        """
        for name in facts:
            if name not in self.loaded:
                self.loaded.add(name)
                self.locals.setdefault(name, f"f{len(self.locals)}")
                self._load_one(name)

    def missing(self, name: str, conditions: Sequence[Condition]) -> str:
        """Write that a fact is missing where none of the conditions that read it is false."""
        here = self.locals[name]
        if name in self.flags:
            one = next(item for item in conditions if item.fact == name)
            return f"{here} is not {wanted(one)}"
        return f"{here} is None"

    def _load_one(self, name: str) -> None:
        here = self.locals[name]
        if name == self.held:
            self.put(f"{here} = held")
            return
        fact, key = self.dictionary.facts[name], self.constant(name)
        default = "" if fact.default is None else ", " + self.constant(fact.default)
        self.put(f"{here} = facts[{key}]" if self.complete else f"{here} = get({key}{default})")
        if name not in self.flags:
            reader = "None" if fact.kind is Kind.BOOL else f"{self._reader(fact)}({here})"
            self.put(f"if {self._odd(here, fact)}: {here} = {reader}")

    def _reader(self, fact: FactType) -> str:
        if fact.name not in self.readers:
            self.readers[fact.name] = self.constant(_reader(fact))
        return self.readers[fact.name]

    def _odd(self, here: str, fact: FactType) -> str:
        """Say when a value is not plainly one of the fact and has to be looked at closely."""
        match fact.kind:
            case Kind.BOOL:
                return f"{here} is not True and {here} is not False"
            case Kind.INT:
                low = "" if fact.minimum is None else f" or {here} < {self.constant(fact.minimum)}"
                return f"type({here}) is not int{low}"
            case Kind.MONEY:
                most = self.constant(MONEY_MINOR_MAX)
                return f"type({here}) is not int or not 0 <= {here} <= {most}"
            case Kind.PLACE:
                return f"{here} not in {self.constant(PLACES)}"
            case Kind.ENUM:
                return f"{here} not in {self.constant(frozenset(fact.domain))}"
            case Kind.DATE:
                return "True"
            case Kind.SET | Kind.PLACE_SET:
                places = fact.kind is Kind.PLACE_SET
                words = self.constant(PLACES if places else frozenset(fact.domain))
                some = f" or not {here}" if places else ""
                return f"type({here}) is not list{some} or not {words}.issuperset({here})"


def _reader(fact: FactType) -> Callable[[object], object | None]:
    def read(given: object) -> object | None:
        return None if given is None else fact.read(given)

    return read
