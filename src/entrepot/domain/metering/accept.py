"""Which usage reports count.

The result depends on the set of reports, never on their order: late, doubled and
reordered reports give the same usage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from entrepot.domain.metering.model import (
    NO_REPORT,
    Acceptance,
    LeaseTerms,
    ReceivedReport,
    Refusal,
    RejectedReport,
    Usage,
)
from entrepot.kernel.period import Period
from entrepot.kernel.text import N_

MISSING_MAX = 1000
"""Most missing numbers named at once: a mad number must not fill the memory."""

_SENTENCES = {
    Refusal.BAD_SIGNATURE: N_("Report {id} is not signed by the centre's key."),
    Refusal.WRONG_CENTRE: N_("Report {id} comes from another centre."),
    Refusal.WRONG_LEASE: N_("Report {id} belongs to another lease."),
    Refusal.STALE_FENCE: N_("Report {id} comes from a run that was replaced."),
    Refusal.UNKNOWN_FENCE: N_("Report {id} names a run that was never started."),
    Refusal.LATE: N_("Report {id} came after the lease was billed."),
    Refusal.DUPLICATE: N_("Report {id} was counted already."),
    Refusal.CONFLICTING: N_("Report {id} says something else than the one of the same number."),
    Refusal.CLOCK_BACK: N_("Report {id} ends before it begins, or begins before the last ended."),
    Refusal.DECREASING: N_("Report {id} claims less than the report before it."),
    Refusal.BROKEN_CHAIN: N_("Report {id} does not follow the report before it."),
    Refusal.AFTER_FINAL: N_("Report {id} follows the final report."),
}


@dataclass(slots=True)
class _Sorting:
    accepted: list[ReceivedReport] = field(default_factory=list[ReceivedReport])
    rejected: list[RejectedReport] = field(default_factory=list[RejectedReport])

    def refuse(self, received: ReceivedReport, why: Refusal) -> None:
        self.rejected.append(RejectedReport(received, why, _SENTENCES[why]))


def accept(
    reports: Sequence[ReceivedReport], terms: LeaseTerms, known: Sequence[ReceivedReport] = ()
) -> Acceptance:
    """Sort new reports into those that count, those that do not, and those that wait.

    A report counts when its signature, centre, lease and fence are right, it came in time,
    it follows the last one by number and digest, and neither its clock nor its cumulative
    quantities run backwards. Usage is what the last counting report says, at most
    milli-devices sold × seconds run inside the lease.

    Args:
        reports: new arrivals in any order, doubles allowed.
        terms: what the lease allows.
        known: reports accepted before, as returned then.

    Returns:
        The newly accepted, the rejected with reasons, the waiting, and the usage.
    """
    sorting = _Sorting()
    before = sorted(known, key=lambda r: r.report.seq)
    last = before[-1] if before else None
    unique = _unique(_screened(reports, terms, sorting), before, sorting)
    candidates = _in_time(unique, terms, sorting)
    for seq in sorted(candidates):
        if seq != (last.report.seq if last else 0) + 1:
            # A hole, or the one before was refused: nothing after it can be judged yet.
            continue
        received = candidates.pop(seq)
        fault = _fault(received, last)
        if fault:
            sorting.refuse(received, fault)
        else:
            sorting.accepted.append(received)
            last = received
    waiting = [candidates[seq] for seq in sorted(candidates)]
    return Acceptance(
        tuple(sorting.accepted),
        tuple(sorting.rejected),
        tuple(waiting),
        _missing(last, set(candidates)),
        usage_of([*before, *sorting.accepted], terms),
    )


def usage_of(counted: Sequence[ReceivedReport], terms: LeaseTerms) -> Usage:
    """Return what counts after the given accepted reports, in order of number.

    usage = min(measured, milli-devices · min(wall, |run ∩ lease|)).
    """
    if not counted:
        return Usage()
    first, last = counted[0].report, counted[-1].report
    period = Period(first.start, last.end)
    inside = period.intersect(terms.period)
    seconds = min(last.wall_seconds, inside.seconds if inside else 0)
    bound = terms.milli_devices * seconds
    return Usage(
        milli_device_seconds=min(last.milli_device_seconds, bound),
        measured_milli_device_seconds=last.milli_device_seconds,
        bound_milli_device_seconds=bound,
        wall_seconds=last.wall_seconds,
        cpu_ms=last.cpu_ms,
        memory_peak_bytes=last.memory_peak_bytes,
        period=period,
        last_seq=last.seq,
        final=last.final,
        recovered=last.recovered,
        evidence=counted[-1].digest,
        energy_j=last.energy_j,
        waited_ms=last.waited_ms,
    )


def _screened(
    reports: Sequence[ReceivedReport], terms: LeaseTerms, sorting: _Sorting
) -> list[ReceivedReport]:
    kept: list[ReceivedReport] = []
    for received in reports:
        fault = _foreign(received, terms)
        if fault:
            sorting.refuse(received, fault)
        else:
            kept.append(received)
    return kept


def _foreign(received: ReceivedReport, terms: LeaseTerms) -> Refusal | None:
    report = received.report
    checks = (
        (not received.signature_ok, Refusal.BAD_SIGNATURE),
        (report.centre_id != terms.centre_id, Refusal.WRONG_CENTRE),
        (report.lease_id != terms.lease_id, Refusal.WRONG_LEASE),
        (report.fence < terms.fence, Refusal.STALE_FENCE),
        (report.fence > terms.fence, Refusal.UNKNOWN_FENCE),
        (report.end < report.start, Refusal.CLOCK_BACK),
    )
    return next((why for wrong, why in checks if wrong), None)


def _unique(
    reports: Sequence[ReceivedReport], before: Sequence[ReceivedReport], sorting: _Sorting
) -> dict[int, ReceivedReport]:
    """Keep one report a number; of two that differ, the chain or the smaller digest decides."""
    counted = {received.report.seq: received.digest for received in before}
    chain = {received.digest for received in (*before, *reports)} | {NO_REPORT}
    kept: dict[int, ReceivedReport] = {}
    for received in sorted(reports, key=lambda r: (r.report.prev not in chain, r.digest)):
        seq = received.report.seq
        rival = counted.get(seq) or (kept[seq].digest if seq in kept else None)
        if rival is None:
            kept[seq] = received
        elif rival == received.digest:
            sorting.refuse(received, Refusal.DUPLICATE)
        else:
            sorting.refuse(received, Refusal.CONFLICTING)
    return kept


def _in_time(
    unique: dict[int, ReceivedReport], terms: LeaseTerms, sorting: _Sorting
) -> dict[int, ReceivedReport]:
    kept: dict[int, ReceivedReport] = {}
    for seq, received in unique.items():
        if terms.closed_at is not None and received.received_at > terms.closed_at:
            sorting.refuse(received, Refusal.LATE)
        else:
            kept[seq] = received
    return kept


def _fault(received: ReceivedReport, last: ReceivedReport | None) -> Refusal | None:
    report = received.report
    if last is None:
        return None if report.prev == NO_REPORT else Refusal.BROKEN_CHAIN
    before = last.report
    grown = (
        report.wall_seconds >= before.wall_seconds
        and report.milli_device_seconds >= before.milli_device_seconds
        and report.cpu_ms >= before.cpu_ms
        and report.memory_peak_bytes >= before.memory_peak_bytes
        and _known(report.energy_j) >= _known(before.energy_j)
        and _known(report.waited_ms) >= _known(before.waited_ms)
    )
    checks = (
        (before.final, Refusal.AFTER_FINAL),
        (report.prev != last.digest, Refusal.BROKEN_CHAIN),
        (report.start < before.end, Refusal.CLOCK_BACK),
        (not grown, Refusal.DECREASING),
    )
    return next((why for wrong, why in checks if wrong), None)


def _known(number: int | None) -> int:
    # What was stated once cannot become unknown again.
    return -1 if number is None else number


def _missing(last: ReceivedReport | None, held: set[int]) -> tuple[int, ...]:
    if not held:
        return ()
    begin = (last.report.seq if last else 0) + 1
    end = min(max(held), begin + MISSING_MAX)
    return tuple(seq for seq in range(begin, end) if seq not in held)
