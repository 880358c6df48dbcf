"""``entrepot ledger export``: the whole ledger for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit, number
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.text import N_

ENDINGS = {"beancount": "beancount", "csv": "csv", "parquet": "parquet"}


@cli_command(
    "export",
    help=N_(
        "Write the whole ledger to a file: a Beancount journal with an assertion of every "
        "balance, or a table of all transfers as CSV or Parquet."
    ),
    examples=(
        "entrepot ledger export --beancount --out books.beancount",
        "entrepot ledger export --csv --out transfers.csv",
        "entrepot ledger export --parquet --out transfers.parquet",
    ),
)
@click.option("--beancount", "form", flag_value="beancount", help=N_("A Beancount journal."))
@click.option("--csv", "form", flag_value="csv", help=N_("A table as CSV."))
@click.option("--parquet", "form", flag_value="parquet", help=N_("A table as Parquet."))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("The file.")
)
@json_option
@pass_session
def export(session: Session, form: str | None, out: Path | None) -> None:
    """Export the ledger."""
    from entrepot.services.ledger_dump import export_ledger

    if form is None:
        raise click.UsageError(_(N_("Choose a form: --beancount, --csv or --parquet.")))
    app, path = session.app, (out or Path(f"ledger.{ENDINGS[form]}"))
    count = wait_for(_(N_("Writing the ledger")), lambda: export_ledger(app, form, path.absolute()))
    data = {"form": form, "path": path.absolute(), "transfers": count}
    text = _(N_("{path}: {count} transfers.")).format(path=path.absolute(), count=number(count))
    emit(session, data, lambda: done(text))


COMMANDS = (export,)
