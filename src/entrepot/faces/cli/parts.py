"""Commands of a group that live in modules of their own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import click


def parts_of(*names: str) -> Iterator[click.Command]:
    """Yield the ``COMMANDS`` of modules of this package; a small install may leave one out.

    >>> [command.name for command in parts_of("ledger_post", "not_there")]
    ['post']
    """
    for name in names:
        module = f"entrepot.faces.cli.{name}"
        if find_spec(module) is not None:
            yield from import_module(module).COMMANDS
