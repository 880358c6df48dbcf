"""``entrepot settle reconcile``, ``entries`` and ``match``: the bank's statement and our books."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.bank_words import amount_of, entry_data, note_word
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, pad, show_table, warn
from entrepot.kernel.money import Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_settlement import BankEntry
    from entrepot.services.reconcile import Reconciled, Unmatched

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli_command(
    "reconcile",
    help=N_(
        "Hold the bank's statements (camt.053) against orders and books. Every booking is on one "
        "of two lists, matched or unmatched; for the latter, batches are suggested by amount, day "
        "and name."
    ),
    examples=(
        "entrepot settle reconcile STATEMENT.xml",
        "entrepot settle reconcile bank/*053*.xml",
    ),
)
@click.argument("files", metavar="FILE.xml", nargs=-1, required=True, type=FILE)
@json_option
@pass_session
def reconcile(session: Session, files: tuple[Path, ...]) -> None:
    """Reconcile statements."""
    from entrepot.services.reconcile import reconcile as held_against

    found = held_against(session.app, [path.read_bytes() for path in files])
    emit(session, [_data(one) for one in found], lambda: _show_all(found))


def _data(one: Reconciled) -> dict[str, object]:
    statement = one.statement
    return {
        "statement": statement.id,
        "account": statement.account,
        "asset": statement.opening.asset.code,
        "day": statement.day,
        "opening_minor": statement.opening.minor,
        "closing_minor": statement.closing.minor,
        "ledger_minor": one.ledger.minor,
        "difference_minor": one.difference.minor,
        "explained_minor": one.explained.minor,
        "matched": [entry_data(entry) for entry in one.matched],
        "unmatched": [_unmatched_data(entry) for entry in one.unmatched],
    }


def _unmatched_data(one: Unmatched) -> dict[str, object]:
    found = [{"batch_id": s.batch_id, "score": s.score} for s in one.suggestions]
    return {**entry_data(one.entry), "suggestions": found}


def _show_all(found: Sequence[Reconciled]) -> None:
    for one in found:
        _show(one)


def _show(one: Reconciled) -> None:
    statement = one.statement
    words = _(N_("Statement {id} of {day}: {matched} matched, {unmatched} unmatched"))
    text = words.format(
        id=statement.id,
        day=statement.day,
        matched=len(one.matched),
        unmatched=len(one.unmatched),
    )
    (warn if one.unmatched else done)(text)
    rows: list[tuple[str, Amount]] = [
        (N_("opening balance"), statement.opening),
        (N_("closing balance"), statement.closing),
        (N_("in our books"), one.ledger),
        (N_("difference"), one.difference),
        (N_("of it explained by unmatched bookings"), one.explained),
    ]
    for label, amount in rows:
        print(f"  {pad(_(label), 40)} {money(amount)}")
    if one.matched:
        _table(one.matched, {})
    if one.unmatched:
        show_unmatched(one.unmatched)


def show_unmatched(found: Sequence[Unmatched]) -> None:
    """Print bookings without an order, with the batches that they may belong to."""
    _table([one.entry for one in found], {one.entry.id: _suggested(one) for one in found})


def _suggested(one: Unmatched) -> str:
    return ", ".join(f"{s.batch_id} ({s.score} %)" for s in one.suggestions[:3]) or "–"


def _table(entries: Sequence[BankEntry], suggested: dict[str, str]) -> None:
    titles = (N_("booking"), N_("day"), N_("reference"))
    last = N_("may belong to") if suggested else N_("batch")
    columns = [Column(_(title)) for title in titles]
    columns += [Column(_(N_("moved")), True), Column(_(last)), Column(_(N_("note")))]
    rows = [
        [
            *(entry.id, entry.booked_on or "–", entry.end_to_end_id or "–"),
            amount_of(entry),
            suggested.get(entry.id) or entry.batch_id or "–",
            note_word(entry.note),
        ]
        for entry in entries
    ]
    show_table(columns, rows)


@cli_command(
    "entries",
    help=N_("List the bookings of the bank that no order of ours is known for."),
    examples=("entrepot settle entries", "entrepot settle entries --json"),
)
@json_option
@pass_session
def entries(session: Session) -> None:
    """List unmatched bookings."""
    from entrepot.services.reconcile import unmatched_entries

    found = unmatched_entries(session.app)

    def render() -> None:
        if found:
            show_unmatched(found)
        else:
            done(_(N_("Every booking of the bank belongs to an order.")))

    emit(session, [_unmatched_data(one) for one in found], render)


@cli_command(
    "match",
    help=N_(
        "Propose that a booking pays a batch. A second person approves it by entrepot approvals "
        "approve; it is then booked like any other."
    ),
    examples=("entrepot settle match BE-01… B-01…",),
)
@click.argument("entry", metavar="BE-…")
@click.argument("batch", metavar="B-…")
@click.option("--key", help=N_("Idempotency key; the same key gives the same answer."))
@json_option
@pass_session
def match(session: Session, entry: str, batch: str, key: str | None) -> None:
    """Propose a match."""
    from entrepot.services.settle_match import propose_match

    view = propose_match(session.app, entry, batch, key or session.app.ids.new("K"))
    data = {
        "proposal_id": view.proposal.id,
        "entry_id": entry,
        "batch_id": batch,
        "proposed_by": view.proposal.proposed_by,
        "state": view.state,
    }
    words = _(N_("Proposal {id}: another person approves it: entrepot approvals approve {id}"))
    emit(session, data, lambda: done(words.format(id=view.proposal.id)))


COMMANDS = (reconcile, entries, match)
