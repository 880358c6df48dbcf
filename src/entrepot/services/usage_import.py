"""Take usage events from files: each counts once by (source, id), whatever its order and delay.

An event that was counted is acknowledged as such. One that came before its forerunner waits and
counts once that has come. One that came after its job was billed counts too, and the difference
becomes a correction line: the bill stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.metering.cloud_event import SignedEvent
from entrepot.domain.metering.model import Refusal
from entrepot.services.backend_port import SignedReport
from entrepot.services.meter import Kept, keep_reports
from entrepot.services.rerate_job import month_text
from entrepot.services.rerate_month import rerate_month

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports_metering import Accrued

COUNTED, DUPLICATE, WAITING, REFUSED = "counted", "duplicate", "waiting", "refused"


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event with its place: ``file:line``."""

    where: str
    event: SignedEvent


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """What became of an event.

    Attributes:
        where: its place; source, id: its names; lease_id: whose use it tells.
        outcome: ``counted``, ``duplicate``, ``waiting`` or ``refused``.
        reason: code of the refusal; empty otherwise.
    """

    where: str
    source: str
    id: str
    lease_id: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class UsageImport:
    """What became of a delivery.

    Attributes:
        outcomes: in the order of the events.
        released: ids of earlier events that had waited and count now.
        corrections: lines booked because a job was billed before.
    """

    outcomes: tuple[EventOutcome, ...]
    released: tuple[str, ...]
    corrections: tuple[Accrued, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of events."""
        found = Counter(one.outcome for one in self.outcomes)
        return {name: found[name] for name in (COUNTED, DUPLICATE, WAITING, REFUSED)}


def import_events(app: App, events: Sequence[PlacedEvent]) -> UsageImport:
    """Take events; each lease is one transaction, and the same events again change nothing.

    Args:
        app: the exchange.
        events: in any order, doubles allowed.
    """
    by_lease: dict[str, list[PlacedEvent]] = {}
    for placed in events:
        by_lease.setdefault(placed.event.report.lease_id, []).append(placed)
    told: dict[int, EventOutcome] = {}
    released: list[str] = []
    corrections: list[Accrued] = []
    for lease_id, mine in by_lease.items():
        found = _lease_and_job(app, lease_id)
        if found is None:
            told |= {id(one): _outcome(one, REFUSED, "unknown_lease") for one in mine}
            continue
        kept = keep_reports(app, *found, [_signed(one.event) for one in mine], wait=True)
        told |= _sorted_out(mine, kept)
        sent = {one.event.report.id for one in mine}
        released += [name for name in kept.accepted if name not in sent]
        corrections += _corrected(app, found[1])
    outcomes = tuple(told[id(placed)] for placed in events)
    return UsageImport(outcomes, tuple(released), tuple(corrections))


def _lease_and_job(app: App, lease_id: str) -> tuple[r.Lease, r.Job] | None:
    with app.store.reading() as uow:
        lease = uow.deals.lease(lease_id)
        job = uow.deals.job_of_lease(lease_id)
    return None if lease is None or job is None else (lease, job)


def _signed(event: SignedEvent) -> SignedReport:
    return SignedReport(event.body, event.signature, event.source)


def _sorted_out(mine: Sequence[PlacedEvent], kept: Kept) -> dict[int, EventOutcome]:
    """Tell each event its outcome; of doubles the first is the one that counts."""
    fates: dict[str, list[tuple[str, str]]] = {}
    for name in kept.accepted:
        fates.setdefault(name, []).append((COUNTED, ""))
    for name in kept.waiting:
        fates.setdefault(name, []).append((WAITING, ""))
    for name, code in kept.rejected:
        fate = (DUPLICATE, "") if code == Refusal.DUPLICATE else (REFUSED, code)
        fates.setdefault(name, []).append(fate)
    told: dict[int, EventOutcome] = {}
    for placed in mine:
        left = fates.get(placed.event.report.id) or [(DUPLICATE, "")]
        told[id(placed)] = _outcome(placed, *(left.pop(0) if len(left) > 1 else left[0]))
    return told


def _outcome(placed: PlacedEvent, outcome: str, reason: str) -> EventOutcome:
    event = placed.event
    return EventOutcome(
        placed.where, event.source, event.report.id, event.report.lease_id, outcome, reason
    )


def _corrected(app: App, job: r.Job) -> tuple[Accrued, ...]:
    with app.store.reading() as uow:
        invoice = uow.deals.invoice_of_job(job.id)
    if invoice is None:
        return ()
    return rerate_month(app, month_text(invoice.issued_at), invoice.firm_id).lines
