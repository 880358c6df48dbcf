"""Files that the studies of the grid read; what each needs is loaded late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.domain.grid.events_model import Cluster, Outage
    from entrepot.domain.grid.geo_model import GeoCase
    from entrepot.services.carbon_file import CarbonFile
    from entrepot.services.grid_trace import RawTrace


class TraceReaders:
    """The part of the port ``App`` that reads them."""

    def read_trace(self, path: Path, *, skip_bad: bool) -> RawTrace:
        """Read a trace of jobs."""
        from entrepot.adapters.imports.philly_trace import read_trace

        return read_trace(path, skip_bad=skip_bad)

    def read_clusters(self, path: Path) -> list[Cluster]:
        """Read a table of virtual clusters."""
        from entrepot.adapters.imports.philly_clusters import read_clusters

        return read_clusters(path)

    def read_outages(self, path: Path) -> dict[str, tuple[Outage, ...]]:
        """Read a table of outages, by cluster."""
        from entrepot.adapters.imports.philly_clusters import read_outages

        return read_outages(path)

    def read_geo(self, folder: Path) -> GeoCase:
        """Read a case of geo placement."""
        from entrepot.adapters.imports.geo_files import read_geo

        return read_geo(folder)

    def read_carbon(self, path: Path, mend: str) -> CarbonFile:
        """Read a series of carbon intensity."""
        from entrepot.adapters.imports.carbon_series import read_carbon

        return read_carbon(path, mend)
