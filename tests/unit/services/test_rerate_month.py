"""Months closed and rated again: plans book what they charge beside the bills, then differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.unit.services.desk import Desk, balance, billed, open_desk
from tests.unit.services.metering_desk import DECEMBER, billed_early, taken

from entrepot.domain.metering.plan import Commitment, Plan, PriceVersion, Tier
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.money import HKD, Amount, UnitPrice
from entrepot.kernel.period import Dated
from entrepot.services.accrued import charge_on_paper
from entrepot.services.check import check_books
from entrepot.services.lost_time import record_lost_time
from entrepot.services.plans import PlanFile, add_plan, all_plans, read_body, the_plan
from entrepot.services.register import deposit
from entrepot.services.rerate_month import close_month, rerate_month, total_of

NOVEMBER = "2026-11"


def shared(percent: int, **more: object) -> Plan:
    """A plan that charges a share of the list price."""
    tier = Tier(None, share_bp=percent * 100)
    version = PriceVersion("v1", Dated(date(2026, 11, 1), None), (tier,))
    return replace(Plan("share", (version,)), **more)  # type: ignore[arg-type]


def planned(desk: Desk, plan: Plan, key: str = "plan") -> None:
    add_plan(desk, PlanFile(plan, (desk.firm.id,)), key)


def closed(desk: Desk) -> list[tuple[str, int]]:
    """Close November on a day of December; return (subject, cents) of its lines."""
    desk.hand_clock.at = DECEMBER
    lines = close_month(desk, NOVEMBER).lines
    return [(line.subject.partition(":")[0], line.amount_minor) for line in lines]


def test_without_a_plan_a_month_is_closed_and_nothing_is_charged(desk: Desk) -> None:
    billed(desk)
    assert closed(desk) == []
    with desk.store.reading() as uow:
        assert [row.month for row in uow.metering.closed_months()] == [NOVEMBER]


def test_a_month_is_closed_once_it_is_over(desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        close_month(desk, NOVEMBER)
    assert caught.value.code == "usage.month_open"
    for text in ("2026-13", "november", "2026-1"):
        with pytest.raises(Invalid):
            close_month(desk, text)


def test_a_plan_gives_back_what_the_bills_charged_above_it(desk: Desk) -> None:
    bill = billed(desk)
    planned(desk, shared(50))
    before = balance(desk, f"prepaid:{bill.firm_id}")
    lines = closed(desk)
    assert [subject for subject, _ in lines] == ["use", "billed"]
    back = -sum(minor for _, minor in lines)
    assert back == bill.total_minor // 2
    assert balance(desk, f"prepaid:{bill.firm_id}") == before - back
    assert balance(desk, f"unbilled:{bill.firm_id}") == 0
    assert check_books(desk) == []


def test_closed_twice_is_closed_once(desk: Desk) -> None:
    billed(desk)
    planned(desk, shared(50))
    assert closed(desk) == closed(desk) != []
    assert rerate_month(desk, NOVEMBER).lines == ()
    with desk.store.reading() as uow:
        assert len(uow.metering.accrued()) == 2


def test_a_changed_price_corrects_by_exactly_the_difference(desk: Desk) -> None:
    bill = billed(desk)
    planned(desk, shared(50))
    closed(desk)
    planned(desk, shared(40), "second")
    done = rerate_month(desk, NOVEMBER)
    (line,) = done.lines
    assert (line.kind, line.booked_in) == ("plan_correction", "2026-12")
    assert line.corrects
    with desk.store.reading() as uow:
        whole = total_of(uow.metering.accrued()).minor
    assert abs(whole + Fraction(bill.total_minor * 6, 10)) <= Fraction(1, 2)
    assert rerate_month(desk, NOVEMBER).lines == ()
    planned(desk, shared(50), "third")
    assert total_of(rerate_month(desk, NOVEMBER).lines).minor == -line.amount_minor
    assert check_books(desk) == []


def test_late_use_of_a_closed_month_is_corrected_in_the_open_one_by_the_plan(
    desk: Desk, tmp_path: Path
) -> None:
    bill, rest = billed_early(desk)
    planned(desk, shared(50))
    closed(desk)
    lines = taken(desk, *rest).corrections
    assert {line.kind for line in lines} == {"usage_correction", "plan_correction"}
    assert {(line.month, line.booked_in) for line in lines} == {(NOVEMBER, "2026-12")}
    with desk.store.reading() as uow:
        accrued = total_of(uow.metering.accrued()).minor
    whole = billed(open_desk(tmp_path / "other")).total_minor
    assert abs(bill.total_minor + accrued - Fraction(whole, 2)) <= 1
    assert check_books(desk) == []


def test_minimum_commitment_and_lost_time_are_lines_of_the_month(desk: Desk) -> None:
    bill = billed(desk)
    price = UnitPrice(Fraction(300), HKD)
    plan = Plan(
        "all",
        minimum_month=Amount(2000, HKD),
        commitment=Commitment(3_600_000, price),
        outage_bp=10_000,
    )
    planned(desk, plan)
    record_lost_time(desk, bill.lease_id, 60, "power cut", "T-1")
    lines = dict(closed(desk))
    assert lines["shortfall"] + lines["use"] == 300
    assert lines["month_minimum"] == 1700
    assert lines["outage"] == -5
    assert check_books(desk) == []


def test_a_charge_beyond_the_prepaid_money_waits_until_a_paper_takes_it(desk: Desk) -> None:
    billed(desk)
    planned(desk, Plan("big", minimum_month=Amount(1_000_000, HKD)))
    closed(desk)
    with desk.store.reading() as uow:
        waiting = uow.metering.accrued(open_only=True)
    assert [line.subject for line in waiting] == ["month_minimum"]
    assert balance(desk, f"unbilled:{desk.firm.id}") == waiting[0].amount_minor
    assert check_books(desk) == []
    desk.write(lambda uow: charge_on_paper(desk, uow, desk.firm.id, "I-PAPER", 0), "paper")
    assert balance(desk, f"unbilled:{desk.firm.id}") == 0
    assert balance(desk, f"receivable:{desk.firm.id}") == waiting[0].amount_minor
    with desk.store.reading() as uow:
        assert uow.metering.accrued(open_only=True) == []


def test_a_charge_that_waits_is_settled_once_there_is_money(desk: Desk) -> None:
    planned(desk, Plan("big", minimum_month=Amount(150_000, HKD)))
    closed(desk)
    assert rerate_month(desk, NOVEMBER).lines == ()
    assert balance(desk, f"unbilled:{desk.firm.id}") == 150_000
    deposit(desk, desk.firm.id, Amount(100_000, HKD), "second", "more")
    assert rerate_month(desk, NOVEMBER).lines == ()
    assert balance(desk, f"unbilled:{desk.firm.id}") == 0
    assert check_books(desk) == []


def test_lost_time_is_recorded_once_a_reference_and_within_the_lease(desk: Desk) -> None:
    bill = billed(desk)
    first = record_lost_time(desk, bill.lease_id, 60, "power cut", "T-1")
    assert record_lost_time(desk, bill.lease_id, 60, "power cut", "T-1") == first
    with pytest.raises(Conflict):
        record_lost_time(desk, bill.lease_id, 90, "power cut", "T-1")
    with pytest.raises(NotFound):
        record_lost_time(desk, "L-NONE", 60, "power cut", "T-2")
    for seconds in (0, -1, 10**7):
        with pytest.raises(Refused):
            record_lost_time(desk, bill.lease_id, seconds, "power cut", "T-3")


def test_a_plan_is_kept_by_revision_and_the_same_terms_again_change_nothing(desk: Desk) -> None:
    for key, plan, revision in (("a", shared(50), 1), ("b", shared(50), 1), ("c", shared(40), 2)):
        row = add_plan(desk, PlanFile(plan, (desk.firm.id,)), key)
        assert row.revision == revision
        assert read_body(row.body) == plan
    assert [row.revision for row in all_plans(desk)] == [2]
    assert read_body(the_plan(desk, "share", 1).body) == shared(50)


WRONG: dict[str, tuple[Callable[[str], PlanFile], type[Exception]]] = {
    "unknown firm": (lambda _: PlanFile(Plan("x"), ("F-NONE",)), NotFound),
    "firm of another plan": (lambda firm: PlanFile(Plan("other"), (firm,)), Conflict),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_a_plan_for_a_firm_that_is_unknown_or_taken_is_refused(desk: Desk, case: str) -> None:
    planned(desk, shared(50))
    make, error = WRONG[case]
    with pytest.raises(error):
        add_plan(desk, make(desk.firm.id), case)
    with pytest.raises(NotFound):
        the_plan(desk, "other")


def test_a_plan_charges_for_no_month_before_it_was_in_force(desk: Desk) -> None:
    planned(desk, shared(50, minimum_month=Amount(1000, HKD)))
    assert close_month(desk, "2026-10").lines == ()
    bare = Plan("share", minimum_month=Amount(1000, HKD))
    planned(desk, bare, "bare")
    assert close_month(desk, "2026-09").lines == ()
    assert closed(desk) == [("month_minimum", 1000)]
