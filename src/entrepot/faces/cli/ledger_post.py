"""``entrepot ledger post``: propose a manual posting."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.faces.cli.approvals import KEY, tell_proposed
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.kernel.text import N_


@cli_command(
    "post",
    help=N_(
        "Propose a manual posting from a file; it is booked when a second person approves. "
        "The file has a reference, a reason, and lines of debit, credit and amount."
    ),
    examples=(
        "entrepot ledger post bank-fee.yaml",
        "ENTREPOT_ACTOR=second.person entrepot approvals approve PR-01…",
    ),
)
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path))
@click.option("--key", help=KEY)
@json_option
@pass_session
def post(session: Session, file: Path, key: str | None) -> None:
    """Propose a posting."""
    from entrepot.services.manual_posting import propose_posting

    app = session.app
    view = propose_posting(app, app.read_posting(file), key or app.ids.new("K"))
    tell_proposed(session, view)


COMMANDS = (post,)
