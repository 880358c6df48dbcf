"""Simulate one virtual cluster under a policy: the short way where it does, the whole one else."""

from __future__ import annotations

from collections.abc import Callable

from entrepot.domain.grid.events_check import check_jobs, check_terms
from entrepot.domain.grid.events_engine import Engine
from entrepot.domain.grid.events_model import (
    CONSERVATIVE,
    EASY,
    FAIR,
    FIFO,
    NEVER,
    SJF,
    SRTF,
    Cluster,
    Jobs,
    Run,
    Terms,
)
from entrepot.domain.grid.events_queue import Queue
from entrepot.domain.grid.queue_conservative import ConservativeQueue
from entrepot.domain.grid.queue_easy import EasyQueue
from entrepot.domain.grid.queue_fair import FairQueue
from entrepot.domain.grid.queue_head import fifo_starts, sjf_starts
from entrepot.domain.grid.queue_order import OrderQueue
from entrepot.domain.grid.queue_srtf import SrtfQueue

SHORT = {FIFO: fifo_starts, SJF: sjf_starts}


def simulate(jobs: Jobs, cluster: Cluster, terms: Terms) -> Run:
    """Run the jobs of a cluster to the end.

    Args:
        jobs: by submission; each fits into the empty cluster and its firm's quota.
        cluster: its nodes.
        terms: policy, quotas, weights, outages.

    Raises:
        Invalid: a job is larger than the cluster or its quota, or the terms have no meaning.

    >>> simulate(Jobs.of([(0, 5, 8), (1, 2, 4)]), Cluster("a", 1, 8), Terms()).start_s
    (0, 5)
    """
    check_jobs(jobs, cluster, terms)
    check_terms(terms, cluster)
    short = SHORT.get(terms.policy)
    if short is not None and is_plain(jobs, terms):
        return _short(jobs, short(jobs, cluster))
    return Engine(jobs, cluster, terms, queue_of(jobs, terms)).run()


def is_plain(jobs: Jobs, terms: Terms) -> bool:
    """Say whether nothing happens but arrivals and ends."""
    leaving = jobs.leave_s.count(NEVER) != len(jobs)
    return not (leaving or terms.outages or terms.quota)


def queue_of(jobs: Jobs, terms: Terms) -> Queue:
    """Return the queue of a policy."""
    makers: dict[str, Callable[[], Queue]] = {
        FIFO: lambda: OrderQueue(lambda _job: 0),
        SJF: lambda: OrderQueue(jobs.duration_s.__getitem__),
        SRTF: SrtfQueue,
        EASY: lambda: EasyQueue(terms.depth),
        CONSERVATIVE: lambda: ConservativeQueue(terms.depth),
        FAIR: lambda: FairQueue(jobs.firm, terms.weight),
    }
    return makers[terms.policy]()


def _short(jobs: Jobs, starts: list[int]) -> Run:
    ends = tuple(map(int.__add__, starts, jobs.duration_s))
    nothing = (0,) * len(jobs)
    done = (True,) * len(jobs)
    return Run(tuple(starts), ends, done, nothing, nothing, nothing)
