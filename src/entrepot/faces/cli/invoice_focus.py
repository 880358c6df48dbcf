"""``entrepot invoice focus``: cost data for finance, in the form of FOCUS."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from entrepot.faces.cli.day_option import DAY
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit, number
from entrepot.kernel.text import N_


@cli_command(
    "focus",
    help=N_(
        "Write what a period has billed as FOCUS 1.4: Cost and Usage, Invoice Detail, Contract "
        "Commitment and Billing Period, a CSV file each."
    ),
    examples=("entrepot invoice focus --from 2026-11-01 --to 2026-11-30 --out focus",),
)
@click.option(
    "--from", "from_day", type=DAY, required=True, metavar="YYYY-MM-DD", help=N_("First day.")
)
@click.option(
    "--to", "to_day", type=DAY, required=True, metavar="YYYY-MM-DD", help=N_("Last day, included.")
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("focus"),
    metavar="DIR",
    help=N_("Folder of the files; made if need be."),
)
@json_option
@pass_session
def focus(session: Session, from_day: date, to_day: date, out: Path) -> None:
    """Write the data sets."""
    from entrepot.services.focus import export_focus

    files = export_focus(session.app, out.absolute(), from_day, to_day)

    def render() -> None:
        for one in files:
            words = _(N_("{path}: {count} rows"))
            done(words.format(path=one.path, count=number(one.rows)))

    emit(session, files, render)


COMMANDS = (focus,)
