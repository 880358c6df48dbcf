"""Devices of a lease that changes: more of them, or fewer, by conditional updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.ports import UnitOfWork


def whole_milli(milli_devices: int, isolation: str) -> int:
    """Return what a lease takes of the stock: an exclusive share takes its whole device.

    >>> whole_milli(500, "exclusive"), whole_milli(500, "mig")
    (1000, 500)
    """
    whole = isolation == "exclusive" or milli_devices > MILLI
    return -(-milli_devices // MILLI) * MILLI if whole else milli_devices


def stock_milli(lease: r.Lease) -> int:
    """Return what a lease takes of the stock, see :func:`whole_milli`."""
    return whole_milli(lease.milli_devices, lease.isolation)


def take_more(uow: UnitOfWork, before: r.Lease, after: r.Lease) -> None:
    """Take what a lease needs more: on its own device for a share, else whole devices.

    Raises:
        Conflict: it was sold.
    """
    more, had = stock_milli(after) - stock_milli(before), stock_milli(before)
    if not more:
        return
    in_place = (-had) % MILLI  # what is left of the device of a share
    grown = min(more, in_place)
    taken = True
    if grown:
        held = uow.capacity.held(before.id)[0]
        taken = uow.leases.grow(before.id, before.pool_id, held.ordinal, grown)
    if taken and more > grown:
        taken = uow.capacity.reserve(before.id, before.pool_id, more - grown, True)
    if not taken:
        raise Conflict(
            "lease.sold",
            N_("Pool {pool} has not as much free as lease {id} would need."),
            hint=N_("Take less, or quote another lease for the rest."),
            pool=before.pool_id,
            id=before.id,
        )


def give_back_devices(uow: UnitOfWork, before: r.Lease, after: r.Lease) -> None:
    """Give back what a lease needs no more, from its last device on."""
    less = stock_milli(before) - stock_milli(after)
    for held in reversed(uow.capacity.held(before.id)):
        part = min(less, held.milli)
        if not part:
            return
        given = uow.leases.give_back(before.id, before.pool_id, held.ordinal, part)
        assert given, "a lease holds what its reservations say"
        less -= part
