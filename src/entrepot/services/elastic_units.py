"""Leases at stake in a call: which of them may still give way, and at which least price.

A lease stands in a call as an ask of its devices; an elastic one also as an order of its holder. If
either may not be solved, because the law, a contract or the notice forbids it, both are left out
and the lease stays as it is. So it does if what others would pay does not cover its cost: then it
is left out, and the call is cleared again, as the pay rule does with losers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.market.elastic import cost_to_take
from entrepot.services.call_admit import Admitted
from entrepot.services.call_body import AskBody, AskStep, Elastic, OrderBody, read_body
from entrepot.services.ports_elastic import ELASTIC, Standing

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import AuctionLease, Call, LeaseSlot, SealedOrder

MICRO_PER_CENT = 10_000
OVER, LATE, SHORT = "auction.standing_over", "auction.notice_late", "auction.not_covered"
"""Why a lease is left out: its slots are not its own any more, the notice, what it would bring."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A lease at stake in a call.

    Attributes:
        standing: its place; lease: which.
        step: the one step of its ask; slots: all that it would give up.
        credit_bp: credit of an elastic lease; least_minor: cents that its devices must bring.
    """

    standing: Standing
    lease: AuctionLease
    step: AskStep
    slots: tuple[LeaseSlot, ...]
    credit_bp: int
    least_minor: int

    @property
    def ask_id(self) -> str:
        """The ask of its devices."""
        return self.standing.ask_id

    @property
    def is_elastic(self) -> bool:
        """Whether it gives way, rather than being sold by its holder."""
        return self.standing.kind == ELASTIC

    @property
    def orders(self) -> tuple[str, ...]:
        """Ids of its ask and, if it has one, its order."""
        return tuple(filter(None, (self.standing.ask_id, self.standing.order_id)))


def with_standing(
    uow: UnitOfWork, call: Call, admitted: Admitted, now: int
) -> tuple[Admitted, tuple[Unit, ...]]:
    """Return the orders that may be solved, and the leases that are at stake among them.

    Args:
        uow: one view of everything; call: which; admitted: by the gate and contracts.
        now: Unix second from which notice counts.
    """
    orders = {order.id: order for order in admitted.orders}
    units: list[Unit] = []
    wrong: dict[str, str] = {}
    for standing in uow.elastic.standing(call_id=call.id):
        own = [one for one in (standing.ask_id, standing.order_id) if one in orders]
        if not own:
            continue
        found = _unit(uow, standing, orders, now)
        if isinstance(found, Unit):
            units.append(found)
        else:
            wrong |= dict.fromkeys(own, found)
    return _without(admitted, wrong), tuple(units)


def left_out(
    admitted: Admitted, units: Sequence[Unit], short: Collection[str]
) -> tuple[Admitted, tuple[Unit, ...]]:
    """Leave leases out whose devices would not bring their least, by their asks."""
    gone = {order: SHORT for unit in units if unit.ask_id in short for order in unit.orders}
    return _without(admitted, gone), tuple(u for u in units if u.ask_id not in short)


def elastic_of(uow: UnitOfWork, lease: AuctionLease) -> tuple[OrderBody, Elastic] | None:
    """Return the order of a lease and its terms of interruption; None if it has none."""
    order = uow.market.order(lease.order_id)
    body = read_body(order.body) if order is not None and order.body else None
    if isinstance(body, OrderBody) and body.elastic is not None:
        return body, body.elastic
    return None


def _without(admitted: Admitted, wrong: Mapping[str, str]) -> Admitted:
    kept = tuple(order for order in admitted.orders if order.id not in wrong)
    return Admitted(kept, {**admitted.refused, **wrong})


def _unit(
    uow: UnitOfWork, standing: Standing, orders: Mapping[str, SealedOrder], now: int
) -> Unit | str:
    """Return a lease at stake, or the code of the reason why it is not."""
    ask, lease = orders.get(standing.ask_id), uow.market.lease(standing.lease_id)
    paired = standing.order_id is None or standing.order_id in orders
    body = read_body(ask.body) if ask is not None and paired else None
    if lease is None or not isinstance(body, AskBody):
        return OVER
    terms = elastic_of(uow, lease) if standing.kind == ELASTIC else None
    end = lease.to_t if terms else standing.to_t
    slots = _own(uow, lease, standing.from_t, end)
    if not slots or (terms is None and uow.deals.job_of_lease(lease.lease_id) is not None):
        return OVER
    if now + (terms[1].notice_s if terms else 1) > standing.from_t:
        return LATE
    step, credit_bp = body.steps[0], terms[1].credit_bp if terms else 0
    least = sum(cost_to_take([slot.paid_minor for slot in slots], credit_bp))
    if terms is None:
        least = -(-step.price_micro * (step.devices if standing.whole else 1) // MICRO_PER_CENT)
    return Unit(standing, lease, step, slots, credit_bp, max(1, least))


def _own(uow: UnitOfWork, lease: AuctionLease, begin: int, end: int) -> tuple[LeaseSlot, ...]:
    """Return the slots of a lease in [begin, end), or none if one of them is not due any more."""
    slots = [slot for slot in uow.market.slots(lease.lease_id) if begin <= slot.slot_t < end]
    return tuple(slots) if all(slot.state == "due" for slot in slots) else ()
