"""Files of clusters: their nodes, and the pods that ask for a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.domain.grid.model import Nodes, Requests


class ClusterFiles(Protocol):
    """Readers of such files."""

    def read_nodes(self, path: Path) -> Nodes:
        """Read the nodes of a cluster."""
        ...

    def read_pods(self, path: Path, nodes: Nodes) -> Requests:
        """Read the pods that ask for a place on the nodes."""
        ...
