"""How a lease of a shared device fared beside its neighbours, from its signed reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.metering.neighbour import Neighbourhood, neighbourhood
from entrepot.domain.metering.plan import Slowed
from entrepot.services.lease_terms import terms_in

if TYPE_CHECKING:
    from entrepot.domain.metering.model import Usage
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.metered import LeaseUsage
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.rerate_job import Standing


def fared(app: App, found: LeaseUsage) -> Neighbourhood | None:
    """Hold what a lease used against its share.

    Args:
        app: the exchange.
        found: the lease and what counts of it.

    Returns:
        None for whole devices, and where the centre does not measure waiting or does not state
        the processors of a device.
    """
    with app.store.reading() as uow:
        return fared_in(uow, found.lease, found.usage)


def fared_in(uow: UnitOfWork, lease: r.Lease, usage: Usage) -> Neighbourhood | None:
    """Hold what a lease used against its share, inside a view; see :func:`fared`."""
    if lease.isolation == "exclusive" or usage.waited_ms is None:
        return None
    pool = uow.registry.pool(lease.pool_id)
    if pool is None or not pool.vcpus:
        return None
    return neighbourhood(
        usage.wall_seconds, lease.milli_devices, pool.vcpus, usage.cpu_ms, usage.waited_ms
    )


def slowed_of(uow: UnitOfWork, standing: Standing) -> Slowed | None:
    """Return how much of its share neighbours kept from a billed job; None if no more than usual.

    Args:
        uow: one view of everything kept.
        standing: of the job; the terms of its lease say what is given back where a plan does not.
    """
    lease = standing.lease
    found = fared_in(uow, lease, standing.usage)
    if found is None or not found.slowed:
        return None
    name, job = standing.usage.evidence[:32] or lease.id, standing.invoice.job_id
    return Slowed(name, job, found.short_ms, found.entitled_ms, terms_in(lease).credit_bp)
