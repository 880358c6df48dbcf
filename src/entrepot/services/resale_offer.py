"""Offer slots that a call has sold again: asks of their own in a later call, at a reserve price.

Each slot is an ask of its own, sealed as any other. A slot that is sold is given up: what nobody
buys of its devices is its centre's again. Who wants all of them paid sells it whole: its buyers pay
at least the reserve for all devices together, or it stays. The law, and the rule that nobody buys
from his own group, hold for it as for every ask: an order may run where its gate permits it, and
the devices are where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.kernel import ids
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.call_bid import see_new, the_order
from entrepot.services.call_body import MICRO_PER_CENT, AskBody, AskStep, check_ask
from entrepot.services.call_fail import the_auction_lease
from entrepot.services.call_open import found_call, see_bids_taken, the_call
from entrepot.services.call_seal import seal_body
from entrepot.services.call_stock import stocks_for_sale
from entrepot.services.contracts import see_contract
from entrepot.services.ports_elastic import RESALE, Standing
from entrepot.services.ports_market import SealedOrder
from entrepot.services.resale_check import slots_to_resell

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import AuctionLease, Call, LeaseSlot
    from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class _Terms:
    """On which slots are offered: reserve of a device and hour, whole or not; key of it all."""

    reserve: Amount
    whole: bool
    key: str


def resell(
    app: App,
    call_id: str,
    lease_id: str,
    reserve: Amount,
    hours: Sequence[int],
    key: str,
    *,
    whole: bool = False,
) -> list[SealedOrder]:
    """Offer slots of a lease in a call.

    Args:
        app: the exchange; call_id: the call; lease_id: made by an earlier call.
        reserve: least price of a device and hour, HKD.
        hours: first seconds of the slots; none = all that the call covers.
        key: idempotency key.
        whole: a slot is sold for at least the reserve of all its devices, or stays.

    Returns:
        The asks, by slot.

    Raises:
        NotFound: no such call or lease.
        Invalid: the reserve is no price in HKD, or the call does not sell such devices.
        Refused: the gate is closed, the job has started, or the lease has no such slot.
        Conflict: a slot is on offer already.
    """
    _see_price(reserve)
    now = app.clock.now()
    with app.store.reading() as uow:
        lease = the_auction_lease(uow, lease_id)
    call = the_call(app, call_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        see_bids_taken(found_call(uow, call_id), now)
        see_contract(uow, lease.firm_id, now)
        slots = slots_to_resell(uow, call, lease, tuple(hours))
        terms = _Terms(reserve, whole, key)
        return {"asks": [_place(app, uow, call, lease, slot, terms) for slot in slots]}

    # The journal shows no reserve before the gate has closed, only that it is the same one.
    said = {"reserve": reserve.minor, "hours": list(hours), "whole": whole}
    asked = app.bid_nonce(canonical_json(said))
    body: Body = {"call_id": call_id, "lease_id": lease_id, "request": asked}
    answer = app.store.command(app.actor, "auction.resell", key, body, now, action)
    return [the_order(app, ask) for ask in cast("list[str]", answer["asks"])]


def _see_price(reserve: Amount) -> None:
    if reserve.asset != HKD or reserve.minor < 0:
        raise Invalid(
            "auction.reserve",
            N_("A reserve is a price of a device and hour in HKD, and not negative."),
            hint=N_('For example: --reserve "80 HKD"'),
        )


def _place(
    app: App,
    uow: UnitOfWork,
    call: Call,
    lease: AuctionLease,
    slot: LeaseSlot,
    terms: _Terms,
) -> str:
    """Place the ask of one slot, sealed; return its id."""
    firm = uow.registry.firm(lease.firm_id)
    assert firm is not None
    envelope = seal_body(
        app, call, _body(uow, call, lease, slot, terms.reserve), f"{terms.key}:{slot.slot_t}"
    )
    see_new(uow, call.id, envelope)
    ask = SealedOrder(
        id=app.ids.new(ids.AUCTION_ASK),
        call_id=call.id,
        seq=uow.market.next_seq(call.id),
        side="ask",
        firm_id=lease.firm_id,
        centre_id=lease.centre_id,
        group_id=firm.group_id,
        commitment=envelope.commitment,
        sealed=envelope.sealed,
        hold_id="",
        hold_minor=0,
        # Nothing is promised anew: the lease has its devices already.
        stock=(),
        placed_at=app.clock.now(),
        placed_by=app.actor,
    )
    uow.market.add_order(ask)
    window = (slot.slot_t, slot.slot_t + slot.slot_s)
    uow.elastic.add_standing(
        Standing(ask.id, None, call.id, lease.lease_id, lease.firm_id, RESALE, *window, terms.whole)
    )
    return ask.id


def _body(
    uow: UnitOfWork, call: Call, lease: AuctionLease, slot: LeaseSlot, reserve: Amount
) -> AskBody:
    pool = uow.registry.pool(lease.pool_id)
    assert pool is not None
    at = (slot.slot_t - call.from_t) // call.slot_s
    price = reserve.minor * MICRO_PER_CENT
    place = (lease.centre_id, pool.device_id, lease.pool_id)
    body = AskBody((AskStep(*place, "", at, at + 1, price, lease.devices),))
    check_ask(call, body, stocks_for_sale(uow, lease.centre_id))
    return body
