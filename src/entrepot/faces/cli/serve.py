"""``entrepot serve``: the public, read-only face of a home over HTTP."""

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
        "Serve the public face of the home: one page and a small API with centres, posted offers "
        "and the journal's checkpoint. It is read-only and shows nothing of firms, quotes, leases "
        "or invoices. The API for orders and the console are not part of it yet. Stop with Ctrl-C."
    ),
    examples=(
        "entrepot serve",
        "entrepot serve --port 9000",
        "entrepot serve --port 0 --json",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port", type=int, default=8765, show_default=True, help=N_("Port; 0 takes a free one.")
)
@json_option
@pass_session
def command(session: Session, host: str, port: int) -> None:
    """Serve."""

    def ready(url: str) -> None:
        if session.json:
            print(json.dumps({"url": url}), flush=True)
            return
        done(_(N_("Serving {url}")).format(url=url))
        if not is_local(host):
            warn(_(N_("Everybody who reaches this machine can read it; it is not encrypted.")))
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
