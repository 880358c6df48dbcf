"""Months rated by any plan: splitting moves little, order nothing, parts sum, rating again agrees.

Invariants 12 to 15 of the books at the side of metering; each check catches a planted bug.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.domain.metering.plan import (
    Commitment,
    MonthToDate,
    Outage,
    PeriodRating,
    Plan,
    PlanKind,
    PriceVersion,
    Tier,
    UsageLine,
)
from entrepot.domain.metering.plan_parts import parts_of
from entrepot.domain.metering.rate_period import month_lines, rate_period
from entrepot.kernel.money import HKD, Amount, UnitPrice
from entrepot.kernel.period import HONG_KONG, Dated, Period
from entrepot.kernel.rounding import half_even

BEGIN = int(datetime(2026, 11, 1, tzinfo=HONG_KONG).timestamp())
MDH = 3_600_000
Rate = Callable[[Sequence[UsageLine], Plan], PeriodRating]

prices = st.builds(UnitPrice, st.fractions(0, 10**5, max_denominator=97), st.just(HKD))
charges = st.one_of(st.tuples(prices, st.none()), st.tuples(st.none(), st.integers(0, 15_000)))


@st.composite
def versions(draw: st.DrawFn) -> tuple[PriceVersion, ...]:
    """Up to three price versions over November, with gaps now and then."""
    days = sorted(draw(st.sets(st.integers(1, 28), max_size=4)))
    spans = list(pairwise(days))[:: draw(st.sampled_from([1, 2]))]
    made: list[PriceVersion] = []
    for number, (start, end) in enumerate(spans):
        bounds = [*sorted(draw(st.sets(st.integers(1, 40 * MDH), max_size=3))), None]
        tiers = tuple(Tier(bound, *draw(charges)) for bound in bounds)
        day = Dated(date(2026, 11, start), date(2026, 11, end))
        made.append(PriceVersion(f"v{number}", day, tiers))
    return tuple(made)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan without credits for lost time."""
    committed = st.builds(Commitment, st.integers(1, 30 * MDH), prices)
    least = st.builds(Amount, st.integers(0, 10**5), st.just(HKD))
    return Plan("any", draw(versions()), draw(least), draw(least), draw(st.none() | committed))


@st.composite
def months(draw: st.DrawFn) -> list[UsageLine]:
    """Jobs over November, each in one line of an even use."""
    found: list[UsageLine] = []
    for number in range(draw(st.integers(1, 4))):
        start = BEGIN + draw(st.integers(0, 27 * 86_400))
        seconds = draw(st.integers(1, 2 * 86_400))
        milli = draw(st.sampled_from([1, 250, 1000, 8000]))
        found.append(use(f"j{number}", start, seconds, milli, draw(prices)))
    return found


def use(job: str, start: int, seconds: int, milli: int, price: UnitPrice) -> UsageLine:
    quantity = milli * seconds
    period = Period(start, start + seconds)
    return UsageLine(f"{job}@{start}", job, period, quantity, price, price.charge(quantity))


def cut(line: UsageLine, places: set[int]) -> list[UsageLine]:
    """Cut a line at some seconds of its interval."""
    length = line.period.seconds
    milli = line.milli_device_seconds // length
    bounds = [0, *sorted(place for place in places if 0 < place < length), length]
    return [
        use(line.job, line.period.start + left, right - left, milli, line.price)
        for left, right in pairwise(bounds)
    ]


def rounds_every_part(lines: Sequence[UsageLine], plan: Plan) -> PeriodRating:
    """The planted bug: every second is rounded by itself."""
    whole = rate_period(lines, plan)
    minor = sum(
        half_even(part.price * 1000) * int(part.quantity / 1000)
        for line in lines
        for part in parts_of(line, plan, 0)
    )
    return PeriodRating(whole.plan, whole.lines, Amount(minor, HKD), whole.billed, whole.to_date)


def moved_too_far(rate: Rate, lines: list[UsageLine], pieces: list[UsageLine], plan: Plan) -> bool:
    whole, split = rate_period(lines, plan), rate(pieces, plan)
    bound = Fraction(len(lines) + len(pieces), 2)
    return abs(whole.total.minor - split.total.minor) > bound


@settings(deadline=None, max_examples=40)
@given(months(), plans(), st.sets(st.integers(1, 2 * 86_400), max_size=6))
def test_splitting_moves_at_most_half_a_cent_a_piece(
    lines: list[UsageLine], plan: Plan, places: set[int]
) -> None:
    pieces = [piece for line in lines for piece in cut(line, places)]
    assert not moved_too_far(rate_period, lines, pieces, plan)


