"""Take in the signed usage reports of a job: each counts once, in order, under its fence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from entrepot.services.agent_keys import meter_key
from entrepot.services.app import App
from entrepot.services.backend_port import SignedReport
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_metering import WaitingReport
from entrepot.services.run_job import backend_of

GRACE_S = 3600
"""How long after its time limit a run may still be reported: the meter stops it at the limit,
and the clock of a centre may be off by some seconds."""


def terms_of(lease: r.Lease, job: r.Job) -> LeaseTerms:
    """Return what the lease allows its meter to claim: the run, not longer than was sold."""
    queued_at = cast(int, job.spec.get("queued_at", job.created_at))
    start = queued_at - GRACE_S
    end = queued_at + lease.duration_s + GRACE_S
    return LeaseTerms(
        lease.id, lease.centre_id, lease.fence, Period(start, end), lease.milli_devices
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a delivery of reports.

    Attributes:
        accepted: ids of those that count; rejected: id and code of those that do not.
        waiting: ids of those that wait for a number before theirs.
        unreadable: digests of what is no report.
    """

    accepted: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]
    waiting: tuple[str, ...]
    unreadable: tuple[str, ...]


def take_reports(app: App, lease: r.Lease, job: r.Job) -> tuple[RejectedReport, ...]:
    """Fetch new reports from the centre, keep those that count, return those that do not.

    Args:
        app: the exchange.
        lease: the lease metered.
        job: its job.
    """
    with app.store.reading() as uow:
        last = max((item.report.seq for item in received(app, uow, lease)), default=0)
    fresh = list(backend_of(app, job).reports(job.id, last))
    rejected: list[RejectedReport] = []
    if fresh:
        keep_reports(app, lease, job, fresh, rejected=rejected)
    return tuple(rejected)


def keep_reports(
    app: App,
    lease: r.Lease,
    job: r.Job,
    fresh: Sequence[SignedReport],
    *,
    wait: bool = False,
    rejected: list[RejectedReport] | None = None,
) -> Kept:
    """Keep the reports of a delivery that count, those that waited for them included.

    Args:
        app: the exchange.
        lease: the lease metered; job: its job.
        fresh: signed reports in any order.
        wait: keep sound reports beyond a missing number until it comes; a centre that is asked
            again from the last number sends them itself.
        rejected: receives those that do not count, if this call is the first with them.
    """
    with app.store.reading() as uow:
        last = max((item.report.seq for item in received(app, uow, lease)), default=0)
    now = app.clock.now()
    read, unreadable = _readable(fresh)

    def action(uow: UnitOfWork) -> dict[str, object]:
        held = uow.metering.waiting(lease.id)
        known, arrivals = received(app, uow, lease), [*read, *map(_unpacked, held)]
        result = _sorted(app, uow, lease, job, arrivals, known, now)
        if rejected is not None:
            rejected.extend(result.rejected)
        signatures = {sha256_hex(item.body): item.signature.hex() for item in arrivals}
        for item in result.accepted:
            uow.deals.add_usage(_event(item, signatures[item.digest]))
        _keep_waiting(uow, held, result, signatures if wait else {}, now)
        return {
            "lease_id": lease.id,
            "accepted": [item.report.id for item in result.accepted],
            "rejected": [[i.received.report.id, i.refusal.value] for i in result.rejected],
            "waiting": [item.report.id for item in result.waiting],
            "unreadable": unreadable,
        }

    # Without waiting the same delivery does less, so its answer is another one.
    seen = _digest(last, fresh) if not wait else digest([_digest(last, fresh), "wait"])
    body: dict[str, object] = {"lease_id": lease.id, "reports": seen}
    answer = app.store.command(
        f"centre:{lease.centre_id}", "usage.take", f"usage:{seen}", body, now, action
    )
    return _kept(answer)


def _kept(answer: Mapping[str, object]) -> Kept:
    pairs = cast("list[list[str]]", answer["rejected"])
    return Kept(
        tuple(cast("list[str]", answer["accepted"])),
        tuple((pair[0], pair[1]) for pair in pairs),
        tuple(cast("list[str]", answer.get("waiting", []))),
        tuple(cast("list[str]", answer["unreadable"])),
    )


def _unpacked(held: WaitingReport) -> SignedReport:
    return SignedReport(canonical_json(dict(held.body)), bytes.fromhex(held.signature), "")


def _keep_waiting(
    uow: UnitOfWork,
    held: Sequence[WaitingReport],
    result: Acceptance,
    signatures: Mapping[str, str],
    now: int,
) -> None:
    """Forget the waiting reports that were judged, and keep those that wait anew."""
    still = {item.report.id for item in result.waiting}
    uow.metering.drop_waiting([(one.source, one.id) for one in held if one.id not in still])
    for item in result.waiting if signatures else ():
        event = _event(item, signatures[item.digest])
        uow.metering.add_waiting(
            WaitingReport(event.source, event.id, event.lease_id, event.body, event.signature, now)
        )


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
        if event.fence != lease.fence:
            continue  # Of a run that was replaced: it was counted while it ran, and is not billed.
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
            app.verify(
                meter_key(uow, centre, job.id, read_report(item.body).fence),
                item.body,
                item.signature,
            ),
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
