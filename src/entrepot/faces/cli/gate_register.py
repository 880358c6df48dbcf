"""``entrepot gate instruments``, ``duties`` and ``done``: the papers that a verdict rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_command, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, show_table
from entrepot.kernel.text import N_
from entrepot.services import records as r

STATES = {
    "drafted": N_("drafted"),
    "signed": N_("signed"),
    "filed": N_("filed"),
    "coming": N_("not yet in force"),
    "in_force": N_("in force"),
    "overdue": N_("filing overdue"),
    "expiring": N_("expiring"),
    "lapsed": N_("lapsed"),
    "ended": N_("ended"),
}
FIRM = N_("Firm whose instrument it is; needed if there are several.")


@cli_group(
    "instruments",
    help=N_("The register of contracts, approvals and files on which the gate relies."),
    examples=("entrepot gate instruments list",),
)
def instruments() -> None:
    """Hold the commands of the register."""


@instruments.command(
    "list",
    help=N_("List what is on file for a firm, and what the gate knows by name."),
    examples=("entrepot gate instruments list", "entrepot gate instruments list --json"),
)
@click.option("--firm", metavar="F-…", help=FIRM)
@day_option("--as-of", help=N_("State on this day; today if it is left out."))
@json_option
@pass_session
def list_(session: Session, firm: str | None, as_of: date | None) -> None:
    """List the register."""
    from entrepot.kernel.period import local_day
    from entrepot.services.firms import the_firm
    from entrepot.services.instruments import instruments_of, kinds

    app = session.app
    day = as_of or local_day(app.clock.now())
    held = instruments_of(app, the_firm(app, firm).id)
    data = {
        "as_of": day,
        "kinds": list(kinds(app)),
        "instruments": [instrument_data(one, day) for one in held],
    }

    def render() -> None:
        if held:
            show_instruments(held, day)
        else:
            text = N_("Nothing is on file for this firm. To file one: {command}")
            print(_(text).format(command="entrepot gate instruments add --help"))
        known = ", ".join(kinds(app))
        print(_(N_("Instruments that the gate knows: {names}")).format(names=known))

    emit(session, data, render)


@instruments.command(
    "add",
    help=N_("Put an instrument on file; the gate reads it from its first day on."),
    examples=(
        "entrepot gate instruments add gba_contract_hk --reference GD-2026-118 --from 2026-11-01",
        "entrepot gate instruments add provenance_file --centre demo-gz --reference file-7",
        "entrepot gate instruments add gba_contract_hk --reference draft-3 --draft",
    ),
)
@click.argument("kind", metavar="KIND")
@click.option("--reference", required=True, help=N_("Number of the filing, licence or file."))
@day_option("--from", "from_day", help=N_("First day of force; today if it is left out."))
@day_option("--to", "to_day", help=N_("First day without force; no end if it is left out."))
@click.option("--centre", metavar="ID", help=N_("The one centre that it covers; all without."))
@click.option(
    "--draft", is_flag=True, help=N_("It is only drafted; its steps are recorded by advance.")
)
@click.option("--firm", metavar="F-…", help=FIRM)
@click.option("--key", help=N_("Idempotency key; the same key adds nothing twice."))
@json_option
@pass_session
def add(
    session: Session,
    kind: str,
    reference: str,
    from_day: date | None,
    to_day: date | None,
    centre: str | None,
    draft: bool,
    firm: str | None,
    key: str | None,
) -> None:
    """Add to the register."""
    from entrepot.domain.gate.instrument_life import Step
    from entrepot.kernel.period import local_day
    from entrepot.services.firms import the_firm
    from entrepot.services.instruments import NewInstrument, add_instrument

    app = session.app
    today = local_day(app.clock.now())
    step = Step.DRAFTED if draft else Step.IN_FORCE
    holder = the_firm(app, firm).id
    new = NewInstrument(holder, centre, kind, from_day or today, to_day, reference, step)
    held = add_instrument(app, new, key or app.ids.new("K"))
    text = _(N_("Instrument {id} is on file: {kind}, from {day}.")).format(
        id=held.id, kind=held.kind, day=held.from_day
    )
    emit(session, instrument_data(held, today), lambda: done(text))


@instruments.command(
    "end",
    help=N_("End an instrument; from that day on the gate does not count it."),
    examples=("entrepot gate instruments end N-01… --on 2026-12-31",),
)
@click.argument("instrument", metavar="N-…")
@day_option("--on", help=N_("First day without force; today if it is left out."))
@click.option("--key", help=N_("Idempotency key; the same key gives the same answer."))
@json_option
@pass_session
def end(session: Session, instrument: str, on: date | None, key: str | None) -> None:
    """End an instrument."""
    from entrepot.kernel.period import local_day
    from entrepot.services.instruments import end_instrument

    app = session.app
    held = end_instrument(app, instrument, on, key or app.ids.new("K"))
    text = _(N_("Instrument {id} is not in force from {day} on.")).format(
        id=held.id, day=held.to_day
    )
    today = local_day(app.clock.now())
    emit(session, instrument_data(held, today), lambda: done(text))


def instrument_data(held: r.Instrument, day: date) -> dict[str, object]:
    """Return an instrument for ``--json``, with its state on a day."""
    from entrepot.domain.gate.instrument_life import is_in_force
    from entrepot.services.instrument_life import life_of, state_on

    data = asdict(held)
    data["instrument_id"] = data.pop("id")
    counts = is_in_force(life_of(held), day)
    return {**data, "state": state_on(held, day), "counts": counts}


def show_instruments(held: Sequence[r.Instrument], day: date) -> None:
    """Print the register of a firm."""
    from entrepot.services.instrument_life import state_on

    titles = (
        *(N_("instrument"), N_("kind"), N_("centre"), N_("from")),
        *(N_("to"), N_("state"), N_("reference")),
    )
    rows = [
        [
            one.id,
            one.kind,
            one.centre_id or _(N_("every centre")),
            one.from_day,
            one.to_day or _(N_("no end")),
            _(STATES[state_on(one, day)]),
            one.reference,
        ]
        for one in held
    ]
    show_table([Column(_(title), whole=title == "instrument") for title in titles], rows)


@cli_command(
    "duties",
    help=N_("List the duties that were accepted with leases, by the day on which they fall due."),
    examples=("entrepot gate duties", "entrepot gate duties --lease L-01… --all"),
)
@click.option("--lease", metavar="L-…", help=N_("Only the duties of this lease."))
@click.option("--all", "every", is_flag=True, help=N_("Those that are done as well."))
@json_option
@pass_session
def duties(session: Session, lease: str | None, every: bool) -> None:
    """List duties."""
    from entrepot.kernel.period import local_day
    from entrepot.services.instruments import duty_tasks

    tasks = duty_tasks(session.app, lease, done=every)
    today = local_day(session.app.clock.now())
    data = [{**asdict(task), "overdue": is_overdue(task, today)} for task in tasks]

    def render() -> None:
        if not tasks:
            done(_(N_("No duty is open.")))
            return
        titles = (N_("due"), N_("duty"), N_("what to do"), N_("lease"), N_("state"))
        rows = [
            [task.due_on, task.id, _(task.title), task.lease_id, duty_state(task, today)]
            for task in tasks
        ]
        whole = ("due", "duty")
        show_table([Column(_(title), whole=title in whole) for title in titles], rows)

    emit(session, data, render)


def is_overdue(task: r.DutyTask, today: date) -> bool:
    """Say whether the last day of an open duty has passed."""
    return task.done_at is None and date.fromisoformat(task.due_on) < today


def duty_state(task: r.DutyTask, today: date) -> str:
    """Return how a duty stands, in the reader's language."""
    if task.done_at is not None:
        return _(N_("done"))
    return _(N_("overdue")) if is_overdue(task, today) else _(N_("open"))


@cli_command(
    "done",
    help=N_("Mark a duty as done."),
    examples=("entrepot gate done D-01…",),
)
@click.argument("duty", metavar="D-…")
@click.option("--key", help=N_("Idempotency key; the same key gives the same answer."))
@json_option
@pass_session
def done_(session: Session, duty: str, key: str | None) -> None:
    """Mark a duty as done."""
    from entrepot.services.instruments import close_duty

    app = session.app
    task = close_duty(app, duty, key or app.ids.new("K"))
    text = _(N_("Duty {id} is done: {title}")).format(id=task.id, title=_(task.title))
    emit(session, asdict(task), lambda: done(text))
