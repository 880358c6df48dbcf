"""What a simulation refuses: jobs without size, out of order or too large; senseless terms."""

from __future__ import annotations

from itertools import pairwise

from entrepot.domain.grid.events_model import NEVER, POLICIES, Cluster, Jobs, Outage, Terms
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

TIME_MAX = 1 << 40
"""Longest time in seconds; some 35,000 years."""


def check_jobs(jobs: Jobs, cluster: Cluster, terms: Terms) -> None:
    """Refuse jobs that could not be run.

    Raises:
        Invalid: the first such job is named by its row, counted from 1.
    """
    if any(map(int.__gt__, jobs.submit_s, jobs.submit_s[1:])):
        row = next(n for n, (a, b) in enumerate(pairwise(jobs.submit_s), 2) if b < a)
        raise _job(row, N_("it was submitted before the job ahead of it"))
    if jobs.submit_s and not 0 <= jobs.submit_s[0] <= jobs.submit_s[-1] <= TIME_MAX:
        raise _job(1, N_("submissions lie beyond any calendar"))
    if len(jobs) and (min(jobs.duration_s) < 1 or max(jobs.limit_s) > TIME_MAX):
        row = next(n for n, d in enumerate(jobs.duration_s, 1) if d < 1 or d > TIME_MAX)
        raise _job(row, N_("its length is no number of seconds from 1 up"))
    if len(jobs) and (min(jobs.devices) < 1 or max(jobs.devices) > cluster.devices):
        row = next(n for n, d in enumerate(jobs.devices, 1) if not 1 <= d <= cluster.devices)
        raise _job(row, N_("it asks for no device, or for more than the cluster has"))
    for firm, most in terms.quota.items():
        mine = [row for row, owner in enumerate(jobs.firm, 1) if owner == firm]
        if any(jobs.devices[row - 1] > most for row in mine):
            row = next(row for row in mine if jobs.devices[row - 1] > most)
            raise _job(row, N_("it is larger than its firm's quota"))


def check_terms(terms: Terms, cluster: Cluster) -> None:
    """Refuse terms without meaning.

    Raises:
        Invalid: an unknown policy, a weight below 1, a negative number, a bad outage.
    """
    if terms.policy not in POLICIES:
        raise _terms(N_("there is no such policy"))
    if any(weight < 1 for weight in terms.weight.values()):
        raise _terms(N_("a weight is a whole number from 1 up"))
    if min(terms.checkpoint_s, terms.restart_s) < 0 or terms.depth < 1:
        raise _terms(N_("times are not negative, and the depth is at least 1"))
    ordered = sorted(terms.outages, key=lambda outage: (outage.node, outage.begin_s))
    if any(not _sound(outage, cluster) for outage in ordered):
        raise _terms(N_("an outage names no node of the cluster, or ends before it begins"))
    for one, two in pairwise(ordered):
        if one.node == two.node and (one.end_s == NEVER or two.begin_s < one.end_s):
            raise _terms(N_("two outages of one node overlap"))


def _sound(outage: Outage, cluster: Cluster) -> bool:
    ends = outage.end_s == NEVER or outage.end_s > outage.begin_s
    return 0 <= outage.node < cluster.nodes and outage.begin_s >= 0 and ends


def _job(row: int, why: str) -> Invalid:
    return Invalid(
        "grid.job",
        N_("Job {row} cannot be simulated: {why}."),
        hint=N_("Sort jobs by submission and leave out those that never fit."),
        row=row,
        why=Phrase(why),
    )


def _terms(why: str) -> Invalid:
    return Invalid(
        "grid.terms",
        N_("The terms of the simulation have no meaning: {why}."),
        hint=N_("entrepot grid simulate --help lists what may be given."),
        why=Phrase(why),
    )
