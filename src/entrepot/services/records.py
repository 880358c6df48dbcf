"""What the exchange keeps: frozen records that services pass to and from the store.

Amounts are minor units beside their asset code; bodies are plain canonical values, written
once and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Body = Mapping[str, object]
Names = Mapping[str, str]

LeaseState = Literal["held", "running", "closed", "released"]
JobState = Literal["starting", "running", "succeeded", "failed", "cancelled", "timed_out", "lost"]
BatchState = Literal[
    "frozen",
    "funding",
    "funded",
    "instructed",
    "part_settled",
    "settled",
    "returned",
    "failed",
]

OVER: frozenset[str] = frozenset({"succeeded", "failed", "cancelled", "timed_out", "lost"})
"""Job states after which nothing more is used."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer of the Hong Kong branch.

    Attributes:
        id: ``F-…``; name, address, registration: as on the invoice.
        group_id: beneficial group, by which caps and counts are kept.
        profile: facts of the dictionary that belong to the firm (``user_hq`` …).
        registered_at: Unix second.
    """

    id: str
    name: str
    address: str
    registration: str
    group_id: str
    profile: Body
    registered_at: int


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre under contract.

    Attributes:
        id: short name, unique.
        names: en, zh-Hant, zh-Hans.
        jurisdiction: ISO 3166-1 code; region: ISO 3166-2; city: English name.
        latitude_udeg, longitude_udeg: position in millionths of a degree.
        operator_hq: headquarters of operator or ultimate parent, the stricter.
        backend: name of the backend that runs its jobs.
        public_key: Ed25519 key of its meters, hexadecimal.
        account: bank details for RMB: ``name``, ``number``, ``bic`` or ``cnaps``, ``bank``.
        green_share_bp: contracted green power in basis points; None = not stated.
        demonstration: True for a centre that only plays one.
        source: who stated the record, with date.
    """

    id: str
    names: Names
    jurisdiction: str
    region: str
    city: str
    latitude_udeg: int
    longitude_udeg: int
    operator_hq: str
    backend: str
    public_key: str
    account: Body
    green_share_bp: int | None
    demonstration: bool
    source: str
    registered_at: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Like devices of a centre that are leased from one stock.

    Attributes:
        devices: number of devices; device_memory_mib, power_w: of one device.
        vcpus, memory_mib, disk_mib: host processors, memory and disk that go with one device.
        isolations: kinds of isolation on offer.
        export: what the centre states of the device for the placement gate, by fact.
        ratings: plain rating rows (``mflops``, ``precision`` …), the measured ones first.
    """

    id: str
    centre_id: str
    device_id: str
    devices: int
    device_memory_mib: int
    vcpus: int
    memory_mib: int
    disk_mib: int
    power_w: int | None
    isolations: tuple[str, ...]
    export: Body
    ratings: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class PostedOffer:
    """A standing ask of a centre.

    Attributes:
        price: exact minor units per device-hour as ``numerator/denominator`` text.
        asset: currency of the price.
        isolation: kind sold; milli_min, milli_max: smallest and largest share.
        from_day, to_day: ISO days of validity, half-open; to_day None = no end.
    """

    id: str
    centre_id: str
    pool_id: str
    price: str
    asset: str
    isolation: str
    interruptible: bool
    milli_min: int
    milli_max: int
    from_day: str
    to_day: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal instrument on file for a firm (and a centre, if it names one).

    Attributes:
        state: the last step recorded: drafted, signed, filed, in_force.
        from_day, to_day: days of force, half-open; a draft's own day while it is one.
        signed_on, filed_on: days of these steps; filing_due: last day to file.
        ended_on: day from which somebody ended it by hand.
    """

    id: str
    firm_id: str
    centre_id: str | None
    kind: str
    state: str
    from_day: str
    to_day: str | None
    reference: str
    signed_on: str | None = None
    filed_on: str | None = None
    filing_due: str | None = None
    ended_on: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """An answer with prices, immutable, valid until ``valid_until`` (Unix second)."""

    id: str
    firm_id: str
    created_at: int
    valid_until: int
    body: Body
    digest: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Devices held for a firm.

    Attributes:
        choice: the candidate of the quote that was taken, whole.
        start_by: Unix second after which an unused lease is released.
        fence: fencing token; a report under another one is refused.
        hold_id: pending transfer over the quote's maximum.
    """

    id: str
    quote_id: str
    firm_id: str
    centre_id: str
    pool_id: str
    offer_id: str
    milli_devices: int
    isolation: str
    duration_s: int
    created_at: int
    start_by: int
    state: LeaseState
    fence: int
    hold_id: str
    hold_minor: int
    choice: Body


@dataclass(frozen=True, slots=True)
class Job:
    """One run under a lease.

    Attributes:
        spec: the run as handed to the backend; label: data label that outputs inherit.
        reason: stable code of the end; message: one sentence; outputs: files with verdicts.
    """

    id: str
    lease_id: str
    firm_id: str
    centre_id: str
    fence: int
    name: str
    state: JobState
    created_at: int
    started_at: int | None
    ended_at: int | None
    exit_code: int | None
    reason: str
    message: str
    spec: Body
    label: Body
    outputs: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """A signed report of a centre, as accepted: unique by (source, id)."""

    source: str
    id: str
    lease_id: str
    job_id: str
    fence: int
    seq: int
    milli_device_seconds: int
    body: Body
    signature: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A bill in HKD, with what its centre is owed.

    Attributes:
        number: gapless in branch and year; seq: the counter in it.
        total_minor: HKD cents; centre_minor: CNH fen owed; carrying_minor: HKD cents at which
            that debt stands in the books.
        batch_id: settlement batch, None until one takes it.
    """

    id: str
    number: str
    branch: str
    year: int
    seq: int
    firm_id: str
    centre_id: str
    lease_id: str
    job_id: str
    issued_at: int
    total_minor: int
    centre_minor: int
    carrying_minor: int
    batch_id: str | None
    body: Body
    digest: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A netting batch of one centre and value date.

    Attributes:
        centre_minor: CNH fen paid; mid_minor: HKD cents at the snapshot rate; spread_minor: the
            bank's own margin; carrying_minor: HKD carrying amount of the members.
        journal_hash: head of the journal's chain when the bank's word was taken.
        body: members, rate, bank messages seen.
    """

    id: str
    centre_id: str
    value_date: str
    state: BatchState
    created_at: int
    centre_minor: int
    mid_minor: int
    spread_minor: int
    carrying_minor: int
    pain_digest: str
    bank_reference: str
    journal_hash: str
    body: Body


@dataclass(frozen=True, slots=True)
class DutyTask:
    """A duty that needs a record, with its due day."""

    id: str
    firm_id: str
    lease_id: str
    duty: str
    title: str
    due_on: str
    done_at: int | None


@dataclass(frozen=True, slots=True)
class VoucherReservation:
    """Money of a programme kept for a lease: reserved, applied (used), claimed or released."""

    id: str
    lease_id: str
    firm_id: str
    group_id: str
    programme: str
    family: str
    asset: str
    amount_minor: int
    state: str
    limits: Body
