"""Requests that no node could hold even if it were empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.state import MILLI

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Nodes, Requests


def too_large(nodes: Nodes, requests: Requests) -> NDArray[np.bool_]:
    """Say of each request whether every node is too small for it, or of the wrong kind.

    >>> from entrepot.domain.grid.tiny import tiny_cluster
    >>> nodes, requests = tiny_cluster()
    >>> too_large(nodes, requests).any()
    np.False_
    """
    parts = (nodes.cpu_milli, nodes.memory_mib, nodes.devices, nodes.model, nodes.strength)
    table = np.stack((*parts, nodes.device_memory_mib), axis=1)
    found = np.ones(len(requests.names), dtype=np.bool_)
    for cpu, memory, devices, model, strength, spare in np.unique(table, axis=0).tolist():
        fits = (requests.cpu_milli <= cpu) & (requests.memory_mib <= memory)
        bare = requests.devices == 0
        right = (requests.devices <= devices) & ((requests.models >> model) & 1 == 1)
        right &= requests.device_memory_mib <= spare
        right &= (requests.milli == MILLI) | (requests.strength <= strength)
        found &= ~(fits & (bare | right))
    return found
