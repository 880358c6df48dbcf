"""Tables of virtual clusters and of outages of their nodes, as CSV.

Clusters: ``vc`` or ``cluster``, and ``nodes_of_8_gpus``, or ``nodes`` with ``devices`` a node (8
where it is left out). Outages: ``cluster``, ``node`` from 0, ``begin_s`` and ``end_s`` in seconds
from the first submission; no end = for good.
"""

from __future__ import annotations

from pathlib import Path

from entrepot.adapters.imports.csv_safe import Row, read_rows
from entrepot.adapters.imports.packed_file import read_packed
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.domain.grid.events_model import NEVER, Cluster, Outage
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

NODES_MAX = 10_000
SIZE_MAX = 64
SECONDS_MAX = 1 << 40
PHILLY_NODES = "nodes_of_8_gpus"


def read_clusters(path: Path) -> list[Cluster]:
    """Read virtual clusters, in the order of the file.

    Raises:
        NotFound: the file cannot be read.
        Invalid: a cell is bad, a name stands twice, or there is no cluster in it.
    """
    found: dict[str, Cluster] = {}
    problems: list[Problem] = []
    for row in read_rows(read_packed(path), path.name, ()):
        cluster = _cluster(row)
        if cluster is not None and cluster.name in found:
            row.fault("cluster", _problem(N_("The name of this cluster stands in the file twice.")))
        problems += row.faults
        if cluster is not None:
            found[cluster.name] = cluster
    if not problems and not found:
        problems.append(Problem(path.name, _problem(N_("There is no cluster in it."))))
    if problems:
        raise InvalidFile(problems)
    return list(found.values())


def _cluster(row: Row) -> Cluster | None:
    name = row.text("cluster") or row.text("vc")
    column = PHILLY_NODES if PHILLY_NODES in row.cells else "nodes"
    nodes = row.positive(column, NODES_MAX)
    size = row.positive("devices", SIZE_MAX) if row.text("devices") else 8
    if not name or nodes is None or size is None or int(nodes) != nodes or int(size) != size:
        if not row.faults:
            row.fault(column, _problem(N_("A cluster has a name and a whole number of nodes.")))
        return None
    return Cluster(name, int(nodes), int(size))


def read_outages(path: Path) -> dict[str, tuple[Outage, ...]]:
    """Read outages by cluster.

    Raises:
        NotFound: the file cannot be read.
        Invalid: a cell is bad, or an outage ends before it begins.
    """
    found: dict[str, list[Outage]] = {}
    problems: list[Problem] = []
    columns = ("cluster", "node", "begin_s", "end_s")
    for row in read_rows(read_packed(path), path.name, columns):
        name, node = row.needed("cluster"), row.whole("node", NODES_MAX)
        begin, end = row.whole("begin_s", SECONDS_MAX), row.whole("end_s", SECONDS_MAX)
        if not row.faults and (node is None or begin is None):
            row.fault("node", _problem(N_("An outage names a node and when it begins.")))
        if begin is not None and end is not None and end <= begin:
            row.fault("end_s", _problem(N_("The outage ends before it begins.")))
        problems += row.faults
        if not row.faults and node is not None and begin is not None:
            outage = Outage(node, begin, NEVER if end is None else end)
            found.setdefault(name, []).append(outage)
    if problems:
        raise InvalidFile(problems)
    return {name: tuple(outages) for name, outages in found.items()}


def _problem(why: str) -> Invalid:
    return Invalid("grid.cluster_cell", why, hint=N_("Correct the row of the table."))
