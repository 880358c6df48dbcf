"""``entrepot rules decisions`` and ``replay``: kept decisions, and the proof that they hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.gate_words import outcome_column, outcome_word
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, moment, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_decisions import Decision


@cli_command(
    "decisions",
    help=N_(
        "List the decisions that were kept, newest first: those of leases, of outputs on their "
        "way back, and those of entrepot gate decide --keep."
    ),
    examples=("entrepot rules decisions", "entrepot rules decisions --cause lease:L-01…"),
)
@click.option("--cause", metavar="TEXT", help=N_("Only those made for this, as lease:L-01…."))
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, help=N_("Show so many at most.")
)
@json_option
@pass_session
def decisions(session: Session, cause: str | None, limit: int) -> None:
    """List kept decisions."""
    from entrepot.services.decisions import kept_decisions

    found = kept_decisions(session.app, cause, limit)

    def render() -> None:
        if not found:
            text = N_("No decision is kept yet. To keep one: {command}")
            print(_(text).format(command="entrepot gate decide --facts FACTS.yaml --keep"))
            return
        columns = [Column(_(N_("decision")), whole=True)]
        columns += [Column(_(title)) for title in (N_("made"), N_("for"))]
        columns += [outcome_column(_(N_("outcome"))), Column(_(N_("rulebook")))]
        rows = [
            [
                one.id,
                moment(one.decided_at),
                one.cause,
                outcome_word(one.outcome),
                one.rulebook[:12],
            ]
            for one in found
        ]
        show_table(columns, rows)

    emit(session, [decision_data(one) for one in found], render)


@cli_command(
    "replay",
    help=N_(
        "Make a kept decision again from its cases and the texts of the law kept with it, and "
        "compare byte for byte. Later amendments do not touch it."
    ),
    examples=("entrepot rules replay V-01…", "entrepot rules replay V-01… --json"),
)
@click.argument("decision", metavar="V-…")
@json_option
@pass_session
def replay(session: Session, decision: str) -> None:
    """Prove a kept decision."""
    from entrepot.services.decisions import replay as make_again

    found = make_again(session.app, decision)
    kept = found.kept
    data = {
        **decision_data(kept),
        "identical": True,
        "rulebook_is_current": found.current,
        "cases": json.loads(kept.cases),
        "answer": json.loads(kept.answer),
    }

    def render() -> None:
        words = _(N_("Decision {id} of {time} is the same to the byte: {outcome}."))
        done(
            words.format(
                id=kept.id, time=moment(kept.decided_at), outcome=outcome_word(kept.outcome)
            )
        )
        if found.current:
            print(_(N_("Its rulebook is the one of today.")))
        else:
            print(_(N_("The rulebook was amended since; the texts of that day decided here.")))
        print(
            _(N_("law of {day}; deciding: {rows}")).format(
                day=found.again.stance.as_of.isoformat(), rows=", ".join(found.again.deciding)
            )
        )

    emit(session, data, render)


def decision_data(kept: Decision) -> dict[str, object]:
    """Return a kept decision for ``--json``, without its cases and its answer."""
    return {
        "decision_id": kept.id,
        "decided_at": kept.decided_at,
        "actor": kept.actor,
        "cause": kept.cause,
        "name": kept.name,
        "outcome": kept.outcome,
        "rulebook": kept.rulebook,
        "digest": kept.digest,
    }


COMMANDS = (decisions, replay)
