"""Rows of the gate and facts of the dictionary as plain values, with everything they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from entrepot.kernel.errors import NotFound
from entrepot.kernel.rulebook.dictionary import FactType
from entrepot.kernel.rulebook.plain import plain_condition, plain_value
from entrepot.kernel.rulebook.table import Gate, Row, Rulebook, Table, plain_row
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.app import App

TABLE = "table:"
"""A decision writes ``table:<id>`` where a table gives no answer."""


def facts_of(app: App, scope: str | None = None) -> list[FactType]:
    """Return the declared facts in the order of the file, of one scope if asked."""
    declared = app.rulebook.dictionary.facts.values()
    return [fact for fact in declared if scope is None or scope in fact.scopes]


def the_fact(app: App, name: str) -> FactType:
    """Return a fact of the dictionary.

    Raises:
        NotFound: there is none of that name.
    """
    known = app.rulebook.dictionary.facts
    if name not in known:
        raise _unknown("fact.unknown", N_("There is no fact {id}."), name, list(known), FACTS)
    return known[name]


FACTS = N_("List them: entrepot gate facts")
ROWS = N_("The rows that decide a job: entrepot gate check JOB.yaml --centre ID")


def fact_view(fact: FactType) -> dict[str, object]:
    """Return a fact as plain values."""
    return {
        "name": fact.name,
        "scopes": sorted(fact.scopes),
        "type": fact.kind.value,
        "values": list(fact.domain),
        "min": fact.minimum,
        "unit": fact.unit,
        "definition": fact.definition,
        "default": plain_value(fact.default),
        "derived_from": fact.derived_from,
        "ask": dict(fact.ask) if fact.ask else None,
    }


def row_view(app: App, name: str, day: date) -> dict[str, object]:
    """Return a row of the gate with its table, its sources and what it compares with.

    Args:
        app: the exchange.
        name: row id.
        day: day for which parameters are shown, and for which the row is in force or not.

    Returns:
        The row's keys as in its file, and ``gate``, ``table``, ``applies``, ``effective``,
        ``parameters``, ``sources``, ``instruments``, ``earlier`` (records that it replaced).

    Raises:
        NotFound: there is no such row.
    """
    found = [place for place in _rows(app.rulebook) if place[2].id == name]
    if not found:
        known = list(app.rulebook.rows)
        raise _unknown("row.unknown", N_("There is no row {id} in the gate."), name, known, ROWS)
    gate, table, row = max(found, key=lambda place: place[2].recorded_at)
    named = [*row.any_of, *row.all_of]
    return {
        **plain_row(row),
        "hash": row.hash,
        "gate": gate.name,
        "table": table.id,
        "applies": [plain_condition(item) for item in table.applies],
        "effective": row.effective(day, frozenset()),
        "parameters": _parameters(gate, table, row, day),
        "sources": [_source(gate, key) for key in row.src],
        "instruments": [_instrument(gate, key) for key in named if key in gate.instruments],
        "earlier": [plain_row(other) for _, _, other in found if other is not row],
    }


def table_view(app: App, name: str) -> dict[str, object]:
    """Return a table of the gate with its rows in order.

    Args:
        app: the exchange.
        name: id of the table, with or without ``table:``.

    Raises:
        NotFound: there is no such table.
    """
    wanted = name.removeprefix(TABLE)
    tables = {
        table.id: (gate, table) for gate in app.rulebook.gates.values() for table in gate.tables
    }
    if wanted not in tables:
        known = list(tables)
        text = N_("There is no table {id} in the gate.")
        raise _unknown("table.unknown", text, wanted, known, ROWS)
    gate, table = tables[wanted]
    return {
        "table": table.id,
        "gate": gate.name,
        "covered_from": table.covered_from.isoformat(),
        "applies": [plain_condition(item) for item in table.applies],
        "rows": [plain_row(row) for row in table.rows],
        "not_researched": list(gate.not_researched),
    }


def _rows(rulebook: Rulebook) -> Iterator[tuple[Gate, Table, Row]]:
    for gate in rulebook.gates.values():
        for table in gate.tables:
            for row in table.rows:
                yield gate, table, row


def _parameters(gate: Gate, table: Table, row: Row, day: date) -> dict[str, object]:
    names = {name for item in (*table.applies, *row.when) for name in item.parameters}
    return {
        name: {
            "value": plain_value(gate.parameters[name].series.at(day)),
            "unit": gate.parameters[name].unit,
            "grade": gate.parameters[name].grade.value,
            "note": gate.parameters[name].note,
        }
        for name in sorted(names)
    }


def _source(gate: Gate, key: str) -> dict[str, object]:
    source = gate.sources[key]
    return {
        "key": key,
        "address": source.address,
        "what": source.what,
        "grade": source.grade.value,
        "retrieved": source.retrieved.isoformat(),
    }


def _instrument(gate: Gate, key: str) -> dict[str, object]:
    found = gate.instruments[key]
    return {
        "name": found.name,
        "authority": found.authority,
        "filing_working_days": found.filing_working_days,
        "valid_years": found.valid_years,
        "in_force": found.in_force,
    }


def _unknown(code: str, text: str, name: str, known: list[str], otherwise: str) -> NotFound:
    near = did_you_mean(name, known)
    hint = N_("Did you mean {near}?") if near else otherwise
    return NotFound(code, text, hint=hint, id=name, near=near or "")
