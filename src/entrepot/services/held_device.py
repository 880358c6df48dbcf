"""What a lease holds of a device; read from the stock, kept nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeldDevice:
    """A device, or a part of one, that a lease holds.

    Attributes:
        pool_id: pool of the centre; ordinal: number of the device in it, from 0.
        milli: part of the device that is held; 1000 = all of it.
        neighbours: other leases that hold parts of the same device.
        node: machine of the centre that has the device; empty = not stated.
    """

    pool_id: str
    ordinal: int
    milli: int
    neighbours: int
    node: str = ""
