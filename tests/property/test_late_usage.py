"""Invariant 13 through the books: events in any order, doubled, before or after the bill and the
close of the month, end in the same charge; invariant 12: receivable and income say the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.services.desk import Desk, balance, open_desk, started
from tests.unit.services.metering_desk import DECEMBER, chained, late_bill, taken
from tests.unit.services.test_rerate_month import NOVEMBER, planned, shared

from entrepot.kernel.money import HKD, UnitPrice
from entrepot.services.check import check_books
from entrepot.services.rerate_month import close_month, rerate_month

WALLS = (37, 101, 174, 299)
PHASES = ("before the bill", "after the bill", "after the close")


def charged(desk: Desk) -> int:
    """Return HKD cents that bills and lines beside them charge in all."""
    with desk.store.reading() as uow:
        bills = sum(bill.total_minor for bill in uow.deals.invoices())
        return bills + sum(line.amount_minor for line in uow.metering.accrued())


def lived_through(told: Sequence[Sequence[int]]) -> int:
    """Let a month pass in which the events arrive in three phases; return what it charged."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder) / "home")
        planned(desk, shared(70))
        job = started(desk)
        reports = chained(desk, job, *WALLS)
        before, after, closed = ([reports[place] for place in phase] for phase in told)
        if before:
            taken(desk, *before)
        bill = late_bill(desk, job)
        for one in after:
            taken(desk, one)
        desk.hand_clock.at = DECEMBER
        close_month(desk, NOVEMBER)
        for one in closed:
            taken(desk, one)
        assert rerate_month(desk, NOVEMBER).lines == ()
        assert check_books(desk) == []
        income = -sum(balance(desk, code) for code in ("revenue", "spread_income", "tax"))
        assert charged(desk) == income
        with desk.store.reading() as uow:
            assert uow.deals.invoice(bill.id) == bill
        desk.store.engine.dispose()
        return charged(desk)


@cache
def in_time() -> int:
    """Charge of the same month when everything is told before the bill."""
    return lived_through([range(len(WALLS)), [], []])


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.data())
def test_however_events_come_the_month_charges_the_same(data: st.DataObject) -> None:
    places = list(range(len(WALLS)))
    doubled = places + data.draw(st.lists(st.sampled_from(places), max_size=3))
    order = data.draw(st.permutations(doubled))
    told: list[list[int]] = [[], [], []]
    for place in order:
        told[data.draw(st.integers(0, 2))].append(place)
    assert lived_through(told) == in_time()


def rated_by_arrival(price: UnitPrice, walls: Sequence[int]) -> int:
    """The planted bug: every late report is charged by itself for the time that it adds."""
    minor, last = 0, 0
    for wall in walls:
        minor += price.charge((wall - last) * 1000).minor
        last = wall
    return minor


def test_the_check_catches_charging_each_report_by_itself() -> None:
    price = UnitPrice(Fraction(12), HKD)
    assert rated_by_arrival(price, (300,)) == price.charge(300_000).minor
    assert rated_by_arrival(price, range(100, 301, 100)) != price.charge(300_000).minor
