"""Rate the use of a month by a price plan.

With the exact quantity qₚ of a line in each part p (price version × tier) at the exact price cₚ::

    line      = [Σₚ cₚ · qₚ]                       [x]: half to even, once a line
    parts     by largest remainder, Σ parts = line
    job       = max(Σ lines of the job, least charge of a job)
    shortfall = [price of the commitment · (committed − used)], if above nought
    month     = max(Σ jobs + shortfall, least charge of a month)
    credit    = min([lost · Σ lines / Σ quantity · factor], charge of the job not yet given back)
    slow      = min([short / entitled · Σ lines · factor], charge of the job not yet given back)

Use is spread evenly over its interval and never rounded before the price, so that cutting an
interval in n pieces moves the total by at most n/2 minor units. Jobs lie on the month's axis in
the order of their starts: the result depends on the set of lines, not on how they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

from entrepot.domain.metering import plan_lines as words
from entrepot.domain.metering.plan import (
    BP,
    NOTHING,
    MonthToDate,
    Outage,
    PeriodRating,
    Plan,
    PlanKind,
    PlanLine,
    Slowed,
    UsageLine,
)
from entrepot.domain.metering.plan_parts import PER_HOUR, parts_of
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.rounding import half_even, largest_remainder


@dataclass(frozen=True, slots=True)
class _Job:
    """A job rated: its lines, what it used, what it is charged in all and for use alone."""

    id: str
    lines: tuple[PlanLine, ...]
    quantity: int
    charge: int
    use: int


def rate_period(
    lines: Sequence[UsageLine],
    plan: Plan,
    to_date: MonthToDate | None = None,
    outages: Sequence[Outage] = (),
    *,
    slowed: Sequence[Slowed] = (),
    closing: bool = True,
) -> PeriodRating:
    """Rate use of one month by a plan.

    Args:
        lines: use, in any order; all lines of a job together.
        plan: prices and terms.
        to_date: what earlier lines of the month have used; they must lie before these.
        outages: lease time that centres lost, of jobs among the lines.
        slowed: shared leases that got less than they paid for, of jobs among the lines.
        closing: charge shortfall and least charge of the month; False while the month runs on.

    Returns:
        The lines and their sum; rating the same use again gives the same lines.
    """
    before = to_date or MonthToDate()
    position, jobs = before.milli_device_seconds, list[_Job]()
    for job in _by_job(lines):
        jobs.append(_rate_job(job, plan, position))
        position += sum(line.milli_device_seconds for line in job)
    found = [line for job in jobs for line in job.lines]
    charged = before.charged.minor + sum(line.amount.minor for line in found)
    if closing:
        month = _month_lines(plan, position, charged)
        found += month
        charged += sum(line.amount.minor for line in month)
    left = {job.id: job.charge for job in jobs}
    found += _credits(plan, jobs, outages, left)
    found += _slow_credits(plan, jobs, slowed, left)
    return PeriodRating(
        plan.id,
        tuple(found),
        _sum(found),
        Amount(sum(line.billed.minor for line in lines), HKD),
        MonthToDate(position, Amount(charged, HKD)),
    )


def month_lines(rating: PeriodRating) -> tuple[PlanLine, ...]:
    """Return the lines that a month's invoice shows beside the bills of its jobs.

    Use is gathered by price version and tier, and what the bills charged for it is taken off:
    Σ = ``rating.difference``.
    """
    use = [line for line in rating.lines if line.kind == PlanKind.USE]
    use.sort(key=lambda line: (line.price_version, _part(line)))
    gathered = [
        _gathered(rating.plan, list(group))
        for _, group in groupby(use, key=lambda line: (line.price_version, _part(line)))
    ]
    others = [line for line in rating.lines if line.kind != PlanKind.USE]
    found = [*gathered, *others]
    if rating.billed.minor:
        found.append(
            words.plan_line(
                PlanKind.BILLED, "", rating.plan, "", 0, -rating.billed.minor, words.BILLED
            )
        )
    return tuple(found)


def _part(line: PlanLine) -> str:
    return dict(line.params)["part"]


def _gathered(plan: str, lines: list[PlanLine]) -> PlanLine:
    quantity = sum(line.milli_device_seconds for line in lines)
    minor = sum(line.amount.minor for line in lines)
    prices = sorted({dict(line.params)["price"] for line in lines}, key=words.price_of)
    shown = (("hours", words.hours_text(quantity)), ("price", prices[0]), ("part", _part(lines[0])))
    text = words.USE if len(prices) == 1 else words.USE_MIXED
    version = lines[0].price_version
    return words.plan_line(PlanKind.USE, "", plan, version, quantity, minor, text, shown)


def _by_job(lines: Sequence[UsageLine]) -> list[list[UsageLine]]:
    jobs: dict[str, list[UsageLine]] = {}
    for line in sorted(lines, key=lambda one: (one.period, one.id)):
        jobs.setdefault(line.job, []).append(line)
    return sorted(jobs.values(), key=lambda job: (job[0].period.start, job[0].job))


def _rate_job(lines: list[UsageLine], plan: Plan, position: int) -> _Job:
    found: list[PlanLine] = []
    for line in lines:
        found += _rate_line(line, plan, position)
        position += line.milli_device_seconds
    use, least = sum(line.amount.minor for line in found), plan.minimum_job.minor
    quantity, job = sum(line.milli_device_seconds for line in lines), lines[0].job
    if quantity and use < least:
        shown = (("least", str(plan.minimum_job)),)
        lift = words.plan_line(
            PlanKind.JOB_MINIMUM, job, plan.id, "", 0, least - use, words.JOB_MINIMUM, shown
        )
        found.append(lift)
    return _Job(job, tuple(found), quantity, max(use, least if quantity else 0), use)


def _rate_line(line: UsageLine, plan: Plan, position: int) -> list[PlanLine]:
    parts = parts_of(line, plan, position)
    if not parts:
        return []
    total = half_even(sum((part.exact for part in parts), Fraction(0)))
    amounts = _allocate(total, [part.exact for part in parts])
    quantities = _allocate(line.milli_device_seconds, [part.quantity for part in parts])
    return [
        words.plan_line(
            PlanKind.USE,
            line.job,
            line.id,
            part.version,
            quantity,
            minor,
            words.USE,
            (
                ("hours", words.hours_text(quantity)),
                ("price", words.price_text(part.price)),
                ("part", part.name),
            ),
        )
        for part, quantity, minor in zip(parts, quantities, amounts, strict=True)
    ]


def _month_lines(plan: Plan, used: int, charged: int) -> list[PlanLine]:
    found: list[PlanLine] = []
    committed = plan.commitment
    if committed is not None and used < committed.milli_device_seconds:
        rest = committed.milli_device_seconds - used
        price = committed.price.minor_per_device_hour / PER_HOUR
        shown = (("hours", words.hours_text(rest)), ("price", words.price_text(price)))
        minor = half_even(price * rest)
        found.append(
            words.plan_line(
                PlanKind.SHORTFALL, "", plan.id, "", rest, minor, words.SHORTFALL, shown
            )
        )
    charged += sum(line.amount.minor for line in found)
    if charged < plan.minimum_month.minor:
        shown = (("least", str(plan.minimum_month)),)
        lift = plan.minimum_month.minor - charged
        found.append(
            words.plan_line(
                PlanKind.MONTH_MINIMUM, "", plan.id, "", 0, lift, words.MONTH_MINIMUM, shown
            )
        )
    return found


def _credits(
    plan: Plan, jobs: Sequence[_Job], outages: Sequence[Outage], left: dict[str, int]
) -> list[PlanLine]:
    """Give back lost time; ``left`` is what of each job is not given back yet, and is lowered."""
    found: list[PlanLine] = []
    by_id = {job.id: job for job in jobs}
    for outage in sorted(outages, key=lambda one: one.id):
        job = by_id.get(outage.job)
        if job is None or not job.quantity or not plan.outage_bp:
            continue
        lost = outage.seconds * outage.milli_devices
        exact = Fraction(lost * job.use * plan.outage_bp, job.quantity * BP)
        minor = min(half_even(exact), left[job.id])
        left[job.id] -= minor
        shown = (("seconds", str(outage.seconds)), ("percent", words.decimal(plan.outage_bp, 2)))
        found.append(
            words.plan_line(
                PlanKind.OUTAGE, job.id, outage.id, "", lost, -minor, words.OUTAGE, shown
            )
        )
    return [line for line in found if line.amount != NOTHING]


def _slow_credits(
    plan: Plan, jobs: Sequence[_Job], slowed: Sequence[Slowed], left: dict[str, int]
) -> list[PlanLine]:
    found: list[PlanLine] = []
    by_id = {job.id: job for job in jobs}
    for one in sorted(slowed, key=lambda one: one.id):
        job, factor = by_id.get(one.job), plan.slow_bp if plan.slow_bp is not None else one.kind_bp
        if job is None or not factor or one.entitled_ms <= 0:
            continue
        short = min(one.short_ms, one.entitled_ms)
        exact = Fraction(short * job.use * factor, one.entitled_ms * BP)
        minor = min(half_even(exact), left[job.id])
        left[job.id] -= minor
        shown = (("seconds", words.decimal(short, 3)), ("percent", words.decimal(factor, 2)))
        found.append(
            words.plan_line(PlanKind.SLOW, job.id, one.id, "", 0, -minor, words.SLOW, shown)
        )
    return [line for line in found if line.amount != NOTHING]


def _allocate(total: int, weights: Sequence[Fraction]) -> list[int]:
    scale = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * scale) for weight in weights]
    return largest_remainder(total, whole if any(whole) else [1] * len(whole))


def _sum(lines: Sequence[PlanLine]) -> Amount:
    return Amount(sum(line.amount.minor for line in lines), HKD)
