"""On which devices a lease lies, in pools whose centre states its machines.

A plan is made before the transaction by the placement of :mod:`entrepot.domain.grid`: devices in
use first, a lease of several on as few machines as will do. Inside the transaction the plan
counts only while its devices are still free; else the stock gives what it has, by number. Either
way every device is taken by a conditional update, so that a plan never oversells.

Memory and processors of a machine go with its devices by milli, so they need no bound of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from entrepot.kernel.compute import MILLI
from entrepot.services.lease_stock import whole_milli

if TYPE_CHECKING:
    from entrepot.domain.grid.cluster import Cluster
    from entrepot.domain.grid.model import Nodes, Requests
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_leases import PoolTerms

Units = Sequence[tuple[int, int]]
"""(number of the device in its pool, milli of it)."""

SINGLES_MAX = 256
"""Most devices that are placed one by one where whole machines are not free."""


def node_names(terms: PoolTerms | None) -> tuple[str, ...]:
    """Return the machine of each device of a pool, by number; empty if none are stated.

    >>> from entrepot.services.ports_leases import PoolTerms
    >>> node_names(PoolTerms("gz/gpu", (), ({"name": "n1", "devices": 2, "rack": ""},)))
    ('n1', 'n1')
    """
    nodes = terms.nodes if terms else ()
    return tuple(str(n["name"]) for n in nodes for _ in range(cast(int, n["devices"])))


def plan_units(app: App, quote_id: str, choice: int) -> Units:
    """Choose devices for a candidate of a quote; none where its centre states no machines.

    Args:
        app: the exchange.
        quote_id: ``Q-…``; choice: rank of the candidate, from 1.
    """
    with app.store.reading() as uow:
        quote = uow.deals.quote(quote_id)
        rows = cast("Sequence[Mapping[str, object]]", quote.body["candidates"]) if quote else ()
        if not 1 <= choice <= len(rows):
            return ()
        chosen = rows[choice - 1]
        terms = uow.leases.terms(str(chosen["pool_id"]))
        if terms is None or not terms.nodes:
            return ()
        milli, apart = cast(int, chosen["milli_devices"]), str(chosen["isolation"])
        wanted = whole_milli(milli, apart)
        free = uow.leases.free_units(terms.pool_id, apart if wanted < MILLI else "")
    return choose_units(terms, free, wanted, apart)


def choose_units(
    terms: PoolTerms, free: Mapping[int, int], milli_devices: int, isolation: str
) -> Units:
    """Choose devices for a lease on the machines of a pool.

    Args:
        terms: with the machines.
        free: number of a device → free milli; one that is missing is not to be used.
        milli_devices: a share of one device, or whole devices.
        isolation: how the lease is kept apart.

    Returns:
        Devices with what is taken of each; empty if there is no room on the machines.
    """
    bases = _bases(terms)
    for parts in _parts(terms, milli_devices):
        cluster = _cluster(terms, free, isolation)
        share = min(milli_devices, MILLI)
        found = cluster.place(_requests(parts, share, isolation)) if parts else None
        if found is not None:
            return [(bases[one.node] + device, share) for one in found for device in one.devices]
    return ()


def still_free(uow: UnitOfWork, lease: r.Lease, units: Units) -> bool:
    """Say whether the devices of a plan are what the lease needs, and still to be had."""
    wanted = whole_milli(lease.milli_devices, lease.isolation)
    if not units or sum(milli for _, milli in units) != wanted:
        return False
    apart = lease.isolation if wanted < MILLI else ""
    free = uow.leases.free_units(lease.pool_id, apart)
    return all(free.get(ordinal, 0) >= milli for ordinal, milli in units)


def _bases(terms: PoolTerms) -> dict[str, int]:
    """Return machine → number of its first device."""
    counts = [cast(int, node["devices"]) for node in terms.nodes]
    starts = [0, *accumulate(counts)]
    return {str(node["name"]): start for node, start in zip(terms.nodes, starts, strict=False)}


def _parts(terms: PoolTerms, milli_devices: int) -> list[list[int]]:
    """Return ways to cut a lease in parts, each on one machine: whole machines first."""
    count = max(1, milli_devices // MILLI)
    size = max(cast(int, node["devices"]) for node in terms.nodes)
    whole, rest = divmod(count, size)
    found = [[size] * whole + ([rest] if rest else [])]
    if 1 < count <= SINGLES_MAX:
        found.append([1] * count)
    return found


def _cluster(terms: PoolTerms, free: Mapping[int, int], isolation: str) -> Cluster:
    import numpy as np

    from entrepot.domain.grid.cluster import Cluster
    from entrepot.domain.grid.policies import Policy

    nodes, bases = _nodes(terms, isolation), _bases(terms)
    left = np.full((len(nodes.names), int(nodes.devices.max())), -1, dtype=np.int64)
    for place, name in enumerate(nodes.names):
        for device in range(int(nodes.devices[place])):
            left[place, device] = free.get(bases[name] + device, 0)
    return Cluster(nodes, Policy.PACKING, _requests([1], MILLI, isolation), free=left)


def _nodes(terms: PoolTerms, isolation: str) -> Nodes:
    import numpy as np

    from entrepot.domain.grid.model import STRENGTH, Nodes

    rows = sorted(terms.nodes, key=lambda node: str(node["name"]))
    racks = {rack: place for place, rack in enumerate(sorted({str(n["rack"]) for n in rows}))}
    devices = np.array([cast(int, node["devices"]) for node in rows], dtype=np.int64)
    return Nodes(
        names=tuple(str(node["name"]) for node in rows),
        models=("device",),
        cpu_milli=devices * MILLI,
        memory_mib=np.zeros(len(rows), dtype=np.int64),
        devices=devices,
        model=np.zeros(len(rows), dtype=np.int64),
        strength=np.full(len(rows), STRENGTH[isolation], dtype=np.int64),
        device_memory_mib=np.zeros(len(rows), dtype=np.int64),
        rack=np.array([racks[str(node["rack"])] for node in rows], dtype=np.int64),
    )


def _requests(parts: Sequence[int], milli: int, isolation: str) -> Requests:
    import numpy as np

    from entrepot.domain.grid.model import ANY_MODEL, STRENGTH, Requests

    def column(value: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.full(len(parts), value, dtype=np.int64)

    return Requests(
        names=tuple(str(place) for place in range(len(parts))),
        cpu_milli=column(0),
        memory_mib=column(0),
        devices=np.array(parts, dtype=np.int64),
        milli=column(milli),
        models=column(ANY_MODEL),
        strength=column(STRENGTH[isolation] if milli < MILLI else 0),
        device_memory_mib=column(0),
        gang=column(0 if len(parts) > 1 else -1),
        affinity=column(0),
    )
