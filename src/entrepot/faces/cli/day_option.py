"""Options that take a calendar day, and those of the law that is asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from entrepot.faces.cli.lang import _
from entrepot.kernel.text import N_

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A calendar day, written YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day, or refuse in one sentence."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            return date.fromisoformat(text if len(text) == len("YYYY-MM-DD") else "")
        except ValueError:
            sentence = _(N_("{value} is no date; write it as YYYY-MM-DD."))
            self.fail(sentence.format(value=text), param, ctx)


DAY = Day()


def day_option(*names: str, help: str) -> Callable[[F], F]:
    """Make an option that takes a day; None where it is not given."""
    return click.option(*names, type=DAY, metavar="YYYY-MM-DD", help=help)


def law_options(function: F) -> F:
    """Add ``--as-of`` and ``--known`` to a command."""
    known = day_option("--known", help=N_("Only what was recorded by this day."))
    as_of = day_option("--as-of", help=N_("Law of this day; today if it is left out."))
    return as_of(known(function))
