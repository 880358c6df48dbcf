"""``entrepot facts``: check the facts that the house rests on, and show them with their sources."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _, tag
from entrepot.faces.cli.output import Column, clean, done, emit, show_table
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.fact_book import FactLine
    from entrepot.services.readings import FactsReport

SUMMARIES: Mapping[str, str] = {
    "centres": N_("compute centres named in public, with ratings as stated"),
    "devices": N_("devices: ratings by precision, memory, what export rules ask"),
    "offers": N_("public list prices; they show the market and cannot be leased"),
    "places": N_("places with their law and position"),
    "network": N_("round trips and bandwidth, measured or stated"),
    "grid": N_("carbon of the power grids"),
    "tariffs": N_("prices of power"),
    "fx": N_("rates of exchange and their risk"),
    "demand": N_("who buys compute, and how much"),
    "traces": N_("public traces of jobs"),
    "charges": N_("charges of banks"),
    "fact": N_("facts that a case of the gate, a voucher or tax may state"),
    "row": N_("rows of the gate: where data and devices may go"),
    "programme": N_("voucher programmes"),
    "tax": N_("parameters and rules of tax"),
}


@cli_group(
    "facts",
    help=N_(
        "Check the facts that the house rests on, and show them with source, date and grade. "
        "Your own folder, given before the command by --facts DIR, is read over the shipped one."
    ),
    examples=(
        "entrepot facts check",
        "entrepot --facts my-facts facts check",
        "entrepot facts show devices h100-sxm",
    ),
)
def command() -> None:
    """Hold the commands on facts."""


@command.command(
    "check",
    help=N_("Check every row of every file, rules included; each problem with file, line, field."),
    examples=("entrepot facts check", "entrepot --facts my-facts facts check --json"),
)
@json_option
@pass_session
def check(session: Session) -> None:
    """Check all facts."""
    report = session.app.check_facts()
    if report.problems:
        _tell(report, quiet=session.json)
        raise _unsound(report)
    data: dict[str, object] = {
        "counts": dict(report.counts),
        "problems": [],
        "digest": report.content_digest,
    }
    emit(session, data, lambda: _show_counts(report))


def _tell(report: FactsReport, *, quiet: bool) -> None:
    if quiet:
        return
    for problem in report.problems:
        print(f"· {clean(problem.render(_))}", file=sys.stderr)


def _unsound(report: FactsReport) -> Invalid:
    first = report.problems[0]
    # Several problems may lie at one place, so each is filed under its number.
    listed = {str(n): problem.render(_) for n, problem in enumerate(report.problems, 1)}
    return Invalid(
        "facts.unsound",
        N_("The facts have {count} problems; the first: {first}"),
        hint=first.hint_template or N_("Correct the row."),
        fields=listed if len(listed) > 1 else None,
        **{**first.params, "count": len(listed), "first": first.render(_)},
    )


def _show_counts(report: FactsReport) -> None:
    columns = [Column(_(N_("kind"))), Column(_(N_("sound rows")), number=True)]
    show_table(columns, [[kind, str(count)] for kind, count in report.counts.items()])
    done(
        _(N_("All {count} rows are sound; digest {digest}.")).format(
            count=sum(report.counts.values()), digest=report.content_digest[:16]
        )
    )


@command.command("kinds", help=N_("List the kinds of fact."), examples=("entrepot facts kinds",))
@json_option
@pass_session
def kinds(session: Session) -> None:
    """List the kinds."""
    from entrepot.services.fact_book import kinds as all_kinds

    counts = all_kinds(session.app)
    data = [{"kind": k, "rows": n, "what": _(SUMMARIES.get(k, ""))} for k, n in counts.items()]

    def render() -> None:
        columns = [Column(_(N_("kind"))), Column(_(N_("rows")), True), Column(_(N_("what")))]
        rows = [[kind, str(n), _(SUMMARIES.get(kind, ""))] for kind, n in counts.items()]
        show_table(columns, rows)

    emit(session, data, render)


@command.command(
    "show",
    help=N_("List the rows of a kind, or show one whole with its source, date and grade."),
    examples=(
        "entrepot facts show devices",
        "entrepot facts show centres gz-nscc",
        "entrepot facts show fact leg_persons",
        "entrepot facts show row --json",
    ),
)
@click.argument("kind")
@click.argument("name", required=False, metavar="[ID]")
@json_option
@pass_session
def show(session: Session, kind: str, name: str | None) -> None:
    """List a kind or show one row."""
    from entrepot.services.fact_book import kind_named, lines, row_of

    app = session.app
    found = kind_named(app, kind)
    if name is None:
        listed = lines(app, found)
        emit(session, listed, lambda: _show_lines(listed))
        return
    row = row_of(app, found, name)
    emit(session, row, lambda: print("\n".join(tree(row))))


def _show_lines(listed: Sequence[FactLine]) -> None:
    titles = (N_("id"), N_("name"), N_("source"), N_("date"), N_("grade"))
    rows = [
        [line.id, _short(words(line.names)), _short(line.source), line.date, line.grade]
        for line in listed
    ]
    show_table([Column(_(title)) for title in titles], rows)


def words(names: Mapping[str, str]) -> str:
    """Return a name in the reader's language, else in English."""
    return names.get(tag()) or names.get("en", "")


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def tree(value: object, depth: int = 0) -> list[str]:
    """Return plain values as indented lines; null is told as *not stated*.

    >>> tree({"a": None, "b": [1, {"c": True}]})
    ['a: not stated', 'b:', '  - 1', '  - c: yes']
    """
    pad = "  " * depth
    if isinstance(value, Mapping):
        return [
            line
            for key, item in cast("Mapping[str, object]", value).items()
            for line in _member(f"{pad}{key}:", item, depth)
        ]
    if isinstance(value, list):
        return [line for item in cast("list[object]", value) for line in _item(pad, item, depth)]
    return [f"{pad}{_scalar(value)}"]


def _member(label: str, item: object, depth: int) -> list[str]:
    if isinstance(item, Mapping | list) and item:
        return [label, *tree(cast("object", item), depth + 1)]
    return [f"{label} {_scalar(cast('object', item))}"]


def _item(pad: str, item: object, depth: int) -> list[str]:
    below = tree(item, depth + 1)
    return [f"{pad}- {below[0].strip()}", *below[1:]] if below else []


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return _(N_("yes")) if value else _(N_("no"))
    if value is None:
        return _(N_("not stated"))
    return "–" if value in ("", [], {}) else clean(value)
