"""What is seen of a call: before the gate closes commitments only, afterwards what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.services.call_open import found_call
from entrepot.services.call_stock import hours_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports_market import (
        AuctionLease,
        Call,
        Clearing,
        LeaseSlot,
        OrderResult,
        SealedOrder,
    )


@dataclass(frozen=True, slots=True)
class CallView:
    """A call with its orders.

    Attributes:
        call: the call; orders: by number, without what they say.
        offered: (zone, class, slot) → devices promised by asks.
    """

    call: Call
    orders: tuple[SealedOrder, ...]
    offered: Mapping[tuple[str, str, int], int]


@dataclass(frozen=True, slots=True)
class ResultView:
    """What a call has decided.

    Attributes:
        call, clearing: as kept; orders: by number; results: by id of the order.
        leases: by order; slots: by lease.
    """

    call: Call
    clearing: Clearing | None
    orders: tuple[SealedOrder, ...]
    results: Mapping[str, OrderResult]
    leases: Mapping[str, tuple[AuctionLease, ...]]
    slots: Mapping[str, tuple[LeaseSlot, ...]]


def call_view(app: App, call_id: str) -> CallView:
    """Return a call with its orders.

    Raises:
        NotFound: no such call.
    """
    with app.store.reading() as uow:
        call = found_call(uow, call_id)
        orders = uow.market.orders(call_id)
        pools = {pool.id: (pool.centre_id, pool.device_id) for pool in uow.registry.pools()}
    offered: dict[tuple[str, str, int], int] = {}
    for order in orders:
        live = order.state not in ("withdrawn", "refused", "void")
        for (stock, hour), devices in hours_of(order.stock).items() if live else ():
            key = (*pools[stock], (hour - call.from_t) // call.slot_s)
            offered[key] = offered.get(key, 0) + devices
    return CallView(call, tuple(orders), offered)


def result_view(app: App, call_id: str) -> ResultView:
    """Return what a call has decided; no clearing where it has not cleared.

    Raises:
        NotFound: no such call.
    """
    with app.store.reading() as uow:
        call = found_call(uow, call_id)
        leases: dict[str, tuple[AuctionLease, ...]] = {}
        slots: dict[str, tuple[LeaseSlot, ...]] = {}
        for lease in uow.market.leases(call_id):
            leases[lease.order_id] = (*leases.get(lease.order_id, ()), lease)
            slots[lease.lease_id] = tuple(uow.market.slots(lease.lease_id))
        results = {one.order_id: one for one in uow.market.results(call_id)}
        clearing, orders = uow.market.clearing(call_id), tuple(uow.market.orders(call_id))
        return ResultView(call, clearing, orders, results, leases, slots)
