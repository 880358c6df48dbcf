"""``entrepot lease Q-…``: take a quote, or show the lease that did."""

from __future__ import annotations

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lease_words import show_lease, view_data
from entrepot.faces.cli.output import emit
from entrepot.kernel.ids import is_id
from entrepot.kernel.text import N_


@cli_command(
    "take",
    help=N_(
        "Take a quote: hold its price on the prepaid account and reserve the devices, vouchers "
        "and duties, all or none. With the id of a lease, show it."
    ),
    examples=(
        "entrepot lease Q-01… --accept-duties",
        "entrepot lease Q-01… --choice 2 --accept-duties",
        "entrepot lease L-01…",
        "entrepot lease L-01… --release",
    ),
)
@click.argument("subject", metavar="Q-…|L-…")
@click.option("--choice", type=int, default=1, help=N_("Rank of the candidate; 1 is cheapest."))
@click.option("--accept-duties", is_flag=True, help=N_("Accept the duties of the verdict."))
@click.option("--release", is_flag=True, help=N_("Give back a lease that has not run."))
@click.option("--key", help=N_("Idempotency key; the same key gives the same lease."))
@json_option
@pass_session
def take(
    session: Session,
    subject: str,
    choice: int,
    accept_duties: bool,
    release: bool,
    key: str | None,
) -> None:
    """Take, show or release."""
    from entrepot.services.finish_job import recover
    from entrepot.services.lease import release_lease, take_quote, the_lease
    from entrepot.services.lease_view import lease_view

    app = session.app
    if is_id(subject, "L"):
        lease = the_lease(app, subject)
        if release:
            lease = release_lease(app, subject, reason="asked by the desk", key=f"free:{subject}")
    else:
        recover(app)
        lease = take_quote(
            app, subject, choice=choice, accept_duties=accept_duties, key=key or f"take:{subject}"
        )
    told = lease_view(app, lease.id)
    emit(session, view_data(told), lambda: show_lease(told.lease, told.tasks, told.held))


COMMANDS = (take,)
