"""``entrepot settle``: pay the centres in RMB, and show the batches."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from entrepot.domain.contracts.funding import Mode
from entrepot.domain.contracts.settlement import DONE
from entrepot.faces.cli.bank_words import entry_data, entry_line
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, number, pad, show_table, warn
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.bank_names import BEHAVIOURS, NO_BANK

if TYPE_CHECKING:
    from entrepot.services.pay_centre import Paid

PARTS = ("settle_steps", "settle_reconcile")
"""Modules of this package whose ``COMMANDS`` hang below the group."""


@cli_group(
    "settle",
    help=N_("Pay the centres: net their invoices, change HKD into RMB, pay, match, state."),
    examples=(
        "entrepot settle run",
        "entrepot settle due",
        "entrepot settle show B-01…",
        "ENTREPOT_ACTOR=second.person entrepot settle release B-01…",
        "entrepot settle reconcile STATEMENT.xml",
    ),
)
def command() -> None:
    """Hold the commands of settlement."""


@command.command(
    "run",
    help=N_(
        "Net all open invoices of each centre into a batch, convert HKD at today's rate, write "
        "pain.001, read the confirmation of the simulated bank, close with a statement. "
        "A batch that a killed run left open is finished first. One above the house's limit waits "
        "for its release by a second person."
    ),
    examples=(
        "entrepot settle run",
        "entrepot settle run --centre demo-gz --json",
        "entrepot settle run --mode prefunded --bank none",
    ),
)
@click.option("--centre", "centres", multiple=True, help=N_("Only this centre; repeatable."))
@click.option(
    "--bank",
    type=click.Choice((*BEHAVIOURS, NO_BANK)),
    default="accept",
    help=N_("What the simulated bank does; none only writes the orders."),
)
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    help=N_("How new batches are funded and paid; left out, as ENTREPOT_SETTLE_MODE says."),
)
@click.option("--key", help=N_("Idempotency key of this run."))
@json_option
@pass_session
def run(
    session: Session, centres: tuple[str, ...], bank: str, mode: str | None, key: str | None
) -> None:
    """Settle."""
    from entrepot.services.finish_job import recover
    from entrepot.services.pay_centre import bank_of, pay_centres

    app = session.app
    recover(app)
    key = key or app.ids.new("K")
    how = Mode(mode) if mode else None
    paid = pay_centres(app, list(centres), bank_of(app, bank), key=key, mode=how)
    data = [paid_data(item) for item in paid]

    def render() -> None:
        if not paid:
            done(_(N_("No centre is owed anything.")))
        for item in paid:
            show_paid(item)

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
    from entrepot.services.settle_records import the_batch

    record = the_batch(session.app, batch)
    with session.app.store.reading() as uow:
        said = uow.settling.entries(batch)
    data = {**batch_data(record), "detail": record.body, "bank": [entry_data(e) for e in said]}

    def render() -> None:
        show_batch(record, str(record.body.get("reason", "")))
        for entry in said:
            print(f"  {entry_line(entry)}")

    emit(session, data, render)


def paid_data(item: Paid) -> dict[str, object]:
    """Return what came of a batch for ``--json``."""
    papers = [str(path) for path in item.papers]
    waits = {"waits_for": item.waits_for} if item.waits_for else {}
    return {**batch_data(item.batch), "reason": item.reason, "papers": papers, **waits}


def show_paid(item: Paid) -> None:
    """Print what came of a batch, with its papers."""
    show_batch(item.batch, item.reason)
    if item.waits_for:
        words = N_("A second person releases it: ENTREPOT_ACTOR=NAME entrepot settle release {id}")
        print("  " + _(words).format(id=item.batch.id))
    for path in item.papers:
        print(f"  {path}")


def batch_data(batch: r.Batch) -> dict[str, object]:
    """Return a batch for ``--json``."""
    from entrepot.domain.contracts.stored_batch import read_batch

    body = read_batch(batch.body)
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
        "mode": body.mode.value,
        "paid_cnh_minor": body.booked.paid.minor,
        "realised_hkd_minor": body.booked.realised.minor,
    }


def show_batch(batch: r.Batch, reason: str) -> None:
    """Print a batch: what was paid, at which rate, what the bank took, gain or loss."""
    from entrepot.domain.contracts.stored_batch import read_batch

    body = read_batch(batch.body)
    values = body.values
    assert values is not None
    sentence = _(N_("Batch {id} for {centre}: {state}")).format(
        id=batch.id, centre=batch.centre_id, state=state_word(batch.state)
    )
    if batch.state == "failed":
        warn(f"{sentence} – {reason}")
    else:
        done(sentence)
    fx, loss = values.fx, values.realised
    moved = body.booked.paid if batch.state in DONE else values.total
    rows = [
        (N_("paid to the centre"), money(moved)),
        (
            N_("sold at the mid rate"),
            f"{money(Amount(batch.mid_minor, HKD))}  "
            f"(1 CNH = {number(fx.value, 6)} HKD; {fx.source}, {fx.fixed_on})",
        ),
        (N_("spread of the bank"), money(Amount(batch.spread_minor, HKD))),
        (
            N_("exchange gain (+) or loss (−)"),
            money(-(body.booked.realised if batch.state in DONE else loss)),
        ),
        (N_("reference of the bank"), batch.bank_reference or "–"),
    ]
    if values.pooled.minor:
        own = _(N_("{amount}, which cost {cost}"))
        text = own.format(amount=money(values.pooled), cost=money(values.pool_cost))
        rows.insert(1, (N_("of it from RMB of our own"), text))
    left = values.total - moved
    if left.minor:
        rows.insert(1, (N_("left to the next batch"), money(left)))
    for label, text in rows:
        print(f"  {pad(_(label), 32)} {text}")


def _add_parts() -> None:
    for name in PARTS:
        for one in import_module(f"entrepot.faces.cli.{name}").COMMANDS:
            command.add_command(one)


_add_parts()
