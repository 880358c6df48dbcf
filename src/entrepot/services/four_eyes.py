"""Four eyes: one person proposes an act, another one approves it, and only then is it done.

The approved act runs in the transaction of its approval: both stand or neither. What the first
person has looked at is kept as a digest; when that has changed meanwhile, the proposal lapses.
Persons are the actors of the commands, as journalled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.four_eyes_acts import MODULES, act_body, act_of
from entrepot.services.ports_decisions import Ending, Proposal
from entrepot.services.records import Body

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import Action, UnitOfWork

REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with where it stands.

    Attributes:
        proposal: as kept.
        state: ``open``, ``approved``, ``refused``, ``withdrawn`` or ``expired``.
        ending: how it ended; None while it is open, and when it expired.
    """

    proposal: Proposal
    state: str
    ending: Ending | None

    @property
    def body(self) -> Body:
        """The act as proposed."""
        return act_body(self.proposal)

    @property
    def expires_at(self) -> int:
        """Unix second from which it can no longer be approved."""
        return cast(int, self.proposal.body["expires_at"])


def propose(app: App, kind: str, subject: str, body: Body, key: str) -> ProposalView:
    """Propose an act as the first of two persons.

    Args:
        app: the exchange; its actor is the first person.
        kind: see :data:`entrepot.services.four_eyes_acts.MODULES`.
        subject: on what, as an id.
        body: the act in full, plain values without floats.
        key: idempotency key.

    Raises:
        Invalid: no such kind of act.
        EntrepotError: what the act itself refuses.
    """
    act = act_of(kind)
    now = app.clock.now()
    made_id = app.ids.new(ids.PROPOSAL)

    def action(uow: UnitOfWork) -> Body:
        kept: Body = {
            "act": body,
            "basis": act.basis(app, uow, subject, body),
            "expires_at": now + act.valid_s,
        }
        made = Proposal(made_id, kind, subject, app.actor, now, None, None, kept)
        uow.four_eyes.propose(made)
        return {"proposal_id": made_id}

    asked: Body = {"kind": kind, "subject": subject, "act": body}
    answer = app.store.command(app.actor, "approvals.propose", key, asked, now, action)
    return the_proposal(app, str(answer["proposal_id"]))


def approve(app: App, proposal_id: str, key: str) -> ProposalView:
    """Approve a proposal as the second person; the act is done in the same transaction.

    Args:
        app: the exchange; its actor is the second person.
        proposal_id: ``PR-…``.
        key: idempotency key.

    Raises:
        NotFound: no such proposal.
        Conflict: it is open no more, or what it rests on has changed since.
        Refused: the same person proposed it.
        EntrepotError: what the act itself refuses; then nothing is approved either.
    """

    def action(uow: UnitOfWork) -> Body:
        now = app.clock.now()
        found = _open(uow, proposal_id, now)
        _other_person(found, app.actor)
        act = act_of(found.kind)
        if act.basis(app, uow, found.subject, act_body(found)) != found.body["basis"]:
            raise _changed(found)
        result = act.apply(app, uow, found)
        if not uow.four_eyes.approve(proposal_id, app.actor, now):
            raise _ended(proposal_id, "approved")
        _end(uow, Ending(proposal_id, "approved", app.actor, now, "", result))
        return {"proposal_id": proposal_id, "kind": found.kind, "result": result}

    _decide(app, "approve", proposal_id, key, "", action)
    return the_proposal(app, proposal_id)


def refuse(app: App, proposal_id: str, reason: str, key: str) -> ProposalView:
    """Refuse a proposal as the second person; nothing is done.

    Raises:
        NotFound: no such proposal.
        Conflict: it is open no more.
        Refused: the same person proposed it; that one withdraws.
        Invalid: no reason, or a very long one.
    """
    _check_reason(reason)

    def action(uow: UnitOfWork) -> Body:
        now = app.clock.now()
        _other_person(_open(uow, proposal_id, now), app.actor)
        return _end(uow, Ending(proposal_id, "refused", app.actor, now, reason, {}))

    _decide(app, "refuse", proposal_id, key, reason, action)
    return the_proposal(app, proposal_id)


