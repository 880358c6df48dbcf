"""Which tax rule holds: first match among the rules of one subject, in three-valued logic.

The rules of a topic are tried in order, and the first that holds decides. The two rules on
research and development deduct two different amounts, the spending of type A and of type B, so
neither excludes the other: each is a subject of its own. Any other topic is one subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from entrepot.domain.outbound.model import Effect, TaxBook, TaxParameter, TaxRule, first_day
from entrepot.domain.outbound.scenario import Cited
from entrepot.kernel.rulebook.condition import Truth, evaluate_all
from entrepot.kernel.rulebook.dictionary import FactDictionary

OWN_SUBJECT = frozenset({Effect.RD_TYPE_A, Effect.RD_TYPE_B})
"""Effects that add up: each deducts spending of its own kind."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the rules of one subject say.

    Attributes:
        rule: the rule that holds; None = none does, or it cannot be told.
        missing: facts that would tell, sorted.
    """

    rule: TaxRule | None
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A scenario on the table: what it may read, and what it has cited so far.

    Attributes:
        book: the tax file.
        year: year of assessment.
        values: facts after checking.
        known: only what was recorded by this day; None = all.
        cited: id → rule or parameter used.
        not_stated: parameters that the year leaves open.
        missing: facts to be asked.
    """

    book: TaxBook
    year: str
    values: Mapping[str, object]
    known: date | None
    cited: dict[str, Cited] = field(default_factory=dict[str, Cited])
    not_stated: list[str] = field(default_factory=list[str])
    missing: set[str] = field(default_factory=set[str])

    def money(self, fact: str) -> int:
        """Return an amount that the scenario states; 0 and a question where it does not."""
        value = self.values.get(fact)
        if not isinstance(value, int):
            self.missing.add(fact)
            return 0
        return value

    def flag(self, fact: str) -> bool:
        """Return a yes or no that the scenario states; no and a question where it does not."""
        value = self.values.get(fact)
        if not isinstance(value, bool):
            self.missing.add(fact)
            return False
        return value

    def parameter(self, name: str) -> int | None:
        """Return a parameter's value of the year and cite it; None = not stated."""
        parameter = self.book.parameters.get(name)
        value = None if parameter is None else parameter.at(self.year, self.known)
        if parameter is not None:
            self.cited[f"${name}"] = _cite(self.book, parameter, value)
        if value is None and name not in self.not_stated:
            self.not_stated.append(name)
        return value

    def cite(self, rule: TaxRule) -> None:
        """Note that a rule was used."""
        self.cited[rule.id] = _cite(self.book, rule, None)

    def decides(self, *names: str) -> bool:
        """Say whether all these parameters count by themselves."""
        found = [self.book.parameters[name] for name in names if name in self.book.parameters]
        return all(self.book.decides(item) for item in found)


def choose(sheet: Sheet, dictionary: FactDictionary) -> dict[str, Chosen]:
    """Return subject → the rule that holds for it.

    Args:
        sheet: the scenario.
        dictionary: declares the facts.
    """
    return {
        subject: _first(sheet, rules, dictionary) for subject, rules in _subjects(sheet).items()
    }


def _subjects(sheet: Sheet) -> dict[str, list[TaxRule]]:
    found: dict[str, list[TaxRule]] = {}
    for rule in sheet.book.rules:
        late = sheet.known is not None and rule.recorded_at > sheet.known
        if late or rule.starts > first_day(sheet.year):
            continue
        subject = rule.effect.value if rule.effect in OWN_SUBJECT else rule.topic
        found.setdefault(subject, []).append(rule)
    return found


def _first(sheet: Sheet, rules: list[TaxRule], dictionary: FactDictionary) -> Chosen:
    for rule in rules:
        judged = evaluate_all(rule.when, sheet.values, {}, dictionary)
        if judged.truth is Truth.UNKNOWN:
            return Chosen(None, judged.missing)
        if judged.truth is Truth.TRUE:
            return Chosen(rule)
    return Chosen(None)


def _cite(book: TaxBook, item: TaxRule | TaxParameter, value: int | None) -> Cited:
    is_rule = isinstance(item, TaxRule)
    return Cited(
        id=item.id if is_rule else f"${item.id}",
        grade=item.grade.value,
        standing=item.standing.value,
        value=value,
        text=item.text if is_rule else (item.note or item.conflict or ""),
        sources=sources_of(book, item),
        recorded_at=item.recorded_at if is_rule else None,
    )


def sources_of(book: TaxBook, item: TaxRule | TaxParameter) -> tuple[str, ...]:
    """Return the addresses of an item's sources; one that was never seen by its name."""
    return tuple(book.sources[key].url or key for key in item.src)


def signs(names: Iterable[str]) -> tuple[str, ...]:
    """Return parameters as rule files write them.

    >>> signs(["hk.corp.rate"])
    ('$hk.corp.rate',)
    """
    return tuple(f"${name}" for name in names)
