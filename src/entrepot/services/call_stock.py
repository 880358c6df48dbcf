"""Devices that the auction binds by the hour, so that nothing is sold twice.

An ask promises its devices in every hour that it offers, from the moment it is placed; what the
call does not sell is taken back when it is cleared. With N devices in a stock, b held by jobs
outside the auction that may last into an hour, and p promised in it::

    p + b ≤ N        for every stock and hour

An ask is refused where that would not hold, and so is an instant lease.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Conflict, NotFound
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_
from entrepot.services.ports_market import HOUR_S

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.call_body import AskBody
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import Call, SealedOrder
    from entrepot.services.records import Body

Hours = Mapping[tuple[str, int], int]
"""(stock, hour) → devices."""


def stock_of(call: Call, body: AskBody) -> tuple[Body, ...]:
    """Return what an ask promises, as runs of hours with equal devices; prices stay sealed."""
    hours: dict[tuple[str, int], int] = {}
    for step in body.steps:
        for slot in range(step.begin, step.end):
            key = (step.pool_id, call.from_t + slot * call.slot_s)
            hours[key] = hours.get(key, 0) + step.devices
    return tuple(_runs(hours))


def _runs(hours: Hours) -> Iterator[Body]:
    run: dict[str, object] = {}
    for (pool, hour), devices in sorted(hours.items()):
        if run and (run["pool_id"], run["to_t"], run["devices"]) == (pool, hour, devices):
            run["to_t"] = hour + HOUR_S
            continue
        if run:
            yield run
        run = {"pool_id": pool, "from_t": hour, "to_t": hour + HOUR_S, "devices": devices}
    if run:
        yield run


def hours_of(stock: Iterable[Body]) -> dict[tuple[str, int], int]:
    """Return (stock, hour) → devices of what an ask promises."""
    found: dict[tuple[str, int], int] = {}
    for row in stock:
        for hour in range(cast("int", row["from_t"]), cast("int", row["to_t"]), HOUR_S):
            key = (str(row["pool_id"]), hour)
            found[key] = found.get(key, 0) + cast("int", row["devices"])
    return found


def promise_stock(uow: UnitOfWork, stock: Sequence[Body]) -> None:
    """Promise what an ask offers, or refuse it.

    Raises:
        Conflict: devices are promised or held by jobs already.
        NotFound: no such stock.
    """
    for (pool_id, hour), devices in hours_of(stock).items():
        free = free_at(uow, pool_id, hour)
        limit = the_pool(uow, pool_id).devices - uow.market.busy(pool_id, hour)
        if not uow.market.promise(pool_id, hour, devices, limit):
            raise Conflict(
                "auction.stock",
                N_("Stock {pool} has {free} devices left at {at}, not {devices}."),
                hint=N_("Offer fewer devices, or other hours."),
                pool=pool_id,
                free=free,
                at=iso_utc(hour),
                devices=devices,
            )


def free_at(uow: UnitOfWork, pool_id: str, hour: int) -> int:
    """Return how many devices of a stock may still be promised in an hour."""
    bound = uow.market.promised(pool_id, hour, hour + 1).get(hour, 0)
    return max(0, the_pool(uow, pool_id).devices - bound - uow.market.busy(pool_id, hour))


def take_back_stock(uow: UnitOfWork, order: SealedOrder) -> None:
    """Take back all that an ask has promised."""
    for (pool_id, hour), devices in hours_of(order.stock).items():
        uow.market.take_back(pool_id, hour, devices)


def see_not_promised(uow: UnitOfWork, lease: r.Lease) -> None:
    """Refuse an instant lease that may last into hours whose devices are promised.

    Args:
        uow: the transaction of the lease; its devices are reserved already.
        lease: which; it may run from now until its latest start and its whole duration are over.

    Raises:
        Conflict: too few devices would be left for what is promised.
    """
    end = lease.start_by + lease.duration_s
    devices = the_pool(uow, lease.pool_id).devices
    for hour, bound in uow.market.promised(lease.pool_id, lease.created_at, end).items():
        if bound + uow.market.busy(lease.pool_id, max(hour, lease.created_at)) > devices:
            raise Conflict(
                "capacity.promised",
                N_("The devices are promised to the auction from {at} on, and the job may last."),
                hint=N_("Ask for a shorter duration, take another candidate, or bid in the call."),
                at=iso_utc(hour),
            )


def stocks_for_sale(uow: UnitOfWork, centre_id: str) -> dict[str, tuple[str, str]]:
    """Return stock → (centre, device) of the stocks of a centre that it has posted offers for."""
    offered = {offer.pool_id for offer in uow.registry.offers()}
    return {
        pool.id: (pool.centre_id, pool.device_id)
        for pool in uow.registry.pools()
        if pool.centre_id == centre_id and pool.id in offered
    }


def the_pool(uow: UnitOfWork, pool_id: str) -> r.Pool:
    """Return a stock of devices.

    Raises:
        NotFound: no such stock.
    """
    pool = uow.registry.pool(pool_id)
    if pool is None:
        raise NotFound(
            "pool.unknown",
            N_("There is no stock {id} of devices."),
            hint=N_("entrepot centres lists centres with their stocks."),
            id=pool_id[:60],
        )
    return pool
