"""``entrepot grid``: place, simulate and study work on the grid."""

from __future__ import annotations

from entrepot.faces.cli.frame import cli_group
from entrepot.faces.cli.parts import parts_of
from entrepot.kernel.text import N_


@cli_group(
    "grid",
    help=N_("Place work on nodes and centres, simulate schedules, and move work to green hours."),
    examples=(
        "entrepot grid simulate --trace jobs.csv --clusters clusters.csv --policy easy",
        "entrepot grid geo --leases 300 --sites 6 --seed 1",
    ),
)
def command() -> None:
    """Hold the commands of the grid."""


for _part in parts_of("grid_replay", "grid_simulate", "grid_geo", "grid_green", "grid_study"):
    command.add_command(_part)
