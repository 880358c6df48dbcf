"""A day's gate → the text of a Python function that sorts cases into classes.

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

from collections.abc import Iterable
from dataclasses import dataclass
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
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.judge import DayTable, Guard
from entrepot.kernel.rulebook.write_reading import Reader, guards_of, reads_of, wanted

CONDITIONS_MAX = 40
"""Most conditions of one guard; each may cost a level of indentation, of which Python has 100."""

_SIGN = {Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


@dataclass(frozen=True, slots=True)
class Written:
    """A function as text.

    Args:
        text: defines ``classify(get, held)`` for any facts, given the ``get`` of their mapping, and
            ``complete(facts, held)`` for a mapping that states every fact.
        constants: the names that the text uses → their values.
    """

    text: str
    constants: dict[str, object]


def write_classifier(compiled: DayGate, dictionary: FactDictionary, held: str) -> Written | None:
    """Write the classifying functions of a gate.

    Args:
        compiled: the gate as it stands on a day.
        dictionary: the facts.
        held: the fact that comes from the register; its value is handed in, in its one form.

    Returns:
        The text and its constants; None where a guard is too long to be written out.
    """
    guards = [guard for table in compiled.tables for guard in guards_of(table)]
    guards += [guard for _, guard in compiled.constraints]
    if any(len(guard.conditions) > CONDITIONS_MAX for guard in guards):
        return None
    writer = _Writer(compiled, dictionary, held)
    writer.write()
    return Written("\n".join(writer.lines) + "\n", writer.constants)


class _Writer(Reader):
    __slots__ = ()

    def write(self) -> None:
        """Write both functions."""
        self.function("def classify(get, held):")
        self.loaded.clear()
        self.complete = True
        self.function("def complete(facts, held):")

    def function(self, head: str) -> None:
        """Write one function."""
        tables = [f"t{n}" for n in range(len(self.gate.tables))]
        self.lines.append(head)
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
                self.present.update(condition.reads)
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
                if not row.guard.conditions:
                    return  # no row below can answer
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
            left = self.depth
            self.open_case(name, code, size, guard)
            self.put(f"{name} = {code}")
            self.depth = left
            self.put("break")

    def open_case(self, name: str, code: int, size: int, guard: Guard) -> None:
        """Write the answer where facts of a guard that is not false are missing."""
        facts, known = reads_of(guard.conditions), guard.conditions
        found = [(bit, fact) for bit, fact in enumerate(facts) if fact not in self.present]
        if not found:
            return
        mask = " | ".join(f"({self.missing(fact, known)}) << {bit}" for bit, fact in found)
        self.put("if " + " or ".join(self.missing(fact, known) for _, fact in found) + ":")
        self.put(f" {name} = {code} + {size} * ({mask})")
        self.put("else:")
        self.present.update(facts)
        self.depth += 1

    def not_false(self, condition: Condition, test: Test) -> str:
        """Write that a condition is true or unknown."""
        flag = wanted(condition)
        if flag is not None:
            return f"{self.locals[condition.fact]} is not {not flag}"
        names = [f"{self.locals[n]} is None" for n in condition.reads if n not in self.present]
        return f"({' or '.join([*names, self.holds(condition, test)])})"

    def true(self, condition: Condition, test: Test) -> str:
        """Write that a condition is true."""
        flag = wanted(condition)
        if flag is not None:
            return f"{self.locals[condition.fact]} is {flag}"
        names = [f"{self.locals[n]} is not None" for n in condition.reads if n not in self.present]
        return " and ".join([*names, self.holds(condition, test)])

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
        """Write a comparison of two facts; what needs more than a sign is left to the test."""
        if condition.op in ORDER:
            return f"{here} {_SIGN[condition.op]} {there}"
        # Words without families are alike only where they are the same.
        if condition.op in (Op.EQ, Op.NE) and not self.dictionary.is_a.get(condition.fact):
            return f"{here} {'==' if condition.op is Op.EQ else '!='} {there}"
        names = [self.constant(name) for name in condition.reads]
        return f"{self.constant(test)}({{{names[0]}: {here}, {names[1]}: {there}}})"
