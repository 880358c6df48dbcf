"""``entrepot version``: what is installed, for a report of a fault."""

from __future__ import annotations

import platform

from entrepot import __version__
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.output import emit
from entrepot.kernel.text import N_


@cli_command(
    "version",
    help=N_("Print the version of the program and of what it stands on."),
    examples=("entrepot version", "entrepot version --json"),
)
@json_option
@pass_session
def command(session: Session) -> None:
    """Print versions."""
    data = {
        "entrepot": __version__,
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }

    def render() -> None:
        for name, value in data.items():
            print(f"{name:<10}{value}")

    emit(session, data, render)
