"""``entrepot gate facts`` and ``gate explain``: the words and the rows of the law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.gate_words import outcome_word, plain_text, tag
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, emit, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.kernel.rulebook.dictionary import FactType

SCOPES = ("leg", "placement", "voucher", "tax")
View = Mapping[str, Any]


@cli_command(
    "facts",
    help=N_("List the facts that a case may state, or show one with its question."),
    examples=(
        "entrepot gate facts",
        "entrepot gate facts --scope voucher",
        "entrepot gate facts leg_persons --lang zh-Hant",
    ),
)
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--scope", type=click.Choice(SCOPES), help=N_("Only facts of this scope."))
@json_option
@pass_session
def facts(session: Session, name: str | None, scope: str | None) -> None:
    """List the dictionary."""
    from entrepot.services.explain_rule import fact_view, facts_of, the_fact

    if name is not None:
        one = the_fact(session.app, name)
        emit(session, fact_view(one), lambda: show_fact(one))
        return
    found = facts_of(session.app, scope)
    emit(session, [fact_view(fact) for fact in found], lambda: show_facts(found))


def show_facts(found: list[FactType]) -> None:
    """Print the facts as a table."""
    titles = (N_("fact"), N_("scope"), N_("type"), N_("unit"), N_("question"))
    rows = [
        [
            fact.name,
            ", ".join(sorted(fact.scopes)),
            fact.kind.value,
            fact.unit or "",
            question(fact),
        ]
        for fact in found
    ]
    show_table([Column(_(title)) for title in titles], rows)


def question(fact: FactType) -> str:
    """Return the question of a fact in the reader's language, or where it is read from."""
    if fact.ask is not None:
        return fact.ask.get(tag(), fact.ask["en"])
    return _(N_("not asked: read from {record}")).format(record=fact.derived_from or "–")


def show_fact(fact: FactType) -> None:
    """Print everything that the dictionary says of a fact."""
    rows = (
        (N_("scope"), ", ".join(sorted(fact.scopes))),
        (N_("type"), fact.kind.value),
        (N_("values"), ", ".join(fact.domain)),
        (N_("unit"), fact.unit),
        (N_("meaning"), fact.definition),
        (N_("read from"), fact.derived_from),
        (N_("question"), question(fact)),
    )
    print(fact.name)
    _show_pairs(rows)


@cli_command(
    "explain",
    help=N_(
        "Show one row of the gate with dates, conditions, outcome, basis, grade and sources; "
        "or a whole table as table:ID."
    ),
    examples=(
        "entrepot gate explain ear.located_over_limits",
        "entrepot gate explain table:us_ear",
    ),
)
@click.argument("row", metavar="ROW")
@day_option("--as-of", help=N_("Law of this day; today if it is left out."))
@json_option
@pass_session
def explain(session: Session, row: str, as_of: object) -> None:
    """Explain a row or a table."""
    from datetime import date

    from entrepot.kernel.period import local_day
    from entrepot.services.explain_rule import TABLE, row_view, table_view

    app = session.app
    if row.startswith(TABLE):
        table = table_view(app, row)
        emit(session, table, lambda: show_rows(table))
        return
    day = cast("date | None", as_of) or local_day(app.clock.now())
    view = row_view(app, row, day)
    emit(session, {"as_of": day, **view}, lambda: show_row(view))


def show_rows(view: View) -> None:
    """Print a table of the gate, row by row."""
    print(clean(f"{view['table']} ({view['gate']}): {_conditions(view['applies'])}"))
    titles = (N_("row"), N_("from"), N_("to"), N_("outcome"), N_("grade"), N_("basis"))
    rows = [
        [
            row["id"],
            row["from"],
            row["to"] or "",
            outcome_word(row["outcome"]),
            row["grade"],
            row["basis"],
        ]
        for row in view["rows"]
    ]
    show_table([Column(_(title)) for title in titles], rows)


def show_row(view: View) -> None:
    """Print a row of the gate."""
    stands = N_("in force on this day") if view["effective"] else N_("not in force on this day")
    until = view["to"] or _(N_("no end stated"))
    rows = (
        (N_("table"), f"{view['table']} ({view['gate']}): {_conditions(view['applies'])}"),
        (N_("days"), f"{view['from']} – {until}; {_(stands)}"),
        (N_("recorded on"), view["recorded_at"]),
        (N_("when"), _conditions(view["when"]) or _(N_("always"))),
        (N_("outcome"), outcome_word(view["outcome"])),
        (N_("any one of"), ", ".join(view["any_of"])),
        (N_("all of"), ", ".join(view["all_of"])),
        (N_("duties"), ", ".join(view["duties"])),
        (N_("basis"), view["basis"]),
        (N_("grade"), view["grade"]),
        (N_("conflict"), view["conflict"]),
        (N_("note"), view["note"]),
    )
    print(clean(view["id"]))
    _show_pairs(rows)
    for name, parameter in view["parameters"].items():
        print(clean(f"  ${name} = {plain_text(parameter['value'])} ({parameter['unit']})"))
    for item in view["instruments"]:
        print(clean(f"  {item['name']}: {item['in_force']}"))
    for source in view["sources"]:
        grade, read = source["grade"], source["retrieved"]
        print(clean(f"  [{grade}, {read}] {source['what']}: {source['address']}"))


def _conditions(conditions: list[list[object]]) -> str:
    return "; ".join(f"{fact} {op} {plain_text(value)}" for fact, op, value in conditions)


def _show_pairs(rows: tuple[tuple[str, object], ...]) -> None:
    from entrepot.faces.cli.output import width_of

    labels = [(_(label), value) for label, value in rows if value]
    width = max((width_of(label) for label, _value in labels), default=0)
    for label, value in labels:
        print(clean(f"  {label}{' ' * (width - width_of(label))}  {value}"))
