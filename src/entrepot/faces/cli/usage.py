"""``entrepot usage``: reports of leases, events from files, and months closed and rated again."""

from __future__ import annotations

import re
from importlib import import_module

import click

from entrepot.faces.cli.frame import Group
from entrepot.kernel.text import N_

PARTS = ("usage_show", "usage_events", "usage_months")
"""Modules of this package whose ``COMMANDS`` hang below the group."""

_LEASE = re.compile(r"[A-Z]{1,2}-")


class UsageGroup(Group):
    """A group that shows: without a command, or with a lease in its place, it is ``show``."""

    def named(self, args: list[str]) -> list[str]:
        """Put ``show`` before what is not the name of a command."""
        helped = args and args[0] in {"-h", "--help"}
        shows = not args or (args[0].startswith("-") and not helped) or _LEASE.match(args[0])
        return ["show", *args] if shows else args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words as :meth:`named` completes them."""
        return super().parse_args(ctx, self.named(args))


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
