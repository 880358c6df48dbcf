"""Release of a batch to the bank by two persons: who settles proposes, another one approves.

What the first person has looked at is the batch with its members, rate and amounts; nothing of it
can change between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.contracts.settlement import LIVE
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, NotFound
from entrepot.kernel.text import N_
from entrepot.services import four_eyes
from entrepot.services.four_eyes_acts import Act
from entrepot.services.ports_decisions import Proposal
from entrepot.services.records import Body
from entrepot.services.settle_order import RELEASE, needs_two
from entrepot.services.settle_records import the_batch

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


def propose_release(app: App, batch_id: str) -> four_eyes.ProposalView | None:
    """Propose the release of a frozen batch as the first person, unless it waits already.

    Returns:
        The proposal that waits; None if the batch needs no second person, or has had one.
    """
    record = the_batch(app, batch_id)
    if not needs_two(app, record) or record.state != "frozen":
        return None
    with app.store.reading() as uow:
        if four_eyes.approved_by(uow, RELEASE, batch_id) is not None:
            return None
    waiting = _waiting(app, batch_id)
    if waiting is not None:
        return waiting
    before = [one for one in four_eyes.all_proposals(app, (RELEASE,)) if _on(one, batch_id)]
    key = f"release:{batch_id}:{len(before)}"
    return four_eyes.propose(app, RELEASE, batch_id, {"batch_id": batch_id}, key)


def approve_release(app: App, batch_id: str, key: str) -> four_eyes.ProposalView | None:
    """Release a batch as the second person.

    Returns:
        The approved proposal; None if the batch needs no second person, or has had one.

    Raises:
        NotFound: no such batch, or nobody has proposed its release.
        Refused: the same person proposed it.
        Conflict: the batch is past that.
    """
    record = the_batch(app, batch_id)
    with app.store.reading() as uow:
        done = four_eyes.approved_by(uow, RELEASE, batch_id)
    if done is not None or not needs_two(app, record):
        return None
    waiting = _waiting(app, batch_id)
    if waiting is None:
        raise NotFound(
            "settle.no_release",
            N_("Nobody has proposed the release of batch {id}."),
            hint=N_("The first person runs: entrepot settle run"),
            id=batch_id,
        )
    return four_eyes.approve(app, waiting.proposal.id, key)


def _waiting(app: App, batch_id: str) -> four_eyes.ProposalView | None:
    views = four_eyes.open_proposals(app, (RELEASE,))
    return next((view for view in views if _on(view, batch_id)), None)


def _on(view: four_eyes.ProposalView, batch_id: str) -> bool:
    return view.proposal.subject == batch_id


def _basis(app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    record = uow.settlements.batch(subject)
    if record is None or record.state not in LIVE:
        raise Conflict(
            "settle.released",
            N_("Batch {id} does not wait for a release."),
            hint=N_("See where it stands: entrepot settle show {id}"),
            id=subject,
        )
    terms = (record.centre_id, record.value_date, record.centre_minor, record.mid_minor)
    members = [list(row) for row in uow.settling.members(subject)]
    return digest([*terms, record.spread_minor, record.carrying_minor, members])


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    # The approval itself is what the order looks for; the files are written right after it.
    return {"batch_id": proposal.subject}


ACT = Act(N_("Release of a payment to a centre"), _basis, _apply)
"""What two persons do to send a batch to the bank."""
