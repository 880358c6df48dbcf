"""``entrepot rules diff``: what changed in the law between two days, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.day_option import DAY, day_option
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.gate_words import outcome_word, plain_text, tag
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, emit, percent, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.gate.diff import Change
    from entrepot.kernel.rulebook.decide import Stance
    from entrepot.services.rules_diff import Differences, ProgrammeChange

Said = Mapping[str, object]


@cli_command(
    "diff",
    help=N_(
        "Say what changed between two days of the law: rows that begin, end or were amended, "
        "figures, and programmes with their rates and caps. Always in calendar order."
    ),
    examples=(
        "entrepot rules diff 2025-12-31 2026-01-01",
        "entrepot rules diff 2024-01-01 2026-11-21 --known 2026-11-21 --json",
        "entrepot rules diff 2026-11-21 2026-11-21 --known-first 2026-06-30",
    ),
)
@click.argument("first", metavar="D1", type=DAY)
@click.argument("second", metavar="D2", type=DAY)
@day_option("--known", help=N_("Only what was recorded by this day."))
@day_option(
    "--known-first", help=N_("For the first day, only what was recorded by this day instead.")
)
@json_option
@pass_session
def diff(
    session: Session, first: date, second: date, known: date | None, known_first: date | None
) -> None:
    """Compare two days of the law."""
    from entrepot.kernel.rulebook.decide import Stance
    from entrepot.services.rules_diff import differences

    found = differences(session.app, Stance(first, known_first or known), Stance(second, known))
    lines = [(str(one.what), _where(one), _gate_words(one)) for one in found.gate]
    lines += [(str(one.what), one.programme, _programme_words(one)) for one in found.programmes]

    def render() -> None:
        if found.swapped:
            print(_in_order(found))
        if not lines:
            print(_(N_("Nothing changed between these days.")))
            return
        titles = (N_("where"), N_("what changed"))
        rows = [[where, words] for _kind, where, words in lines]
        show_table([Column(_(title)) for title in titles], rows)

    emit(
        session, _data(found, session.app.rulebook.hash, [words for *_rest, words in lines]), render
    )


def _in_order(found: Differences) -> str:
    """Say that the days were put in order, and which comes first."""
    first, second = found.first, found.second
    if first.as_of == second.as_of:
        text = _(N_("In the order of what was known: first {first}, then {second}."))
        every = _(N_("everything on record"))
        known = [str(stance.known) if stance.known else every for stance in (first, second)]
        return text.format(first=known[0], second=known[1])
    text = _(N_("In calendar order: what changed from {first} to {second}."))
    return text.format(first=first.as_of.isoformat(), second=second.as_of.isoformat())


def _data(found: Differences, rulebook: str, words: list[str]) -> dict[str, object]:
    changes = [
        {
            "what": one.what.value,
            "gate": one.gate,
            "table": one.table,
            "subject": one.subject,
            "day": one.day,
            "before": one.before,
            "after": one.after,
            "basis": one.basis,
        }
        for one in found.gate
    ]
    turns = [
        {
            "what": one.what.value,
            "subject": one.programme,
            "currency": one.currency,
            "key": one.key,
            "day": one.day,
            "before": one.before,
            "after": one.after,
        }
        for one in found.programmes
    ]
    every = zip([*changes, *turns], words, strict=True)
    return {
        "first": _point(found.first),
        "second": _point(found.second),
        "swapped": found.swapped,
        "rulebook": rulebook,
        "changes": [{**change, "text": text} for change, text in every],
    }


def _point(stance: Stance) -> dict[str, object]:
    return {"as_of": stance.as_of, "known": stance.known}


def _where(change: Change) -> str:
    return (
        change.subject
        if change.table in (None, change.subject)
        else (f"{change.table}: {change.subject}")
    )


def _gate_words(change: Change) -> str:
    """Write a change of the gate as a sentence."""
    words: dict[str, Callable[[Change], str]] = {
        "table_covered": lambda c: _(N_("The table is covered from {day} on.")),
        "table_uncovered": lambda c: _(N_("Before {day} the table is not covered.")),
        "row_begins": lambda c: _(N_("Counts from {day} on: {after}. {basis}")),
        "row_ends": lambda c: _(N_("Counts no more from {day} on; it said {before}. {basis}")),
        "row_amended": lambda c: _(N_("Amended as recorded on {day}: {terms}. {basis}")),
        "row_force": _force_words,
        "parameter": lambda c: _(N_("Was {before} and is {after} from {day} on.")),
    }
    return clean(
        words[change.what.value](change).format(
            day=_day(change.day),
            before=_value(change.before),
            after=_value(change.after),
            terms=_terms(change.before, change.after),
            basis=change.basis,
        )
    ).strip()


def _force_words(change: Change) -> str:
    if change.after:
        return _(N_("Has force now; before it advised only. {basis}"))
    return _(N_("Advises only now; before it had force. {basis}"))


def _programme_words(change: ProgrammeChange) -> str:
    """Write a change of a programme as a sentence."""
    from entrepot.faces.cli.vouchers_words import STANDS

    name = change.name.get(tag(), change.name.get("en", change.programme))
    words = {
        "programme_begins": N_("{name} has a version in force from {day} on: {after}."),
        "programme_ends": N_("{name} has no version in force from {day} on; before: {before}."),
        "programme_standing": N_("{name} was {before} and is {after}."),
        "programme_term": N_("{name}: {key} was {before} and is {after} from {day} on."),
    }
    stands = change.what.value != "programme_term"

    def said(value: object) -> str:
        return _(STANDS[str(value)]) if stands and value else _term(change, value)

    return clean(
        _(words[change.what.value]).format(
            name=name,
            key=change.key,
            day=_day(change.day),
            before=said(change.before),
            after=said(change.after),
        )
    )


def _term(change: ProgrammeChange, value: object) -> str:
    from entrepot.faces.cli.vouchers_words import CEILINGS, amount_text

    if change.key in {ceiling.value for ceiling in CEILINGS}:
        return amount_text(cast("int | None", value), change.currency)
    if change.key == "rates" and value:
        rates = cast("list[Said]", value)
        return ", ".join(percent(cast("int", rate["rate_bp"])) for rate in rates)
    return plain_text(value)


def _day(day: date | None) -> str:
    return _(N_("a day that the files do not state")) if day is None else day.isoformat()


def _value(value: object) -> str:
    """Write what a row says, or a figure."""
    if not isinstance(value, dict):
        return plain_text(value)
    said = cast("Said", value)
    return outcome_word(str(said["outcome"])) if "outcome" in said else plain_text(list(said))


def _terms(before: object, after: object) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    old, new = cast("Said", before), cast("Said", after)
    return "; ".join(f"{key}: {plain_text(old[key])} → {plain_text(new[key])}" for key in old)


COMMANDS = (diff,)
