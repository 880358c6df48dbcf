"""A trace of jobs as it was read, and its cut into the virtual clusters that are simulated.

A trace in the form of the Philly copy (its five columns and no other) is cut by the rules of its
published replay unless others are given: jobs from 2017-10-01 on, and the last submission 60 days
and 86,340 seconds after the first.

Source: rules of the exact replay of the Philly trace in the design of the grid, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from entrepot.domain.grid.events_model import NEVER, Cluster, Jobs
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

DAY_S = 86_400
GAP_S = DAY_S
"""A stretch without a submission that is longer is told."""

PHILLY_COLUMNS = frozenset({"timestamp", "duration", "num_gpus", "gpu_time", "cluster"})
PHILLY_FROM_S = 1_506_816_000
"""2017-10-01 00:00 UTC."""

PHILLY_SPAN_S = 60 * DAY_S + 86_340
CONTENDED_DIVISOR, CONTENDED_LEAST = 8, 4


@dataclass(frozen=True, slots=True)
class RawTrace:
    """Jobs as columns, sorted by submission, stable.

    Attributes:
        submit_s: Unix seconds; duration_s, devices: as asked for.
        cluster, firm: names; a trace without firms takes the cluster for one.
        limit_s, leave_s: as in :class:`entrepot.domain.grid.events_model.Jobs`.
        philly: whether it has the form of the Philly copy.
        skipped: bad rows left out; reordered: rows earlier than the row before them;
            identical: rows that equal an earlier one in everything.
    """

    submit_s: Sequence[int]
    duration_s: Sequence[int]
    devices: Sequence[int]
    cluster: Sequence[str]
    firm: Sequence[str]
    limit_s: Sequence[int]
    leave_s: Sequence[int]
    philly: bool = False
    skipped: int = 0
    reordered: int = 0
    identical: int = 0

    def __len__(self) -> int:
        return len(self.submit_s)


@dataclass(frozen=True, slots=True)
class Window:
    """Which submissions count.

    Attributes:
        from_s: Unix seconds of the earliest, or None.
        span_s: the latest lies at most so long after the first that counts, or None.
    """

    from_s: int | None = None
    span_s: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A trace by cluster, its first submission at 0.

    Attributes:
        clusters: with their jobs, in the order of the table.
        firms: names by number.
        window: that was applied.
        dropped: why → number of jobs left out.
        gaps: stretches of more than a day without a submission; longest_gap_s: the longest.
        origin_s: Unix seconds of the first submission.
    """

    clusters: tuple[tuple[Cluster, Jobs], ...]
    firms: tuple[str, ...]
    window: Window
    dropped: Mapping[str, int]
    gaps: int
    longest_gap_s: int
    origin_s: int


def contended(cluster: Cluster) -> Cluster:
    """Return an eighth of a cluster, four nodes at least: the variant with queues.

    >>> contended(Cluster("a", 64, 8)).nodes, contended(Cluster("a", 8, 8)).nodes
    (8, 4)
    """
    nodes = max(CONTENDED_LEAST, cluster.nodes // CONTENDED_DIVISOR)
    return Cluster(cluster.name, nodes, cluster.size)


def cut(
    raw: RawTrace,
    clusters: Sequence[Cluster],
    window: Window,
    quota: Mapping[str, int] | None = None,
) -> Cut:
    """Cut a trace into clusters.

    Args:
        raw: the trace.
        clusters: that are simulated; jobs of others are dropped and counted.
        window: as the caller wants it; what it leaves open is Philly's for a Philly trace.
        quota: firm → most devices; jobs beyond are dropped and counted.

    Raises:
        Invalid: no job is left.
    """
    window = _window(raw, window)
    known = {cluster.name: cluster for cluster in clusters}
    early = _first(raw, window.from_s)
    rows = [row for row in range(early, len(raw)) if raw.cluster[row] in known]
    if not rows:
        raise _empty()
    origin = raw.submit_s[rows[0]]
    last = raw.submit_s[rows[-1]] if window.span_s is None else origin + window.span_s
    inside = [row for row in rows if raw.submit_s[row] <= last]
    fitting = [row for row in inside if raw.devices[row] <= known[raw.cluster[row]].devices]
    most = quota or {}
    kept = [row for row in fitting if raw.devices[row] <= most.get(raw.firm[row], raw.devices[row])]
    if not kept:
        raise _empty()
    firms = tuple(sorted({raw.firm[row] for row in kept}))
    dropped = {
        "bad_rows": raw.skipped,
        "before_start": early,
        "other_cluster": len(raw) - early - len(rows),
        "after_end": len(rows) - len(inside),
        "larger_than_cluster": len(inside) - len(fitting),
        "larger_than_quota": len(fitting) - len(kept),
    }
    gaps = [b - a for a, b in pairwise(raw.submit_s[row] for row in kept)]
    return Cut(
        tuple((cluster, _jobs(raw, kept, cluster, firms, origin)) for cluster in clusters),
        firms,
        window,
        dropped,
        sum(1 for gap in gaps if gap > GAP_S),
        max(gaps, default=0),
        origin,
    )


def _window(raw: RawTrace, wanted: Window) -> Window:
    if not raw.philly or wanted != Window():
        return wanted
    return Window(PHILLY_FROM_S, PHILLY_SPAN_S)


def _first(raw: RawTrace, from_s: int | None) -> int:
    if from_s is None:
        return 0
    return next((n for n, when in enumerate(raw.submit_s) if when >= from_s), len(raw))


def _jobs(
    raw: RawTrace, rows: Iterable[int], cluster: Cluster, firms: Sequence[str], origin: int
) -> Jobs:
    mine = [row for row in rows if raw.cluster[row] == cluster.name]
    number = {name: place for place, name in enumerate(firms)}
    leaves = (raw.leave_s[row] for row in mine)
    return Jobs(
        tuple(raw.submit_s[row] - origin for row in mine),
        tuple(raw.duration_s[row] for row in mine),
        tuple(raw.devices[row] for row in mine),
        tuple(raw.limit_s[row] for row in mine),
        tuple(NEVER if when == NEVER else max(0, when - origin) for when in leaves),
        tuple(number[raw.firm[row]] for row in mine),
    )


def _empty() -> Invalid:
    return Invalid(
        "grid.trace_empty",
        N_("No job of the trace is left to simulate."),
        hint=N_("Check the names of the clusters, --from, --span and the quotas."),
    )
