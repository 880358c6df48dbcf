"""``entrepot rules``: decisions replayed, law compared, rows signed; and the rules' own upkeep."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from entrepot.faces.cli.frame import cli_group
from entrepot.kernel.text import N_

PARTS = ("rules_replay", "rules_diff", "rules_reviews", "rules_authoring")
"""Modules of this package whose ``COMMANDS`` hang below the group, in the order of the help."""


@cli_group(
    "rules",
    help=N_(
        "Keep the law of the house honest: replay old decisions, say what changed between two "
        "days, and sign single rows by two persons."
    ),
    examples=(
        "entrepot rules replay V-01…",
        "entrepot rules diff 2025-12-31 2026-01-01",
        'entrepot rules sign oo.sg --counsel "Counsel of the house" --expires 2027-11-21',
        "entrepot rules reviews",
    ),
)
def command() -> None:
    """Hold the commands of the rules."""


def _add_parts() -> None:
    """Hang up the commands that live in modules of their own."""
    present = {path.stem for path in Path(__file__).parent.iterdir()}
    for name in PARTS:
        if name in present:
            for one in import_module(f"entrepot.faces.cli.{name}").COMMANDS:
                command.add_command(one)


_add_parts()
