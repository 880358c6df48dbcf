"""A cluster as leases see it: does a request fit, place it, release it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.desk import KnownDesk, OwnDesk
from entrepot.domain.grid.gangs import place_gang
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.state import MILLI, VERSION, empty_state, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Nodes, Requests

    Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a request lies.

    Attributes:
        node: name of the node.
        devices: numbers of its devices, from 0.
        strength: isolation between tenants of a device, see ``model.STRENGTH``; whole devices are
            the tenant's alone.
        row: what was asked, for its release.
    """

    node: str
    devices: tuple[int, ...]
    strength: int
    row: tuple[int, ...]


class Cluster:
    """A cluster that changes by placements and releases only.

    Args:
        nodes: the cluster, empty.
        policy: where requests are placed.
        typical: a workload, which FGD needs to know beforehand.
        seed: of all chance.
        free: int64[N, D], free milli of each device, -1 where a machine has none; None = all is
            free. What was placed before is known by that alone, and cannot be released here.
    """

    def __init__(
        self,
        nodes: Nodes,
        policy: Policy,
        typical: Requests,
        seed: int = 0,
        free: Int64 | None = None,
    ) -> None:
        self._nodes, self._policy, self._typical, self._seed = nodes, policy, typical, seed
        self._state = empty_state(nodes)
        if free is not None:
            there = self._state.free >= 0
            self._state.free[there] = free[there]
            # Untouched nodes of a kind count as alike, so one that has something on it is touched.
            busy = (there & (free < MILLI)).any(axis=1)
            self._state.node[busy, VERSION] = 1
        self._classes: dict[tuple[int, ...], int] = {}
        self._place_of = {name: place for place, name in enumerate(nodes.names)}
        self._desk: KnownDesk | OwnDesk | None = None

    def place(self, requests: Requests) -> tuple[Placement, ...] | None:
        """Place requests together, all or none, as near as the first of them asks for.

        Returns:
            Where each lies, or None if there is no room for all.
        """
        rows = [tuple(row) for row in rows_of(requests).tolist()]
        desk = self._desk_for(rows)
        order = np.array([self._classes[row] for row in rows], dtype=np.int64)
        affinity = int(requests.affinity[0]) if len(rows) > 1 else 0
        node, taken = place_gang(desk, order, affinity)
        if (node < 0).any():
            return None
        where = zip(node.tolist(), taken.tolist(), rows, strict=True)
        return tuple(self._placement(place, bits, row) for place, bits, row in where)

    def fits(self, requests: Requests) -> bool:
        """Say whether there is room for requests, all or none, as the cluster is now."""
        found = self.place(requests)
        for each in found or ():
            self.release(each)
        return found is not None

    def release(self, placement: Placement) -> None:
        """Give back what a placement took.

        Raises:
            KeyError: its node is not one of the cluster.
        """
        desk = self._desk_for([placement.row])
        bits = sum(1 << device for device in placement.devices)
        desk.lift(self._place_of[placement.node], self._classes[placement.row], bits)

    def free_milli(self) -> int:
        """Return the free milli of all devices."""
        return int(np.maximum(self._state.free, 0).sum())

    def _placement(self, place: int, bits: int, row: tuple[int, ...]) -> Placement:
        devices = tuple(device for device in range(bits.bit_length()) if (bits >> device) & 1)
        strength = int(self._nodes.strength[place])
        return Placement(self._nodes.names[place], devices, strength, row)

    def _desk_for(self, rows: list[tuple[int, ...]]) -> KnownDesk | OwnDesk:
        """Return the desk, opened anew if it has not seen a kind of request before."""
        fresh = [row for row in dict.fromkeys(rows) if row not in self._classes]
        if self._desk is not None and not fresh:
            return self._desk
        for row in fresh:
            self._classes[row] = len(self._classes)
        asks = np.array(list(self._classes), dtype=np.int64)
        models = len(self._nodes.models)
        if self._policy is Policy.BEST:
            before = self._desk
            self._desk = OwnDesk(self._state, asks, self._nodes)
            if isinstance(before, OwnDesk):
                self._desk.remember(before)
        else:
            self._desk = KnownDesk(
                self._state, asks, self._policy, self._typical, models, self._seed
            )
        return self._desk
