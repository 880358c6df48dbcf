"""Nodes of one cluster as bit masks: for every number of free devices, the nodes that have it.

Consolidation: a request of at most a node's devices goes on one node, the tightest that fits, the
lowest index among equals. A larger one takes whole free nodes, the lowest first, and the rest on
one more node by the same rule, or it waits. A node is one bit of a Python integer, so the lowest
node of a kind is ``mask & -mask`` and no list is searched.

Source: rules of the exact replay of the Philly trace in the design of the grid, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.domain.grid.events_model import Place


class Pool:
    """Free devices of the nodes of a cluster.

    Args:
        nodes: number of nodes.
        size: devices of each.

    >>> pool = Pool(nodes=2, size=8)
    >>> pool.take(6), pool.take(2), pool.take(8)
    (((1, 6),), ((1, 2),), ((2, 8),))
    >>> pool.take(1) is None
    True
    """

    __slots__ = ("free", "masks", "size")

    def __init__(self, nodes: int, size: int) -> None:
        self.size = size
        self.masks = [0] * (size + 1)
        self.masks[size] = (1 << nodes) - 1
        self.free = {1 << index: size for index in range(nodes)}

    def take(self, devices: int) -> Place | None:
        """Find a place and occupy it; None when nothing fits."""
        masks = self.masks
        if devices <= self.size:
            # Written out, for this is the whole of what most jobs need.
            for level in range(devices, self.size + 1):
                mask = masks[level]
                if mask:
                    bit = mask & -mask
                    left = level - devices
                    masks[level] = mask ^ bit
                    masks[left] |= bit
                    self.free[bit] = left
                    return ((bit, devices),)
            return None
        place = find(masks, self.size, devices)
        if place is not None:
            self.occupy(place)
        return place

    def fits(self, devices: int) -> bool:
        """Say whether a request would find a place now."""
        return find(self.masks, self.size, devices) is not None

    def look(self, devices: int) -> Place | None:
        """Find a place and leave it free; None when nothing fits."""
        return find(self.masks, self.size, devices)

    def occupy(self, place: Place) -> None:
        """Take the devices of a place that is free.

        Raises:
            ValueError: it is not.
        """
        if not self.has(place):
            raise ValueError("the place is not free")
        for bit, devices in place:
            self._move(bit, -devices)

    def has(self, place: Place) -> bool:
        """Say whether the very devices of a place are free."""
        return all(self.free.get(bit, 0) >= devices for bit, devices in place)

    def give(self, place: Place) -> None:
        """Give a place back."""
        masks, free = self.masks, self.free
        for bit, devices in place:
            level = free[bit]
            masks[level] ^= bit
            level += devices
            masks[level] |= bit
            free[bit] = level

    def shut(self, bit: int) -> None:
        """Take a node that is wholly free out of the cluster."""
        if self.free.pop(bit) != self.size:
            raise ValueError("a node that is in use cannot be shut")
        self.masks[self.size] ^= bit

    def open(self, bit: int) -> None:
        """Bring a node back, wholly free."""
        self.free[bit] = self.size
        self.masks[self.size] |= bit

    def copy(self) -> Pool:
        """Return a pool that stands as this one does."""
        twin = Pool(0, self.size)
        twin.masks, twin.free = list(self.masks), dict(self.free)
        return twin

    def _move(self, bit: int, devices: int) -> None:
        level = self.free[bit]
        self.masks[level] ^= bit
        self.masks[level + devices] |= bit
        self.free[bit] = level + devices


def find(masks: Sequence[int], size: int, devices: int) -> Place | None:
    """Find the place of a request by the rule of consolidation.

    Args:
        masks: nodes with exactly so many free devices, 0 … size.
        size: devices of a node.
        devices: asked for, at least one.
    """
    whole, rest = divmod(devices, size)
    if not whole or (whole == 1 and not rest):
        bit = _tightest(masks, size, devices)
        return ((bit, devices),) if bit else None
    empty = masks[size]
    if empty.bit_count() < whole:
        return None
    place: list[tuple[int, int]] = []
    for _ in range(whole):
        bit = empty & -empty
        empty ^= bit
        place.append((bit, size))
    if rest:
        bit = _tightest([*masks[:size], empty], size, rest)
        if not bit:
            return None
        place.append((bit, rest))
    return tuple(place)


def _tightest(masks: Sequence[int], size: int, devices: int) -> int:
    for level in range(devices, size + 1):
        mask = masks[level]
        if mask:
            return mask & -mask
    return 0
