"""Terms of contracts: a firm buys in HKD, a centre sells in RMB, the exchange stands between.

A user contract says how a firm pays; a purchase contract says on what terms a centre sells all
that its devices do for all firms together. Both run over days [from, to) and are signed by the
digest of their terms, which never change afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import MINOR_MAX
from entrepot.kernel.text import N_

PAYMENT_DAYS_MAX = 365


class Terms(StrEnum):
    """When a firm pays: before, or within some days of the invoice up to a limit."""

    PREPAID = "prepaid"
    CREDIT = "credit"


class Billing(StrEnum):
    """What an invoice covers: one job, or all jobs of a month."""

    PER_JOB = "per_job"
    MONTHLY = "monthly"


class State(StrEnum):
    """Life of a contract."""

    DRAFT = "draft"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a centre keeps ready, or the exchange promises to take, in a month.

    Attributes:
        device: id of the device; device_hours: in a calendar month.
    """

    device: str
    device_hours: int


@dataclass(frozen=True, slots=True)
class UserTerms:
    """Terms of a user contract.

    Attributes:
        firm: who buys; branch: who sells; currency: HKD.
        terms: prepaid or credit.
        limit_minor: most that may be open and held on credit, HKD cents; 0 for prepaid.
        payment_days: days from the invoice to its due day; 0 for prepaid.
        billing: an invoice a job, or a month.
        plan: id of a price plan; None = list prices.
        from_day, to_day: ISO days, half-open; to_day None = until it is ended.

    Raises:
        Invalid: the terms contradict each other.
    """

    firm: str
    branch: str
    currency: str
    terms: Terms
    limit_minor: int
    payment_days: int
    billing: Billing
    plan: str | None
    from_day: str
    to_day: str | None

    def __post_init__(self) -> None:
        _check_days(self.from_day, self.to_day)
        if self.currency != "HKD":
            raise _wrong("--currency", N_("A user contract is in HKD."))
        credit = self.terms == Terms.CREDIT
        if credit != (self.limit_minor > 0) or self.limit_minor > MINOR_MAX:
            raise _wrong("--limit", N_("A contract on credit has a limit, a prepaid one has none."))
        _check_payment_days(self.payment_days, 0 if not credit else PAYMENT_DAYS_MAX)


@dataclass(frozen=True, slots=True)
class PurchaseTerms:
    """Terms of a purchase contract: one a centre, for the jobs of all firms.

    Attributes:
        centre: who sells; branch: who buys; currency: CNH.
        payment_days: days from a bill to the value date asked for.
        commitments: by month, sorted by device; may be empty.
        from_day, to_day: ISO days, half-open; to_day None = until it is ended.

    Raises:
        Invalid: the terms contradict each other.
    """

    centre: str
    branch: str
    currency: str
    payment_days: int
    commitments: tuple[Commitment, ...]
    from_day: str
    to_day: str | None

    def __post_init__(self) -> None:
        _check_days(self.from_day, self.to_day)
        if self.currency != "CNH":
            raise _wrong("--currency", N_("A purchase contract is in CNH."))
        _check_payment_days(self.payment_days, PAYMENT_DAYS_MAX)
        devices = [one.device for one in self.commitments]
        if devices != sorted(set(devices)) or any(c.device_hours <= 0 for c in self.commitments):
            raise _wrong("--commit", N_("A commitment names a device once, with hours above 0."))


def terms_digest(terms: UserTerms | PurchaseTerms) -> str:
    """Return the SHA-256 that both sides sign: of the canonical JSON of the terms."""
    return digest(to_plain(terms))


def covers(from_day: str, to_day: str | None, day: date) -> bool:
    """Say whether days [from, to) hold a day.

    >>> covers("2026-11-01", "2026-12-01", date(2026, 12, 1))
    False
    """
    iso = day.isoformat()
    return from_day <= iso and (to_day is None or iso < to_day)


def overlapping(
    from_day: str, to_day: str | None, others: Iterable[tuple[str, str | None]]
) -> bool:
    """Say whether days [from, to) share a day with any of the others.

    >>> overlapping("2026-11-01", None, [("2026-10-01", "2026-11-01")])
    False
    """
    return any(
        (to_day is None or start < to_day) and (end is None or from_day < end)
        for start, end in others
    )


def last_day(first: str | None, second: str | None) -> str | None:
    """Return the earlier of two ends; None is no end.

    >>> last_day(None, "2026-12-01"), last_day("2026-11-30", "2026-12-01")
    ('2026-12-01', '2026-11-30')
    """
    ends = [end for end in (first, second) if end is not None]
    return min(ends) if ends else None


def _check_days(from_day: str, to_day: str | None) -> None:
    try:
        start = date.fromisoformat(from_day)
        reversed_ = to_day is not None and date.fromisoformat(to_day) <= start
    except ValueError:
        raise _wrong("--from", N_("A contract runs from a day, as 2026-12-01.")) from None
    if reversed_:
        raise _wrong("--to", N_("A contract ends after the day on which it begins."))


def _check_payment_days(days: int, most: int) -> None:
    if not 0 <= days <= most:
        raise Invalid(
            "contract.terms",
            N_("Payment is due within 0 to {most} days on these terms."),
            hint=N_("Give another --days."),
            fields={"--days": str(days)},
            most=most,
        )


def _wrong(option: str, message: str) -> Invalid:
    return Invalid(
        "contract.terms",
        message,
        hint=N_("entrepot contracts new --help shows examples."),
        fields={option: "does not fit"},
    )
