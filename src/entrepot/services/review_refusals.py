"""Why an act on a review is refused: its terms, its persons, what became of it."""

from __future__ import annotations

from datetime import date

from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.text import N_
from entrepot.services.ports_decisions import Proposal

COUNSEL_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500


def check_terms(counsel: str, expires_on: date, today: date) -> None:
    """Refuse a review without a counsel, or one whose last day has passed."""
    if not 0 < len(counsel.strip()) <= COUNSEL_LENGTH_MAX or not counsel.isprintable():
        raise Invalid(
            "review.counsel",
            N_("A review names its counsel in 1 to {most} printable characters."),
            hint=N_("Say who gave the opinion: --counsel NAME."),
            fields={"counsel": "1 to 200 characters"},
            most=COUNSEL_LENGTH_MAX,
        )
    if expires_on <= today:
        raise Invalid(
            "review.expired",
            N_("A review that expires on {day} has no force today."),
            hint=N_("--expires is the first day without force and lies after today."),
            fields={"expires": "after today"},
            day=expires_on.isoformat(),
        )


def check_reason(reason: str) -> None:
    """Refuse a withdrawal without a reason of one line."""
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX or not reason.isprintable():
        raise Invalid(
            "review.reason",
            N_("A withdrawal gives its reason in 1 to {most} printable characters."),
            hint=N_("Say why: --reason TEXT."),
            fields={"reason": "1 to 500 characters"},
            most=REASON_LENGTH_MAX,
        )


def second_person(proposal: Proposal, actor: str) -> None:
    """Refuse that the person who proposed a review approves it too."""
    if actor.strip().casefold() == proposal.proposed_by.strip().casefold():
        raise Refused(
            "review.same_person",
            N_("{person} proposed review {id}, so another person has to approve it."),
            hint=N_("Let a second person approve, who acts under a name of their own."),
            person=actor,
            id=proposal.id,
        )


def approved(proposal: Proposal) -> Conflict:
    """Return the refusal of a second approval."""
    return Conflict(
        "review.approved",
        N_("Review {id} is approved already."),
        hint=N_("List them: entrepot rules reviews"),
        id=proposal.id,
    )


def withdrawn(review_id: str) -> Conflict:
    """Return the refusal of a review that was withdrawn."""
    return Conflict(
        "review.withdrawn",
        N_("Review {id} is withdrawn already."),
        hint=N_("A row gains force again by a new review: entrepot rules sign ROW"),
        id=review_id,
    )


def amended(proposal: Proposal) -> Conflict:
    """Return the refusal of a review whose row was amended since."""
    return Conflict(
        "review.row_changed",
        N_("Row {row} was amended since review {id} was signed."),
        hint=N_("Read the new wording, then sign again: entrepot rules sign {row}"),
        row=proposal.subject,
        id=proposal.id,
    )
