"""What may be sold again: a slot of one's own to come, whose job has not begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel.errors import Conflict, Refused
from entrepot.kernel.text import N_
from entrepot.services.elastic_enter import on_offer

if TYPE_CHECKING:
    from entrepot.services.call_body import AskBody
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import AuctionLease, Call, LeaseSlot, SealedOrder


def see_resale(uow: UnitOfWork, call: Call, order: SealedOrder, body: AskBody) -> None:
    """Hold an opened ask of a firm against the lease that it sells a slot of.

    Raises:
        Refused: it offers something else than that slot, or has no place in the call.
    """
    standing = uow.elastic.standing_of(order.id)
    lease = uow.market.lease(standing.lease_id) if standing else None
    step = body.steps[0]
    if standing is None or lease is None or len(body.steps) != 1:
        raise _other()
    begin, end = (call.from_t + slot * call.slot_s for slot in (step.begin, step.end))
    said = (step.zone, step.pool_id, step.devices, begin, end, order.firm_id)
    own = (lease.centre_id, lease.pool_id, lease.devices, standing.from_t, standing.to_t)
    if said != (*own, lease.firm_id) or step.start_cost_micro or step.min_slots:
        raise _other()


def slots_to_resell(
    uow: UnitOfWork, call: Call, lease: AuctionLease, hours: tuple[int, ...]
) -> list[LeaseSlot]:
    """Return the slots of a lease that may be sold again in a call.

    Args:
        uow: one view of everything; call: where; lease: whose.
        hours: first seconds of the slots; none = all that the call covers.

    Raises:
        Refused: one of them may not be, or there is none.
        Conflict: one of them is on offer already.
    """
    if uow.deals.job_of_lease(lease.lease_id) is not None:
        raise Refused(
            "auction.resale_started",
            N_("The job of lease {id} has started, so its slots are not sold again."),
            hint=N_("Offer a lease before its job starts."),
            id=lease.lease_id,
        )
    inside = {
        slot.slot_t: slot
        for slot in uow.market.slots(lease.lease_id, ("due",))
        if call.from_t <= slot.slot_t < call.to_t
    }
    wrong = [hour for hour in hours if hour not in inside]
    if wrong or not inside:
        raise Refused(
            "auction.resale_slot",
            N_("Lease {id} has no such slot to come within call {call}."),
            hint=N_("entrepot auction show {call} tells its slots; those of the lease: {known}."),
            id=lease.lease_id,
            call=call.id,
            known=", ".join(str(hour) for hour in inside) or "–",
        )
    _see_not_on_offer(uow, lease)
    return [inside[hour] for hour in sorted(set(hours) or inside)]


def _see_not_on_offer(uow: UnitOfWork, lease: AuctionLease) -> None:
    waiting = on_offer(uow, lease.lease_id)
    if waiting:
        raise Conflict(
            "auction.resale_twice",
            N_("Lease {id} has a slot on offer in call {call} already."),
            hint=N_("Wait for that call, or: entrepot auction withdraw {ask}"),
            id=lease.lease_id,
            call=waiting[0].call_id,
            ask=waiting[0].ask_id,
        )


def _other() -> Refused:
    return Refused(
        "auction.resale_other", N_("The ask offers something else than a slot of its firm's lease.")
    )
