"""What callers send and get on the way of a job: quotes, leases, jobs, usage."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

Plain = dict[str, Any]
"""A part that has a schema of its own elsewhere: a job file, a price, a verdict."""

Id = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9._:-]+$")]
Sentence = Annotated[str, Meta(min_length=1, max_length=500)]
Minor = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

FILES_MAX = 32
FILES_BYTES_MAX = 12 * 1024 * 1024
"""All files of a job together; larger data lie with the centre, or are fetched by the job."""


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """A body; a field that is not known is refused."""


class PageOf(Struct, Generic[T], frozen=True):
    """A page of a list, newest first; ``next`` is null on the last one."""

    items: list[T]
    next: str | None


class SentFile(Asked, frozen=True):
    """A file that a job brings."""

    name: Annotated[str, Meta(min_length=1, max_length=200, description="As in run.files.")]
    content: Annotated[
        str, Meta(max_length=FILES_BYTES_MAX * 4 // 3 + 4, description="Base64 of its bytes.")
    ]


class AskQuote(Asked, frozen=True):
    """A job to be priced: as JSON of the job file (``job``), or as its text (``yaml``)."""

    job: Annotated[Plain | None, Meta(description="The job file as JSON.")] = None
    yaml: Annotated[str, Meta(max_length=64 * 1024)] | None = None
    firm_id: Annotated[
        Id | None, Meta(description="Who asks; needed by whoever acts for several firms.")
    ] = None
    files: Annotated[list[SentFile], Meta(max_length=FILES_MAX)] = []
    candidates_max: Annotated[int, Meta(ge=1, le=200)] = 20
    explain: bool = False


class QuoteOut(Struct, frozen=True):
    """A quote: candidates by price, each with its verdict, vouchers and carbon."""

    quote_id: str
    firm_id: str
    created_at: int
    valid_until: int
    digest: str
    as_of: str
    job: Plain
    candidates: list[Plain]
    considered: int
    removed: dict[str, int]
    fx_quotes: dict[str, str]
    fx_age_days: int
    facts_digest: str
    rules_digest: str
    centres: list[Plain] = []
    removed_offers: list[Plain] = []
    relaxations: list[Plain] = []


class QuoteRow(Struct, frozen=True):
    """A quote in a list."""

    quote_id: str
    firm_id: str
    job: str
    created_at: int
    valid_until: int
    candidates: int
    cheapest_minor: Annotated[int | None, Meta(description="HKD cents to pay now.")]


class TakeLease(Asked, frozen=True):
    """Which candidate of a quote is taken."""

    quote_id: Id
    choice: Annotated[int, Meta(ge=1, le=10_000, description="Rank; 1 is the cheapest.")] = 1
    accept_duties: Annotated[
        bool, Meta(description="The duties shown with the verdict are accepted.")
    ] = False


class Release(Asked, frozen=True):
    """Why a lease is given back."""

    reason: Sentence = "asked for by the tenant"


class DeviceOut(Struct, frozen=True):
    """A device that a lease holds."""

    pool_id: str
    ordinal: int
    milli: int
    neighbours: int


class TaskOut(Struct, frozen=True):
    """A duty with its due day."""

    task_id: str
    duty: str
    title: str
    due_on: str
    done_at: int | None


class LeaseOut(Struct, frozen=True):
    """A lease; money in HKD cents."""

    lease_id: str
    quote_id: str
    firm_id: str
    centre_id: str
    pool_id: str
    offer_id: str
    state: str
    milli_devices: int
    isolation: str
    duration_s: int
    created_at: int
    start_by: int
    hold_minor: int
    choice: Plain
    tasks: list[TaskOut] = []
    devices: list[DeviceOut] = []


class StartJob(Asked, frozen=True):
    """Which lease's job is started."""

    lease_id: Id


class OutputOut(Struct, frozen=True):
    """An output with the verdict of its way back; only a released one can be fetched."""

    name: str
    bytes: int
    sha256: str
    verdict: str
    released: bool
    label: Plain


class JobOut(Struct, frozen=True):
    """A job as it stands."""

    job_id: str
    lease_id: str
    firm_id: str
    centre_id: str
    name: str
    state: str
    created_at: int
    started_at: int | None
    ended_at: int | None
    exit_code: int | None
    reason: str
    message: str
    outputs: list[OutputOut]
    invoice: Annotated[str | None, Meta(description="Number of its bill, once there is one.")]


class LogOut(Struct, frozen=True):
    """A piece of a log; ask again from ``next_offset``."""

    job_id: str
    offset: int
    next_offset: int
    text: str
    final: Annotated[bool, Meta(description="The job is over and this is the end of its log.")]


class LogFrom(Struct, frozen=True, forbid_unknown_fields=True):
    """Where in a log to begin."""

    offset: Annotated[int, Meta(ge=0, le=2**53)] = 0


class OutputName(Struct, frozen=True, forbid_unknown_fields=True):
    """Which output."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]


class UsageOut(Struct, frozen=True):
    """A signed report of the centre's meter, as accepted."""

    event_id: str
    seq: int
    fence: int
    milli_device_seconds: int
    body: Plain
    signature: str


class JobUsage(Struct, frozen=True):
    """What a job has used by its meter."""

    job_id: str
    milli_device_seconds: int
    reports: list[UsageOut]
