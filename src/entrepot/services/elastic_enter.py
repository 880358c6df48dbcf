"""Enter elastic leases into a later call, when its gate closes.

The house enters the devices of each such lease as an ask of their centre at no price, since they
are paid for, and its holder's worth as an order of the holder, both sealed as any other. They come
last in the order of numbers: whoever bid had no need to see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.market.elastic import cost_to_take, first_border, worth_held
from entrepot.kernel import ids
from entrepot.services.call_body import (
    AskBody,
    AskStep,
    Elastic,
    OptionBody,
    OrderBody,
    plain_body,
)
from entrepot.services.call_seal import seal_body
from entrepot.services.elastic_units import elastic_of
from entrepot.services.ports_elastic import ELASTIC, RESALE, Standing
from entrepot.services.ports_market import SealedOrder

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import AuctionLease, Call, LeaseSlot

HOUSE = "house"
WAITING = ("sealed", "opened")


@dataclass(frozen=True, slots=True)
class _Stake:
    """An elastic lease with what it has at stake in a call: its slots from a border to its end."""

    lease: AuctionLease
    body: OrderBody
    terms: Elastic
    slots: tuple[LeaseSlot, ...]
    device_class: str


def enter_standing(app: App, uow: UnitOfWork, call: Call, now: int) -> list[str]:
    """Enter every elastic lease that the call may take slots of; return their ids.

    Left alone are leases that a notice can reach no more, whose slots are on offer for resale, or
    that were served by devices sold again, since those are promised to their seller's buyer.
    """
    entered: list[str] = []
    due = uow.market.slots(states=("due",))
    touched = {slot.lease_id for slot in due if call.from_t <= slot.slot_t < call.to_t}
    for lease_id in sorted(touched):
        stake = _stake(uow, call, lease_id)
        if stake is not None:
            _enter(app, uow, call, stake, now)
            entered.append(lease_id)
    return entered


def on_offer(uow: UnitOfWork, lease_id: str) -> list[Standing]:
    """Return the slots of a lease that wait to be sold again in a call that is not run yet."""
    return [
        standing
        for standing in uow.elastic.standing(lease_id=lease_id)
        if standing.kind == RESALE
        and (ask := uow.market.order(standing.ask_id)) is not None
        and ask.state in WAITING
    ]


def _stake(uow: UnitOfWork, call: Call, lease_id: str) -> _Stake | None:
    lease = uow.market.lease(lease_id)
    found = elastic_of(uow, lease) if lease is not None else None
    if lease is None or found is None:
        return None
    pool = uow.registry.pool(lease.pool_id)
    assert pool is not None
    if lease.centre_id not in call.zones or pool.device_id not in call.classes:
        return None
    body, terms = found
    begin = max(call.from_t, lease.from_t, first_border(call.gate_closure, terms.notice_s, 3_600))
    slots = tuple(slot for slot in uow.market.slots(lease_id) if slot.slot_t >= begin)
    if not slots or begin >= call.to_t or any(slot.state != "due" for slot in slots):
        return None
    if on_offer(uow, lease_id) or uow.elastic.parts([lease_id]):
        return None
    return _Stake(lease, body, terms, slots, pool.device_id)


def _enter(app: App, uow: UnitOfWork, call: Call, stake: _Stake, now: int) -> None:
    lease = stake.lease
    begin = (stake.slots[0].slot_t - call.from_t) // call.slot_s
    end = (min(lease.to_t, call.to_t) - call.from_t) // call.slot_s
    place = (lease.centre_id, stake.device_class)
    ask = AskBody((AskStep(*place, lease.pool_id, "", begin, end, 0, lease.devices),))
    ask_id = _place(app, uow, call, ask, lease, now)
    order = _order(uow, stake, OptionBody("1", *place, begin, end - begin, lease.devices, 0))
    order_id = _place(app, uow, call, order, lease, now)
    window = (stake.slots[0].slot_t, min(lease.to_t, call.to_t))
    uow.elastic.add_standing(
        Standing(ask_id, order_id, call.id, lease.lease_id, lease.firm_id, ELASTIC, *window, True)
    )


def _order(uow: UnitOfWork, stake: _Stake, option: OptionBody) -> OrderBody:
    """Return the order by which a holder keeps his lease: all of it, at his own worth."""
    lease, body = stake.lease, stake.body
    bought = next(one for one in body.options if one.name == lease.option)
    least = sum(cost_to_take([s.paid_minor for s in stake.slots], stake.terms.credit_bp))
    worth = worth_held(
        bought.value_micro,
        (lease.devices, bought.devices),
        (len(stake.slots), bought.length),
        least,
    )
    given = uow.market.given_job(lease.lease_id)
    return OrderBody(
        name=lease.lease_id,
        kind="gang",
        min_share_ppm=0,
        group="",
        parent="",
        options=(
            OptionBody(
                *(option.name, option.zone, option.device_class),
                *(option.start, option.length, option.devices, worth),
            ),
        ),
        # Whoever gave the job later had to accept the duties to do so.
        accept_duties=body.accept_duties or given is not None,
        law=body.law,
        job=given.job if given is not None else body.job,
    )


def _place(
    app: App,
    uow: UnitOfWork,
    call: Call,
    body: AskBody | OrderBody,
    lease: AuctionLease,
    now: int,
) -> str:
    """Place one side, sealed and opened at once; return its id."""
    is_ask = isinstance(body, AskBody)
    envelope = seal_body(app, call, body, f"standing:{lease.lease_id}")
    made = app.ids.new(ids.AUCTION_ASK if is_ask else ids.AUCTION_ORDER)
    uow.market.add_order(
        SealedOrder(
            id=made,
            call_id=call.id,
            seq=uow.market.next_seq(call.id),
            side="ask" if is_ask else "order",
            firm_id=None if is_ask else lease.firm_id,
            centre_id=lease.centre_id if is_ask else None,
            group_id=f"centre:{lease.centre_id}" if is_ask else f"lease:{lease.lease_id}",
            commitment=envelope.commitment,
            sealed=envelope.sealed,
            hold_id="",
            hold_minor=0,
            # Nothing is promised anew: the lease has its devices already.
            stock=(),
            placed_at=now,
            placed_by=HOUSE,
        )
    )
    uow.market.open_order(made, plain_body(body))
    return made
