"""What became of leases in later calls, for ``entrepot auction explain``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.services.elastic_units import SHORT
from entrepot.services.ports_elastic import ELASTIC, Notice, Standing

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import SealedOrder


def elastic_story(
    uow: UnitOfWork, order_id: str, leases: Sequence[str]
) -> tuple[Standing | None, tuple[Notice, ...]]:
    """Return the lease that an order stands for, and the notices of it or of its own leases.

    Args:
        uow: one view of everything; order_id: order or ask; leases: that it got.
    """
    standing = uow.elastic.standing_of(order_id)
    if standing is not None:
        found = uow.elastic.notices(call_id=standing.call_id, lease_id=standing.lease_id)
        return standing, tuple(one for one in found if one.ask_id == standing.ask_id)
    return None, tuple(n for lease in leases for n in uow.elastic.notices(lease_id=lease))


def why_standing(order: SealedOrder, standing: Standing) -> str:
    """Return what became of a lease in a later call that has cleared, as a code.

    ``kept`` or ``kept_not_covered`` where an elastic lease stays, ``yielded`` where it gave way;
    ``resold``, ``not_resold`` or ``resale_short`` for a slot on offer; else the order's state.
    """
    is_elastic = standing.kind == ELASTIC
    if order.state == "refused":
        if order.reason == SHORT:
            return "kept_not_covered" if is_elastic else "resale_short"
        return "refused"
    if order.state not in ("accepted", "rejected"):
        return order.state
    if not is_elastic:
        return "resold" if order.state == "accepted" else "not_resold"
    # The ask of the devices is served if and only if the holder's own order is not.
    stays = (order.state == "accepted") == (order.id == standing.order_id)
    return "kept" if stays else "yielded"
