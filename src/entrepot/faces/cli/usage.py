"""``entrepot usage``: reports of leases, events from files, and months closed and rated again."""

from __future__ import annotations

from importlib import import_module

import click

from entrepot.faces.cli.default_group import DefaultGroup
from entrepot.kernel.text import N_

PARTS = ("usage_show", "usage_events", "usage_months")
"""Modules of this package whose ``COMMANDS`` hang below the group."""


class UsageGroup(DefaultGroup):
    """A group that shows: without a command, or with a lease in its place, it is ``show``."""


@click.group(
    "usage",
    cls=UsageGroup,
    help=N_(
        "Show the signed usage reports of a lease and what they cost, take reports from files, "
        "close a month and rate it again. Without a command: the totals of all leases."
    ),
    examples=(
        "entrepot usage",
        "entrepot usage L-01…",
        "entrepot usage import events.jsonl",
        "entrepot usage close 2026-11",
        "entrepot usage rerate --period 2026-11",
    ),
)
def command() -> None:
    """Hold the commands of metering."""


def _add_parts() -> None:
    for name in PARTS:
        for one in import_module(f"entrepot.faces.cli.{name}").COMMANDS:
            command.add_command(one)


_add_parts()
