"""``entrepot settle due``, ``release`` and ``read``: the steps of a settlement one by one."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, show_table, warn
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.bank_names import BEHAVIOURS, NO_BANK

KEY = N_("Idempotency key; the same key gives the same answer.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli_command(
    "due",
    help=N_(
        "Show what the next batch of each centre would take, and its value date: cut-off and "
        "business days of Hong Kong and the mainland. Nothing is written."
    ),
    examples=("entrepot settle due", "entrepot settle due --json"),
)
@json_option
@pass_session
def due(session: Session) -> None:
    """Show what is due."""
    from entrepot.services.settle_due import due_batches

    found = due_batches(session.app)
    data = [
        {
            "centre_id": one.centre_id,
            "value_date": one.value_date,
            "invoices": one.invoices,
            "debts": one.debts,
            "waiting_for_customers": one.waiting,
            "cnh_minor": one.cnh_minor,
            "carrying_hkd_minor": one.hkd_minor,
        }
        for one in found
    ]

    def render() -> None:
        if not found:
            done(_(N_("No centre is owed anything.")))
            return
        titles = (N_("centre"), N_("value date"))
        counts = (N_("invoices"), N_("debts"), N_("customer unpaid"))
        columns = [Column(_(title)) for title in titles]
        columns += [Column(_(title), True) for title in counts]
        columns += [Column("RMB", True), Column("HKD", True)]
        rows = [
            [
                *(one.centre_id, one.value_date),
                *(str(one.invoices), str(one.debts), str(one.waiting)),
                *(money(Amount(one.cnh_minor, CNH)), money(Amount(one.hkd_minor, HKD))),
            ]
            for one in found
        ]
        show_table(columns, rows)

    emit(session, data, render)


@cli_command(
    "release",
    help=N_(
        "Release batches to the bank as the second person, and send them: one order for all "
        "batches of a value date. Who acts is read from ENTREPOT_ACTOR. A batch within "
        "ENTREPOT_RELEASE_ALONE_CENTS needs one person only."
    ),
    examples=(
        "ENTREPOT_ACTOR=second.person entrepot settle release B-01…",
        "ENTREPOT_ACTOR=second.person entrepot settle release B-01… B-02… --bank none",
    ),
)
@click.argument("batches", metavar="B-…", nargs=-1, required=True)
@click.option(
    "--bank",
    type=click.Choice((*BEHAVIOURS, NO_BANK)),
    default="accept",
    help=N_("What the simulated bank does; none only writes the orders."),
)
@click.option("--key", help=KEY)
@json_option
@pass_session
def release(session: Session, batches: tuple[str, ...], bank: str, key: str | None) -> None:
    """Release as the second person."""
    from entrepot.faces.cli.settle import paid_data, show_paid
    from entrepot.services.pay_centre import bank_of, release_batches

    app = session.app
    found = release_batches(app, batches, bank_of(app, bank), key or app.ids.new("K"))

    def render() -> None:
        for item in found:
            show_paid(item)

    emit(session, [paid_data(item) for item in found], render)


@cli_command(
    "read",
    help=N_(
        "Take files of the bank: pain.002, camt.054, camt.053. Each booking counts once, however "
        "often and in whatever file it is told."
    ),
    examples=("entrepot settle read NOTICE.xml", "entrepot settle read bank/*.xml --json"),
)
@click.argument("files", metavar="FILE.xml", nargs=-1, required=True, type=FILE)
@json_option
@pass_session
def read(session: Session, files: tuple[Path, ...]) -> None:
    """Take the bank's words."""
    from entrepot.services.pay_centre import close_batch
    from entrepot.services.reconcile import read_bank_files

    app = session.app
    heard = read_bank_files(app, [path.read_bytes() for path in files])
    closed = [close_batch(app, batch_id, []) for batch_id in heard.batches]
    data = {
        "new": heard.new,
        "repeated": heard.repeated,
        "unmatched": list(heard.unmatched),
        "batches": [{"batch_id": one.batch.id, "state": one.batch.state} for one in closed],
    }

    def render() -> None:
        from entrepot.faces.cli.settle import show_paid

        words = _(N_("{new} new from the bank, {repeated} told before."))
        done(words.format(new=heard.new, repeated=heard.repeated))
        for item in closed:
            show_paid(item)
        if heard.unmatched:
            words = _(N_("{count} without an order of ours: entrepot settle entries"))
            warn(words.format(count=len(heard.unmatched)))

    emit(session, data, render)


COMMANDS = (due, release, read)
