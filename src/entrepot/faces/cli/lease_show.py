"""``entrepot lease show``: a lease with its devices, the terms of its kind and its changes."""

from __future__ import annotations

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lease_words import kind_text, show_changes, show_lease, view_data
from entrepot.faces.cli.output import emit
from entrepot.kernel.text import N_


@cli_command(
    "show",
    help=N_(
        "Show a lease: size, devices and machines, the terms of its kind, what it holds, and "
        "how it was changed."
    ),
    examples=("entrepot lease show L-01…", "entrepot lease show L-01… --json"),
)
@click.argument("lease", metavar="L-…")
@json_option
@pass_session
def show(session: Session, lease: str) -> None:
    """Show a lease."""
    from entrepot.services.lease_terms import terms_in
    from entrepot.services.lease_view import lease_view

    view = lease_view(session.app, lease)

    def tell() -> None:
        show_lease(view.lease, view.tasks, view.held)
        if not terms_in(view.lease).binds:
            print("  " + kind_text(terms_in(view.lease)))
        show_changes(view.changes)

    emit(session, view_data(view), tell)


COMMANDS = (show,)
