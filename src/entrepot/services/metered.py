"""What a centre reported of a lease, verified again, with what it cost and what was held.

amount = price of one device-hour × milli-device-seconds / (1000 · 3600), rounded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.domain.ledger.model import Phase
from entrepot.domain.metering.cloud_event import write_event
from entrepot.domain.metering.model import RatedLine, Usage, UsageReport
from entrepot.domain.metering.rate import rate
from entrepot.domain.metering.report import read_report
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import EntrepotError, NotFound
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.agent_keys import meter_key
from entrepot.services.app import App
from entrepot.services.lease import the_lease
from entrepot.services.meter import usage_so_far
from entrepot.services.ports import UnitOfWork
from entrepot.services.run_job import the_job


@dataclass(frozen=True, slots=True)
class Report:
    """One signed report of a centre.

    Attributes:
        report: what it says, quantities cumulative since the run began.
        digest: SHA-256 of the signed bytes.
        signature: Ed25519, hexadecimal.
        verified: whether the centre's key verifies the stored bytes now.
    """

    report: UsageReport
    digest: str
    signature: str
    verified: bool


@dataclass(frozen=True, slots=True)
class LeaseUsage:
    """Everything metered under one lease.

    Attributes:
        lease, job: the lease and its job; job is None before it starts.
        reports: in order of number.
        usage: what counts.
        line: priced usage at the centre's list price; None before any report.
        invoice: the bill; None before there is one.
        held_minor: HKD cents held by the lease; paid_minor: cents taken from them, None before
            the bill; released_minor: cents given back.
    """

    lease: r.Lease
    job: r.Job | None
    reports: tuple[Report, ...]
    usage: Usage
    line: RatedLine | None
    invoice: r.Invoice | None
    held_minor: int
    paid_minor: int | None

    @property
    def released_minor(self) -> int | None:
        """Cents of the hold that went back to the firm; None before the bill."""
        return None if self.paid_minor is None else self.held_minor - self.paid_minor

    @property
    def forged(self) -> list[int]:
        """Numbers of the reports whose signature does not verify."""
        return [item.report.seq for item in self.reports if not item.verified]


def lease_usage(app: App, lease_id: str) -> LeaseUsage:
    """Return what was metered under a lease.

    Args:
        app: the exchange.
        lease_id: ``L-…``.

    Raises:
        NotFound: no such lease.
    """
    lease = the_lease(app, lease_id)
    with app.store.reading() as uow:
        return _usage_of(app, uow, lease)


def job_usage(app: App, job_id: str) -> LeaseUsage:
    """Return what was metered of a job; see :func:`lease_usage`."""
    return lease_usage(app, the_job(app, job_id).lease_id)


def events_of(app: App, lease_id: str) -> list[dict[str, object]]:
    """Return the signed reports of a lease as CloudEvents, in order of number.

    Raises:
        NotFound: no such lease.
    """
    lease = the_lease(app, lease_id)
    with app.store.reading() as uow:
        kept = uow.deals.usage(lease.id)
    return [
        write_event(canonical_json(dict(one.body)), bytes.fromhex(one.signature)) for one in kept
    ]


def all_usage(app: App) -> list[LeaseUsage]:
    """Return what was metered under every lease that has a job, newest first."""
    with app.store.reading() as uow:
        found = [_usage_of(app, uow, lease) for lease in uow.deals.leases(("running", "closed"))]
    return [item for item in found if item.job is not None]


def _usage_of(app: App, uow: UnitOfWork, lease: r.Lease) -> LeaseUsage:
    job = uow.deals.job_of_lease(lease.id)
    events = uow.deals.usage(lease.id)
    usage = usage_so_far(app, uow, lease, job) if job else Usage()
    invoice = uow.deals.invoice_of_job(job.id) if job else None
    return LeaseUsage(
        lease,
        job,
        tuple(_reports(app, uow, lease, events)),
        usage,
        _line(lease, usage) if usage.last_seq else None,
        invoice,
        lease.hold_minor,
        _paid(uow, lease, invoice) if invoice else None,
    )


def _reports(
    app: App, uow: UnitOfWork, lease: r.Lease, events: Sequence[r.UsageEvent]
) -> list[Report]:
    centre = uow.registry.centre(lease.centre_id)
    if centre is None:
        raise NotFound(
            "centre.unknown", N_("No centre {id} is under contract."), id=lease.centre_id
        )
    found: list[Report] = []
    for event in events:
        body = canonical_json(dict(event.body))
        key = meter_key(uow, centre, event.job_id, event.fence)
        verified = _verifies(app, key, body, event.signature)
        found.append(Report(read_report(body), sha256_hex(body), event.signature, verified))
    return found


def _verifies(app: App, public_key: str, body: bytes, signature: str) -> bool:
    try:
        return app.verify(public_key, body, bytes.fromhex(signature))
    except (ValueError, EntrepotError):
        return False


def _line(lease: r.Lease, usage: Usage) -> RatedLine:
    quoted = from_plain(PriceBreakdown, lease.choice["price"])
    return rate(
        usage,
        quoted.terms.offer_price,
        lease_id=lease.id,
        milli_devices=lease.milli_devices,
        price_version=quoted.price_version,
    )


def _paid(uow: UnitOfWork, lease: r.Lease, invoice: r.Invoice) -> int:
    """Return what the bill took of the lease's hold, in cents."""
    return sum(
        transfer.amount
        for transfer in uow.ledger.transfers_of_cause(f"invoice:{invoice.id}")
        if transfer.pending_id == lease.hold_id and transfer.phase == Phase.POST
    )
