"""Chains of usage reports for the tests of metering."""

from __future__ import annotations

from dataclasses import replace

from entrepot.domain.metering.model import NO_REPORT, LeaseTerms, ReceivedReport, UsageReport
from entrepot.domain.metering.report import write_report
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.period import Period

BEGIN = 1_000_000
TERMS = LeaseTerms("L-1", "demo-gz", 2, Period(BEGIN, BEGIN + 600), 1000)


def received(report: UsageReport, at: int | None = None, signed: bool = True) -> ReceivedReport:
    """Wrap a report as it would have come in."""
    digest = sha256_hex(write_report(report))
    return ReceivedReport(report, digest, signed, report.end if at is None else at)


def chain(walls: list[int], milli: int = 1000, final: bool = True) -> list[ReceivedReport]:
    """Make a sound chain whose cumulative wall seconds are ``walls``."""
    made: list[ReceivedReport] = []
    prev, end = NO_REPORT, BEGIN
    for seq, wall in enumerate(walls, 1):
        report = UsageReport(
            centre_id="demo-gz",
            lease_id="L-1",
            job_id="J-1",
            fence=2,
            seq=seq,
            start=end,
            end=BEGIN + wall,
            wall_seconds=wall,
            milli_device_seconds=milli * wall,
            cpu_ms=900 * wall,
            memory_peak_bytes=1 << 20,
            final=final and seq == len(walls),
            recovered=False,
            prev=prev,
        )
        made.append(received(report))
        prev, end = made[-1].digest, report.end
    return made


def changed(one: ReceivedReport, **fields: object) -> ReceivedReport:
    """Return a report with other content, signed anew."""
    return received(replace(one.report, **fields))  # type: ignore[arg-type]
