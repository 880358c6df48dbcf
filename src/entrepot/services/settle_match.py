"""A booking matched to a batch by hand, by two persons: it is then booked like any other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from entrepot.domain.contracts.funding import Leg
from entrepot.domain.contracts.matching import BankStatus
from entrepot.domain.contracts.settlement import DONE, NettingBatch
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.money import CNH
from entrepot.kernel.text import N_
from entrepot.services import four_eyes
from entrepot.services.bank_entries import line_of
from entrepot.services.bank_word import judge
from entrepot.services.four_eyes_acts import Act
from entrepot.services.ports_decisions import Proposal
from entrepot.services.ports_settlement import BankEntry
from entrepot.services.records import Body
from entrepot.services.settle_records import again, netting_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

MATCH = "settlement_match"
BY_HAND = "by_hand"


def propose_match(app: App, entry_id: str, batch_id: str, key: str) -> four_eyes.ProposalView:
    """Propose that a booking belongs to a batch, as the first of two persons.

    Args:
        app: the exchange; its actor is the first person.
        entry_id: ``BE-…``, a booking that no order is known for.
        batch_id: ``B-…``, instructed or paid.
        key: idempotency key.

    Raises:
        NotFound: no such booking, or no such batch.
        Conflict: the booking belongs to a batch already.
        Invalid: nothing was booked, or the batch was never sent to the bank.
    """
    return four_eyes.propose(app, MATCH, entry_id, {"batch_id": batch_id}, key)


def _basis(app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    entry = _free(uow, subject)
    batch_id = str(body["batch_id"])
    record = uow.settlements.batch(batch_id)
    if record is None:
        raise NotFound(
            "batch.unknown",
            N_("There is no settlement batch {id}."),
            hint=N_("entrepot settle list shows all batches."),
            id=batch_id[:60],
        )
    if record.state not in ("instructed", "failed", *DONE):
        raise Invalid(
            "settle.match_state",
            N_("Batch {id} was never sent to the bank."),
            hint=N_("See where it stands: entrepot settle show {id}"),
            id=batch_id,
        )
    return digest([entry.mark, entry.minor, record.id, record.state, record.centre_minor])


def _free(uow: UnitOfWork, entry_id: str) -> BankEntry:
    entry = uow.settling.entry(entry_id)
    if entry is None:
        raise NotFound(
            "bank.entry",
            N_("The bank has said nothing under {id}."),
            hint=N_("List what is unmatched: entrepot settle entries"),
            id=entry_id[:60],
        )
    if entry.batch_id is not None:
        raise Conflict(
            "bank.matched",
            N_("Booking {id} belongs to batch {batch} already."),
            hint=N_("See it: entrepot settle show {batch}"),
            id=entry_id,
            batch=entry.batch_id,
        )
    if entry.status != BankStatus.BOOKED:
        raise Invalid(
            "bank.not_booked",
            N_("Nothing was moved under {id}."),
            hint=N_("List what is unmatched: entrepot settle entries"),
            id=entry_id,
        )
    return entry


def _leg(uow: UnitOfWork, entry: BankEntry, batch: NettingBatch) -> Leg:
    """Return the leg of the order that an entry names; else, RMB that came in were bought.

    A return names the payment that comes back, and may be as many RMB as were bought for it.
    """
    assert batch.values is not None
    line = line_of(uow, entry.end_to_end_id)
    if line is not None and line.batch_id == batch.id:
        return Leg(line.leg)
    bought = entry.asset == CNH.code and -entry.minor == batch.values.converted.minor
    return Leg.FX if bought else Leg.PAY


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    entry, act = _free(uow, proposal.subject), proposal.body["act"]
    assert isinstance(act, dict)
    batch_id = str(act["batch_id"])  # pyright: ignore[reportUnknownArgumentType]
    record = uow.settlements.batch(batch_id)
    assert record is not None
    matched = replace(
        entry,
        batch_id=batch_id,
        leg=_leg(uow, entry, netting_of(record)).value,
        note=BY_HAND,
        matched_by=f"{proposal.proposed_by}, {app.actor}"[:200],
    )
    uow.settling.update_entry(matched)
    judge(app, uow, batch_id)
    return {"batch_id": batch_id, "state": again(uow, batch_id).state}


ACT = Act(N_("Booking of the bank matched by hand"), _basis, _apply)
"""What two persons do with a booking that names no order of ours."""
