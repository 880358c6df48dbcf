"""Take in the signed usage reports of a job: each counts once, in order, under its fence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from entrepot.domain.metering.accept import accept, usage_of
from entrepot.domain.metering.model import (
    Acceptance,
    LeaseTerms,
    ReceivedReport,
    RejectedReport,
    Usage,
)
from entrepot.domain.metering.report import read_report, write_report
from entrepot.kernel.canonical import canonical_json, digest, sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import Period
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.backend_port import SignedReport
from entrepot.services.ports import UnitOfWork
from entrepot.services.run_job import backend_of

GRACE_S = 3600
"""How long after its time limit a run may still be reported: the meter stops it at the limit,
and the clock of a centre may be off by some seconds."""


def terms_of(lease: r.Lease, job: r.Job) -> LeaseTerms:
    """Return what the lease allows its meter to claim: the run, not longer than was sold."""
    start = job.created_at - GRACE_S
    end = job.created_at + lease.duration_s + GRACE_S
    return LeaseTerms(
        lease.id, lease.centre_id, lease.fence, Period(start, end), lease.milli_devices
    )


def take_reports(app: App, lease: r.Lease, job: r.Job) -> tuple[RejectedReport, ...]:
    """Fetch new reports from the centre, keep those that count, return those that do not.

    Args:
        app: the exchange.
        lease: the lease metered.
        job: its job.
    """
    with app.store.reading() as uow:
        known = received(app, uow, lease)
    last = max((item.report.seq for item in known), default=0)
    fresh = list(backend_of(app, job).reports(job.id, last))
    if not fresh:
        return ()
    now = app.clock.now()
    rejected: list[RejectedReport] = []
    read, unreadable = _readable(fresh)

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = received(app, uow, lease)
        result = _sorted(app, uow, lease, job, read, known, now)
        rejected.extend(result.rejected)
        signatures = {sha256_hex(item.body): item.signature.hex() for item in fresh}
        for item in result.accepted:
            uow.deals.add_usage(_event(item, signatures[item.digest]))
        return {
            "lease_id": lease.id,
            "accepted": [item.report.id for item in result.accepted],
            "rejected": [[item.received.report.id, item.refusal.value] for item in rejected],
            "unreadable": unreadable,
        }

    seen = _digest(last, fresh)
    body: dict[str, object] = {"lease_id": lease.id, "reports": seen}
    app.store.command(f"centre:{lease.centre_id}", "usage.take", f"usage:{seen}", body, now, action)
    return tuple(rejected)


def _digest(last: int, items: Sequence[SignedReport]) -> str:
    """Return what tells one delivery from another.

    Signatures and the last number kept are part of it: a report that was damaged on its way, or
    came before its forerunner, counts when it is sent again.
    """
    told = [[sha256_hex(item.body), item.signature.hex()] for item in items]
    return digest([last, told])


def _readable(items: Sequence[SignedReport]) -> tuple[list[SignedReport], list[str]]:
    """Part reports into those that can be read and the digests of the rest.

    A centre that sends rubbish must not keep its other reports, and so the bill, from counting.
    """
    good: list[SignedReport] = []
    bad: list[str] = []
    for item in items:
        try:
            read_report(item.body)
        except Invalid:
            bad.append(sha256_hex(item.body))
        else:
            good.append(item)
    return good, bad


def usage_so_far(app: App, uow: UnitOfWork, lease: r.Lease, job: r.Job) -> Usage:
    """Return what counts of a lease so far."""
    return usage_of(received(app, uow, lease), terms_of(lease, job))


def received(app: App, uow: UnitOfWork, lease: r.Lease) -> list[ReceivedReport]:
    """Return the reports kept for a lease, as they came in."""
    items: list[ReceivedReport] = []
    for event in uow.deals.usage(lease.id):
        body = canonical_json(dict(event.body))
        items.append(ReceivedReport(read_report(body), sha256_hex(body), True, 0))
    return items


def _sorted(
    app: App,
    uow: UnitOfWork,
    lease: r.Lease,
    job: r.Job,
    fresh: Sequence[SignedReport],
    known: Sequence[ReceivedReport],
    now: int,
) -> Acceptance:
    centre = uow.registry.centre(lease.centre_id)
    assert centre is not None
    arrivals = [
        ReceivedReport(
            read_report(item.body),
            sha256_hex(item.body),
            app.verify(centre.public_key, item.body, item.signature),
            now,
        )
        for item in fresh
    ]
    return accept(arrivals, terms_of(lease, job), known)


def _event(item: ReceivedReport, signature: str) -> r.UsageEvent:
    report = item.report
    body = cast(dict[str, object], json.loads(write_report(report)))
    return r.UsageEvent(
        source=f"centre:{report.centre_id}",
        id=report.id,
        lease_id=report.lease_id,
        job_id=report.job_id,
        fence=report.fence,
        seq=report.seq,
        milli_device_seconds=report.milli_device_seconds,
        body=body,
        signature=signature,
    )
