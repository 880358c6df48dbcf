"""Nodes and requests as columns of integers: what a cluster has, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

MODELS_MAX = 62
"""Most device models of one cluster: a set of them is the bits of one integer."""
DEVICES_MAX = 62
ANY_MODEL = (1 << MODELS_MAX) - 1
EVERY, RACK, SERVER = 0, 1, 2
"""Where the parts of a gang may lie: anywhere, in one rack, on one server."""

AFFINITIES = {"": EVERY, "rack": RACK, "server": SERVER}

STRENGTH = {"": 0, "timeslice": 1, "mps": 2, "vgpu": 3, "mig": 4, "exclusive": 5}
"""Isolation of a share, weakest first; nothing is asked by the empty word."""


@dataclass(frozen=True)
class Nodes:
    """Nodes of a cluster, sorted by name.

    Attributes:
        names: one a node.
        models: names of device models, by number.
        cpu_milli, memory_mib: int64[N], what each has.
        devices, model: int64[N], number of devices and number of their model.
        strength: int64[N], strongest isolation of a share on the node, by :data:`STRENGTH`.
        device_memory_mib: int64[N], memory of each device; 0 = not stated.
        rack: int64[N], number of the rack.
    """

    names: tuple[str, ...]
    models: tuple[str, ...]
    cpu_milli: Int64
    memory_mib: Int64
    devices: Int64
    model: Int64
    strength: Int64
    device_memory_mib: Int64
    rack: Int64

    @property
    def milli(self) -> int:
        """Milli-devices of the whole cluster."""
        return int(self.devices.sum()) * 1000


@dataclass(frozen=True)
class Requests:
    """Requests in the order of their list.

    Attributes:
        names: one a request.
        cpu_milli, memory_mib: int64[P].
        devices, milli: int64[P], devices asked, and milli of each; a share is of one device.
        models: int64[P], allowed models as bits.
        strength: int64[P], weakest isolation that is good enough for a share.
        device_memory_mib: int64[P], memory asked of each device.
        gang: int64[P], number of the gang, -1 = none; a gang is placed whole or not at all.
        affinity: int64[P], where the parts of the gang may lie.
    """

    names: tuple[str, ...]
    cpu_milli: Int64
    memory_mib: Int64
    devices: Int64
    milli: Int64
    models: Int64
    strength: Int64
    device_memory_mib: Int64
    gang: Int64
    affinity: Int64

    @property
    def asked(self) -> Int64:
        """int64[P]: milli-devices asked in all."""
        return self.devices * self.milli
