"""Reviews: a counsel's reading lends force to one row, once two persons have signed it.

The first person proposes with the row's hash as read; another one approves. The review then has
force until its last day, for that wording only: an amended row has lost its review.

One person withdraws a review. To lend force opens what the house's own reading would leave shut,
so two persons must agree on it; to take force away only shuts, and whoever sees a fault must not
have to wait for a colleague. The withdrawal is journalled with its reason, and it is final: the row
needs a new review to gain force again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.vouchers.model import Programme
from entrepot.kernel import ids
from entrepot.kernel.errors import NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.rulebook.grade import ReviewRecord, standing
from entrepot.kernel.rulebook.table import Rulebook
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.ports_decisions import Ending, FourEyes, Proposal
from entrepot.services.review_refusals import (
    amended,
    approved,
    check_reason,
    check_terms,
    second_person,
    withdrawn,
)

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

KIND = "rules.review"


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review for a list.

    Attributes:
        proposal: as kept.
        state: ``proposed``, ``in_force``, ``withdrawn``, ``expired`` or ``row_changed``.
        ending: who withdrew it, when and why; None = nobody did.
    """

    proposal: Proposal
    state: str
    ending: Ending | None = None


def reviews_on(four_eyes: FourEyes) -> tuple[ReviewRecord, ...]:
    """Return the reviews that two persons signed, in force or not."""
    signed = four_eyes.proposals(KIND)
    ends = four_eyes.endings() if signed else {}
    found = (_record(one, ends.get(one.id)) for one in signed)
    return tuple(record for record in found if record is not None)


def rows_in_force(
    reviews: Iterable[ReviewRecord], hashes: Mapping[str, str], day: date, known: date | None
) -> frozenset[str]:
    """Return the ids of the rows to which a review lends force.

    Args:
        reviews: all that two persons signed.
        hashes: row → hash of its wording, as known.
        day: day of the decision.
        known: only what was signed and withdrawn by this day counts; None = all.
    """
    signed = [one for one in reviews if known is None or one.reviewed_on <= known]
    return standing(signed, hashes, day, known)


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
    check_terms(counsel, expires_on, local_day(now))
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
        Conflict: it is approved or withdrawn already, or the row was amended since it was read.
        Refused: the same person proposed it.
        Invalid: its last day has passed.
    """
    now = app.clock.now()
    hashes = _hashes(app)

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = _found(uow, review_id)
        if uow.four_eyes.ending(review_id) is not None:
            raise withdrawn(review_id)
        if found.approved_by is not None:
            raise approved(found)
        second_person(found, app.actor)
        if hashes.get(found.subject) != found.body["row_hash"]:
            raise amended(found)
        check_terms(str(found.body["counsel"]), _expiry(found), local_day(now))
        if not uow.four_eyes.approve(review_id, app.actor, now):
            raise approved(found)
        return {"review_id": review_id, "row": found.subject, "body": dict(found.body)}

    body: dict[str, object] = {"review_id": review_id}
    app.store.command(app.actor, "rules.approve", key, body, now, action)
    return the_review(app, review_id)


def withdraw(app: App, review_id: str, reason: str, key: str) -> ReviewView:
    """Take a review back; from today on the row only advises again.

    Args:
        app: the exchange; its actor is the one who withdraws.
        review_id: ``R-…``, approved or not.
        reason: in words, for the journal.
        key: idempotency key.

    Raises:
        NotFound: no such review.
        Invalid: no reason is given.
        Conflict: it is withdrawn already.
    """
    check_reason(reason)
    now = app.clock.now()
    ending = Ending(review_id, "withdrawn", app.actor, now, reason.strip(), {})

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = _found(uow, review_id)
        if not uow.four_eyes.end(ending):
            raise withdrawn(review_id)
        return {"review_id": review_id, "row": found.subject, "reason": ending.reason}

    body: dict[str, object] = {"review_id": review_id, "reason": ending.reason}
    app.store.command(app.actor, "rules.withdraw", key, body, now, action)
    with app.store.reading() as uow:
        return ReviewView(_found(uow, review_id), "withdrawn", uow.four_eyes.ending(review_id))


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
        ends = uow.four_eyes.endings()
    return [
        ReviewView(one, _state(one, ends.get(one.id), hashes, day), ends.get(one.id))
        for one in found
    ]


def _state(proposal: Proposal, ending: Ending | None, hashes: Mapping[str, str], day: date) -> str:
    if ending is not None and local_day(ending.at) <= day:
        return "withdrawn"
    if hashes.get(proposal.subject) != proposal.body["row_hash"]:
        return "row_changed"
    if day >= _expiry(proposal):
        return "expired"
    return "proposed" if proposal.approved_by is None else "in_force"


def _record(proposal: Proposal, ending: Ending | None) -> ReviewRecord | None:
    if proposal.approved_by is None or proposal.approved_at is None:
        return None
    return ReviewRecord(
        row_id=proposal.subject,
        row_hash=str(proposal.body["row_hash"]),
        counsel=str(proposal.body["counsel"]),
        persons=(proposal.proposed_by, proposal.approved_by),
        reviewed_on=local_day(proposal.approved_at),
        expires_on=_expiry(proposal),
        withdrawn_on=None if ending is None else local_day(ending.at),
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
