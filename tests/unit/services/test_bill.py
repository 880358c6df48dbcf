"""Bills: what was used, never above the quote, booked to the cent, whatever became of the job."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.e2e.flow_tools import paid_of, sums
from tests.unit.services.desk import (
    CAPITAL,
    CENTRE,
    Desk,
    balance,
    billed,
    ended,
    first_price,
    report,
    started,
)

from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.contracts.price import price_at
from entrepot.domain.contracts.price_model import Names, Payout, VoucherDeduction
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import HKD, Amount
from entrepot.services import records as r
from entrepot.services.backend_port import Phase, RunState
from entrepot.services.bill import bill_job, with_state
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance
from entrepot.services.lease import the_lease
from entrepot.services.stored_invoice import paper_of

LIMIT = "programme test, firm group, 2026"


def voucher(payout: Payout, minor: int, rate_bp: int | None = None) -> Any:
    """Return a change of a quote that puts a voucher on its first candidate."""

    def change(body: dict[str, Any]) -> None:
        quoted = first_price(body)
        deduction = VoucherDeduction("test", Names("Test"), payout, Amount(minor, HKD), rate_bp)
        price = price_at(
            quoted.terms, quoted.milli_device_seconds, quoted.egress_bytes, [deduction]
        )
        limit = {"name": "cap", "scope": LIMIT, "limit_minor": 10_000, "counts_projects": False}
        row = {"programme": "test", "family": "test", "asset": "HKD", "amount_minor": minor,
               "limits": [limit]}  # fmt: skip
        body["candidates"][0] |= {
            "price": to_plain(price),
            "payable_now_minor": price.payable_now.minor,
            "net_minor": price.net_after_vouchers.minor,
            "reserve": [row],
        }

    return change


def used(desk: Desk) -> tuple[int, str]:
    """Return what the voucher's limit has taken, and how its reservation stands."""
    with desk.store.reading() as uow:
        (held,) = uow.vouchers.all()
        return uow.vouchers.used(LIMIT), held.state


@pytest.mark.parametrize(
    "phase", [Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELLED, Phase.TIMED_OUT, Phase.LOST]
)
def test_every_end_is_billed_for_what_was_used_and_closes_everything(
    desk: Desk, phase: Phase
) -> None:
    job = started(desk)
    hold = sums(desk).held
    step = ended(desk, job, 300, phase, exit_code=0 if phase is Phase.SUCCEEDED else 3)
    invoice = step.invoice
    assert invoice is not None
    assert (step.job.state, invoice.total_minor, invoice.centre_minor) == (phase.value, 1106, 1000)
    found = sums(desk)
    assert (found.held, found.busy_milli, found.free) == (0, 0, CAPITAL - 1106)
    assert 0 < 1106 < hold
    assert the_lease(desk, job.lease_id).state == "closed"
    assert balance(desk, f"payable:{CENTRE}") == -1000
    assert check_books(desk) == []


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.LOST, Phase.CANCELLED])
def test_a_job_that_never_began_costs_nothing_and_frees_the_whole_hold(
    desk: Desk, phase: Phase
) -> None:
    step = ended(desk, started(desk), 0, phase)
    assert step.invoice is not None
    assert (step.invoice.total_minor, step.invoice.centre_minor) == (0, 0)
    assert step.invoice.number == "HK-2026-000001"
    assert sums(desk).free == CAPITAL
    assert paper_of(step.invoice).total.minor == 0
    assert check_books(desk) == []


@pytest.mark.parametrize("seconds", [1, 59, 300, 599, 600, 601, 10**6])
def test_no_bill_is_above_its_quote(desk: Desk, seconds: int) -> None:
    job = started(desk)
    quoted = cast("int", the_lease(desk, job.lease_id).choice["total_minor"])
    desk.hand.output("out.txt", b"x" * 10**6)
    step = ended(desk, job, min(seconds, 3600))
    assert step.invoice is not None
    assert 0 < step.invoice.total_minor <= quoted
    if seconds >= 600:
        assert step.invoice.total_minor == quoted
        assert step.invoice.centre_minor == 2000
    assert check_books(desk) == []


def test_lines_sum_to_the_total_and_the_paper_is_what_was_booked(desk: Desk) -> None:
    invoice = billed(desk, seconds=137)
    paper = paper_of(invoice)
    assert sum(line.amount.minor for line in paper.lines) == paper.total.minor
    assert paper.total.minor == invoice.total_minor == paid_of(invoice)
    assert digest(invoice.body["document"]) == invoice.digest
    assert paper.head.usage.milli_device_seconds == 137_000
    amounts = cast("list[dict[str, Any]]", invoice.body["amounts"])
    assert sum(one["minor"] for one in amounts) == invoice.total_minor


