"""``entrepot bank simulate``: a bank between two folders, for trying out a settlement."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit
from entrepot.kernel.money import CNH, HKD, parse_amount
from entrepot.kernel.text import N_
from entrepot.services.bank_names import BEHAVIOURS, BankDayAsk

FOLDER = click.Path(file_okay=False, path_type=Path)


@cli_group(
    "bank",
    help=N_("A bank that only pretends: nothing is paid, and every message says so."),
    examples=("entrepot bank simulate --in orders --out bank --day 2026-11-23",),
)
def command() -> None:
    """Hold the commands of the simulated bank."""


@command.command(
    "simulate",
    help=N_(
        "Play one day of a bank: read the payment orders (pain.001) of a folder, write its answers "
        "(pain.002, camt.054) and the statements of both accounts (camt.053). The same orders, "
        "seed and days give the same bytes."
    ),
    examples=(
        "entrepot bank simulate --in orders --out bank --day 2026-11-23",
        "entrepot bank simulate --in orders --out bank --day 2026-11-24 --behave short",
        "entrepot bank simulate --in orders --out bank --day 2026-11-25 --seed 7 "
        "--mix reject=50,short=20,return=10",
    ),
)
@click.option("--in", "orders", required=True, type=FOLDER, help=N_("Folder of payment orders."))
@click.option("--out", "messages", required=True, type=FOLDER, help=N_("Folder for its messages."))
@click.option(
    "--behave",
    type=click.Choice(BEHAVIOURS),
    default="accept",
    help=N_("What it does with every payment outside the mix."),
)
@click.option("--mix", default="", help=N_("Per mille of payments: reject=50,short=20"))
@click.option("--seed", default="", help=N_("The same seed treats the same payment alike."))
@day_option("--day", help=N_("Day of the bank; today if it is left out."))
@click.option(
    "--opening",
    multiple=True,
    help=N_("What stands on an account of a bank that knows nothing yet; repeatable: 1000.00 HKD"),
)
@json_option
@pass_session
def simulate(
    session: Session,
    orders: Path,
    messages: Path,
    behave: str,
    mix: str,
    seed: str,
    day: date | None,
    opening: tuple[str, ...],
) -> None:
    """Play a day of the bank."""
    from entrepot.kernel.period import local_day

    app = session.app
    amounts = {amount.asset: amount.minor for amount in map(parse_amount, opening)}
    on = (day or local_day(app.clock.now())).isoformat()
    hkd, cnh = amounts.get(HKD, 0), amounts.get(CNH, 0)
    ask = BankDayAsk(orders, messages, behave, mix, seed, on, hkd, cnh)
    paths = app.documents.simulate_folder(ask)

    def render() -> None:
        words = _(N_("The simulated bank closed {day} with {count} messages."))
        done(words.format(day=on, count=len(paths)))
        for path in paths:
            print(f"  {path}")

    emit(session, {"day": on, "messages": [str(path) for path in paths]}, render)
