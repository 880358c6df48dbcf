"""Reviews: a counsel's reading lends force to one row, once two persons have signed it.

The first person proposes with the row's hash as read; another one approves. The review then has
force until its last day, for that wording only: an amended row has lost its review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.vouchers.model import Programme
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.period import local_day
from entrepot.kernel.rulebook.grade import ReviewRecord, standing
from entrepot.kernel.rulebook.table import Rulebook
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.ports_decisions import FourEyes, Proposal

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

KIND = "rules.review"
COUNSEL_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review for a list.

    Attributes:
        proposal: as kept.
        state: ``proposed``, ``in_force``, ``expired`` or ``row_changed``.
    """

    proposal: Proposal
    state: str


def reviews_on(four_eyes: FourEyes) -> tuple[ReviewRecord, ...]:
    """Return the reviews that two persons signed, in force or not."""
    found = (_record(one) for one in four_eyes.proposals(KIND))
    return tuple(record for record in found if record is not None)


def rows_in_force(
    reviews: Iterable[ReviewRecord], hashes: Mapping[str, str], day: date, known: date | None
) -> frozenset[str]:
    """Return the ids of the rows to which a review lends force.

    Args:
        reviews: all that two persons signed.
        hashes: row → hash of its wording, as known.
        day: day of the decision.
        known: only reviews signed by this day count; None = all.
    """
    signed = [one for one in reviews if known is None or one.reviewed_on <= known]
    return standing(signed, hashes, day)


def row_hashes(rulebook: Rulebook, known: date | None = None) -> dict[str, str]:
    """Return the rows of the gate with the hash of their latest wording as known."""
    if known is None:
        return dict(rulebook.row_hashes)
    rows = [row for g in rulebook.gates.values() for table in g.tables for row in table.rows]
    by_day = sorted((row for row in rows if row.recorded_at <= known), key=lambda r: r.recorded_at)
    return {row.id: row.hash for row in by_day}


def version_hashes(programmes: Iterable[Programme], known: date | None = None) -> dict[str, str]:
    """Return the versions of programmes with the hash of their latest wording as known."""
    versions = [v for programme in programmes for v in programme.versions]
    by_day = sorted(versions, key=lambda v: v.recorded_at)
    return {v.id: v.row_hash for v in by_day if known is None or v.recorded_at <= known}


def sign(app: App, row: str, counsel: str, expires_on: date, key: str) -> Proposal:
    """Propose a review of a row, as the first of two persons.

    Args:
        app: the exchange; its actor is the first person.
        row: row of the gate, or version of a programme as ``ID@YYYY-MM-DD``.
        counsel: who gave the opinion.
        expires_on: first day without force.
        key: idempotency key.

    Raises:
        NotFound: there is no such row.
        Invalid: no counsel is named, or the last day has passed.
    """
    now = app.clock.now()
    _check(counsel, expires_on, local_day(now))
    body: dict[str, object] = {
        "row_hash": _hash_of(app, row),
        "counsel": counsel.strip(),
        "expires_on": expires_on.isoformat(),
    }
    made = Proposal(app.ids.new(ids.REVIEW), KIND, row, app.actor, now, None, None, body)

    def action(uow: UnitOfWork) -> dict[str, object]:
        uow.four_eyes.propose(made)
        return {"review_id": made.id}

    asked = {"row": row, **body}
    answer = app.store.command(app.actor, "rules.sign", key, asked, now, action)
    return the_review(app, str(answer["review_id"]))


