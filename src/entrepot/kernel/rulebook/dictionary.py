"""The dictionary of facts: what a case may say, and what it fails to say.

A fact that is absent, null, of the wrong type or outside its domain is missing; the
decision then asks for it. A fact that no dictionary declares is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.places import is_place
from entrepot.kernel.text import N_

MONEY_MINOR_MAX = 9_000_000_000_000_000
"""Largest amount in minor units that a fact may hold."""


class Kind(StrEnum):
    """Type of a fact."""

    BOOL = "bool"
    INT = "int"
    MONEY = "money"
    PLACE = "place"
    PLACE_SET = "place_set"
    ENUM = "enum"
    SET = "set"
    DATE = "date"


ORDERED = frozenset({Kind.INT, Kind.MONEY, Kind.DATE})
SETS = frozenset({Kind.PLACE_SET, Kind.SET})


@dataclass(frozen=True, slots=True)
class FactType:
    """One declared fact.

    Args:
        name: name used in cases and conditions.
        scopes: leg, placement, voucher, tax.
        kind: type of the value.
        domain: allowed words of an enum or set.
        minimum: least integer allowed; None: no bound.
        unit: unit of the value, where it has one.
        definition: what exactly is counted or meant.
        default: value used when the fact is absent; None: no default.
        derived_from: record or address that it is read from, asked only if that fails.
        ask: language → question; None: never asked.
    """

    name: str
    scopes: frozenset[str]
    kind: Kind
    domain: tuple[str, ...] = ()
    minimum: int | None = None
    unit: str | None = None
    definition: str | None = None
    default: object | None = None
    derived_from: str | None = None
    ask: Mapping[str, str] | None = None

    def read(self, given: object) -> object | None:
        """Return ``given`` in its one form, or None if it is no value of this fact.

        >>> FactType("n", frozenset({"leg"}), Kind.INT, minimum=0).read(-1) is None
        True
        """
        if self.kind in SETS:
            return self._read_set(given)
        if self.kind is Kind.DATE:
            return _read_date(given)
        return given if self._is_scalar(given) else None

    def _is_scalar(self, given: object) -> bool:
        if self.kind is Kind.BOOL:
            return isinstance(given, bool)
        if self.kind is Kind.PLACE:
            return is_place(given)
        if self.kind is Kind.ENUM:
            return isinstance(given, str) and given in self.domain
        if not isinstance(given, int) or isinstance(given, bool):
            return False
        if self.kind is Kind.MONEY:
            return 0 <= given <= MONEY_MINOR_MAX
        return self.minimum is None or given >= self.minimum

    def _read_set(self, given: object) -> frozenset[str] | None:
        if not isinstance(given, (list, tuple, set, frozenset)):
            return None
        items = list(cast("Iterable[object]", given))
        if self.kind is Kind.PLACE_SET:
            sound = bool(items) and all(is_place(item) for item in items)
        else:
            sound = all(isinstance(item, str) and item in self.domain for item in items)
        return frozenset(cast("list[str]", items)) if sound else None


@dataclass(frozen=True, slots=True)
class FactSheet:
    """A case's facts after checking.

    Args:
        values: fact → value in its one form; a missing fact is absent.
        unusable: fact → why a given value does not count (``null`` or ``not_in_domain``).
    """

    values: Mapping[str, object]
    unusable: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, eq=False)
class FactDictionary:
    """All declared facts and the families of their words.

    Args:
        facts: name → declaration, in the order of the file.
        is_a: fact → word → parent word. A word satisfies ``eq``, ``in`` and ``contains``
            for itself and for each of its ancestors.
    """

    facts: Mapping[str, FactType]
    is_a: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def declared(self, name: str) -> FactType:
        """Return the declaration of ``name``.

        Raises:
            Invalid: the dictionary has no such fact; the hint names the nearest one.
        """
        fact = self.facts.get(name)
        if fact is None:
            raise unknown_word("fact", name, self.facts)
        return fact

    def check(self, scope: str, given: Mapping[str, object]) -> FactSheet:
        """Sort a case's facts into usable values and the rest.

        Args:
            scope: which facts belong here: leg, placement, voucher or tax.
            given: facts as read from the case.

        Returns:
            The values, defaults filled in for absent facts.

        Raises:
            Invalid: a fact is not declared, or belongs to another scope.
        """
        values: dict[str, object] = {}
        unusable: dict[str, str] = {}
        for name, raw in given.items():
            fact = self.declared(name)
            if scope not in fact.scopes:
                raise _foreign(fact, scope)
            value = None if raw is None else fact.read(raw)
            if value is not None:
                values[name] = value
            else:
                unusable[name] = "null" if raw is None else "not_in_domain"
        for name, value in self.defaults(scope):
            if name not in given:
                values[name] = value
        return FactSheet(values, unusable)

    def only(self, scope: str, given: Mapping[str, object]) -> dict[str, object]:
        """Return those of ``given`` that belong to ``scope``.

        Raises:
            Invalid: a fact is not declared.
        """
        return {n: v for n, v in given.items() if scope in self.declared(n).scopes}

    def defaults(self, scope: str) -> tuple[tuple[str, object], ...]:
        """Return the facts of a scope that have a default, with it."""
        return _defaults(self, scope)

    def lineage(self, name: str, word: str) -> frozenset[str]:
        """Return ``word`` and its ancestors for the fact ``name``.

        >>> FactDictionary({}, {"size": {"micro": "sme"}}).lineage("size", "micro") == {
        ...     "micro", "sme"}
        True
        """
        parents = self.is_a.get(name, {})
        found = {word}
        while word in parents and parents[word] not in found:
            word = parents[word]
            found.add(word)
        return frozenset(found)

    def questions(self, names: Iterable[str]) -> list[dict[str, str]]:
        """Return the questions for ``names`` that a person may answer, in the file's order."""
        wanted = set(names)
        return [
            {"fact": fact.name, **fact.ask}
            for fact in self.facts.values()
            if fact.name in wanted and fact.ask is not None
        ]


