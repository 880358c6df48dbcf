"""``entrepot gate isolation``: how a centre keeps a firm's data apart, as recorded."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.gate_records import KEY, OF_FIRM, progress
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, done, emit, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_gate_records import Isolation

HOW = {
    "dedicated_host": N_("a host of its own"),
    "virtual_machine": N_("a virtual machine of its own"),
    "container": N_("a container of its own"),
    "encrypted_storage": N_("encrypted storage"),
}
HOLDERS = {
    "firm": N_("key held by the firm"),
    "centre": N_("key held by the centre"),
    "third_party": N_("key held by a third party"),
}


@cli_group(
    "isolation",
    help=N_(
        "Statements that a centre keeps a firm's data apart from the data of others. The "
        "exemption for transit wants one on file; without it the verdict lists a duty."
    ),
    examples=("entrepot gate isolation list",),
)
def isolation() -> None:
    """Hold the commands of isolation."""


@isolation.command(
    "add",
    help=N_(
        "Record how a centre keeps the firm's data apart; the digest of the evidence is taken."
    ),
    examples=(
        "entrepot gate isolation add demo-gz --how virtual_machine --evidence isolation.pdf "
        '--by "A. Chan" --until 2027-11-21',
        "entrepot gate isolation add demo-gz --how encrypted_storage --key-holder firm "
        '--evidence isolation.pdf --by "A. Chan"',
    ),
)
@click.argument("centre", metavar="CENTRE")
@click.option("--how", required=True, type=click.Choice(list(HOW)), help=N_("Kind of separation."))
@click.option(
    "--key-holder", type=click.Choice(list(HOLDERS)), help=N_("Holder of an encryption key.")
)
@click.option("--by", required=True, help=N_("Who vouches for it."))
@click.option(
    "--evidence",
    required=True,
    type=click.Path(path_type=Path),
    help=N_("File or folder that shows it."),
)
@day_option("--from", "from_day", help=N_("First day; today if it is left out."))
@day_option("--until", help=N_("First day on which it no longer holds; open if it is left out."))
@click.option("--lease", default="", metavar="L-…", help=N_("For this lease only."))
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@click.option("--key", help=KEY)
@json_option
@pass_session
def add_(
    session: Session,
    centre: str,
    how: str,
    key_holder: str | None,
    by: str,
    evidence: Path,
    from_day: date | None,
    until: date | None,
    lease: str,
    firm: str | None,
    key: str | None,
) -> None:
    """Record a statement."""
    from entrepot.domain.gate.isolation import KeyHolder, Separation
    from entrepot.kernel.period import local_day
    from entrepot.services.firms import the_firm
    from entrepot.services.isolation_records import NewIsolation, add_isolation

    app = session.app
    new = NewIsolation(
        centre,
        Separation(how),
        KeyHolder(key_holder) if key_holder else None,
        by,
        evidence,
        from_day or local_day(app.clock.now()),
        until,
        lease,
    )
    kept = add_isolation(app, the_firm(app, firm), new, key or app.ids.new("K"), progress(session))
    text = _(N_("Statement {id} is on record: at {centre}, {how}."))
    shown = text.format(id=kept.id, centre=kept.centre_id, how=_(HOW[kept.separation]))
    emit(session, asdict(kept), lambda: done(clean(shown)))


@isolation.command(
    "list",
    help=N_("List the statements on record for a firm."),
    examples=("entrepot gate isolation list --json",),
)
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@json_option
@pass_session
def list_(session: Session, firm: str | None) -> None:
    """List statements."""
    from entrepot.services.firms import the_firm

    app = session.app
    holder = the_firm(app, firm)
    with app.store.reading() as uow:
        found = uow.gate_records.isolations(holder.id)

    def render() -> None:
        if not found:
            print(_(N_("No statement of isolation is on record: entrepot gate isolation add")))
            return
        titles = (
            *(N_("statement"), N_("centre"), N_("how"), N_("from"), N_("until"), N_("ended on")),
            N_("vouched for by"),
        )
        rows = [
            [
                *(one.id, one.centre_id, _(HOW[one.separation]), one.from_day),
                *(one.until_day or "–", one.ended_on or "–", one.stated_by),
            ]
            for one in found
        ]
        show_table([Column(_(title)) for title in titles], rows)

    emit(session, [asdict(one) for one in found], render)


@isolation.command(
    "show",
    help=N_("Show a statement on record."),
    examples=("entrepot gate isolation show IS-01…",),
)
@click.argument("isolation_id", metavar="IS-…")
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@json_option
@pass_session
def show(session: Session, isolation_id: str, firm: str | None) -> None:
    """Show a statement."""
    from entrepot.services.firms import the_firm
    from entrepot.services.isolations import the_isolation

    app = session.app
    holder = the_firm(app, firm)
    with app.store.reading() as uow:
        found = the_isolation(uow, holder, isolation_id)
    emit(session, asdict(found), lambda: _show(found))


def _show(found: Isolation) -> None:
    how = _(HOW[found.separation])
    if found.key_holder:
        how = f"{how}, {_(HOLDERS[found.key_holder])}"
    print(clean(f"{found.id} · {found.centre_id}"))
    lines = [
        (N_("how"), how),
        (N_("lease"), found.lease_id or _(N_("every one of the firm there"))),
        (N_("vouched for by"), found.stated_by),
        (N_("from"), found.from_day),
        (N_("until"), found.until_day or "–"),
        (N_("recorded on"), found.recorded_on),
        (N_("digest of the evidence"), found.sha256),
    ]
    if found.ended_on:
        ended = f"{found.ended_on}, {found.ended_by}: {found.end_reason}"
        lines.append((N_("ended on"), ended))
    for label, value in lines:
        print(clean(f"  {_(label)}: {value}"))


@isolation.command(
    "end",
    help=N_("End a statement: from that day on the data are no longer kept apart by it."),
    examples=('entrepot gate isolation end IS-01… --reason "The host is shared from today on"',),
)
@click.argument("isolation_id", metavar="IS-…")
@click.option("--reason", required=True, help=N_("Why, for the journal."))
@day_option("--on", help=N_("First day without; today if it is left out."))
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@click.option("--key", help=KEY)
@json_option
@pass_session
def end(
    session: Session,
    isolation_id: str,
    reason: str,
    on: date | None,
    firm: str | None,
    key: str | None,
) -> None:
    """End a statement."""
    from entrepot.services.firms import the_firm
    from entrepot.services.isolation_records import end_isolation

    app = session.app
    holder = the_firm(app, firm)
    found = end_isolation(app, holder, isolation_id, reason, key or app.ids.new("K"), on)
    text = _(N_("Statement {id} ends on {day}; outputs that leave by transit list a duty again."))
    emit(session, asdict(found), lambda: done(text.format(id=found.id, day=found.ended_on)))
