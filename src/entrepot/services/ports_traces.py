"""Files that the studies of the grid read: traces of jobs, clusters, outages, carbon series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.domain.grid.events_model import Cluster, Outage
    from entrepot.domain.grid.geo_model import GeoCase
    from entrepot.services.carbon_file import CarbonFile
    from entrepot.services.grid_trace import RawTrace


class TraceFiles(Protocol):
    """Readers of such files."""

    def read_trace(self, path: Path, *, skip_bad: bool) -> RawTrace:
        """Read a trace of jobs."""
        ...

    def read_clusters(self, path: Path) -> list[Cluster]:
        """Read a table of virtual clusters."""
        ...

    def read_outages(self, path: Path) -> dict[str, tuple[Outage, ...]]:
        """Read a table of outages, by cluster."""
        ...

    def read_geo(self, folder: Path) -> GeoCase:
        """Read a case of geo placement."""
        ...

    def read_carbon(self, path: Path, mend: str) -> CarbonFile:
        """Read a series of carbon intensity."""
        ...
