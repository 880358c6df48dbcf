"""A group that carries out one of its commands when none is named."""

from __future__ import annotations

import re

import click

from entrepot.faces.cli.frame import Group

_ID = re.compile(r"[A-Z]{1,2}-")


class DefaultGroup(Group):
    """A group with a command that stands when an id, an option or nothing comes first.

    Attributes:
        default: name of that command.
    """

    default = "show"

    def named(self, args: list[str]) -> list[str]:
        """Put the default before what is not the name of a command.

        >>> DefaultGroup("usage").named(["L-01"])
        ['show', 'L-01']
        """
        helped = args and args[0] in {"-h", "--help"}
        stands = not args or (args[0].startswith("-") and not helped) or _ID.match(args[0])
        return [self.default, *args] if stands else args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words as :meth:`named` completes them."""
        return super().parse_args(ctx, self.named(args))