@lru_cache(maxsize=32)
def _defaults(dictionary: FactDictionary, scope: str) -> tuple[tuple[str, object], ...]:
    facts = dictionary.facts.values()
    return tuple((f.name, f.default) for f in facts if f.default is not None and scope in f.scopes)


def unknown_word(what: str, word: str, known: Iterable[str]) -> Invalid:
    """Return the refusal of a name that is not declared, with the nearest one that is.

    Args:
        what: kind of the name: fact, row, instrument, key.
        word: the name given.
        known: the names there are.
    """
    word = str(word)  # a case may hold any key that its file can write
    near = nearest(word, known)
    return Invalid(
        "rulebook.unknown_" + what,
        N_("There is no {what} named {word}."),
        hint=N_("Did you mean {near}?") if near else N_("Look at the names in the rule files."),
        fields={word: "unknown " + what},
        what=what,
        word=word,
        near=near,
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like ``word``, or an empty text.

    >>> nearest("leg_person", ["leg_persons", "ciio"])
    'leg_persons'
    """
    import difflib  # only a refusal needs it

    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def _foreign(fact: FactType, scope: str) -> Invalid:
    return Invalid(
        "rulebook.fact_scope",
        N_("The fact {fact} does not belong to a {scope} case."),
        hint=N_("It belongs to: {scopes}."),
        fields={fact.name: "belongs to " + ", ".join(sorted(fact.scopes))},
        fact=fact.name,
        scope=scope,
        scopes=", ".join(sorted(fact.scopes)),
    )


def _read_date(given: object) -> date | None:
    if isinstance(given, datetime):
        return None
    if isinstance(given, date):
        return given
    # Week dates such as 2026-W01-1 have ten characters too.
    if not isinstance(given, str) or len(given) != 10 or given[4] + given[7] != "--":
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
