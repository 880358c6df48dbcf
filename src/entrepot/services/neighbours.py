"""How a lease of a shared device fared beside its neighbours, from its signed reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.metering.neighbour import Neighbourhood, neighbourhood

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.metered import LeaseUsage


def fared(app: App, found: LeaseUsage) -> Neighbourhood | None:
    """Hold what a lease used against its share.

    Args:
        app: the exchange.
        found: the lease and what counts of it.

    Returns:
        None for whole devices, and where the centre does not measure waiting or does not state
        the processors of a device.
    """
    lease, usage = found.lease, found.usage
    if lease.isolation == "exclusive" or usage.waited_ms is None:
        return None
    with app.store.reading() as uow:
        pool = uow.registry.pool(lease.pool_id)
    if pool is None or not pool.vcpus:
        return None
    return neighbourhood(
        usage.wall_seconds, lease.milli_devices, pool.vcpus, usage.cpu_ms, usage.waited_ms
    )
