"""``entrepot gate counts``: persons exported from the mainland since 1 January."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.gate_records import KEY, OF_FIRM, PERSONS, SENSITIVE
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, emit, number, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.export_counter import YearCount


@cli_command(
    "counts",
    help=N_(
        "Show how many persons' data a control group has sent out of the mainland since "
        "1 January. With --persons, state what it sent outside this house."
    ),
    examples=(
        "entrepot gate counts",
        "entrepot gate counts --year 2025 --json",
        "entrepot gate counts --persons 40000 --sensitive 0",
    ),
)
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@click.option("--year", type=click.IntRange(1, 9999), help=N_("Calendar year; this one if absent."))
@click.option("--persons", type=int, help=PERSONS)
@click.option("--sensitive", type=int, help=SENSITIVE)
@click.option("--key", help=KEY)
@json_option
@pass_session
def counts(
    session: Session,
    firm: str | None,
    year: int | None,
    persons: int | None,
    sensitive: int | None,
    key: str | None,
) -> None:
    """Show or state the count."""
    from entrepot.domain.gate.counters import Tally
    from entrepot.kernel.period import local_day
    from entrepot.services.export_counter import state_outside, year_count
    from entrepot.services.firms import the_firm

    app = session.app
    holder = the_firm(app, firm)
    if persons is None and sensitive is None:
        found = year_count(app, holder, year)
    else:
        stated = Tally(persons or 0, sensitive or 0)
        of_year = year or local_day(app.clock.now()).year
        found = state_outside(app, holder, of_year, stated, key or app.ids.new("K"))
    emit(session, asdict(found), lambda: show_counts(found))


def show_counts(found: YearCount) -> None:
    """Print the count of a year, data set by data set."""
    total = _(N_("{group} in {year}: {persons} persons, and {sensitive} with sensitive data"))
    persons, sensitive = number(found.tally.persons), number(found.tally.sensitive)
    shown = {"group": found.group_id, "year": found.year}
    print(clean(total.format(**shown, persons=persons, sensitive=sensitive)))
    rows = [[name, number(t.persons), number(t.sensitive)] for name, t in found.sets]
    if rows:
        titles = (N_("data set"), N_("persons"), N_("sensitive"))
        show_table([Column(_(title), title != "data set") for title in titles], rows)
    if not found.outside:
        print(_(N_("Nobody has stated what was sent outside this house: add --persons.")))
