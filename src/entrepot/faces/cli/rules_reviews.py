"""``entrepot rules sign``, ``approve``, ``withdraw`` and ``reviews``: which rows have force.

Two persons lend force to one row; one person takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import DAY, day_option
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_decisions import Proposal
    from entrepot.services.review_records import ReviewView

STATES: Mapping[str, str] = {
    "proposed": N_("waits for a second person"),
    "in_force": N_("in force"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired"),
    "row_changed": N_("lost: the row was amended"),
}
KEY = N_("Idempotency key; the same key gives the same answer.")


@cli_command(
    "sign",
    help=N_(
        "Propose that a row has force, on a counsel's opinion of its exact wording. A row of "
        "grade S, K or X only advises until a second person approves."
    ),
    examples=('entrepot rules sign oo.sg --counsel "Counsel of the house" --expires 2027-11-21',),
)
@click.argument("row", metavar="ROW")
@click.option("--counsel", required=True, metavar="NAME", help=N_("Who gave the opinion."))
@click.option(
    "--expires", required=True, type=DAY, metavar="YYYY-MM-DD", help=N_("First day without force.")
)
@click.option("--key", help=KEY)
@json_option
@pass_session
def sign(session: Session, row: str, counsel: str, expires: date, key: str | None) -> None:
    """Sign as the first person."""
    from entrepot.services.review_records import sign as propose

    app = session.app
    made = propose(app, row, counsel, expires, key or app.ids.new("K"))
    words = _(N_("Review {id} of row {row} is proposed by {person}; another person approves it."))
    text = words.format(id=made.id, row=made.subject, person=made.proposed_by)
    emit(session, review_data(made, "proposed"), lambda: done(text))


@cli_command(
    "approve",
    help=N_(
        "Approve a proposed review as the second person; the row has force from today on. "
        "Who acts is read from ENTREPOT_ACTOR."
    ),
    examples=("ENTREPOT_ACTOR=second.person entrepot rules approve R-01…",),
)
@click.argument("review", metavar="R-…")
@click.option("--key", help=KEY)
@json_option
@pass_session
def approve(session: Session, review: str, key: str | None) -> None:
    """Approve as the second person."""
    from entrepot.services.review_records import approve as second

    app = session.app
    found = second(app, review, key or app.ids.new("K"))
    words = _(N_("Row {row} has force until before {day}, signed by {first} and {second}."))
    text = words.format(
        row=found.subject,
        day=found.body["expires_on"],
        first=found.proposed_by,
        second=found.approved_by,
    )
    emit(session, review_data(found, "in_force"), lambda: done(text))


@cli_command(
    "withdraw",
    help=N_(
        "Withdraw a review: from today on its row only advises again. One person is enough, since "
        "this takes force away and lends none; the reason stands in the journal, and decisions "
        "kept before replay as they were made."
    ),
    examples=('entrepot rules withdraw R-01… --reason "The ordinance was amended"',),
)
@click.argument("review", metavar="R-…")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why, for the journal."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def withdraw(session: Session, review: str, reason: str, key: str | None) -> None:
    """Take a review back."""
    from entrepot.services.review_records import withdraw as take_back

    app = session.app
    view = take_back(app, review, reason, key or app.ids.new("K"))
    words = _(N_("Review {id} is withdrawn; row {row} has no force by it from today on."))
    text = words.format(id=view.proposal.id, row=view.proposal.subject)
    emit(session, view_data(view), lambda: done(text))


@cli_command(
    "reviews",
    help=N_("List the reviews: which rows have force beyond their grade, by whom, until when."),
    examples=("entrepot rules reviews", "entrepot rules reviews --as-of 2027-11-21 --json"),
)
@day_option("--as-of", help=N_("State on this day; today if it is left out."))
@json_option
@pass_session
def reviews(session: Session, as_of: date | None) -> None:
    """List reviews."""
    from entrepot.kernel.period import local_day
    from entrepot.services.review_records import all_reviews

    day = as_of or local_day(session.app.clock.now())
    found = all_reviews(session.app, day)

    def render() -> None:
        if not found:
            print(_(N_("No row was signed. To sign one: entrepot rules sign --help")))
            return
        titles = (
            *(N_("review"), N_("row"), N_("counsel"), N_("first person")),
            *(N_("second person"), N_("expires"), N_("state")),
        )
        rows = [
            [
                view.proposal.id,
                view.proposal.subject,
                view.proposal.body["counsel"],
                view.proposal.proposed_by,
                view.proposal.approved_by or "–",
                view.proposal.body["expires_on"],
                _(STATES[view.state]),
            ]
            for view in found
        ]
        show_table([Column(_(title), whole=title == "review") for title in titles], rows)

    emit(session, [view_data(view) for view in found], render)


def view_data(view: ReviewView) -> dict[str, object]:
    """Return a review with its end for ``--json``."""
    ending = view.ending
    return {
        **review_data(view.proposal, view.state),
        "withdrawn_by": ending.person if ending else None,
        "withdrawn_at": ending.at if ending else None,
        "reason": ending.reason if ending else None,
    }


def review_data(proposal: Proposal, state: str) -> dict[str, object]:
    """Return a review for ``--json``."""
    return {
        "review_id": proposal.id,
        "row": proposal.subject,
        "row_hash": proposal.body["row_hash"],
        "counsel": proposal.body["counsel"],
        "expires_on": proposal.body["expires_on"],
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at,
        "approved_by": proposal.approved_by,
        "approved_at": proposal.approved_at,
        "state": state,
    }


COMMANDS = (sign, approve, withdraw, reviews)
