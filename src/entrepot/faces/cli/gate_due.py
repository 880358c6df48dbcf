"""``entrepot gate instruments advance`` and ``due``: the steps of an instrument, one by one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, json_option, pass_session
from entrepot.faces.cli.gate_records import KEY
from entrepot.faces.cli.gate_register import FIRM, STATES, instrument_data, instruments
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, number, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entrepot.services.instrument_life import Due

STEPS = ("signed", "filed", "in_force")
ASKS = {
    "sign": N_("have it signed"),
    "file": N_("file it"),
    "confirm": N_("record that it is in force"),
    "renew": N_("renew it"),
}


@instruments.command(
    "advance",
    help=N_(
        "Record the next step of an instrument: signed, filed or in_force. The clock of a filing "
        "runs from the first day of force."
    ),
    examples=(
        "entrepot gate instruments advance N-01… signed --on 2026-11-02 --from 2026-11-05",
        "entrepot gate instruments advance N-01… filed --on 2026-11-12 --reference GD-2026-118",
        "entrepot gate instruments advance N-01… in_force",
    ),
)
@click.argument("instrument", metavar="N-…")
@click.argument("step", type=click.Choice(STEPS))
@day_option("--on", help=N_("Day on which it was done; today if it is left out."))
@day_option("--from", "from_day", help=N_("First day of force where it is another day."))
@day_option("--to", "to_day", help=N_("First day without force."))
@click.option("--reference", help=N_("Number under which it stands from now on."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def advance(
    session: Session,
    instrument: str,
    step: str,
    on: date | None,
    from_day: date | None,
    to_day: date | None,
    reference: str | None,
    key: str | None,
) -> None:
    """Advance an instrument."""
    from entrepot.domain.gate.instrument_life import Step
    from entrepot.kernel.period import local_day
    from entrepot.services.instrument_life import Advance, advance_instrument, state_on

    app = session.app
    today = local_day(app.clock.now())
    given = Advance(Step(step), on or today, from_day, to_day, reference)
    held = advance_instrument(app, instrument, given, key or app.ids.new("K"))
    text = _(N_("Instrument {id} is now: {state}.")).format(
        id=held.id, state=_(STATES[state_on(held, today)])
    )
    emit(session, instrument_data(held, today), lambda: done(text))


@instruments.command(
    "due",
    help=N_("List what is to be done about instruments, with the days that are left."),
    examples=("entrepot gate instruments due", "entrepot gate instruments due --within 14"),
)
@click.option("--firm", metavar="F-…", help=FIRM)
@click.option("--within", type=click.IntRange(0), metavar="DAYS", help=N_("Only what is due soon."))
@day_option("--as-of", help=N_("State on this day; today if it is left out."))
@json_option
@pass_session
def due(session: Session, firm: str | None, within: int | None, as_of: date | None) -> None:
    """List reminders."""
    from entrepot.kernel.period import local_day
    from entrepot.services.firms import the_firm
    from entrepot.services.instrument_life import due_instruments

    app = session.app
    day = as_of or local_day(app.clock.now())
    found = due_instruments(app, the_firm(app, firm).id, day, within)
    data = [
        {
            **instrument_data(one.instrument, day),
            "ask": one.reminder.ask.value,
            "due_on": one.reminder.on,
            "days_left": one.reminder.days_left,
        }
        for one in found
    ]
    emit(session, {"as_of": day, "due": data}, lambda: show_due(found))


def show_due(found: Sequence[Due]) -> None:
    """Print reminders, the most urgent first."""
    if not found:
        done(_(N_("No instrument asks for anything.")))
        return
    titles = (N_("due"), N_("days left"), N_("what to do"), N_("instrument"), N_("kind"))
    columns = [Column(_(title), title == "days left") for title in (*titles, N_("state"))]
    rows = [
        [
            one.reminder.on.isoformat() if one.reminder.on else "–",
            "–" if one.reminder.days_left is None else number(one.reminder.days_left),
            _(ASKS[one.reminder.ask.value]),
            one.instrument.id,
            one.instrument.kind,
            _(STATES[one.standing.value]),
        ]
        for one in found
    ]
    show_table(columns, rows)