def test_the_check_of_splits_catches_a_rounding_a_second() -> None:
    line = use("j", BEGIN, 1000, 1000, UnitPrice(Fraction(1700), HKD))
    pieces = cut(line, {500})
    assert moved_too_far(rounds_every_part, [line], pieces, Plan("any"))


@settings(deadline=None, max_examples=40)
@given(months(), plans(), st.randoms())
def test_the_order_of_lines_changes_nothing(
    lines: list[UsageLine], plan: Plan, random: object
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rate_period(shuffled, plan) == rate_period(lines, plan)


def in_order_of_arrival(lines: Sequence[UsageLine], plan: Plan) -> int:
    """The planted bug: every line is rated when it comes, at the place that is left for it."""
    to_date, total = MonthToDate(), 0
    for line in lines:
        rated = rate_period([line], plan, to_date, closing=False)
        to_date, total = rated.to_date, total + rated.total.minor
    return total


def test_the_check_of_order_catches_rating_by_arrival() -> None:
    tiers = (Tier(MDH, share_bp=10_000), Tier(None, share_bp=5_000))
    plan = Plan("any", (PriceVersion("v", Dated(date(2026, 11, 1), None), tiers),))
    cheap = use("a", BEGIN, 3600, 1000, UnitPrice(Fraction(100), HKD))
    dear = use("b", BEGIN + 3600, 3600, 1000, UnitPrice(Fraction(900), HKD))
    right = rate_period([dear, cheap], plan).total.minor
    assert in_order_of_arrival([cheap, dear], plan) == right
    assert in_order_of_arrival([dear, cheap], plan) != right


@settings(deadline=None, max_examples=40)
@given(months(), plans())
def test_all_use_is_rated_and_the_lines_sum(lines: list[UsageLine], plan: Plan) -> None:
    rated = rate_period(lines, plan)
    used = [line for line in rated.lines if line.kind == PlanKind.USE]
    for line in lines:
        parts = [one for one in used if one.cause == line.id]
        assert sum(one.milli_device_seconds for one in parts) == line.milli_device_seconds
    assert sum(line.amount.minor for line in rated.lines) == rated.total.minor
    shown = month_lines(rated)
    assert sum(line.amount.minor for line in shown) == rated.difference.minor
    assert len({line.id for line in rated.lines}) == len(rated.lines)


@settings(deadline=None, max_examples=40)
@given(months(), plans())
def test_least_charges_hold_and_committed_use_is_paid(lines: list[UsageLine], plan: Plan) -> None:
    rated = rate_period(lines, plan)
    assert rated.total >= plan.minimum_month
    for line in lines:
        charge = sum(one.amount.minor for one in rated.lines if one.job == line.job)
        assert charge >= plan.minimum_job.minor
    if plan.commitment:
        committed = plan.commitment.price.charge(plan.commitment.milli_device_seconds).minor
        assert rated.total.minor >= committed - len(rated.lines)


@settings(deadline=None, max_examples=40)
@given(months(), st.integers(0, 20_000), st.lists(st.integers(1, 10**6), max_size=3))
def test_lost_time_never_gives_back_more_than_was_charged(
    lines: list[UsageLine], outage_bp: int, lost: list[int]
) -> None:
    plan = Plan("any", outage_bp=outage_bp)
    outages = [Outage(f"o{n}", lines[0].job, seconds, 1000) for n, seconds in enumerate(lost)]
    rated = rate_period(lines, plan, outages=outages)
    for line in lines:
        charge = sum(one.amount.minor for one in rated.lines if one.job == line.job)
        assert 0 <= charge <= line.price.charge(line.milli_device_seconds).minor


@settings(deadline=None, max_examples=40)
@given(months(), plans())
def test_a_month_in_two_steps_costs_what_it_costs_in_one(
    lines: list[UsageLine], plan: Plan
) -> None:
    ordered = sorted(lines, key=lambda line: (line.period.start, line.job))
    half = len(ordered) // 2
    early = rate_period(ordered[:half], plan, closing=False)
    late = rate_period(ordered[half:], plan, early.to_date)
    assert early.total + late.total == rate_period(lines, plan).total


def test_days_meet_where_the_calendar_of_hong_kong_changes() -> None:
    day = date(2026, 11, 1) + timedelta(days=1)
    version = PriceVersion("v", Dated(day, None), (Tier(None, share_bp=0),))
    line = use("j", BEGIN + 86_400 - 1, 2, 1000, UnitPrice(Fraction(360_000), HKD))
    rated = rate_period([line], Plan("any", (version,)))
    assert [(one.price_version, one.amount.minor) for one in rated.lines] == [
        ("list", 100),
        ("v", 0),
    ]
