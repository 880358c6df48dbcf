"""Every fact and rule by kind and name, each with its source, date and grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.outbound.model import TaxParameter, TaxRule
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.errors import NotFound
from entrepot.kernel.rulebook.dictionary import FactType
from entrepot.kernel.rulebook.table import Row, plain_row
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.provenance import Provenance

if TYPE_CHECKING:
    from entrepot.services.app import App

RULE_KINDS: Mapping[str, Callable[[App], Mapping[str, object]]] = {
    "fact": lambda app: app.rulebook.dictionary.facts,
    "row": lambda app: app.rulebook.rows,
    "programme": lambda app: {programme.id: programme for programme in app.programmes},
    "tax": lambda app: {**app.tax.parameters, **{rule.id: rule for rule in app.tax.rules}},
}
"""Kinds of rules: facts that a case may state, rows of the gate, voucher programmes, tax."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of a list of facts.

    Attributes:
        id: name of the row; names: language → name, or words under ``en`` alone.
        source, date, grade: who says so, when, and how well it is founded; empty = a definition.
    """

    id: str
    names: Mapping[str, str]
    source: str
    date: str
    grade: str


def kinds(app: App) -> dict[str, int]:
    """Return kind → number of rows, rules included."""
    return {kind: len(table(app, kind)) for kind in (*app.fact_kinds(), *RULE_KINDS)}


def kind_named(app: App, word: str) -> str:
    """Return the kind that a word means, singular or plural.

    Raises:
        NotFound: there is no such kind.
    """
    known = (*app.fact_kinds(), *RULE_KINDS)
    for guess in (word, f"{word}s", word.removesuffix("s")):
        if guess in known:
            return guess
    raise _unknown("facts.kind", N_("There is no kind of fact {name}."), word, known)


def table(app: App, kind: str) -> Mapping[str, object]:
    """Return the rows of a kind by id.

    Raises:
        NotFound: there is no such kind.
    """
    rules = RULE_KINDS.get(kind)
    return rules(app) if rules else app.fact_table(kind)


def lines(app: App, kind: str) -> list[FactLine]:
    """Return one line a row of a kind, in the order of its file."""
    return [_line(app, name, row) for name, row in table(app, kind).items()]


def row_of(app: App, kind: str, name: str) -> dict[str, object]:
    """Return one row as plain values, with its source, date and grade.

    Args:
        app: the exchange.
        kind: kind as :func:`kinds` names it.
        name: id of the row.

    Raises:
        NotFound: there is no such kind, or no such row.
    """
    rows = table(app, kind)
    if name not in rows:
        raise _unknown("facts.id", N_("There is no {name} among the {kind}."), name, rows, kind)
    row = rows[name]
    body = plain_row(row) if isinstance(row, Row) else cast("dict[str, object]", plain_fact(row))
    if isinstance(row, Row):
        body |= {"gate": _gate_of(app, row)}
    if isinstance(row, Row | TaxParameter | TaxRule):
        body |= {"sources": _addresses(app, row)}
    if isinstance(row, TaxParameter):
        body |= {"values_in": "bp" if row.unit.value.startswith("bp") else "minor units"}
    return body


def plain_fact(value: object) -> object:
    """Return a record as plain values: exact numbers as text, sets in order.

    >>> plain_fact({"b": frozenset({"y", "x"}), "a": (Decimal("1.50"), None)})
    {'b': ['x', 'y'], 'a': ['1.50', None]}
    """
    if is_dataclass(value) and not isinstance(value, type):
        shown = [field for field in fields(value) if field.repr]
        return {field.name: plain_fact(getattr(value, field.name)) for field in shown}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value)
        return {str(plain_fact(key)): plain_fact(item) for key, item in items.items()}
    if isinstance(value, set | frozenset):
        return sorted(cast("Iterable[str]", value))
    if isinstance(value, tuple | list):
        return [plain_fact(item) for item in cast("Iterable[object]", value)]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, Fraction) else value


def _line(app: App, name: str, row: object) -> FactLine:
    if isinstance(row, FactType):
        words = row.definition or ", ".join(row.domain) or row.kind.value
        return FactLine(name, row.ask or {"en": words}, "", "", "")
    if isinstance(row, Programme):
        newest = row.versions[-1]
        day, source = newest.recorded_at.isoformat(), "; ".join(newest.sources)
        return FactLine(name, row.name, source, day, newest.grade.value)
    if isinstance(row, Row | TaxParameter | TaxRule):
        source = "; ".join(_addresses(app, row))
        return FactLine(name, {"en": _words(row)}, source, _recorded(row), row.grade.value)
    return _stated_line(name, row)


def _words(row: Row | TaxParameter | TaxRule) -> str:
    if isinstance(row, Row):
        return row.basis
    return row.text if isinstance(row, TaxRule) else row.note or f"{row.unit.value}: {row.id}"


def _recorded(row: Row | TaxParameter | TaxRule) -> str:
    if isinstance(row, TaxParameter):
        return max(step.recorded_at for step in row.series.steps).isoformat()
    return row.recorded_at.isoformat()


def _stated_line(name: str, row: object) -> FactLine:
    """Return the line of a fact that carries its provenance."""
    said = getattr(row, "provenance", None)
    names = getattr(row, "names", None)
    if names is None:
        words = [getattr(row, key, None) for key in ("name", "text", "device_as_listed")]
        names = {"en": next((word for word in words if word), name)}
    assert isinstance(said, Provenance)
    return FactLine(name, names, said.source, said.date, said.grade.value)


def _gate_of(app: App, row: Row) -> str:
    return next(
        gate.name
        for gate in app.rulebook.gates.values()
        if any(row.id == other.id for part in gate.tables for other in part.rows)
    )


def _addresses(app: App, row: Row | TaxParameter | TaxRule) -> list[str]:
    """Return where a rule was read: addresses, else the words or the key of the source."""
    if isinstance(row, Row):
        sources = app.rulebook.gates[_gate_of(app, row)].sources
        return [sources[key].address for key in row.src if key in sources]
    return [app.tax.sources[key].url or key for key in row.src if key in app.tax.sources]


def _unknown(code: str, message: str, name: str, known: Iterable[str], kind: str = "") -> NotFound:
    guess = did_you_mean(name, list(known))
    hint = N_("Did you mean {guess}?") if guess else N_("entrepot facts kinds lists the kinds.")
    if kind and not guess:
        hint = N_("entrepot facts show {kind} lists the names.")
    return NotFound(code, message, hint=hint, name=name[:80], guess=guess or "", kind=kind)
