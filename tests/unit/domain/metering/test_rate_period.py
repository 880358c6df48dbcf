"""Months rated by a plan: versions, tiers, commitment, least charges, credits; worked by hand."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

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
from entrepot.domain.metering.rate_period import month_lines, rate_period
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, USD, Amount, UnitPrice
from entrepot.kernel.period import HONG_KONG, Dated, Period

HOUR = 3600
MDH = 1000 * HOUR
"""Milli-device-seconds of a device-hour."""
START = int(datetime(2026, 11, 10, 12, tzinfo=HONG_KONG).timestamp())
LISTED = UnitPrice(Fraction(1000), HKD)


def price(major: int) -> UnitPrice:
    return UnitPrice(Fraction(major * 100), HKD)


def use(name: str, hours: int, start: int = START, devices: int = 1) -> UsageLine:
    """Use of one job over some hours, billed at 10 HKD a device-hour."""
    quantity = hours * devices * MDH
    period = Period(start, start + hours * HOUR)
    return UsageLine(f"line-{name}", name, period, quantity, LISTED, LISTED.charge(quantity))


def version(
    *tiers: Tier, name: str = "v1", start: int = 1, end: date | None = None
) -> PriceVersion:
    return PriceVersion(name, Dated(date(2026, 11, start), end), tiers)


def kinds(rating: PeriodRating) -> list[tuple[str, int]]:
    return [(line.kind.value, line.amount.minor) for line in rating.lines]


TIERED = Plan("tiered", (version(Tier(10 * MDH, price(10)), Tier(None, price(8))),))


def test_a_plan_without_prices_charges_what_the_bills_charged() -> None:
    rating = rate_period([use("a", 3), use("b", 2)], Plan("empty"))
    assert (rating.total.minor, rating.difference.minor) == (5000, 0)
    assert {line.price_version for line in rating.lines} == {"list"}


def test_tiers_are_graduated_over_the_month() -> None:
    rating = rate_period([use("a", 6), use("b", 6, START + 7 * HOUR)], TIERED)
    assert kinds(rating) == [("use", 6000), ("use", 4000), ("use", 1600)]
    assert rating.total.minor == 11_600
    assert rating.difference.minor == -400
    assert rating.lines[2].words == "2 device-hours at HKD 8 (v1, 2)"


def test_a_tier_may_be_a_share_of_the_list_price() -> None:
    plan = Plan("share", (version(Tier(None, share_bp=7500)),))
    assert rate_period([use("a", 4)], plan).total.minor == 3000


def test_the_version_of_the_day_counts_and_a_run_over_midnight_is_split() -> None:
    change = date(2026, 11, 11)
    first = version(Tier(None, price(10)), name="old", end=change)
    second = version(Tier(None, price(20)), name="new", start=11)
    run = use("a", 24)  # from noon on the 10th to noon on the 11th
    rating = rate_period([run], Plan("two", (second, first)))
    assert [(line.price_version, line.amount.minor) for line in rating.lines] == [
        ("old", 12_000),
        ("new", 24_000),
    ]


def test_on_a_day_without_a_version_the_list_price_holds() -> None:
    ended = version(Tier(None, price(1)), end=date(2026, 11, 2))
    (line,) = rate_period([use("a", 1)], Plan("ended", (ended,))).lines
    assert (line.price_version, line.amount.minor) == ("list", 1000)


def test_committed_use_is_charged_used_or_not_and_what_is_over_is_at_list() -> None:
    plan = Plan("committed", commitment=Commitment(10 * MDH, price(6)))
    assert kinds(rate_period([use("a", 4)], plan)) == [("use", 2400), ("shortfall", 3600)]
    assert kinds(rate_period([use("a", 12)], plan)) == [("use", 6000), ("use", 2000)]
    assert kinds(rate_period([], plan)) == [("shortfall", 6000)]


def test_a_job_and_a_month_have_a_least_charge() -> None:
    plan = Plan("least", minimum_job=Amount(1500, HKD), minimum_month=Amount(5000, HKD))
    assert kinds(rate_period([use("a", 1), use("b", 2)], plan)) == [
        ("use", 1000),
        ("job_minimum", 500),
        ("use", 2000),
        ("month_minimum", 1500),
    ]
    running = rate_period([use("a", 1)], plan, closing=False)
    assert kinds(running) == [("use", 1000), ("job_minimum", 500)]


def test_a_least_charge_counts_once_a_job_and_not_for_a_job_without_use() -> None:
    plan = Plan("least", minimum_job=Amount(1500, HKD))
    whole = use("a", 1)
    half = Period(START, START + HOUR // 2), Period(START + HOUR // 2, START + HOUR)
    pieces = [
        UsageLine(f"p{n}", "a", period, MDH // 2, LISTED, Amount(500, HKD))
        for n, period in enumerate(half)
    ]
    assert rate_period(pieces, plan).total == rate_period([whole], plan).total
    assert rate_period([use("a", 0)], plan).total.minor == 0


def test_lost_time_is_given_back_at_its_price_and_never_more_than_the_charge() -> None:
    plan = Plan("outage", outage_bp=15_000)
    rating = rate_period([use("a", 2)], plan, outages=[Outage("o1", "a", 600, 1000)])
    # 1/6 h at 10 HKD, one and a half times
    assert kinds(rating) == [("use", 2000), ("outage", -250)]
    long = [Outage("o1", "a", 7200, 1000), Outage("o2", "a", 60, 1000)]
    assert rate_period([use("a", 1)], plan, outages=long).total.minor == 0
    assert rate_period([use("a", 1)], Plan("none"), outages=long).total.minor == 1000
    assert rate_period([use("a", 1)], plan, outages=[Outage("o", "b", 60, 1)]).total.minor == 1000


def test_a_month_rated_in_two_steps_is_charged_as_in_one() -> None:
    plan = Plan("all", TIERED.versions, Amount(0, HKD), Amount(20_000, HKD))
    first, second = use("a", 6), use("b", 9, START + 7 * HOUR)
    early = rate_period([first], plan, closing=False)
    late = rate_period([second], plan, early.to_date)
    whole = rate_period([first, second], plan)
    assert early.total + late.total == whole.total
    assert late.to_date == whole.to_date


def test_the_lines_of_a_month_sum_to_what_it_charges_beside_the_bills() -> None:
    plan = Plan("all", TIERED.versions, minimum_job=Amount(1500, HKD), outage_bp=10_000)
    lines = [use("a", 6), use("b", 6, START + 7 * HOUR), use("c", 1, START + 20 * HOUR)]
    rating = rate_period(lines, plan, outages=[Outage("o1", "a", 600, 1000)])
    shown = month_lines(rating)
    assert sum(line.amount.minor for line in shown) == rating.difference.minor
    assert [line.kind for line in shown].count(PlanKind.USE) == 2
    assert shown[-1].amount == -rating.billed


def test_the_same_inputs_give_the_same_lines_in_any_order() -> None:
    lines = [use("a", 6), use("b", 6), use("c", 1, START - HOUR)]
    assert rate_period(lines, TIERED).lines == rate_period(lines[::-1], TIERED).lines
    assert rate_period([], TIERED) == PeriodRating(
        "tiered", (), Amount(0, HKD), Amount(0, HKD), MonthToDate()
    )


def test_ids_tell_lines_apart() -> None:
    rating = rate_period([use("a", 12), use("b", 12)], TIERED)
    assert len({line.id for line in rating.lines}) == len(rating.lines)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Tier(None),
        lambda: Tier(None, price(1), 5000),
        lambda: Tier(None, share_bp=-1),
        lambda: Tier(None, UnitPrice(Fraction(1), USD)),
        lambda: version(),
        lambda: version(Tier(5, price(1))),
        lambda: version(Tier(5, price(1)), Tier(5, price(1)), Tier(None, price(1))),
        lambda: version(Tier(0, price(1)), Tier(None, price(1))),
        lambda: version(Tier(None, price(1)), name="list"),
        lambda: version(Tier(None, price(1)), start=5, end=date(2026, 11, 5)),
        lambda: Commitment(0, price(1)),
        lambda: Plan("x", (version(Tier(None, price(1))), version(Tier(None, price(1)), start=9))),
        lambda: Plan(
            "x",
            (
                version(Tier(None, price(1)), name="a", end=date(2026, 11, 9)),
                version(Tier(None, price(1)), name="b", start=8),
            ),
        ),
        lambda: Plan("x", minimum_job=Amount(-1, HKD)),
        lambda: Plan("x", minimum_month=Amount(1, USD)),
        lambda: Plan("x", outage_bp=-1),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(make: object) -> None:
    with pytest.raises(Invalid) as caught:
        make()  # type: ignore[operator]
    assert caught.value.code == "plan.terms"


def test_one_part_at_several_list_prices_is_one_line_of_the_month() -> None:
    plan = Plan("share", (version(Tier(None, share_bp=5000)),))
    dear = UsageLine("d", "d", Period(START, START + HOUR), MDH, price(90), Amount(9000, HKD))
    shown = month_lines(rate_period([use("a", 1), dear], plan))
    assert [line.amount.minor for line in shown] == [5000, -10_000]
    assert shown[0].words == "2 device-hours at prices from HKD 5 on (v1, 1)"
