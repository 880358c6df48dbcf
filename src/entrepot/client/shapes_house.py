"""What suppliers, operators and auditors get: centres, settlement, approvals, journal."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from entrepot.client.shapes import Asked, Id, Plain


class CentreOut(Struct, frozen=True):
    """A centre under contract, as its supplier sees it."""

    centre_id: str
    names: Plain
    jurisdiction: str
    region: str
    city: str
    operator_hq: str
    backend: str
    public_key: str
    green_share_bp: int | None
    demonstration: bool
    registered_at: int


class PoolOut(Struct, frozen=True):
    """Like devices that are leased from one stock."""

    pool_id: str
    device_id: str
    devices: int
    free_devices: int
    device_memory_mib: int
    vcpus: int
    memory_mib: int
    isolations: list[str]


class OfferOut(Struct, frozen=True):
    """A standing ask; the price is exact minor units a device-hour."""

    offer_id: str
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


class WorkOut(Struct, frozen=True):
    """A job at a centre as its supplier sees it: without the tenant."""

    job_id: str
    lease_id: str
    state: str
    milli_devices: int
    isolation: str
    duration_s: int
    created_at: int
    started_at: int | None
    ended_at: int | None


class StatementOut(Struct, frozen=True):
    """A month's statement to a centre, in RMB."""

    statement_id: str
    number: str
    centre_id: str
    month: str
    issued_at: int
    digest: str
    document: Plain


class BatchOut(Struct, frozen=True):
    """A netting batch; CNH fen and HKD cents."""

    batch_id: str
    centre_id: str
    value_date: str
    state: str
    created_at: int
    cnh_minor: int
    hkd_mid_minor: int
    hkd_spread_minor: int
    bank_reference: str
    pain_sha256: str
    waits_for: Annotated[str, Meta(description="Proposal that a second person has to approve.")]


class RunSettlement(Asked, frozen=True):
    """Which centres are paid; none named pays all that are owed."""

    centres: Annotated[list[Id], Meta(max_length=100)] = field(default_factory=list[Id])
    bank: Annotated[str, Meta(pattern=r"^(accept|none)$")] = "none"


class SettlementRun(Struct, frozen=True):
    """What a run of settlement did."""

    batches: list[BatchOut]


class ProposalOut(Struct, frozen=True):
    """An act of two persons."""

    proposal_id: str
    kind: str
    subject: str
    state: str
    proposed_by: str
    proposed_at: int
    expires_at: int
    body: Plain
    ended_by: str | None
    ended_at: int | None
    reason: str


class EntryOut(Struct, frozen=True):
    """An entry of the journal, whole."""

    seq: int
    t: int
    actor: str
    command: str
    key: str
    body: Any
    response_digest: str
    ledger_head: str
    prev_hash: str
    hash: str


class ProofOut(Struct, frozen=True):
    """What a proof of books or journal found; nothing found is a proof."""

    proven: bool
    problems: list[str]
    head: Plain = {}


class FeedEvent(Struct, frozen=True):
    """An entry of the journal that bears on the reader's own things."""

    seq: int
    t: int
    command: str
    things: Annotated[list[str], Meta(description="Ids of quotes, leases, jobs, bills, claims.")]
