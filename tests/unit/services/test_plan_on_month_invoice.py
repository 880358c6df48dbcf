"""A contract that names a plan: the month is closed, and its lines come on the month's invoice."""

from __future__ import annotations

from tests.unit.services.contract_desk import on_credit
from tests.unit.services.desk import Desk, balance, billed
from tests.unit.services.metering_desk import DECEMBER, billed_early, taken
from tests.unit.services.test_rerate_month import NOVEMBER, shared

from entrepot.domain.contracts.agreement import Billing, Terms
from entrepot.kernel.money import HKD, Amount
from entrepot.services.check import check_books
from entrepot.services.monthly_invoice import Issued, issue_months, the_month
from entrepot.services.plans import PlanFile, add_plan
from entrepot.services.rerate_month import close_month, rerate_month


def under_plan(desk: Desk) -> None:
    """Put the firm under a monthly contract that names a plan."""
    least = Amount(1_000, HKD)
    add_plan(desk, PlanFile(shared(50, minimum_month=least), ()), "plan")
    on_credit(desk, billing=Billing.MONTHLY, plan="share")


def invoiced(desk: Desk) -> Issued:
    desk.hand_clock.at = DECEMBER
    close_month(desk, NOVEMBER)
    (issued,) = issue_months(desk, NOVEMBER)
    return issued


def test_the_lines_of_the_plan_come_on_the_invoice_and_the_books_agree(desk: Desk) -> None:
    under_plan(desk)
    bill = billed(desk)
    issued = invoiced(desk)
    _, paper = the_month(desk, issued.bill.number)
    assert [line.amount.minor for line in paper.extra][-1] == -bill.total_minor
    assert paper.total.minor == 1_000
    assert balance(desk, f"unbilled:{bill.firm_id}") == 0
    assert balance(desk, f"receivable:{bill.firm_id}") == 1_000
    assert issue_months(desk, NOVEMBER)[0].bill == issued.bill
    assert check_books(desk) == []


def test_what_comes_late_waits_for_the_next_invoice(desk: Desk) -> None:
    under_plan(desk)
    bill, rest = billed_early(desk)
    number = invoiced(desk).bill.number
    before = the_month(desk, number)
    lines = taken(desk, *rest).corrections
    assert {line.taken_by for line in lines} == {None}
    assert balance(desk, f"unbilled:{bill.firm_id}") == sum(line.amount_minor for line in lines)
    assert the_month(desk, number) == before
    assert rerate_month(desk, NOVEMBER).lines == ()
    assert check_books(desk) == []


def test_a_prepaid_firm_gets_back_to_its_prepaid_money_what_the_plan_takes_off(desk: Desk) -> None:
    add_plan(desk, PlanFile(shared(50), ()), "plan")
    on_credit(
        desk, billing=Billing.MONTHLY, plan="share", terms=Terms.PREPAID,
        limit_minor=0, payment_days=0,
    )  # fmt: skip
    bill = billed(desk)
    before = balance(desk, f"prepaid:{bill.firm_id}")
    issued = invoiced(desk)
    assert the_month(desk, issued.bill.number)[1].extra == ()
    assert balance(desk, f"prepaid:{bill.firm_id}") == before - bill.total_minor // 2
    assert balance(desk, f"unbilled:{bill.firm_id}") == 0
    assert check_books(desk) == []
