"""``entrepot invoice overdue``, ``remind`` and ``write-off``: what is due and not paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.approvals import KEY, tell_proposed
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, show_table
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.dunning import Standing

STAGES = {
    "paid": N_("paid"),
    "current": N_("not due yet"),
    "due": N_("due"),
    "reminded_1": N_("first reminder"),
    "reminded_2": N_("second reminder"),
    "reminded_3": N_("last reminder"),
    "suspended": N_("suspended: no new lease"),
    "written_off": N_("written off"),
}


@cli_command(
    "overdue",
    help=N_(
        "List invoices past their due day with their stage and the day of the next step; with "
        "--all also those that are open and not due yet."
    ),
    examples=("entrepot invoice overdue", "entrepot invoice overdue --all --firm F-01… --json"),
)
@click.option("--firm", metavar="F-…", help=N_("Only this firm."))
@click.option("--all", "every", is_flag=True, help=N_("Also what is open and not due yet."))
@json_option
@pass_session
def overdue_(session: Session, firm: str | None, every: bool) -> None:
    """List what is overdue."""
    from entrepot.services.dunning import overdue

    found = overdue(session.app, firm, every=every)
    emit(session, [standing_data(one) for one in found], lambda: _show(found))


@cli_command(
    "remind",
    help=N_(
        "Write the reminders that are due, as PDF in English and Chinese, each once an invoice and "
        "step. Asked again on the same day, it writes none."
    ),
    examples=("entrepot invoice remind", "entrepot invoice remind --json"),
)
@click.option("--key", help=KEY)
@json_option
@pass_session
def remind_(session: Session, key: str | None) -> None:
    """Write reminders."""
    from entrepot.services.dunning import remind

    letters = remind(session.app, key or session.app.ids.new("K"))
    data = [
        {
            "document_id": letter.document_id,
            "level": letter.level,
            "firm_id": letter.firm_id,
            "digest": letter.digest,
            "papers": papers,
        }
        for letter, papers in letters
    ]

    def render() -> None:
        for _letter, papers in letters:
            done(_(N_("Written: {path}")).format(path=papers[0]))
        if not letters:
            print(_(N_("No reminder is due.")))

    emit(session, data, render)


@cli_command(
    "write-off",
    help=N_(
        "Propose to write off what is open on a suspended invoice; a second person approves it. "
        "The firm takes no new lease until it pays after all."
    ),
    examples=(
        'entrepot invoice write-off HK-2026-000001 --reason "firm was wound up"',
        "ENTREPOT_ACTOR=second.person entrepot approvals approve PR-01…",
    ),
)
@click.argument("number_", metavar="NUMBER")
@click.option("--reason", required=True, help=N_("Why, in one sentence."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def write_off(session: Session, number_: str, reason: str, key: str | None) -> None:
    """Propose a write-off."""
    from entrepot.services.write_off import propose_write_off

    app = session.app
    tell_proposed(session, propose_write_off(app, number_, reason, key or app.ids.new("K")))


def standing_data(one: Standing) -> dict[str, object]:
    """Return a document with its stage for ``--json``."""
    item = one.item.item
    return {
        "number": item.number,
        "firm_id": item.firm_id,
        "kind": item.kind,
        "stage": one.stage.value,
        "due_on": item.due_on,
        "payable_minor": item.payable_minor,
        "open_minor": one.item.open,
        "owed_minor": one.owed,
        "next_step": one.next_step,
        "letters": one.letters,
    }


def _show(found: Sequence[Standing]) -> None:
    titles = (N_("invoice"), N_("firm"), N_("due"), N_("stage"), N_("next step"))
    columns = [*(Column(_(title)) for title in titles), Column(_(N_("open")), True)]
    rows = [
        [
            one.item.item.number,
            one.item.item.firm_id,
            one.item.item.due_on,
            _(STAGES[one.stage.value]),
            one.next_step.isoformat() if one.next_step else "–",
            money(Amount(one.owed, HKD)),
        ]
        for one in found
    ]
    show_table(columns, rows, empty=_(N_("Nothing is overdue.")))


COMMANDS = (overdue_, remind_, write_off)
