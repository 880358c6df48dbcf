"""Jobs with chains of signed reports, late ones among them, at the desk of the tests."""

from __future__ import annotations

from datetime import datetime

from tests.unit.services.desk import NOW, Desk, report, started

from entrepot.domain.metering.cloud_event import read_event, write_event
from entrepot.domain.metering.model import NO_REPORT
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.period import HONG_KONG
from entrepot.services import records as r
from entrepot.services.backend_port import Phase, RunState, SignedReport
from entrepot.services.finish_job import advance
from entrepot.services.usage_import import PlacedEvent, UsageImport, import_events

DECEMBER = int(datetime(2026, 12, 2, 12, tzinfo=HONG_KONG).timestamp())
"""A day on which November can be closed."""


def chained(desk: Desk, job: r.Job, *walls: int) -> list[SignedReport]:
    """Return a chain of reports whose cumulative seconds are ``walls``; the last is final."""
    made: list[SignedReport] = []
    prev, begin = NO_REPORT, NOW
    for seq, wall in enumerate(walls, 1):
        one = report(
            desk, job, wall, seq=seq, start=begin, end=NOW + wall, prev=prev,
            final=seq == len(walls),
        )  # fmt: skip
        made.append(one)
        prev, begin = sha256_hex(one.body), NOW + wall
    return made


def billed_early(desk: Desk, n: int = 1, *walls: int) -> tuple[r.Invoice, list[SignedReport]]:
    """Bill the ``n``-th job on the first report of its chain; return the bill and the rest."""
    job = started(desk, n)
    first, *rest = chained(desk, job, *(walls or (100, 300)))
    desk.hand.sent = [first]
    return late_bill(desk, job), rest


def late_bill(desk: Desk, job: r.Job) -> r.Invoice:
    """Let a job end and bill it on what its centre has told."""
    desk.hand.run_state = RunState(Phase.SUCCEEDED, 0, None, NOW, NOW + 300)
    invoice = advance(desk, job.id).invoice
    assert invoice is not None
    return invoice


def placed(*reports: SignedReport) -> list[PlacedEvent]:
    """Put reports into envelopes as a file would bring them."""
    return [
        PlacedEvent(f"events.jsonl:{n}", read_event(write_event(one.body, one.signature)))
        for n, one in enumerate(reports, 1)
    ]


def taken(desk: Desk, *reports: SignedReport) -> UsageImport:
    """Import reports as events."""
    return import_events(desk, placed(*reports))


def outcomes(done: UsageImport) -> list[str]:
    """Return what became of each event."""
    return [one.reason or one.outcome for one in done.outcomes]
