"""The invoice of a month: the bills of all its jobs, and what the month itself charges.

Each job was billed when it ended, at the price of its quote; the month's invoice gathers those
bills line by line and changes none of them::

    total   = Σ total of the jobs   + Σ lines of the month
    payable = Σ payable of the jobs + Σ lines of the month
    paid    = Σ taken from the holds of the jobs
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from entrepot.domain.contracts.model import Invoice, InvoiceLine, Names, Party
from entrepot.domain.contracts.plain import to_plain
from entrepot.domain.contracts.price_model import VoucherDeduction
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, ExchangeRate
from entrepot.kernel.period import Period
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class MonthHead:
    """Everything on a month's invoice that is not an amount.

    Attributes:
        id, number, branch: as of any invoice; issuer, firm: who contracts, who buys.
        contract: id of the user contract; month: ``2026-11``.
        issued_at: Unix second; due_on: ISO day by which it is to be paid.
        journal_hash: head of the journal's chain when it was made.
    """

    id: str
    number: str
    branch: str
    issuer: Party
    firm: Party
    contract: str
    month: str
    issued_at: int
    due_on: str
    journal_hash: str


@dataclass(frozen=True, slots=True)
class MonthJob:
    """One job of the month as it was billed.

    Attributes:
        bill: number of the job's own bill; digest: of that bill.
        first_line: number that its first line has on this invoice.
        job, lease: ids; centre: names; period: from start to end of the run.
        milli_device_seconds: quantity used.
        lines, vouchers, total, payable, paid_from_prepaid, fx: as on the bill.
    """

    bill: str
    digest: str
    first_line: int
    job: str
    lease: str
    centre: Names
    period: Period
    milli_device_seconds: int
    lines: tuple[InvoiceLine, ...]
    vouchers: tuple[VoucherDeduction, ...]
    total: Amount
    payable: Amount
    paid_from_prepaid: Amount
    fx: ExchangeRate | None


@dataclass(frozen=True, slots=True)
class MonthInvoice:
    """The invoice of a month; sums as at the head of this module.

    Attributes:
        head: parties, days, references.
        jobs: in order of their bills' numbers.
        extra: lines of the month itself, as a minimum charge; numbered after the jobs' lines.
    """

    head: MonthHead
    jobs: tuple[MonthJob, ...]
    extra: tuple[InvoiceLine, ...]
    total: Amount
    payable: Amount
    paid_from_prepaid: Amount

    @property
    def due(self) -> Amount:
        """HKD still to be paid."""
        return self.payable - self.paid_from_prepaid

    def line(self, number: int) -> tuple[MonthJob | None, InvoiceLine] | None:
        """Return a line by its number on this invoice, with its job; None if there is none."""
        for job in self.jobs:
            place = number - job.first_line
            if 0 <= place < len(job.lines):
                return job, job.lines[place]
        return next(((None, line) for line in self.extra if line.number == number), None)

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(MonthInvoice, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))

    def as_json(self) -> bytes:
        """Return the canonical JSON, of which a hash can be taken."""
        return canonical_json(self.as_dict())


def build_month(
    head: MonthHead, bills: Sequence[tuple[Invoice, str]], extra: Sequence[InvoiceLine] = ()
) -> MonthInvoice:
    """Gather the bills of a month.

    Args:
        head: everything that is not an amount.
        bills: the job bills with their digests, each once.
        extra: lines of the month itself.

    Raises:
        Invalid: a bill twice, or of another firm.
    """
    if len({bill.head.number for bill, _ in bills}) != len(bills):
        raise Invalid("contracts.month", N_("A job is on the invoice of the month twice."))
    if any(bill.head.firm.id != head.firm.id for bill, _ in bills):
        raise Invalid("contracts.month", N_("A job of another firm is on the invoice."))
    jobs: list[MonthJob] = []
    count = 1
    for bill, digest in sorted(bills, key=lambda pair: pair[0].head.number):
        jobs.append(_job(bill, digest, count))
        count += len(bill.lines)
    added = tuple(replace(line, number=n) for n, line in enumerate(extra, count))
    more = sum(line.amount.minor for line in added)
    return MonthInvoice(
        head,
        tuple(jobs),
        added,
        Amount(sum(job.total.minor for job in jobs) + more, HKD),
        Amount(sum(job.payable.minor for job in jobs) + more, HKD),
        Amount(sum(job.paid_from_prepaid.minor for job in jobs), HKD),
    )


def read_month(text: str) -> tuple[int, int]:
    """Read a month.

    Args:
        text: ``2026-11``.

    Raises:
        Invalid: it is no month.

    >>> read_month("2026-11")
    (2026, 11)
    """
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        day = None
    if day is None or len(text) != len("2026-11"):
        raise Invalid(
            "month.form",
            N_("A month is written as 2026-11, not {text}."),
            hint=N_("Write year and month with a hyphen."),
            text=text[:40],
        )
    return day.year, day.month


def month_days(text: str) -> tuple[date, date]:
    """Return the first day of a month and the first day after it.

    >>> [day.isoformat() for day in month_days("2026-12")]
    ['2026-12-01', '2027-01-01']
    """
    year, month = read_month(text)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _job(bill: Invoice, digest: str, first_line: int) -> MonthJob:
    head = bill.head
    return MonthJob(
        head.number,
        digest,
        first_line,
        head.job,
        head.lease,
        head.centre.names,
        head.period,
        head.usage.milli_device_seconds,
        bill.lines,
        bill.vouchers,
        bill.total,
        bill.payable,
        bill.paid_from_prepaid,
        bill.fx,
    )
