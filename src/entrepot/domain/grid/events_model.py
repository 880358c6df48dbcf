"""What the event simulator takes and gives: jobs, a cluster, terms, and what became of the jobs.

Times are whole seconds from any origin; devices are whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Place: TypeAlias = tuple[tuple[int, int], ...]
"""Where a job runs: for each of its nodes the bit of the node and the devices taken there."""

FIFO, SJF, SRTF, EASY, CONSERVATIVE, FAIR = "fifo", "sjf", "srtf", "easy", "conservative", "fair"
POLICIES = (FIFO, SJF, SRTF, EASY, CONSERVATIVE, FAIR)

NEVER = -1
"""Time of what does not happen."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A virtual cluster.

    Attributes:
        name: as the trace names it.
        nodes: how many, all alike.
        size: devices of a node.
    """

    name: str
    nodes: int
    size: int

    @property
    def devices(self) -> int:
        """Devices of all nodes."""
        return self.nodes * self.size


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs of one cluster as columns, by submission; a job is its row.

    Attributes:
        submit_s: never falls.
        duration_s: seconds of work, at least one.
        devices: a gang: all at once, or it waits.
        limit_s: longest time its owner asked for, not below ``duration_s``; backfilling goes by it.
        leave_s: when its owner withdraws it, or :data:`NEVER`.
        firm: number of its owner.
    """

    submit_s: tuple[int, ...]
    duration_s: tuple[int, ...]
    devices: tuple[int, ...]
    limit_s: tuple[int, ...]
    leave_s: tuple[int, ...]
    firm: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.submit_s)

    @staticmethod
    def of(rows: list[tuple[int, int, int]]) -> Jobs:
        """Make jobs of (submit, duration, devices) that stay, ask for what they need, of one firm.

        >>> Jobs.of([(0, 5, 1)]).limit_s
        (5,)
        """
        submit, duration, devices = (tuple(row[n] for row in rows) for n in range(3))
        return Jobs(submit, duration, devices, duration, (NEVER,) * len(rows), (0,) * len(rows))


@dataclass(frozen=True, slots=True)
class Outage:
    """A node that is away in [begin, end).

    Attributes:
        node: index from 0.
        begin_s, end_s: seconds; an end of :data:`NEVER` means for good.
    """

    node: int
    begin_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How a cluster is run.

    Attributes:
        policy: one of :data:`POLICIES`.
        quota: firm → most devices at once. A job over it waits and blocks nobody else.
        weight: firm → weight in fair sharing; 1 where none is given.
        outages: of nodes, none overlapping another of the same node.
        checkpoint_s: seconds of work after which a job's progress is safe; 0 = never.
        restart_s: seconds that a job loses each time it is started again.
        depth: most jobs that backfilling looks at in one pass.
    """

    policy: str = FIFO
    quota: Mapping[int, int] = field(default_factory=dict[int, int])
    weight: Mapping[int, int] = field(default_factory=dict[int, int])
    outages: tuple[Outage, ...] = ()
    checkpoint_s: int = 0
    restart_s: int = 0
    depth: int = 200


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time that a job ran without a break.

    Attributes:
        job: its row; begin_s, end_s: half open; place: where.
    """

    job: int
    begin_s: int
    end_s: int
    place: Place


@dataclass(frozen=True, slots=True)
class Run:
    """What became of the jobs of a cluster.

    Attributes:
        start_s: first start, or :data:`NEVER`.
        end_s: when it was done or left, or :data:`NEVER` if it still waits.
        done: whether all its work was done.
        preempted, killed: how often it was put aside, and lost its node.
        lost_s: seconds on devices that came to nothing: work lost and restarts.
        stretches: when and where each job ran, in the order of their ends.
    """

    start_s: tuple[int, ...]
    end_s: tuple[int, ...]
    done: tuple[bool, ...]
    preempted: tuple[int, ...]
    killed: tuple[int, ...]
    lost_s: tuple[int, ...]
    stretches: tuple[Stretch, ...] = ()
