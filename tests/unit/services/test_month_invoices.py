"""Months' invoices: every job bill of the month once, no charge twice, numbers without a gap."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.services.contract_desk import approved, on_credit, stand_on
from tests.unit.services.desk import Desk, balance, billed

from entrepot.domain.contracts.agreement import Billing, Terms
from entrepot.domain.metering.plan import Plan
from entrepot.kernel.errors import Fault, Invalid, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services.check import check_books
from entrepot.services.credit_approval import propose_credit
from entrepot.services.monthly_invoice import Issued, issue_months, month_paper, the_month
from entrepot.services.payments import pay_invoice
from entrepot.services.plans import PlanFile, add_plan
from entrepot.services.rerate_month import close_month


@pytest.fixture
def monthly(desk: Desk) -> Desk:
    """A firm on credit with monthly billing that had two jobs in November."""
    on_credit(desk, billing=Billing.MONTHLY)
    for n in (1, 2):
        billed(desk, n)
    return desk


def issue(desk: Desk, month: str = "2026-11") -> Issued:
    (issued,) = issue_months(desk, month)
    return issued


def test_a_job_gets_a_bill_and_the_month_an_invoice_over_all_of_them(monthly: Desk) -> None:
    with monthly.store.reading() as uow:
        bills = uow.deals.invoices()
    assert [one.number for one in bills] == ["HK-JB-2026-000001", "HK-JB-2026-000002"]
    owed = balance(monthly, f"receivable:{monthly.firm.id}")
    assert owed == sum(one.total_minor for one in bills) > 0
    stand_on(monthly, "2026-12-02")
    issued = issue(monthly)
    paper = month_paper(issued.bill)
    assert issued.bill.number == "HK-2026-000001"
    assert [job.bill for job in paper.jobs] == [one.number for one in bills]
    assert (paper.total.minor, paper.due.minor) == (owed, owed)
    assert paper.head.due_on == "2027-01-01"
    numbers = [job.first_line + n for job in paper.jobs for n in range(len(job.lines))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert balance(monthly, f"receivable:{monthly.firm.id}") == owed
    assert [path.suffix for path in issued.papers] == [".pdf", ".pdf", ".json"]
    assert check_books(monthly) == []


def test_asked_again_a_month_is_the_same_and_the_next_one_takes_the_next_number(
    monthly: Desk,
) -> None:
    stand_on(monthly, "2026-12-02")
    first = issue(monthly)
    assert issue(monthly) == first
    billed(monthly, 3)
    assert issue(monthly) == first
    stand_on(monthly, "2027-01-04")
    assert issue_months(monthly, "2026-11") == [first]
    second = issue(monthly, "2026-12")
    # The year of the number is that of the issue; each year counts from one.
    assert second.bill.number == "HK-2027-000001"
    assert [job.bill for job in month_paper(second.bill).jobs] == ["HK-JB-2026-000003"]
    assert check_books(monthly) == []


def test_a_month_that_runs_or_is_none_is_refused(monthly: Desk) -> None:
    with pytest.raises(Refused, match="not over before 2026-12-01"):
        issue_months(monthly, "2026-11")
    for text in ("2026-13", "November", "2026-1", "2026-11-01"):
        with pytest.raises(Invalid):
            issue_months(monthly, text)


def test_a_month_is_paid_as_a_whole_and_its_bills_are_not(monthly: Desk) -> None:
    pay: Callable[[str, str], object] = lambda number, ref: pay_invoice(  # noqa: E731
        monthly, number, Amount(100, HKD), ref, f"key:{ref}"
    )
    with pytest.raises(Refused, match="not due"):
        pay("HK-JB-2026-000001", "A")
    stand_on(monthly, "2026-12-02")
    issued = issue(monthly)
    with pytest.raises(Refused, match="HK-2026-000001"):
        pay("HK-JB-2026-000001", "B")
    whole = Amount(issued.bill.total_minor, HKD)
    pay_invoice(monthly, issued.bill.number, whole, "C", "key:C")
    assert balance(monthly, f"receivable:{monthly.firm.id}") == 0
    assert check_books(monthly) == []


def test_prepaid_jobs_are_on_the_month_as_paid(desk: Desk) -> None:
    on_credit(desk, terms=Terms.PREPAID, limit_minor=0, payment_days=0, billing=Billing.MONTHLY)
    billed(desk, 1)
    stand_on(desk, "2026-12-02")
    paper = month_paper(issue(desk).bill)
    assert (paper.due.minor, paper.paid_from_prepaid) == (0, paper.payable)
    assert check_books(desk) == []


def test_a_month_that_was_edited_is_not_shown(monthly: Desk) -> None:
    stand_on(monthly, "2026-12-02")
    number = issue(monthly).bill.number
    monthly.sql("DROP TRIGGER month_invoice_no_update")
    monthly.sql("UPDATE month_invoice SET body = replace(body, '2026-11', '2026-10')")
    with pytest.raises(Fault, match="digest differs"):
        the_month(monthly, number)
    assert any(number in problem for problem in check_books(monthly))


def test_a_job_that_a_month_forgets_is_found(monthly: Desk) -> None:
    """Planted bug: the month says one amount and gathers the jobs of another."""
    stand_on(monthly, "2026-12-02")
    issue(monthly)
    monthly.sql("DROP TRIGGER invoice_job_no_delete")
    monthly.sql("DELETE FROM invoice_job WHERE rowid = 1")
    assert any("its jobs sum to" in problem for problem in check_books(monthly))


def test_what_a_plan_charges_for_the_month_is_on_its_invoice(desk: Desk) -> None:
    on_credit(desk, billing=Billing.MONTHLY)
    bill = billed(desk, 1)
    least = Amount(bill.total_minor + 300, HKD)
    add_plan(desk, PlanFile(Plan("least", minimum_month=least), (desk.firm.id,)), "plan")
    stand_on(desk, "2026-12-02")
    lines = close_month(desk, "2026-11").lines
    more = sum(line.amount_minor for line in lines)
    paper = month_paper(issue(desk).bill)
    assert [line.amount.minor for line in paper.extra] == [line.amount_minor for line in lines]
    assert more > 0
    assert paper.total.minor == bill.total_minor + more
    assert balance(desk, f"receivable:{desk.firm.id}") == paper.total.minor
    assert balance(desk, f"unbilled:{desk.firm.id}") == 0
    assert check_books(desk) == []
    # The month's own line can be credited too; no centre stands behind it.
    view = propose_credit(
        desk,
        paper.head.number,
        max(paper.extra, key=lambda line: line.amount.minor).number,
        Amount(100, HKD),
        "waived",
        "credit",
        Amount(0, CNH),
    )
    approved(desk, view.proposal.id)
    assert balance(desk, f"receivable:{desk.firm.id}") == paper.total.minor - 100
    assert check_books(desk) == []
