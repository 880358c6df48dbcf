"""Facts and rules: which law the gate applies, row by row, with sources, days and grades."""

from __future__ import annotations

from typing import Any

from entrepot.faces.web.visit import Answer, Page, Visit, absent
from entrepot.kernel.errors import NotFound
from entrepot.kernel.period import local_day


def rules(visit: Visit) -> Answer:
    """Show the tables of the gate with their rows."""
    book = visit.app.rulebook
    gates = [
        (gate.name, [(table.id, table.covered_from, table.rows) for table in gate.tables])
        for gate in book.gates.values()
    ]
    return Answer("rules.html", {"gates": gates, "hash": book.hash})


def rule(visit: Visit) -> Answer:
    """Show a row of the gate with its sources and the rows that it replaced."""
    from entrepot.services.explain_rule import row_view

    try:
        found: Any = row_view(visit.app, visit.names["row"], local_day(visit.app.clock.now()))
    except NotFound as error:
        raise absent() from error
    return Answer("rule.html", {"row": found})


def facts(visit: Visit) -> Answer:
    """Show the dictionary of facts: what is asked, of what kind, and what counts."""
    from entrepot.services.explain_rule import facts_of

    scope = visit.asked("scope")
    known = ("leg", "placement", "voucher", "tax")
    chosen = scope if scope in known else None
    values = {"facts": facts_of(visit.app, chosen), "scopes": known, "scope": chosen}
    return Answer("facts.html", values)


PAGES = (
    Page("GET", "/law", rules, "rule.read"),
    Page("GET", "/law/facts", facts, "fact.read"),
    Page("GET", "/law/{row}", rule, "rule.read"),
)
