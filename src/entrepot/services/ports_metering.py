"""Metering as the services see it: reports that wait, months, plans, lost time, accrued lines.

An accrued line is charged (or given back) beside the bills of the jobs: it is booked at once and
never changed; only the paper that takes it is written into it, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A sound report that waits for the one before it.

    Attributes:
        source, id: unique together, as of a usage event; lease_id: whose.
        body: the report; signature: of the centre, hexadecimal; received_at: Unix second.
    """

    source: str
    id: str
    lease_id: str
    body: Body
    signature: str
    received_at: int


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A billing month that takes no further line: ``2026-11``, when and by whom it was closed."""

    month: str
    closed_at: int
    closed_by: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A price plan as kept.

    Attributes:
        id: its name; revision: 1, 2, 3 …, the last one counts.
        firms: ids of firms that it is for, where no contract names it.
        body: the terms; digest: of them.
    """

    id: str
    revision: int
    firms: tuple[str, ...]
    body: Body
    digest: str
    added_at: int
    added_by: str


@dataclass(frozen=True, slots=True)
class LostTime:
    """Lease time that a centre lost, as recorded; seconds of the whole lease."""

    id: str
    lease_id: str
    job_id: str
    seconds: int
    reason: str
    reference: str
    recorded_at: int
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Accrued:
    """A line charged beside the bills of the jobs.

    Attributes:
        id: digest of all that it rests on; number: 1, 2, 3 … in order of booking.
        kind: ``plan`` = the month's own line, ``plan_correction`` = of that,
            ``usage_correction`` = of a job's bill.
        firm_id: whose; job_id, lease_id, invoice_id: of a correction of a bill.
        month: billing month that it rates; booked_in: open month in which it was booked.
        corrects: rated line or accrued line that it corrects; empty = none.
        subject: what it is compared by when the month is rated again.
        price_version: by which it was rated; empty where none is used.
        milli_device_seconds: quantity, or its change.
        amount_minor: HKD cents, negative gives back; spread_minor, tax_minor: of that.
        centre_id, centre_minor, carrying_minor: change of the debt to the centre, fen and cents.
        text, params: in words. body: state after the line, vouchers to look at.
        made_at: Unix second. taken_by: paper or account that took it; None = open.
    """

    id: str
    number: int
    kind: str
    firm_id: str
    job_id: str | None
    lease_id: str | None
    invoice_id: str | None
    month: str
    booked_in: str
    corrects: str
    subject: str
    price_version: str
    milli_device_seconds: int
    amount_minor: int
    spread_minor: int
    tax_minor: int
    centre_id: str | None
    centre_minor: int
    carrying_minor: int
    text: str
    params: Body
    body: Body
    made_at: int
    taken_by: str | None


class MeteringBook(Protocol):
    """The rows of metering inside a unit of work."""

    def add_waiting(self, report: WaitingReport) -> bool:
        """Keep a report that waits; False if (source, id) waits already."""
        ...

    def waiting(self, lease_id: str | None = None) -> list[WaitingReport]:
        """Return reports that wait, of a lease or all of them."""
        ...

    def drop_waiting(self, keys: Sequence[tuple[str, str]]) -> None:
        """Forget waiting reports by (source, id): they were judged."""
        ...

    def close_month(self, month: ClosedMonth) -> None:
        """Close a month, once."""
        ...

    def closed_month(self, month: str) -> ClosedMonth | None:
        """Return a month that is closed."""
        ...

    def closed_months(self) -> list[ClosedMonth]:
        """Return all closed months in order."""
        ...

    def add_plan(self, plan: PlanRow) -> None:
        """Keep a revision of a plan."""
        ...

    def plans(self, plan_id: str | None = None) -> list[PlanRow]:
        """Return revisions by name and number, of one plan or of all."""
        ...

    def add_lost_time(self, row: LostTime) -> None:
        """Keep lost time; a lease has a reference once."""
        ...

    def lost_time(self, lease_id: str | None = None) -> list[LostTime]:
        """Return lost time in order of id, of one lease or all."""
        ...

    def next_accrued(self) -> int:
        """Return the number of the next accrued line."""
        ...

    def add_accrued(self, line: Accrued) -> None:
        """Keep an accrued line; its id is there once."""
        ...

    def accrued(
        self, *, firm_id: str = "", month: str = "", invoice_id: str = "", open_only: bool = False
    ) -> list[Accrued]:
        """Return accrued lines in order of number, narrowed by what is given."""
        ...

    def take_accrued(self, line_ids: Sequence[str], taken_by: str) -> int:
        """Write the paper that takes open lines; return how many it took."""
        ...


class WithMetering(Protocol):
    """A transaction over the rows of metering."""

    @property
    def metering(self) -> MeteringBook:
        """Waiting reports, months, plans, lost time, accrued lines."""
        ...
