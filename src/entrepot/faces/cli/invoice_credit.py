"""``entrepot invoice credit`` and ``credits``: take a line of an invoice back, by two persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.approvals import KEY, tell_proposed
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, emit, moment, money, show_table, warn
from entrepot.kernel.money import CNH, HKD, Amount, parse_amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_contracts import KeptCredit


@cli_command(
    "credit",
    help=N_(
        "Propose to credit a line of an invoice, in whole or in part. A second person approves it: "
        "then the credit note has its number, and what is open falls or what was paid comes back."
    ),
    examples=(
        'entrepot invoice credit HK-2026-000001 --line 1 --amount "5 HKD" --reason "device down"',
        "ENTREPOT_ACTOR=second.person entrepot approvals approve PR-01…",
        "entrepot invoice pdf HK-CN-2026-000001",
    ),
)
@click.argument("number_", metavar="NUMBER")
@click.option("--line", type=int, required=True, help=N_("Number of the line on the invoice."))
@click.option("--amount", required=True, metavar="AMOUNT", help=N_("As '5 HKD'."))
@click.option("--reason", required=True, help=N_("Why, for the firm to read."))
@click.option(
    "--centre-amount", metavar="AMOUNT", help=N_("What the centre bears of it, as '4 CNH'.")
)
@click.option("--key", help=KEY)
@json_option
@pass_session
def credit(
    session: Session,
    number_: str,
    line: int,
    amount: str,
    reason: str,
    centre_amount: str | None,
    key: str | None,
) -> None:
    """Propose a credit note."""
    from entrepot.services.credit_approval import propose_credit
    from entrepot.services.credit_room import credited_line

    app = session.app
    centre = parse_amount(centre_amount) if centre_amount else Amount(0, CNH)
    wanted = parse_amount(amount)
    view = propose_credit(app, number_, line, wanted, reason, key or app.ids.new("K"), centre)
    tell_proposed(session, view)
    if not session.json:
        with app.store.reading() as uow:
            vouchers = credited_line(uow, number_, line).vouchers
        for voucher in vouchers:
            text = N_("{programme} paid on this job: look at its claim, entrepot vouchers claims")
            warn(_(text).format(programme=voucher.names.en))


@cli_command(
    "credits",
    help=N_("List all credit notes in order of number."),
    examples=("entrepot invoice credits", "entrepot invoice credits --json"),
)
@json_option
@pass_session
def credits_(session: Session) -> None:
    """List credit notes."""
    with session.app.store.reading() as uow:
        notes = uow.receivables.credits()
        names = {item.document_id: item.number for item in uow.receivables.all()}
    data = [{**asdict(note), "invoice": names[note.document_id]} for note in notes]
    for row in data:
        row.pop("body")
    emit(session, data, lambda: _show(notes, names))


def _show(notes: Sequence[KeptCredit], names: dict[str, str]) -> None:
    titles = (N_("credit note"), N_("issued"), N_("invoice"))
    columns = [*(Column(_(title)) for title in titles), Column("#", True)]
    columns += [Column(_(title), True) for title in (N_("amount"), N_("borne by the centre"))]
    rows = [
        [
            note.number,
            moment(note.issued_at),
            names[note.document_id],
            str(note.line),
            money(Amount(note.amount_minor, HKD)),
            money(Amount(note.centre_minor, CNH)),
        ]
        for note in notes
    ]
    show_table(columns, rows, empty=_(N_("No credit note yet.")))


COMMANDS = (credit, credits_)
