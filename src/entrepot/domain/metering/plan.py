"""Price plans: what a contract fixes beyond the price of a quote, month by month.

A plan has price versions over days, each with tiers on the use of the month, and may have a least
charge a job and a month, a committed quantity, and a credit for lease time that a centre lost.
:func:`entrepot.domain.metering.rate_period.rate_period` rates by it; what that charges beside the
bills of the jobs is booked at the close of the month and put on an invoice by
:func:`entrepot.services.accrued.charge_on_paper`.

The use of a month lies on one axis from nought: what falls below the committed quantity is charged
at the committed price, the rest at the tier in which it lies (graduated, so that a higher tier
never reaches back).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, UnitPrice
from entrepot.kernel.period import Dated, Period
from entrepot.kernel.text import N_

BP = 10_000
"""Basis points in the whole."""

LIST = "list"
"""Price version of use on a day for which the plan states no price: the price of the bill."""

NOTHING = Amount(0, HKD)


@dataclass(frozen=True, slots=True)
class Tier:
    """Price of a part of the month's use.

    Attributes:
        up_to: milli-device-seconds of the month below which it holds; None = without end.
        price: of one device-hour in HKD, all included; None = by ``share_bp``.
        share_bp: basis points of the price that the job was billed at; None = by ``price``.
    """

    up_to: int | None
    price: UnitPrice | None = None
    share_bp: int | None = None

    def __post_init__(self) -> None:
        if (self.price is None) == (self.share_bp is None):
            raise _wrong("tiers", N_("A tier has either a price or a share of the list price."))
        if self.price is not None:
            _check_price(self.price, "tiers")
        if self.share_bp is not None and self.share_bp < 0:
            raise _wrong("tiers", N_("A share of the list price is not negative."))


@dataclass(frozen=True, slots=True)
class PriceVersion:
    """Prices over days [from, to).

    Attributes:
        name: unique in the plan.
        days: days in Hong Kong on which use is charged by it.
        tiers: rising; the last one without end.
    """

    name: str
    days: Dated
    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        bounds = [tier.up_to for tier in self.tiers]
        if not bounds or bounds[-1] is not None or None in bounds[:-1]:
            raise _wrong("tiers", N_("The last tier of a price has no upper end, the others do."))
        rising = [bound for bound in bounds if bound is not None]
        if rising != sorted(set(rising)) or (rising and rising[0] <= 0):
            raise _wrong("tiers", N_("The tiers of a price rise."))
        if self.name == LIST:
            raise _wrong("version", N_("This name is taken by the list price."))
        if self.days.to_day is not None and self.days.to_day <= self.days.from_day:
            raise _wrong("to", N_("A price version ends after the day on which it begins."))


@dataclass(frozen=True, slots=True)
class Commitment:
    """A quantity that is paid for every month, used or not.

    Attributes:
        milli_device_seconds: of a month.
        price: of one device-hour of it.
    """

    milli_device_seconds: int
    price: UnitPrice

    def __post_init__(self) -> None:
        if self.milli_device_seconds <= 0:
            raise _wrong("commitment", N_("A commitment is a quantity above nought."))
        _check_price(self.price, "commitment")


@dataclass(frozen=True, slots=True)
class Plan:
    """A price plan; amounts in HKD.

    Attributes:
        id: its name.
        versions: prices; their days do not overlap. On other days the list price holds.
        minimum_job: least charge of a job that used anything.
        minimum_month: least charge of a month, before credits for lost time.
        commitment: committed use; None = none.
        outage_bp: credit for time that a centre lost, in basis points of its price; 0 = none.
        slow_bp: credit for processor time that neighbours kept from a shared lease, in basis points
            of its price; None = by the terms of the kind of lease.

    Raises:
        Invalid: the parts contradict each other.
    """

    id: str
    versions: tuple[PriceVersion, ...] = ()
    minimum_job: Amount = NOTHING
    minimum_month: Amount = NOTHING
    commitment: Commitment | None = None
    outage_bp: int = 0
    slow_bp: int | None = None

    def __post_init__(self) -> None:
        least = (self.minimum_job, self.minimum_month)
        if any(amount.asset != HKD or amount.minor < 0 for amount in least):
            raise _wrong("minimum", N_("A least charge is an amount of HKD, not below nought."))
        if self.outage_bp < 0:
            raise _wrong("outage", N_("A credit for lost time is not negative."))
        if self.slow_bp is not None and self.slow_bp < 0:
            raise _wrong("slow_neighbour", N_("A credit for a slow neighbour is not negative."))
        if len({one.name for one in self.versions}) != len(self.versions):
            raise _wrong("version", N_("Two price versions have one name."))
        ordered = sorted(self.versions, key=lambda one: one.days.from_day)
        for before, after in pairwise(ordered):
            if before.days.to_day is None or after.days.from_day < before.days.to_day:
                raise _wrong("from", N_("Two price versions hold on one day."))

    def version_on(self, day: date) -> PriceVersion | None:
        """Return the price version of a day in Hong Kong; None = list price."""
        return next((one for one in self.versions if one.days.covers(day)), None)


@dataclass(frozen=True, slots=True)
class UsageLine:
    """Use of one job over an interval, as it was billed.

    Attributes:
        id: of the rated line.
        job: whose use it is; a least charge counts once a job.
        period: when, [start, end) Unix seconds; use is spread evenly over it.
        milli_device_seconds: how much.
        price: that the bill charged for a device-hour, exact, in HKD.
        billed: HKD that the bill charged for this use.
    """

    id: str
    job: str
    period: Period
    milli_device_seconds: int
    price: UnitPrice
    billed: Amount


@dataclass(frozen=True, slots=True)
class Outage:
    """Lease time that a centre lost.

    Attributes:
        id: of the record.
        job: of the lease.
        seconds: lost; milli_devices: of the lease.
    """

    id: str
    job: str
    seconds: int
    milli_devices: int


@dataclass(frozen=True, slots=True)
class Slowed:
    """A shared lease that got less than it paid for, as its signed reports say.

    Attributes:
        id: of the evidence; job: of the lease.
        short_ms: processor milliseconds of its share that neighbours kept from it.
        entitled_ms: processor milliseconds that its share came to.
        kind_bp: credit by the terms of the kind of lease, where the plan states none.
    """

    id: str
    job: str
    short_ms: int
    entitled_ms: int
    kind_bp: int


class PlanKind(StrEnum):
    """What a line by a plan charges or gives back."""

    USE = "use"
    JOB_MINIMUM = "job_minimum"
    SHORTFALL = "shortfall"
    MONTH_MINIMUM = "month_minimum"
    OUTAGE = "outage"
    SLOW = "slow"
    BILLED = "billed"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line by a plan; the same inputs give the same line, its id included.

    Attributes:
        id: digest of everything the amount rests on.
        kind: what it is.
        job: whose; empty for a line of the whole month.
        cause: id of the usage line or outage it follows from; else the id of the plan.
        price_version: name of the price version; empty where none is used.
        milli_device_seconds: quantity, rounded for show; amounts rest on the exact one.
        amount: HKD; negative gives back.
        text, params: the line in words, marked for translation.
    """

    id: str
    kind: PlanKind
    job: str
    cause: str
    price_version: str
    milli_device_seconds: int
    amount: Amount
    text: str
    params: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """The line in English."""
        return self.text.format(**dict(self.params))


@dataclass(frozen=True, slots=True)
class MonthToDate:
    """What earlier lines of the same month have used and been charged."""

    milli_device_seconds: int = 0
    charged: Amount = NOTHING


@dataclass(frozen=True, slots=True)
class PeriodRating:
    """What a month's use costs by a plan.

    Attributes:
        plan: id.
        lines: charges and credits; their sum is ``total``.
        total: HKD by the plan.
        billed: HKD that the bills of the jobs charged for the same use.
        to_date: of the month after these lines.
    """

    plan: str
    lines: tuple[PlanLine, ...]
    total: Amount
    billed: Amount
    to_date: MonthToDate

    @property
    def difference(self) -> Amount:
        """HKD that the month still charges beside the bills of its jobs; negative gives back."""
        return self.total - self.billed


def _check_price(price: UnitPrice, field: str) -> None:
    if price.asset != HKD or price.minor_per_device_hour < 0:
        raise _wrong(field, N_("The prices of a plan are in HKD and not below nought."))


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(
        "plan.terms",
        message,
        hint=N_("entrepot plans add --help shows an example."),
        fields={field: "does not fit"},
    )
