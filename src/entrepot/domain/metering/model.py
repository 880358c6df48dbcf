"""Values of the metering room: reports, what was accepted of them, rated lines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entrepot.kernel.money import Amount, UnitPrice
from entrepot.kernel.period import Period

SCHEMA = "entrepot.usage/1"
NO_REPORT = "0" * 64
"""What the first report names as the digest of the report before it."""


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a centre measured of one lease up to an instant.

    Quantities are cumulative since the run began, so that a lost report loses no usage.

    Attributes:
        centre_id, lease_id, job_id: who measured, under which lease, which job.
        fence: fencing token under which the job ran.
        seq: 1, 2, 3… under that lease and fence.
        start, end: part of time this report adds, [start, end) Unix seconds.
        wall_seconds: seconds the devices were held, cumulative.
        milli_device_seconds: allocated milli-devices × seconds, cumulative.
        cpu_ms: processor milliseconds, cumulative.
        memory_peak_bytes: largest resident memory so far.
        final: whether no report follows.
        recovered: whether it was made up to the last heartbeat after the meter had died.
        prev: digest of the report before, ``NO_REPORT`` for the first.
        energy_j: joules that the devices drew, cumulative; None = the centre does not measure it.
        waited_ms: milliseconds that processes of the run stood ready to work while others had
            the processor, cumulative; None = the centre does not measure it.
    """

    centre_id: str
    lease_id: str
    job_id: str
    fence: int
    seq: int
    start: int
    end: int
    wall_seconds: int
    milli_device_seconds: int
    cpu_ms: int
    memory_peak_bytes: int
    final: bool
    recovered: bool
    prev: str
    energy_j: int | None = None
    waited_ms: int | None = None

    @property
    def id(self) -> str:
        """Name of the report, unique within its centre: lease, fence and number."""
        return f"{self.lease_id}:{self.fence}:{self.seq}"


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """A report as it came in, with what the reader found out about it.

    Attributes:
        report: what it says.
        digest: SHA-256 of its signed bytes.
        signature_ok: whether the centre's key verifies it.
        received_at: Unix second of arrival.
    """

    report: UsageReport
    digest: str
    signature_ok: bool
    received_at: int


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """What a lease allows its meter to claim.

    Attributes:
        period: time that was sold, [start, end).
        milli_devices: devices that were sold.
        fence: current fencing token.
        closed_at: Unix second after which a report is too late; None = still open.
    """

    lease_id: str
    centre_id: str
    fence: int
    period: Period
    milli_devices: int
    closed_at: int | None = None


class Refusal(StrEnum):
    """Why a report does not count."""

    BAD_SIGNATURE = "bad_signature"
    WRONG_CENTRE = "wrong_centre"
    WRONG_LEASE = "wrong_lease"
    STALE_FENCE = "stale_fence"
    UNKNOWN_FENCE = "unknown_fence"
    LATE = "late"
    DUPLICATE = "duplicate"
    CONFLICTING = "conflicting"
    CLOCK_BACK = "clock_back"
    DECREASING = "decreasing"
    BROKEN_CHAIN = "broken_chain"
    AFTER_FINAL = "after_final"


@dataclass(frozen=True, slots=True)
class RejectedReport:
    """A report that does not count, and why.

    Attributes:
        message: one sentence, a marked template over ``id``.
    """

    received: ReceivedReport
    refusal: Refusal
    message: str

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.message.format(id=self.received.report.id)


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts of a lease, after all accepted reports.

    Attributes:
        milli_device_seconds: what may be billed: min(measured, bound).
        measured_milli_device_seconds: what the meter claimed.
        bound_milli_device_seconds: milli-devices sold × seconds run inside the lease.
        wall_seconds: seconds run, as measured.
        cpu_ms, memory_peak_bytes: as measured.
        period: from the first report's start to the last one's end; None before any.
        last_seq: number of the last accepted report, 0 before any.
        final: whether the meter has said its last word.
        recovered: whether the last word was made up to the last heartbeat.
        evidence: digest of the last accepted report.
        energy_j: joules as measured; None = not stated.
        waited_ms: milliseconds ready but kept waiting, as measured; None = not stated.
    """

    milli_device_seconds: int = 0
    measured_milli_device_seconds: int = 0
    bound_milli_device_seconds: int = 0
    wall_seconds: int = 0
    cpu_ms: int = 0
    memory_peak_bytes: int = 0
    period: Period | None = None
    last_seq: int = 0
    final: bool = False
    recovered: bool = False
    evidence: str = NO_REPORT
    energy_j: int | None = None
    waited_ms: int | None = None

    @property
    def clipped(self) -> bool:
        """Say whether the meter claimed more than was sold."""
        return self.measured_milli_device_seconds > self.milli_device_seconds


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Result of looking at reports.

    Attributes:
        accepted: newly accepted, in order of number.
        rejected: those that do not count.
        waiting: sound ones beyond a number that has not come yet; not to be stored.
        missing_seqs: the numbers they wait for.
        usage: what counts now, reports known before included.
    """

    accepted: tuple[ReceivedReport, ...]
    rejected: tuple[RejectedReport, ...]
    waiting: tuple[ReceivedReport, ...]
    missing_seqs: tuple[int, ...]
    usage: Usage


@dataclass(frozen=True, slots=True)
class RatedLine:
    """Priced usage; the same inputs give the same line, its id included.

    Attributes:
        id: digest of everything the amount rests on.
        price_version: name of the price list or quote the price comes from.
        milli_device_seconds: quantity charged.
        measured_milli_device_seconds: quantity that counted before the minimum charge.
        price: exact price of one device-hour.
        amount: price × quantity, rounded once.
        minimum_applied: whether the least charge was more than the usage.
        clipped: whether the meter had claimed more than was sold.
        evidence: digest of the last usage report.
        energy_j: joules as measured, for information; no part of the price.
    """

    id: str
    lease_id: str
    price_version: str
    milli_device_seconds: int
    measured_milli_device_seconds: int
    price: UnitPrice
    amount: Amount
    minimum_applied: bool
    clipped: bool
    evidence: str
    energy_j: int | None = None
