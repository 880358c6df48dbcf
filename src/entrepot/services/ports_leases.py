"""Terms on which a pool is leased, its nodes, and how leases were changed; port of their store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from entrepot.services.records import Body, Lease


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """What a centre states of a pool beyond its devices.

    Attributes:
        pool_id: which.
        kinds: terms of the kinds of lease that are sold, see ``KindTerms``; none = a managed job
            on the terms of the house.
        nodes: ``name``, ``devices``, ``rack`` of each machine, in the order of its devices; none
            = not stated.
    """

    pool_id: str
    kinds: tuple[Body, ...]
    nodes: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class LeaseChange:
    """One change of a lease: extended, shrunk or given back in part; never rewritten.

    Attributes:
        number: 1, 2, 3 … of the lease.
        what: ``extend``, ``shrink`` or ``give_back``.
        before, after: size, time, hold and price, as plain values.
        reason: in the words of who asked; changed_at: Unix second; changed_by: actor.
    """

    lease_id: str
    number: int
    what: str
    before: Body
    after: Body
    reason: str
    changed_at: int
    changed_by: str


class LeaseBook(Protocol):
    """Terms of pools and changes of leases inside a unit of work."""

    def add_terms(self, terms: PoolTerms) -> None:
        """Keep the terms of a pool."""
        ...

    def terms(self, pool_id: str) -> PoolTerms | None:
        """Return the terms that a pool states; None if it states none."""
        ...

    def all_terms(self) -> dict[str, PoolTerms]:
        """Return pool id → terms, of the pools that state any."""
        ...

    def change(self, before: Lease, after: Lease) -> bool:
        """Write size, time, hold and price of a lease; False if it is not ``before`` any more."""
        ...

    def add_change(self, change: LeaseChange) -> None:
        """Keep a change."""
        ...

    def changes(self, lease_id: str) -> list[LeaseChange]:
        """Return the changes of a lease in order."""
        ...

    def free_units(self, pool_id: str, isolation: str = "") -> dict[int, int]:
        """Return number → free milli of every device of a pool.

        With ``isolation``, without the devices on which somebody is kept apart in another way.
        """
        ...

    def take_units(self, lease_id: str, pool_id: str, units: Sequence[tuple[int, int]]) -> bool:
        """Take (number, milli) of devices for a lease; False when one was sold meanwhile."""
        ...

    def grow(self, lease_id: str, pool_id: str, ordinal: int, milli: int) -> bool:
        """Take more of a device that a lease holds a part of; False when it was sold."""
        ...

    def give_back(self, lease_id: str, pool_id: str, ordinal: int, milli: int) -> bool:
        """Give back a part, or all, of what a lease holds of a device; False if it holds less."""
        ...


class WithLeases(Protocol):
    """Part of a unit of work that holds terms and changes of leases."""

    @property
    def leases(self) -> LeaseBook:
        """Terms of pools, changes of leases."""
        ...
