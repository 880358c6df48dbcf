"""``entrepot serve``: the API and the console of a home over HTTP."""

from __future__ import annotations

import ipaddress
import json

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, warn
from entrepot.kernel.text import N_


@cli_command(
    "serve",
    help=N_(
        "Serve the API and the console of the home, and take its jobs forward meanwhile. Anybody "
        "reads centres, posted offers and the journal's checkpoint; all else needs an account. A "
        "home without an operator prints a link that makes the first one, once. Stop with Ctrl-C."
    ),
    examples=(
        "entrepot serve",
        "entrepot serve --port 9000",
        "entrepot --home build/demonstration serve --demonstration",
        "entrepot serve --port 0 --json",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port", type=int, default=8765, show_default=True, help=N_("Port; 0 takes a free one.")
)
@click.option(
    "--demonstration",
    is_flag=True,
    help=N_("Play three months of made-up business first, in a home of its own."),
)
@click.option(
    "--seed", type=int, default=7, show_default=True, help=N_("Chance of the demonstration.")
)
@json_option
@pass_session
def command(session: Session, host: str, port: int, demonstration: bool, seed: int) -> None:
    """Serve."""
    from entrepot.services.identity_setup import identity_setup

    if demonstration:
        from entrepot.faces.cli.serve_played import furnish

        furnish(session, seed)

    def ready(url: str) -> None:
        secret = identity_setup(session.app)
        setup = f"{url}setup/{secret}" if secret else ""
        if session.json:
            print(json.dumps({"url": url, "setup": setup}), flush=True)
            return
        done(_(N_("Serving {url}")).format(url=url))
        if setup:
            words = N_("Make the first operator within a day, here and once: {link}")
            print(_(words).format(link=setup))
        if not is_local(host):
            warn(
                _(N_("It is not encrypted: put a proxy with TLS before it, or tokens can be read."))
            )
        print(_(N_("Stop with Ctrl-C.")), flush=True)

    session.app.serve(host, port, ready)


def is_local(host: str) -> bool:
    """Say whether only this machine reaches an address.

    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
