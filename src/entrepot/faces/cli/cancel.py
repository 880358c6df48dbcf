"""``entrepot cancel``: stop a job; what it used is billed."""

from __future__ import annotations

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.run import run_to_end
from entrepot.kernel.text import N_


@cli_command(
    "cancel",
    help=N_("Stop a job. What it used is billed, the rest of the hold is released."),
    examples=("entrepot cancel J-01…", "entrepot cancel L-01… --json"),
)
@click.argument("job", metavar="J-…|L-…")
@json_option
@pass_session
def command(session: Session, job: str) -> None:
    """Cancel and bill."""
    from entrepot.services.run_job import cancel_job

    found = cancel_job(session.app, job)
    run_to_end(session, session.app, found.id, wanted="cancelled")
