"""``entrepot lease``: take a quote; show, extend, shrink and leave the lease that did."""

from __future__ import annotations

import click

from entrepot.faces.cli.default_group import DefaultGroup
from entrepot.faces.cli.parts import parts_of
from entrepot.kernel.text import N_


class LeaseGroup(DefaultGroup):
    """A group that takes: with a quote or a lease in place of a command, it is ``take``."""

    default = "take"


@click.group(
    "lease",
    cls=LeaseGroup,
    help=N_(
        "Take a quote: hold its price on the prepaid account and reserve the devices, vouchers "
        "and duties, all or none. With the id of a lease, show it; extend, shrink or leave it."
    ),
    examples=(
        "entrepot lease Q-01… --accept-duties",
        "entrepot lease Q-01… --choice 2 --accept-duties",
        "entrepot lease L-01…",
        "entrepot lease L-01… --release",
        "entrepot lease extend L-01… --by 2h",
        "entrepot lease shrink L-01… --devices 1",
        "entrepot lease leave L-01… --dry-run",
    ),
)
def command() -> None:
    """Hold the commands of leases."""


for _one in parts_of("lease_take", "lease_show", "lease_alter"):
    command.add_command(_one)
