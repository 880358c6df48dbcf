"""Simulate a trace of jobs on virtual clusters under a policy, and sum it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from entrepot.domain.grid.events_failures import Failures, draw_outages
from entrepot.domain.grid.events_measures import Figures, Part, figures, ran_s
from entrepot.domain.grid.events_model import FIFO, NEVER, Cluster, Jobs, Outage, Terms
from entrepot.domain.grid.events_simulate import simulate
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.grid_trace import Cut, RawTrace, Window, contended, cut

ALL = Window()
CLUSTERS_FILE = "virtual_clusters.csv"
"""Looked for beside the trace when no table of clusters is named."""

COLUMNS = (
    "cluster",
    "job",
    "firm",
    "submit_s",
    "start_s",
    "end_s",
    "ran_s",
    "devices",
    "done",
    "preempted",
    "killed",
    "lost_s",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be simulated.

    Attributes:
        trace, clusters: files; without clusters, ``virtual_clusters.csv`` beside the trace.
        policy: as :data:`entrepot.domain.grid.events_model.POLICIES`.
        contended: an eighth of each cluster, four nodes at least.
        window: which submissions count.
        quota, weight: by firm's name.
        failures: drawn from a seed, or None; outages: a file of them, or None.
        checkpoint_s, restart_s, depth: as :class:`entrepot.domain.grid.events_model.Terms`.
        skip_bad: leave bad rows of the trace out.
    """

    trace: Path
    clusters: Path | None = None
    policy: str = FIFO
    contended: bool = False
    window: Window = ALL
    quota: Mapping[str, int] = field(default_factory=dict[str, int])
    weight: Mapping[str, int] = field(default_factory=dict[str, int])
    failures: Failures | None = None
    outages: Path | None = None
    checkpoint_s: int = 0
    restart_s: int = 0
    depth: int = 200
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it.

    Attributes:
        raw: the trace as read; cut: what was simulated of it.
        parts: clusters with their runs, those without jobs left out.
        total: figures of all; by_cluster: of each part.
    """

    raw: RawTrace
    cut: Cut
    parts: tuple[Part, ...]
    total: Figures
    by_cluster: tuple[Figures, ...]


def simulate_trace(
    app: App, ask: Ask, told: Callable[[int, int], None] = lambda done, of: None
) -> Simulated:
    """Read a trace, simulate it and sum up.

    Args:
        app: the exchange; no home is needed.
        ask: files and terms.
        told: called with (clusters done, clusters in all).

    Raises:
        NotFound: a file is not there.
        Invalid: a file or a term is bad, or no job is left.
    """
    raw = app.read_trace(ask.trace, skip_bad=ask.skip_bad)
    clusters = app.read_clusters(_clusters_file(ask))
    if ask.contended:
        clusters = [contended(cluster) for cluster in clusters]
    piece = cut(raw, clusters, ask.window, ask.quota)
    outages = _outages(app, ask, clusters)
    parts: list[Part] = []
    told(0, len(piece.clusters))
    for number, (cluster, jobs) in enumerate(piece.clusters, 1):
        if len(jobs):
            terms = _terms(ask, piece.firms, _fallen(ask, cluster, jobs, outages))
            parts.append(Part(cluster, jobs, simulate(jobs, cluster, terms)))
        told(number, len(piece.clusters))
    each = tuple(figures([part]) for part in parts)
    return Simulated(raw, piece, tuple(parts), figures(parts), each)


def rows_of(found: Simulated) -> Iterator[dict[str, str]]:
    """Yield a row a job, columns :data:`COLUMNS`; an empty cell is a time that never came."""
    for part in found.parts:
        ran = ran_s(part)
        for job, submit in enumerate(part.jobs.submit_s):
            run = part.run
            values = (
                part.cluster.name,
                job,
                found.cut.firms[part.jobs.firm[job]],
                submit,
                _time(run.start_s[job]),
                _time(run.end_s[job]),
                ran[job],
                part.jobs.devices[job],
                "yes" if run.done[job] else "no",
                run.preempted[job],
                run.killed[job],
                run.lost_s[job],
            )
            yield dict(zip(COLUMNS, map(str, values), strict=True))


def write_jobs(app: App, found: Simulated, path: Path) -> tuple[Path, int]:
    """Write a row a job as CSV; return where, and how many.

    Raises:
        Fault: the file cannot be written.
    """
    return app.write_rows(path, COLUMNS, rows_of(found))


def _time(seconds: int) -> str:
    return "" if seconds == NEVER else str(seconds)


def _clusters_file(ask: Ask) -> Path:
    if ask.clusters is not None:
        return ask.clusters
    beside = ask.trace.parent / CLUSTERS_FILE
    if not beside.is_file():
        raise NotFound(
            "grid.clusters",
            N_("No table of clusters is named, and there is no {path}."),
            hint=N_("Name one: --clusters FILE, with the columns cluster, nodes and devices."),
            path=str(beside),
        )
    return beside


def _outages(app: App, ask: Ask, clusters: list[Cluster]) -> Mapping[str, tuple[Outage, ...]]:
    """Read the file of outages.

    Raises:
        Invalid: it names a cluster that there is not, or failures are to be drawn as well.
    """
    if ask.outages is None:
        return {}
    if ask.failures is not None:
        raise Invalid(
            "grid.outages_twice",
            N_("Failures are either read from a file or drawn from a seed, not both."),
            hint=N_("Leave out --failures or --outages."),
        )
    found = app.read_outages(ask.outages)
    unknown = sorted(found.keys() - {cluster.name for cluster in clusters})
    if unknown:
        raise Invalid(
            "grid.outage_cluster",
            N_("The outages name a cluster that there is not: {name}."),
            hint=N_("Use the names of the table of clusters."),
            name=unknown[0],
        )
    return found


def _fallen(
    ask: Ask, cluster: Cluster, jobs: Jobs, outages: Mapping[str, tuple[Outage, ...]]
) -> tuple[Outage, ...]:
    if ask.failures is None:
        return outages.get(cluster.name, ())
    # Nodes fail for as long as the work could last one job after the other, at the most.
    span = jobs.submit_s[-1] + sum(jobs.duration_s)
    return draw_outages(
        cluster, min(span, 2 * jobs.submit_s[-1] + max(jobs.duration_s)), ask.failures
    )


def _terms(ask: Ask, firms: tuple[str, ...], outages: tuple[Outage, ...]) -> Terms:
    number = {name: place for place, name in enumerate(firms)}
    return Terms(
        ask.policy,
        {number[name]: most for name, most in ask.quota.items() if name in number},
        {number[name]: weight for name, weight in ask.weight.items() if name in number},
        outages,
        ask.checkpoint_s,
        ask.restart_s,
        ask.depth,
    )
