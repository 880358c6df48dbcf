"""What metered use costs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tests.unit.domain.metering.metering_chain import TERMS, chain

from entrepot.domain.metering.accept import accept
from entrepot.domain.metering.model import RatedLine, Usage
from entrepot.domain.metering.rate import rate
from entrepot.kernel.money import CNH, HKD, UnitPrice
from entrepot.kernel.period import Period

PRICE = UnitPrice(Fraction(90), CNH)


def line(usage: Usage, price: UnitPrice = PRICE, milli: int = 1000) -> RatedLine:
    return rate(usage, price, lease_id="L-1", milli_devices=milli, price_version="Q-1")


def test_a_second_costs_a_three_thousand_six_hundredth_of_an_hour() -> None:
    hour = replace(TERMS, period=Period(TERMS.period.start, TERMS.period.start + 3600))
    assert line(accept(chain([3600]), hour).usage).amount.minor == 90
    assert line(accept(chain([400]), TERMS).usage).amount.minor == 10


def test_halves_go_to_the_even_unit() -> None:
    assert line(accept(chain([20]), TERMS).usage).amount.minor == 0
    assert line(accept(chain([60]), TERMS).usage).amount.minor == 2


def test_a_run_of_no_second_costs_one() -> None:
    usage = accept(chain([10]), TERMS).usage
    short = replace(usage, milli_device_seconds=0)
    rated = line(short, UnitPrice(Fraction(360_000), HKD))
    assert rated.milli_device_seconds == 1000 and rated.minimum_applied
    assert rated.amount.minor == 100


def test_a_run_that_never_began_costs_nothing() -> None:
    rated = line(Usage())
    assert rated.amount.minor == 0 and not rated.minimum_applied


def test_the_minimum_never_exceeds_what_was_sold() -> None:
    outside = accept(chain([10]), replace(TERMS, period=Period(0, 10))).usage
    assert line(outside).amount.minor == 0


def test_rating_again_gives_the_same_line_and_another_price_another() -> None:
    usage = accept(chain([10, 20]), TERMS).usage
    assert line(usage) == line(usage)
    assert line(usage).id != line(usage, UnitPrice(Fraction(91), CNH)).id
    assert line(usage).id != line(replace(usage, evidence="f" * 64)).id


def test_a_clipped_claim_is_said_on_the_line() -> None:
    assert line(accept(chain([700]), TERMS).usage).clipped
    assert not line(accept(chain([10]), TERMS).usage).clipped