def withdraw(app: App, proposal_id: str, key: str) -> ProposalView:
    """Withdraw a proposal of one's own; nothing is done.

    Raises:
        NotFound: no such proposal.
        Conflict: it is open no more.
        Refused: another person proposed it; one refuses that.
    """

    def action(uow: UnitOfWork) -> Body:
        now = app.clock.now()
        found = _open(uow, proposal_id, now)
        if not _same(found.proposed_by, app.actor):
            raise Refused(
                "four_eyes.not_yours",
                N_("{person} proposed {id}, so only {person} can withdraw it."),
                hint=N_("Refuse it instead: entrepot approvals refuse {id} --reason …"),
                person=found.proposed_by,
                id=proposal_id,
            )
        return _end(uow, Ending(proposal_id, "withdrawn", app.actor, now, "", {}))

    _decide(app, "withdraw", proposal_id, key, "", action)
    return the_proposal(app, proposal_id)


def the_proposal(app: App, proposal_id: str) -> ProposalView:
    """Return a proposal.

    Raises:
        NotFound: no such proposal.
    """
    with app.store.reading() as uow:
        found = _found(uow, proposal_id)
        return _view(found, uow.four_eyes.ending(proposal_id), app.clock.now())


def all_proposals(app: App, kinds: tuple[str, ...] = ()) -> list[ProposalView]:
    """Return proposals in order of id, of some kinds if asked."""
    now = app.clock.now()
    with app.store.reading() as uow:
        found = uow.four_eyes.all_proposals(kinds or tuple(MODULES))
        ends = uow.four_eyes.endings()
    return [_view(one, ends.get(one.id), now) for one in found]


def open_proposals(app: App, kinds: tuple[str, ...] = ()) -> list[ProposalView]:
    """Return the proposals that wait for their second person, in order of id."""
    return [view for view in all_proposals(app, kinds) if view.state == "open"]


def approved_by(uow: UnitOfWork, kind: str, subject: str) -> Proposal | None:
    """Return the approved proposal of a kind on a subject, the newest; None if there is none.

    For an act that has to see, in its own transaction, that two persons stand behind it.
    """
    found = [one for one in uow.four_eyes.proposals(kind) if one.subject == subject]
    return next((one for one in reversed(found) if one.approved_by is not None), None)


def _decide(app: App, word: str, proposal_id: str, key: str, reason: str, action: Action) -> None:
    body: Body = {"proposal_id": proposal_id, "reason": reason}
    now = app.clock.now()
    app.store.command(app.actor, f"approvals.{word}", key, body, now, action)


def _view(proposal: Proposal, ending: Ending | None, now: int) -> ProposalView:
    if ending is not None:
        return ProposalView(proposal, ending.state, ending)
    expired = now >= cast(int, proposal.body["expires_at"])
    return ProposalView(proposal, "expired" if expired else "open", None)


def _found(uow: UnitOfWork, proposal_id: str) -> Proposal:
    found = uow.four_eyes.proposal(proposal_id)
    if found is None or found.kind not in MODULES:
        raise NotFound(
            "four_eyes.unknown",
            N_("There is no proposal {id}."),
            hint=N_("List them: entrepot approvals list"),
            id=proposal_id[:60],
        )
    return found


def _open(uow: UnitOfWork, proposal_id: str, now: int) -> Proposal:
    found = _found(uow, proposal_id)
    view = _view(found, uow.four_eyes.ending(proposal_id), now)
    if view.state != "open":
        raise _ended(proposal_id, view.state)
    return found


def _end(uow: UnitOfWork, ending: Ending) -> Body:
    if not uow.four_eyes.end(ending):
        raise _ended(ending.proposal_id, ending.state)
    return {"proposal_id": ending.proposal_id, "state": ending.state}


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _other_person(proposal: Proposal, actor: str) -> None:
    if _same(actor, proposal.proposed_by):
        raise Refused(
            "four_eyes.same_person",
            N_("{person} proposed {id}, so another person has to decide on it."),
            hint=N_("Let a second person decide, who acts under a name of their own."),
            person=actor,
            id=proposal.id,
        )


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX or not reason.isprintable():
        raise Invalid(
            "four_eyes.reason",
            N_("A refusal gives its reason in 1 to {most} printable characters."),
            hint=N_("Say why: --reason …"),
            fields={"--reason": "1 to 500 characters"},
            most=REASON_LENGTH_MAX,
        )


def _ended(proposal_id: str, state: str) -> Conflict:
    return Conflict(
        "four_eyes.ended",
        N_("Proposal {id} is open no more: {state}."),
        hint=N_("See what became of it: entrepot approvals show {id}"),
        id=proposal_id,
        state=state,
    )


def _changed(proposal: Proposal) -> Conflict:
    return Conflict(
        "four_eyes.changed",
        N_("What proposal {id} rests on has changed since {person} made it."),
        hint=N_("Refuse it, look again, and propose anew."),
        id=proposal.id,
        person=proposal.proposed_by,
    )
