"""``entrepot backends``: what runs the jobs of centres, and whether it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, emit, show_table, warn
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.backend_port import BackendInfo


@cli_command(
    "backends",
    help=N_(
        "List what can run the jobs of a centre: this machine, agents, and the clusters that "
        "backends.yaml in the home describes. Each is asked; what does not answer, or lacks a "
        "partition or a kind of device that it should have, is warned of."
    ),
    examples=("entrepot backends", "entrepot backends gz-slurm --json"),
)
@click.argument("name", required=False)
@json_option
@pass_session
def command(session: Session, name: str | None) -> None:
    """List backends."""
    app = session.app
    names = (name,) if name else app.backend_names()
    found = {one: app.backend(one).describe() for one in names}
    data = [
        {
            "name": one,
            "kind": info.name,
            "sandbox": info.sandbox,
            "warnings": [_(text) for text in info.warnings],
        }
        for one, info in found.items()
    ]
    emit(session, data, lambda: _show(found))


def _show(found: dict[str, BackendInfo]) -> None:
    columns = [Column(_(N_("name"))), Column(_(N_("kind"))), Column(_(N_("sandbox")))]
    rows = [[one, info.name, _(info.sandbox)] for one, info in found.items()]
    show_table(columns, rows)
    for one, info in found.items():
        for text in info.warnings:
            warn(f"{one}: {clean(_(text))}")
