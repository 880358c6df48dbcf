"""A day's gate → the text of one Python function that sorts cases into classes.

Walking compiled conditions costs a call a condition. The function written here holds the same
comparisons as plain statements: it reads a fact when a row first needs it and leaves a table at
its first row that is not false. It answers with a class, never with a verdict; two cases of one
class read the law alike, so the verdict of one is the verdict of both.

A class is a tuple of whole numbers: one a table, and one for the broken constraints.

    table:       0                     does not apply
                 i + 1                 row i answers
                 R + 1                 no row answers, of R rows
                 code + (R + 3) · m    as above or R + 2 (applicability), open for the facts in m
    constraints: Σ 2^j over the broken constraints j

where bit b of m says that fact b of the guard, in order of first reading, is missing.

Nothing of a rule file enters the text: names, words and bounds are passed beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from entrepot.kernel.rulebook.condition import (
    NEGATION,
    ORDER,
    Condition,
    FactRef,
    Op,
    ParameterRef,
    Test,
    accepted_values,
)
from entrepot.kernel.rulebook.decide import DayGate
from entrepot.kernel.rulebook.dictionary import MONEY_MINOR_MAX, FactDictionary, FactType, Kind
from entrepot.kernel.rulebook.judge import DayTable, Guard
from entrepot.kernel.rulebook.places import PLACES

CONDITIONS_MAX = 40
"""Most conditions of one guard; each may cost a level of indentation, of which Python has 100."""

_SIGN = {Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


@dataclass(frozen=True, slots=True)
class Written:
    """A function as text.

    Args:
        text: defines ``classify(get, held)``.
        constants: the names that the text uses → their values.
    """

    text: str
    constants: dict[str, object]


def write_classifier(compiled: DayGate, dictionary: FactDictionary, held: str) -> Written | None:
    """Write the classifying function of a gate.

    Args:
        compiled: the gate as it stands on a day.
        dictionary: the facts.
        held: the fact that comes from the register; its value is handed in, in its one form.

    Returns:
        The text and its constants; None where a guard is too long to be written out.
    """
    guards = [guard for table in compiled.tables for guard in _guards(table)]
    guards += [guard for _, guard in compiled.constraints]
    if any(len(guard.conditions) > CONDITIONS_MAX for guard in guards):
        return None
    writer = _Writer(compiled, dictionary, held)
    writer.write()
    return Written("\n".join(writer.lines) + "\n", writer.constants)


def _guards(table: DayTable) -> list[Guard]:
    return [table.applies, *(row.guard for row in table.rows)]


def reads_of(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """Return the facts that conditions read, in order of first reading."""
    return tuple(dict.fromkeys(name for item in conditions for name in item.reads))


@dataclass(slots=True)
class _Writer:
    gate: DayGate
    dictionary: FactDictionary
    held: str
    lines: list[str] = field(default_factory=list[str])
    constants: dict[str, object] = field(default_factory=dict[str, object])
    locals: dict[str, str] = field(default_factory=dict[str, str])
    loaded: set[str] = field(default_factory=set[str])
    depth: int = 1

    def write(self) -> None:
        """Write the whole function."""
        tables = [f"t{n}" for n in range(len(self.gate.tables))]
        self.lines.append("def classify(get, held):")
        self.put(" = ".join([*tables, "broken", "0"]))
        for table in self.gate.tables:
            self.load(*reads_of(table.applies.conditions))
        for _, guard in self.gate.constraints:
            self.load(*reads_of(guard.conditions[:1]))
        for bit, (_, guard) in enumerate(self.gate.constraints):
            self.constraint(1 << bit, guard)
        for name, table in zip(tables, self.gate.tables, strict=True):
            self.table(name, table)
        self.put(f"return ({', '.join([*tables, 'broken'])},)")

    def constraint(self, bit: int, guard: Guard) -> None:
        """Set the bit of a constraint whose conditions are all true."""
        tests = list(zip(guard.conditions, guard.tests, strict=True))
        with self.nested():
            for condition, test in tests:
                self.load(*condition.reads)
                self.put(f"if {self.true(condition, test)}:")
                self.depth += 1
            self.put(f"broken |= {bit}")

    def table(self, name: str, table: DayTable) -> None:
        """Find the row that answers, unless the table does not apply."""
        guard, size = table.applies, len(table.rows) + 3
        with self.nested():
            if guard.conditions:
                tests = zip(guard.conditions, guard.tests, strict=True)
                self.put("if " + " and ".join(self.not_false(c, t) for c, t in tests) + ":")
                self.depth += 1
                self.open_case(name, size - 1, size, guard)
            self.put("while True:")
            self.depth += 1
            for code, row in enumerate(table.rows, 1):
                self.row(name, code, size, row.guard)
            self.put(f"{name} = {size - 2}")
            self.put("break")

    def row(self, name: str, code: int, size: int, guard: Guard) -> None:
        """Answer with a row, or with its missing facts, and leave the table; else go on."""
        if not guard.conditions:
            self.put(f"{name} = {code}")
            self.put("break")
            return
        self.load(*guard.conditions[0].reads)  # read on every path: the rows below may use it
        with self.nested():
            for condition, test in zip(guard.conditions, guard.tests, strict=True):
                self.load(*condition.reads)
                self.put(f"if {self.not_false(condition, test)}:")
                self.depth += 1
            self.open_case(name, code, size, guard)
            self.put(f"{name} = {code}")
            self.depth -= 1
            self.put("break")

    def open_case(self, name: str, code: int, size: int, guard: Guard) -> None:
        """Write the answer where facts of a guard that is not false are missing."""
        found = [self.locals[fact] for fact in reads_of(guard.conditions)]
        mask = " | ".join(f"({fact} is None) << {bit}" for bit, fact in enumerate(found))
        self.put("if " + " or ".join(f"{fact} is None" for fact in found) + ":")
        self.depth += 1
        self.put(f"{name} = {code} + {size} * ({mask})")
        self.depth -= 1
        self.put("else:")
        self.depth += 1

    @contextmanager
    def nested(self) -> Generator[None]:
        """Forget, at the end, what was read inside: it need not have been read."""
        loaded, depth = set(self.loaded), self.depth
        yield
        self.loaded, self.depth = loaded, depth

    def put(self, text: str) -> None:
        """Add a line."""
        self.lines.append(" " * self.depth + text)

    def constant(self, value: object) -> str:
        """Pass a value beside the text and return its name there."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def load(self, *facts: str) -> None:
        """Read facts that this path has not read: the value in its one form, else None."""
        for name in facts:
            if name not in self.loaded:
                self.loaded.add(name)
                self.locals.setdefault(name, f"f{len(self.locals)}")
                self.load_one(name)

    def load_one(self, name: str) -> None:
        """Read one fact."""
        here = self.locals[name]
        if name == self.held:
            self.put(f"{here} = held")
            return
        fact = self.dictionary.facts[name]
        default = "" if fact.default is None else ", " + self.constant(fact.default)
        self.put(f"{here} = get({self.constant(name)}{default})")
        odd = self.odd(here, fact)
        reader = "None" if fact.kind is Kind.BOOL else f"{self.constant(_reader(fact))}({here})"
        self.put(f"if {odd}: {here} = {reader}")

    def odd(self, here: str, fact: FactType) -> str:
        """Say when a value is not plainly one of the fact and has to be looked at closely."""
        match fact.kind:
            case Kind.BOOL:
                return f"{here} is not True and {here} is not False"
            case Kind.INT:
                low = "" if fact.minimum is None else f" or {here} < {self.constant(fact.minimum)}"
                return f"{here}.__class__ is not int{low}"
            case Kind.MONEY:
                most = self.constant(MONEY_MINOR_MAX)
                return f"{here}.__class__ is not int or not 0 <= {here} <= {most}"
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
                return f"{here}.__class__ is not list{some} or not {words}.issuperset({here})"

    def not_false(self, condition: Condition, test: Test) -> str:
        """Write that a condition is true or unknown."""
        wanted = self.wanted(condition)
        if wanted is not None:
            return f"{self.locals[condition.fact]} is not {not wanted}"
        names = " or ".join(f"{self.locals[name]} is None" for name in condition.reads)
        return f"({names} or {self.holds(condition, test)})"

    def true(self, condition: Condition, test: Test) -> str:
        """Write that a condition is true."""
        wanted = self.wanted(condition)
        if wanted is not None:
            return f"{self.locals[condition.fact]} is {wanted}"
        names = " and ".join(f"{self.locals[name]} is not None" for name in condition.reads)
        return f"{names} and {self.holds(condition, test)}"

    def wanted(self, condition: Condition) -> bool | None:
        """Return which truth value a condition on a yes-or-no fact asks for; None for others."""
        if not isinstance(condition.value, bool) or condition.op not in (Op.EQ, Op.NE):
            return None
        return condition.value is (condition.op is Op.EQ)

    def holds(self, condition: Condition, test: Test) -> str:
        """Write the comparison of a condition none of whose facts is missing."""
        here, value = self.locals[condition.fact], condition.value
        if isinstance(value, FactRef):
            return self.between(condition, here, self.locals[value.name], test)
        if isinstance(value, ParameterRef):
            value = self.gate.parameters[value.name]
        if condition.op in ORDER:
            return f"{here} {_SIGN[condition.op]} {self.constant(value)}"
        negated = condition.op in NEGATION
        op = NEGATION.get(condition.op, condition.op)
        wanted = set(cast("Iterable[object]", value)) if op is Op.IN else {value}
        accepted = accepted_values(condition.fact, wanted, self.dictionary)
        if op is Op.CONTAINS:
            return f"{'' if negated else 'not '}{self.constant(accepted)}.isdisjoint({here})"
        if len(accepted) == 1:
            return f"{here} {'!=' if negated else '=='} {self.constant(next(iter(accepted)))}"
        return f"{here} {'not in' if negated else 'in'} {self.constant(accepted)}"

    def between(self, condition: Condition, here: str, there: str, test: Test) -> str:
        """Write a comparison of two facts; what is not an order is left to the compiled test."""
        if condition.op in ORDER:
            return f"{here} {_SIGN[condition.op]} {there}"
        names = [self.constant(name) for name in condition.reads]
        return f"{self.constant(test)}({{{names[0]}: {here}, {names[1]}: {there}}})"


def _reader(fact: FactType) -> Callable[[object], object | None]:
    def read(given: object) -> object | None:
        return None if given is None else fact.read(given)

    return read