def approve(app: App, review_id: str, key: str) -> Proposal:
    """Approve a review as the second person; the row has force from today on.

    Args:
        app: the exchange; its actor is the second person.
        review_id: ``R-…``.
        key: idempotency key.

    Raises:
        NotFound: no such review.
        Conflict: it is approved already, or the row was amended since it was read.
        Refused: the same person proposed it.
        Invalid: its last day has passed.
    """
    now = app.clock.now()
    hashes = _hashes(app)

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = _found(uow, review_id)
        if found.approved_by is not None:
            raise _approved(found)
        _second_person(found, app.actor)
        if hashes.get(found.subject) != found.body["row_hash"]:
            raise _amended(found)
        _check(str(found.body["counsel"]), _expiry(found), local_day(now))
        if not uow.four_eyes.approve(review_id, app.actor, now):
            raise _approved(found)
        return {"review_id": review_id, "row": found.subject, "body": dict(found.body)}

    body: dict[str, object] = {"review_id": review_id}
    app.store.command(app.actor, "rules.approve", key, body, now, action)
    return the_review(app, review_id)


def the_review(app: App, review_id: str) -> Proposal:
    """Return a review.

    Raises:
        NotFound: no such review.
    """
    with app.store.reading() as uow:
        return _found(uow, review_id)


def all_reviews(app: App, day: date) -> list[ReviewView]:
    """Return all reviews with their state on a day, in order of id."""
    hashes = _hashes(app)
    with app.store.reading() as uow:
        found = uow.four_eyes.proposals(KIND)
    return [ReviewView(one, _state(one, hashes, day)) for one in found]


def _state(proposal: Proposal, hashes: Mapping[str, str], day: date) -> str:
    if hashes.get(proposal.subject) != proposal.body["row_hash"]:
        return "row_changed"
    if day >= _expiry(proposal):
        return "expired"
    return "proposed" if proposal.approved_by is None else "in_force"


def _record(proposal: Proposal) -> ReviewRecord | None:
    if proposal.approved_by is None or proposal.approved_at is None:
        return None
    return ReviewRecord(
        row_id=proposal.subject,
        row_hash=str(proposal.body["row_hash"]),
        counsel=str(proposal.body["counsel"]),
        persons=(proposal.proposed_by, proposal.approved_by),
        reviewed_on=local_day(proposal.approved_at),
        expires_on=_expiry(proposal),
    )


def _expiry(proposal: Proposal) -> date:
    return date.fromisoformat(str(proposal.body["expires_on"]))


def _hashes(app: App) -> dict[str, str]:
    return {**row_hashes(app.rulebook), **version_hashes(app.programmes)}


def _hash_of(app: App, row: str) -> str:
    hashes = _hashes(app)
    if row in hashes:
        return hashes[row]
    near = did_you_mean(row, hashes)
    raise NotFound(
        "review.row",
        N_("There is no row {id} in the gate and no such version of a programme."),
        hint=N_("Did you mean {near}?")
        if near
        else N_("A row is named as entrepot gate explain shows it, a version as ID@YYYY-MM-DD."),
        id=row,
        near=near or "",
    )


def _found(uow: UnitOfWork, review_id: str) -> Proposal:
    found = uow.four_eyes.proposal(review_id)
    if found is None or found.kind != KIND:
        raise NotFound(
            "review.unknown",
            N_("There is no review {id}."),
            hint=N_("List them: entrepot rules reviews"),
            id=review_id,
        )
    return found


def _check(counsel: str, expires_on: date, today: date) -> None:
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


def _second_person(proposal: Proposal, actor: str) -> None:
    if actor.strip().casefold() == proposal.proposed_by.strip().casefold():
        raise Refused(
            "review.same_person",
            N_("{person} proposed review {id}, so another person has to approve it."),
            hint=N_("Let a second person approve, who acts under a name of their own."),
            person=actor,
            id=proposal.id,
        )


def _approved(proposal: Proposal) -> Conflict:
    return Conflict(
        "review.approved",
        N_("Review {id} is approved already."),
        hint=N_("List them: entrepot rules reviews"),
        id=proposal.id,
    )


def _amended(proposal: Proposal) -> Conflict:
    return Conflict(
        "review.row_changed",
        N_("Row {row} was amended since review {id} was signed."),
        hint=N_("Read the new wording, then sign again: entrepot rules sign {row}"),
        row=proposal.subject,
        id=proposal.id,
    )