def test_only_released_bytes_are_charged_as_egress(desk: Desk) -> None:
    def dear(body: dict[str, Any]) -> None:
        quoted = first_price(body)
        terms = from_plain(type(quoted.terms), {
            **cast("dict[str, Any]", to_plain(quoted.terms)), "egress_minor_per_gb": "100000/1"
        })  # fmt: skip
        price = price_at(terms, quoted.milli_device_seconds, 10**6)
        body["candidates"][0] |= {
            "price": to_plain(price), "payable_now_minor": price.payable_now.minor
        }  # fmt: skip

    job = started(desk, 1, dear)
    desk.hand.output("out.txt", b"x" * 500_000)
    first = ended(desk, job).invoice
    assert first is not None
    assert first.total_minor == 1106 + 50
    second = ended(desk, started(desk, 2, dear)).invoice
    assert second is not None
    assert second.total_minor == 1106 + 50
    assert check_books(desk) == []


def test_a_voucher_at_the_purchase_shrinks_with_the_use_and_is_owed_by_its_programme(
    desk: Desk,
) -> None:
    job = started(desk, 1, voucher(Payout.AT_PURCHASE, 1000, 4500))
    assert used(desk) == (1000, "reserved")
    assert sums(desk).held == the_lease(desk, job.lease_id).hold_minor == 1211
    invoice = ended(desk, job, 300).invoice
    assert invoice is not None
    assert (invoice.total_minor, paid_of(invoice)) == (1106, 1106 - 497)
    assert balance(desk, "voucher_receivable:test") == 497
    assert used(desk) == (497, "applied")
    assert sums(desk).free == CAPITAL - 609
    assert check_books(desk) == []


def test_a_voucher_claimed_later_lowers_no_payment(desk: Desk) -> None:
    job = started(desk, 1, voucher(Payout.AFTER_CLAIM, 1000))
    invoice = ended(desk, job, 300).invoice
    assert invoice is not None
    assert paid_of(invoice) == 1106
    assert used(desk)[1] == "applied"
    assert used(desk)[0] == 1000 * 1106 // 2211
    assert check_books(desk) == []


def test_a_voucher_of_the_whole_price_leaves_nothing_to_pay(desk: Desk) -> None:
    job = started(desk, 1, voucher(Payout.AT_PURCHASE, 2211, 10_000))
    assert sums(desk).held == 0
    invoice = ended(desk, job, 300).invoice
    assert invoice is not None
    assert (invoice.total_minor, paid_of(invoice)) == (1106, 0)
    assert sums(desk).free == CAPITAL
    assert balance(desk, "voucher_receivable:test") == 1106
    assert check_books(desk) == []


def test_an_unused_voucher_goes_back_to_its_limit(desk: Desk) -> None:
    job = started(desk, 1, voucher(Payout.AT_PURCHASE, 1000, 4500))
    ended(desk, job, 0, Phase.FAILED)
    assert used(desk) == (0, "released")
    assert check_books(desk) == []


def test_a_bill_is_made_once(desk: Desk) -> None:
    job = started(desk)
    step = ended(desk, job)
    assert bill_job(desk, with_state(job, "succeeded")) == step.invoice
    with desk.store.reading() as uow:
        assert len(uow.deals.invoices()) == 1


def test_numbers_have_no_gap_even_where_a_bill_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = billed(desk, 1)
    job = started(desk, 2)
    with monkeypatch.context() as broken:
        broken.setattr("entrepot.services.bill._book", _disk_full)
        with pytest.raises(OSError, match="disk full"):
            ended(desk, job)
    assert check_books(desk) == []
    second = ended(desk, job).invoice
    assert second is not None
    assert [first.seq, second.seq] == [1, 2]


def test_a_year_and_a_branch_count_for_themselves(desk: Desk) -> None:
    first = billed(desk, 1)
    desk.hand_clock.at += 60 * 86_400
    second = billed(desk, 2)
    assert [first.number, second.number] == ["HK-2026-000001", "HK-2027-000001"]
    assert check_books(desk) == []


def test_reports_count_up_to_what_was_sold(desk: Desk) -> None:
    job = started(desk)
    desk.hand.sent = [report(desk, job, 300, milli_device_seconds=10**12)]
    desk.hand.run_state = RunState(Phase.SUCCEEDED, 0)
    invoice = advance(desk, job.id).invoice
    assert invoice is not None
    assert invoice.total_minor == 1106


def _disk_full(*arguments: object) -> None:
    raise OSError("disk full")


def test_state_and_other_fields_change_together(desk: Desk) -> None:
    job = started(desk)
    changed: r.Job = with_state(job, "failed", exit_code=3)
    assert (changed.state, changed.exit_code, changed.id) == ("failed", 3, job.id)
