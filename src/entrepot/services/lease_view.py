"""A lease with all that hangs on it: duties, devices with their machines, changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.services.lease import the_lease
from entrepot.services.lease_place import node_names

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.held_device import HeldDevice
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_leases import LeaseChange


@dataclass(frozen=True, slots=True)
class LeaseView:
    """A lease, the duties accepted with it, the devices it holds and how it was changed."""

    lease: r.Lease
    tasks: tuple[r.DutyTask, ...]
    held: tuple[HeldDevice, ...]
    changes: tuple[LeaseChange, ...]


def lease_view(app: App, lease_id: str) -> LeaseView:
    """Return a lease with all that hangs on it.

    Raises:
        NotFound: no such lease.
    """
    lease = the_lease(app, lease_id)
    with app.store.reading() as uow:
        tasks, changes = uow.deals.tasks(lease.id), uow.leases.changes(lease.id)
        return LeaseView(lease, tuple(tasks), held_by(uow, lease), tuple(changes))


def held_by(uow: UnitOfWork, lease: r.Lease) -> tuple[HeldDevice, ...]:
    """Return the devices that a lease holds, with the machines they are in."""
    held = uow.capacity.held(lease.id)
    names = node_names(uow.leases.terms(lease.pool_id))
    return tuple(
        replace(one, node=names[one.ordinal]) if one.ordinal < len(names) else one for one in held
    )
