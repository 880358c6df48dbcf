"""``entrepot usage import``, ``export`` and ``lost``: what centres tell, in files and by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.accrued_words import accrued_data, show_accrued
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, show_table, warn
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.usage_import import UsageImport

OUTCOMES = {
    "counted": N_("counted"),
    "duplicate": N_("known already"),
    "waiting": N_("waits"),
    "refused": N_("refused"),
}


@cli_command(
    "import",
    help=N_(
        "Take usage events from a file or a folder: CloudEvents 1.0 as JSON, as a list, or as JSON "
        "Lines. Each counts once by its source and id, in whatever order; one that comes after its "
        "job was billed leads to a correction line."
    ),
    examples=(
        "entrepot usage import events.jsonl",
        "entrepot usage import event.json --json",
        "entrepot usage import events/",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@json_option
@pass_session
def import_(session: Session, file: Path) -> None:
    """Take events."""
    from dataclasses import asdict

    from entrepot.services.usage_import import import_events

    made = import_events(session.app, session.app.read_usage_events(file))
    data = {
        **made.counts,
        "released": list(made.released),
        "events": [asdict(one) for one in made.outcomes],
        "corrections": [accrued_data(line) for line in made.corrections],
    }
    emit(session, data, lambda: _show(made))


@cli_command(
    "export",
    help=N_(
        "Print the signed reports of a lease as CloudEvents, one a line; usage import reads them."
    ),
    examples=("entrepot usage export L-01… > events.jsonl", "entrepot usage export L-01… --json"),
)
@click.argument("lease", metavar="L-…")
@json_option
@pass_session
def export(session: Session, lease: str) -> None:
    """Print events."""
    from entrepot.services.metered import events_of

    found = events_of(session.app, lease)

    def render() -> None:
        for event in found:
            print(json.dumps(event, ensure_ascii=False, separators=(",", ":")))

    emit(session, found, render)


@cli_command(
    "lost",
    help=N_(
        "Record lease time that a centre lost. The plan of the firm says what is given back for "
        "it, when the month is closed."
    ),
    examples=('entrepot usage lost L-01… --seconds 600 --reason "power cut" --reference INC-7',),
)
@click.argument("lease", metavar="L-…")
@click.option("--seconds", type=int, required=True, help=N_("How long the centre was down."))
@click.option("--reason", required=True, help=N_("What happened."))
@click.option("--reference", required=True, help=N_("Of the report of the fault; counts once."))
@json_option
@pass_session
def lost(session: Session, lease: str, seconds: int, reason: str, reference: str) -> None:
    """Record lost time."""
    from dataclasses import asdict

    from entrepot.services.lost_time import record_lost_time

    row = record_lost_time(session.app, lease, seconds, reason, reference)
    words = _(N_("{seconds} s of lease {lease} are recorded as lost: {reference}."))
    sentence = words.format(seconds=row.seconds, lease=row.lease_id, reference=row.reference)
    emit(session, asdict(row), lambda: done(sentence))


def _show(made: UsageImport) -> None:
    columns = [Column(_(t)) for t in (N_("place"), N_("event"), N_("outcome"))]
    rows = [
        [
            one.where,
            one.id,
            _(OUTCOMES[one.outcome]) + (f" ({one.reason})" if one.reason else ""),
        ]
        for one in made.outcomes
    ]
    show_table(columns, rows)
    counts = made.counts
    words = _(N_("{counted} counted, {known} known already, {waiting} wait, {refused} refused."))
    done(
        words.format(
            counted=counts["counted"],
            known=counts["duplicate"],
            waiting=counts["waiting"],
            refused=counts["refused"],
        )
    )
    if made.released:
        text = _(N_("{count} earlier events had waited for these and count now."))
        print(text.format(count=len(made.released)))
    if made.corrections:
        warn(_(N_("A job was billed before; its bill stays, and these lines correct it:")))
        show_accrued(made.corrections)


COMMANDS = (import_, export, lost)
