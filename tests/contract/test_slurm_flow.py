"""Jobs of many leases through a real Slurm: each runs, each is billed exactly once.

A node loses its power in the middle; what it ran is queued once more under a higher token.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from tests.contract.slurm_cluster import DEVICES, NODES, slurm_cluster
from tests.contract.slurm_flow import Flow, slurm_home
from tests.e2e.flow_tools import free_milli, sums
from tests.sizes import figure, size

from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.meter import received

DOWN_S = 12
JOBS = size("SLURM_JOBS", 32, 200)


def faults(flow: Flow) -> list[str]:
    """Return what is wrong with jobs, usage and bills, a sentence each."""
    found: list[str] = list(check_books(flow.app))
    with flow.app.store.reading() as uow:
        jobs, invoices = uow.deals.jobs(), uow.deals.invoices()
        bills = Counter(invoice.job_id for invoice in invoices)
        for job in jobs:
            lease = uow.deals.lease(job.lease_id)
            assert lease is not None
            counted = received(flow.app, uow, lease)
            finals = [one.report for one in counted if one.report.final]
            billed = [i for i in invoices if i.job_id == job.id]
            if job.state != "succeeded":
                found.append(f"{job.id} is {job.state}: {job.message} {job.spec.get('requeued')}")
            if bills[job.id] != 1 or len(finals) != 1:
                found.append(f"{job.id} has {bills[job.id]} bills, {len(finals)} final reports")
            elif finals[0].milli_device_seconds != used(billed[0]):
                found.append(f"{job.id} is billed {used(billed[0])} of {finals[0]}")
            if any(one.report.fence != job.fence for one in counted):
                found.append(f"{job.id} counts usage of a run that was replaced")
    return found


def used(invoice: r.Invoice) -> int:
    """Return the quantity on a bill, milli-device-seconds."""
    document = invoice.body["document"]
    assert isinstance(document, dict)
    return int(document["head"]["usage"]["milli_device_seconds"])


@pytest.mark.slow
def test_every_job_is_billed_exactly_once_though_a_node_is_lost(tmp_path: Path) -> None:
    cluster = slurm_cluster()
    flow = slurm_home(tmp_path / "home", cluster, "2")
    lost: list[int] = []

    def lose() -> bool:
        running = Counter(cluster.run("squeue", "-h", "-t", "R", "-o", "%N").split())
        if not running:
            return False
        node = running.most_common(1)[0][0]
        lost.append(cluster.lose_node(node))
        # Back when Slurm has noticed that it was gone.
        flow.later = (time.monotonic() + DOWN_S, lambda: cluster.start_node(node))
        return True

    flow.run(JOBS, len(NODES) * DEVICES, lose)
    assert faults(flow) == []
    with flow.app.store.reading() as uow:
        again = [job for job in uow.deals.jobs() if job.fence > 1]
    assert len(flow.bills) == len(set(flow.bills.values())) == JOBS
    assert again, "nothing ran on the node that was lost"
    assert free_milli(flow.app) == len(NODES) * DEVICES * 1000 and sums(flow.app).held == 0
    figure("slurm jobs", jobs=JOBS, lost=lost[0], queued_again=len(again))
