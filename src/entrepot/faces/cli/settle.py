"""``entrepot settle``: pay the centres in RMB, and show the batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, number, pad, show_table, warn
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r

BEHAVIOURS = ("accept", "reject", "duplicate", "short", "delay")


@cli_group(
    "settle",
    help=N_("Pay the centres: net their invoices, change HKD into RMB, pay, match, state."),
    examples=("entrepot settle run", "entrepot settle list", "entrepot settle show B-01…"),
)
def command() -> None:
    """Hold the commands of settlement."""


@command.command(
    "run",
    help=N_(
        "Net all open invoices of each centre into a batch, convert HKD at today's rate, write "
        "pain.001, read the confirmation of the simulated bank, close with a statement. "
        "A batch that a killed run left open is finished first."
    ),
    examples=("entrepot settle run", "entrepot settle run --centre demo-gz --json"),
)
@click.option("--centre", "centres", multiple=True, help=N_("Only this centre; repeatable."))
@click.option(
    "--bank",
    type=click.Choice(BEHAVIOURS),
    default="accept",
    help=N_("What the simulated bank does."),
)
@click.option("--key", help=N_("Idempotency key of this run."))
@json_option
@pass_session
def run(session: Session, centres: tuple[str, ...], bank: str, key: str | None) -> None:
    """Settle."""
    from entrepot.services.finish_job import recover
    from entrepot.services.pay_centre import pay_centres, simulated_bank

    app = session.app
    recover(app)
    key = key or app.ids.new("K")
    paid = pay_centres(app, list(centres), simulated_bank(app, bank), key=key)
    data = [
        {**batch_data(p.batch), "reason": p.reason, "papers": [str(x) for x in p.papers]}
        for p in paid
    ]

    def render() -> None:
        if not paid:
            done(_(N_("No centre is owed anything.")))
        for item in paid:
            show_batch(item.batch, item.reason)
            for path in item.papers:
                print(f"  {path}")

    emit(session, data, render)


@command.command("list", help=N_("List settlement batches."), examples=("entrepot settle list",))
@json_option
@pass_session
def list_(session: Session) -> None:
    """List batches."""
    with session.app.store.reading() as uow:
        batches = uow.settlements.batches()
    data = [batch_data(batch) for batch in batches]

    def render() -> None:
        titles = (N_("batch"), N_("centre"), N_("value date"), N_("state"))
        columns = [Column(_(title)) for title in titles]
        columns += [Column("RMB", True), Column("HKD", True)]
        rows = [
            [
                batch.id,
                batch.centre_id,
                batch.value_date,
                state_word(batch.state),
                money(Amount(batch.centre_minor, CNH)),
                money(Amount(batch.mid_minor + batch.spread_minor, HKD)),
            ]
            for batch in batches
        ]
        show_table(columns, rows)

    emit(session, data, render)


@command.command(
    "show",
    help=N_("Show one batch with its members and rate."),
    examples=("entrepot settle show B-01…",),
)
@click.argument("batch", metavar="B-…")
@json_option
@pass_session
def show(session: Session, batch: str) -> None:
    """Show a batch."""
    from entrepot.services.settle import the_batch

    record = the_batch(session.app, batch)
    data = {**batch_data(record), "detail": record.body}
    emit(session, data, lambda: show_batch(record, str(record.body.get("reason", ""))))


def batch_data(batch: r.Batch) -> dict[str, object]:
    """Return a batch for ``--json``."""
    return {
        "batch_id": batch.id,
        "centre_id": batch.centre_id,
        "value_date": batch.value_date,
        "state": batch.state,
        "cnh_minor": batch.centre_minor,
        "hkd_mid_minor": batch.mid_minor,
        "hkd_spread_minor": batch.spread_minor,
        "hkd_carrying_minor": batch.carrying_minor,
        "pain_sha256": batch.pain_digest,
        "bank_reference": batch.bank_reference,
    }


def show_batch(batch: r.Batch, reason: str) -> None:
    """Print a batch: what was paid, at which rate, what the bank took, gain or loss."""
    from fractions import Fraction

    values = cast(Mapping[str, Any], batch.body["values"])
    sentence = _(N_("Batch {id} for {centre}: {state}")).format(
        id=batch.id, centre=batch.centre_id, state=state_word(batch.state)
    )
    if batch.state == "failed":
        warn(f"{sentence} – {reason}")
    else:
        done(sentence)
    fx = values["fx"]
    rows = [
        (N_("paid to the centre"), money(Amount(batch.centre_minor, CNH))),
        (
            N_("sold at the mid rate"),
            f"{money(Amount(batch.mid_minor, HKD))}  "
            f"(1 CNH = {number(Fraction(fx['value']), 6)} HKD; {fx['source']}, {fx['fixed_on']})",
        ),
        (N_("spread of the bank"), money(Amount(batch.spread_minor, HKD))),
        (
            N_("exchange gain (+) or loss (−)"),
            money(Amount(batch.carrying_minor - batch.mid_minor, HKD)),
        ),
        (N_("reference of the bank"), batch.bank_reference or "–"),
    ]
    for label, text in rows:
        print(f"  {pad(_(label), 32)} {text}")
