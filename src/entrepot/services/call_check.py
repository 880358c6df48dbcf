"""Hold the auction against the books, the stock and itself.

auction_clearing                 = 0
held on it                       = Σ holds of orders that wait
auction_owed:C                   = Σ part of C in slots that are due or resold
auction_owed:F                   = Σ part of F, who sold again, in slots that are due
auction_rent                     = Σ part of the operator in slots that are due or resold
promised of a stock in an hour   = Σ asks that wait + Σ leases of the hour ≤ devices
a slot that is given up          = has a notice, and binds no device
paid of an order                 = Σ paid of its leases = its result
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel.canonical import digest
from entrepot.services.call_bid import CLEARING
from entrepot.services.call_bill import WAITING as WAITING_SLOTS
from entrepot.services.call_money import RENT, owed_account
from entrepot.services.call_stock import hours_of
from entrepot.services.ports_elastic import ELASTIC, RESALE
from entrepot.services.ports_market import CLEARED, HOUR_S

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import AuctionLease, SealedOrder

WAITING = ("sealed", "opened")
"""States of orders that still hold money or devices."""


def market_problems(uow: UnitOfWork) -> list[str]:
    """Return one sentence a problem of the auction; none means proven.

    Args:
        uow: one view of everything kept.
    """
    if not uow.market.calls():
        return []
    orders, leases = uow.market.orders(), uow.market.leases()
    return [
        *_clearing(uow, orders),
        *_due(uow),
        *_promised(uow, orders, leases),
        *_given_up(uow),
        *_sold(uow, leases),
        *_results(uow, leases),
    ]


def _clearing(uow: UnitOfWork, orders: list[SealedOrder]) -> list[str]:
    balance = uow.ledger.balance(CLEARING)
    held = sum(order.hold_minor for order in orders if order.state in WAITING)
    problems: list[str] = []
    if balance.credit_net:
        problems.append(f"{CLEARING} holds {balance.credit_net} cents that no call has parted")
    if balance.credits_pending != held:
        problems.append(f"orders hold {held} cents, {CLEARING} waits for {balance.credits_pending}")
    return problems


def _due(uow: UnitOfWork) -> list[str]:
    owed = {centre.id: 0 for centre in uow.registry.centres()}
    rent = 0
    waiting = uow.market.slots(states=WAITING_SLOTS)
    for slot in waiting:
        owed[slot.centre_id] += slot.owed_minor
        rent += slot.paid_minor - slot.owed_minor
    live = {(slot.lease_id, slot.slot_t) for slot in waiting}
    for part in uow.elastic.parts():
        owed.setdefault(part.firm_id, 0)
        if (part.lease_id, part.slot_t) in live:
            owed[part.firm_id] += part.minor
            rent -= part.minor
    wanted = {owed_account(seller): minor for seller, minor in owed.items()} | {RENT: rent}
    return [
        f"account {code}: {found} cents wait, slots that are due say {minor}"
        for code, minor in wanted.items()
        if (found := uow.ledger.balance(code).credit_net) != minor
    ]


def _promised(uow: UnitOfWork, orders: list[SealedOrder], leases: list[AuctionLease]) -> list[str]:
    devices = {pool.id: pool.devices for pool in uow.registry.pools()}
    wanted = _leased(uow, leases)
    for order in orders:
        for key, count in hours_of(order.stock).items() if order.state in WAITING else ():
            wanted[key] = wanted.get(key, 0) + count
    found = uow.market.promises()
    return [
        f"stock {stock} at {hour}: {found.get((stock, hour), 0)} devices promised, "
        f"{wanted.get((stock, hour), 0)} bound of {devices[stock]}"
        for stock, hour in sorted(set(found) | set(wanted))
        if found.get((stock, hour), 0) != wanted.get((stock, hour), 0)
        or wanted.get((stock, hour), 0) > devices[stock]
    ]


def _leased(uow: UnitOfWork, leases: list[AuctionLease]) -> dict[tuple[str, int], int]:
    """Return (stock, hour) → devices that leases bind: all but slots that were given up."""
    given_up = {(slot.lease_id, slot.slot_t) for slot in uow.market.slots(states=("yielded",))}
    # A slot that was sold again is billed in the end as any other, and is then ``delivered``.
    given_up |= {(n.lease_id, n.ends_at) for n in uow.elastic.notices() if n.kind == RESALE}
    sold: dict[tuple[str, int], int] = {}
    for lease in leases:
        for hour in range(lease.from_t, lease.to_t, HOUR_S):
            if (lease.lease_id, hour) not in given_up:
                sold[lease.pool_id, hour] = sold.get((lease.pool_id, hour), 0) + lease.devices
    return sold


def _given_up(uow: UnitOfWork) -> list[str]:
    """Every slot that was given up has its notice, and a lease that gave way was paid for it."""
    notices = {notice.ask_id: notice for notice in uow.elastic.notices()}
    counts: dict[str, int] = {}
    paid: dict[str, int] = {}
    for slot in uow.market.slots(states=("yielded",)):
        counts[slot.reference] = counts.get(slot.reference, 0) + 1
        paid[slot.reference] = paid.get(slot.reference, 0) + slot.paid_minor
    wanted = {name: one for name, one in notices.items() if one.kind == ELASTIC}
    return [
        f"notice {name}: {counts.get(name, 0)} slots of {paid.get(name, 0)} cents are given up"
        for name in sorted(set(wanted) | set(counts))
        if (one := wanted.get(name)) is None
        or (one.slots, one.refund_minor) != (counts.get(name, 0), paid.get(name, 0))
        or one.brought_minor < one.refund_minor + one.credit_minor
    ]


def _sold(uow: UnitOfWork, leases: list[AuctionLease]) -> list[str]:
    """The slots of a lease are its window, once each, and sum to what was paid."""
    problems: list[str] = []
    for lease in leases:
        slots = uow.market.slots(lease.lease_id)
        hours = [slot.slot_t for slot in slots]
        paid = sum(slot.paid_minor for slot in slots)
        owed = sum(slot.owed_minor for slot in slots)
        whole = list(range(lease.from_t, lease.to_t, slots[0].slot_s)) if slots else []
        if hours != whole or (paid, owed) != (lease.paid_minor, lease.owed_minor):
            problems.append(f"lease {lease.lease_id}: its slots are not what the call has sold")
    return problems


def _results(uow: UnitOfWork, leases: list[AuctionLease]) -> list[str]:
    paid: dict[str, int] = {}
    for lease in leases:
        paid[lease.order_id] = paid.get(lease.order_id, 0) + lease.paid_minor
    problems: list[str] = []
    for call in uow.market.calls((CLEARED,)):
        clearing = uow.market.clearing(call.id)
        said = dict(clearing.certificate) if clearing else {}
        if clearing is None or not digest(_rest(said)) == clearing.digest == said["digest"]:
            problems.append(f"call {call.id}: its certificate is not the one that was issued")
        for result in uow.market.results(call.id):
            if result.centre_id is None and paid.get(result.order_id, 0) != result.net_minor:
                problems.append(f"order {result.order_id}: its leases sum to another amount")
    return problems


def _rest(certificate: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in certificate.items() if name != "digest"}
