"""Reading of conditions, with every fault found while the file is read, none while judging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.condition import Condition, FactRef, Op, ParameterRef
from entrepot.kernel.rulebook.dictionary import (
    ORDERED,
    SETS,
    FactDictionary,
    FactType,
    Kind,
    nearest,
)
from entrepot.kernel.rulebook.document import Document, Path
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.series import Series
from entrepot.kernel.text import N_

_ORDERING = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})
_OF_SETS = frozenset({Op.CONTAINS, Op.EXCLUDES})
_OF_LISTS = frozenset({Op.IN, Op.NOT_IN})


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads ``[fact, op, value]`` against a dictionary and the parameters of a file.

    Args:
        dictionary: the declared facts.
        scope: scope that the facts must belong to.
        parameters: name → series, for ``$name``.
    """

    dictionary: FactDictionary
    scope: str
    parameters: Mapping[str, Series] = field(default_factory=dict[str, Series])

    def read_all(self, box: Fields, key: str) -> tuple[Condition, ...]:
        """Read the list of conditions under ``key``.

        Raises:
            Invalid: a condition has the wrong form, names an unknown fact or parameter,
                or compares unlike values.
        """
        return tuple(
            self._read(box.document, (*box.path, key, index), item)
            for index, item in enumerate(box.items(key))
        )

    def _read(self, document: Document, path: Path, item: object) -> Condition:
        parts = cast("list[object]", item) if isinstance(item, list) else []
        if len(parts) != 3 or not isinstance(parts[0], str) or parts[1] not in set(Op):
            raise document.refusal(
                "rulefile.condition",
                path,
                N_("{file}, line {line}: {field} is no condition."),
                N_("Write [fact, op, value] with op one of {ops}."),
                ops=", ".join(Op),
            )
        fact = self._fact(document, path, parts[0])
        op = Op(cast("str", parts[1]))
        if (op in _ORDERING and fact.kind not in ORDERED) or (op in _OF_SETS) != (
            fact.kind in SETS
        ):
            raise self._unlike(document, path, fact, op)
        return Condition(fact.name, op, self._value(document, path, fact, op, parts[2]))

    def _fact(self, document: Document, path: Path, name: str) -> FactType:
        fact = self.dictionary.facts.get(name)
        if fact is None or self.scope not in fact.scopes:
            near = nearest(name, self._facts_here())
            raise document.refusal(
                "rulefile.unknown_fact",
                path,
                N_("{file}, line {line}: {name} is no fact of scope {scope}."),
                N_("Did you mean {near}?") if near else N_("Declare it in the dictionary first."),
                name=name,
                scope=self.scope,
                near=near,
            )
        return fact

    def _facts_here(self) -> list[str]:
        return [f.name for f in self.dictionary.facts.values() if self.scope in f.scopes]

    def _value(self, document: Document, path: Path, fact: FactType, op: Op, raw: object) -> object:
        if isinstance(raw, str) and raw.startswith("$"):
            return self._parameter(document, path, fact, op, raw[1:])
        if isinstance(raw, dict):
            named = Fields.of(document, path, cast("object", raw)).only("fact").text("fact")
            other = self._fact(document, path, named)
            wants_set = op in _OF_LISTS
            if (other.kind in SETS) != wants_set or (other.kind != fact.kind and not wants_set):
                raise self._unlike(document, path, fact, op)
            return FactRef(other.name)
        return self._literal(document, path, fact, op, raw)

    def _parameter(
        self, document: Document, path: Path, fact: FactType, op: Op, name: str
    ) -> ParameterRef:
        series = self.parameters.get(name)
        if series is None:
            raise document.refusal(
                "rulefile.unknown_parameter",
                path,
                N_("{file}, line {line}: there is no parameter {name}."),
                N_("Did you mean {near}?"),
                name=name,
                near=nearest(name, self.parameters) or "another",
            )
        for step in series.steps:
            self._literal(document, path, fact, op, step.value)
        return ParameterRef(name)

    def _literal(
        self, document: Document, path: Path, fact: FactType, op: Op, raw: object
    ) -> object:
        if op in _OF_LISTS:
            if not isinstance(raw, (list, frozenset)) or not raw:
                raise self._unlike(document, path, fact, op)
            items = list(cast("list[object]", raw))
            return frozenset(self._single(document, path, fact, op, one) for one in items)
        return self._single(document, path, fact, op, raw)

    def _single(
        self, document: Document, path: Path, fact: FactType, op: Op, raw: object
    ) -> object:
        if fact.kind in SETS:
            ok = fact.read([raw]) is not None
        else:
            ok = fact.read(raw) is not None and (
                fact.kind is not Kind.DATE or isinstance(raw, date)
            )
        if not ok:
            raise self._unlike(document, path, fact, op)
        return raw

    def _unlike(self, document: Document, path: Path, fact: FactType, op: Op) -> Invalid:
        return document.refusal(
            "rulefile.unlike_value",
            path,
            N_("{file}, line {line}: {fact} ({kind}) cannot be compared so by {op}."),
            N_("Give a value of that type and inside the fact's domain."),
            fact=fact.name,
            kind=fact.kind.value,
            op=op.value,
        )
