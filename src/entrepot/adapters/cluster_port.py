"""Files of clusters: their nodes, and the pods that ask for a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.domain.grid.model import Nodes, Requests


class ClusterReaders:
    """The part of the port ``App`` that reads them; what it needs is loaded late."""

    def read_nodes(self, path: Path) -> Nodes:
        """Read the nodes of a cluster."""
        from entrepot.adapters.imports.openb import read_nodes

        return read_nodes(path)

    def read_pods(self, path: Path, nodes: Nodes) -> Requests:
        """Read the pods that ask for a place on the nodes."""
        from entrepot.adapters.imports.openb import read_pods

        return read_pods(path, nodes)
