"""The life of a claim in the books: applied, decided by another desk, proven, paid, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import job_file
from tests.unit.services.claim_desk import (
    AT_ONCE,
    COMMITTEE,
    IN_YUAN,
    LATER,
    ask,
    boss,
    claim_desk,
    claimed,
    programme,
    state,
)
from tests.unit.services.desk import Desk, balance, billed, ended, started

from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import CNY, HKD, Amount
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.claim_steps import (
    approve_claim,
    claw_back,
    collect_owed,
    expire_all,
    expire_claim,
    pay_claim,
    redeem_claim,
    refuse_claim,
)
from entrepot.services.claims import all_claims, the_claim
from entrepot.services.fund_view import all_funds, fund_of
from entrepot.services.lease import take_quote
from entrepot.services.ports_claims import Claim
from entrepot.services.postings import Entry, open_accounts, transfers_of
from entrepot.services.quote import quote_job
from entrepot.services.register import deposit
from entrepot.services.run_job import start_job

HALF = 553
"""Half of the bill of 300 seconds, HKD cents."""


@pytest.fixture
def counter(tmp_path: Path) -> Desk:
    """Return a desk at which a voucher is paid after a claim."""
    return claim_desk(tmp_path)


def used(desk: Desk, claim: Claim) -> set[int]:
    """Return what the counters of a claim hold."""
    limits = claim.limits["limits"]
    assert isinstance(limits, list)
    with desk.store.reading() as uow:
        return {uow.vouchers.used(str(limit["scope"])) for limit in limits}


def kept(desk: Desk) -> tuple[object, ...]:
    """Return claims, transfers and funds: the same before and after a refusal."""
    with desk.store.reading() as uow:
        return all_claims(desk), uow.ledger.transfers(), all_funds(desk)


def paid(desk: Desk, claim: Claim) -> Claim:
    """Take an applied claim to its payment."""
    approve_claim(boss(desk), claim.id, f"approve:{claim.id}")
    redeem_claim(desk, claim.id, f"redeem:{claim.id}")
    minor = the_claim(desk, claim.id).amount_minor
    return pay_claim(desk, claim.id, Amount(minor, HKD), "REF-1", f"pay:{claim.id}")


def test_a_claim_walks_to_its_payment(counter: Desk) -> None:
    invoice, claim = claimed(counter)
    codes = (f"prepaid:{claim.firm_id}", "bank")
    prepaid_before, bank_before = (balance(counter, code) for code in codes)
    assert (claim.state, claim.amount_minor, claim.held) == ("applied", HALF, True)
    assert (claim.applied_by, claim.invoice_id, used(counter, claim)) == (
        "counter", invoice.id, {HALF},
    )  # fmt: skip
    approved = approve_claim(boss(counter), claim.id, "a")
    assert (approved.state, approved.approved_by) == ("approved", "authority")
    redeemed = redeem_claim(counter, claim.id, "r")
    assert (redeemed.state, len(redeemed.evidence)) == ("redeemed", 64)
    assert balance(counter, f"voucher_receivable:{LATER}") == HALF
    assert balance(counter, f"voucher_payable:{claim.firm_id}") == -HALF
    assert check_books(counter) == []
    done = pay_claim(counter, claim.id, Amount(HALF, HKD), "REF-1", "p")
    assert (done.state, done.reference) == ("paid", "REF-1")
    assert balance(counter, f"voucher_receivable:{LATER}") == 0
    assert balance(counter, f"voucher_payable:{claim.firm_id}") == 0
    assert balance(counter, "bank") == bank_before + HALF
    assert balance(counter, f"prepaid:{claim.firm_id}") == prepaid_before - HALF
    assert check_books(counter) == []


def test_the_bills_deduction_goes_over_to_the_claim(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path, programme(id=AT_ONCE, payout="deducted_at_purchase"))
    firm = desk.firm
    invoice = billed_with_voucher(desk)
    due = balance(desk, f"voucher_receivable:{AT_ONCE}")
    claim = ask(desk, invoice, AT_ONCE)
    assert (claim.payout, claim.amount_minor) == ("deducted_at_purchase", due)
    assert used(desk, claim) == {due}
    assert check_books(desk) == []
    paid(desk, claim)
    assert balance(desk, f"voucher_receivable:{AT_ONCE}") == 0
    assert check_books(desk) == []
    bank, prepaid = balance(desk, "bank"), balance(desk, f"prepaid:{firm.id}")
    back = claw_back(desk, claim.id, "sold on", "back")
    assert (back.state, back.owed_minor, back.collected_minor) == ("clawed_back", due, due)
    assert balance(desk, "bank") == bank - due
    assert balance(desk, f"prepaid:{firm.id}") == prepaid + due
    assert used(desk, claim) == {0}
    assert check_books(desk) == []


def test_a_lease_that_reserved_for_a_later_claim_hands_it_over(counter: Desk) -> None:
    invoice = billed_with_voucher(counter)
    assert balance(counter, f"voucher_receivable:{LATER}") == 0
    claim = ask(counter, invoice)
    assert (claim.payout, claim.amount_minor) == ("claim_then_redeem", invoice.total_minor // 2)
    assert "reservation" in claim.body
    assert used(counter, claim) == {claim.amount_minor}
    assert paid(counter, claim).state == "paid"
    assert check_books(counter) == []


def billed_with_voucher(desk: Desk) -> r.Invoice:
    """Bill a job whose quote counted on a voucher."""
    quote = quote_job(desk, desk.firm, desk.read_job(job_file(desk.home))).quote
    lease = take_quote(desk, quote.id, accept_duties=True, key="take")
    invoice = ended(desk, start_job(desk, lease.id)).invoice
    assert invoice is not None
    return invoice


def test_a_deduction_that_is_refused_is_owed_by_the_firm(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path, programme(id=AT_ONCE, payout="deducted_at_purchase"))
    claim = ask(desk, billed_with_voucher(desk), AT_ONCE)
    part = approve_claim(boss(desk), claim.id, "a", amount=Amount(100, HKD))
    assert (part.amount_minor, part.owed_minor) == (100, claim.asked_minor - 100)
    assert the_claim(desk, claim.id).collected_minor == claim.asked_minor - 100
    assert balance(desk, f"voucher_receivable:{AT_ONCE}") == 100
    assert used(desk, claim) == {100}
    claw_back(desk, claim.id, "not used as stated", "back")
    assert balance(desk, f"voucher_receivable:{AT_ONCE}") == 0
    assert balance(desk, f"voucher_owed:{claim.firm_id}") == 0
    assert check_books(desk) == []


def test_what_the_firm_cannot_pay_back_stays_owed_until_it_can(counter: Desk) -> None:
    _invoice, claim = claimed(counter)
    paid(counter, claim)
    firm = claim.firm_id
    with counter.store.reading() as uow:
        free = uow.ledger.balance(f"prepaid:{firm}").credit_free

    def spend(uow: Any) -> None:
        out = Entry(f"prepaid:{firm}", "bank", free - 100, HKD, "withdrawal")
        moved = transfers_of([out], lambda: counter.ids.new("T"), "withdrawal:1")
        open_accounts(uow.ledger, moved)
        uow.ledger.post(moved)

    counter.write(spend, "spend")
    back = claw_back(counter, claim.id, "sold on", "back")
    assert (back.owed_minor, back.collected_minor) == (HALF, 100)
    assert balance(counter, f"voucher_owed:{firm}") == HALF - 100
    assert check_books(counter) == []
    assert collect_owed(counter, firm, "none") == 0
    deposit(counter, firm, Amount(1_000, HKD), "test", "more")
    assert collect_owed(counter, firm, "rest") == HALF - 100
    assert collect_owed(counter, firm, "rest") == HALF - 100, "a key counts once"
    assert balance(counter, f"voucher_owed:{firm}") == 0
    assert check_books(counter) == []


def test_two_approvals_by_one_person_are_refused(counter: Desk) -> None:
    _invoice, claim = claimed(counter)
    before = kept(counter)
    for decide in (
        lambda: approve_claim(counter, claim.id, "a"),
        lambda: refuse_claim(counter, claim.id, "no", "n"),
    ):
        with pytest.raises(Refused) as refused:
            decide()
        assert refused.value.code == "claim.four_eyes"
    assert kept(counter) == before


def test_the_database_itself_refuses_one_person_twice(counter: Desk) -> None:
    _invoice, claim = claimed(counter)
    with pytest.raises(Exception, match="claim_four_eyes"):
        counter.sql("UPDATE claim SET approved_by = applied_by WHERE id = :id", id=claim.id)


def test_redeeming_twice_is_refused(counter: Desk) -> None:
    _invoice, claim = claimed(counter)
    approve_claim(boss(counter), claim.id, "a")
    redeem_claim(counter, claim.id, "one")
    before = kept(counter)
    with pytest.raises(Conflict) as refused:
        redeem_claim(counter, claim.id, "two")
    assert refused.value.code == "claim.stage"
    assert kept(counter) == before
    pay_claim(counter, claim.id, Amount(HALF, HKD), "REF", "p")
    with pytest.raises(Conflict):
        pay_claim(counter, claim.id, Amount(HALF, HKD), "REF", "p2")
    assert check_books(counter) == []


def test_a_fund_cut_after_the_reservation_stops_the_approval(counter: Desk, tmp_path: Path) -> None:
    _invoice, claim = claimed(counter)
    state(counter, tmp_path, programme(fund=5))
    before = kept(counter)
    with pytest.raises(Conflict) as refused:
        approve_claim(boss(counter), claim.id, "a")
    assert refused.value.code == "voucher.exhausted"
    assert kept(counter) == before
    less = approve_claim(boss(counter), claim.id, "less", amount=Amount(500, HKD))
    assert (less.amount_minor, used(counter, less)) == (500, {500})
    assert check_books(counter) == []


def test_a_committees_amount_is_reserved_by_its_approval(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path, programme(id=COMMITTEE, discretionary="true", fund=9, cap="null"))
    claims = [claimed(desk, n, COMMITTEE)[1] for n in (1, 2)]
    assert [(c.held, c.amount_minor) for c in claims] == [(False, HALF), (False, HALF)]
    assert fund_of(desk, COMMITTEE).asked_minor == 2 * HALF
    assert approve_claim(boss(desk), claims[0].id, "a").held
    before = kept(desk)
    with pytest.raises(Conflict) as refused:
        approve_claim(boss(desk), claims[1].id, "b")
    assert refused.value.code == "voucher.exhausted"
    assert kept(desk) == before
    rest = approve_claim(boss(desk), claims[1].id, "c", amount=Amount(900 - HALF, HKD))
    assert used(desk, rest) == {900}
    assert fund_of(desk, COMMITTEE).left_minor == 0
    assert check_books(desk) == []


def test_other_currencies_are_never_converted(tmp_path: Path) -> None:
    desk = claim_desk(
        tmp_path, programme(), programme(id=IN_YUAN, currency="CNY", family="test.yuan")
    )
    _invoice, claim = claimed(desk)
    with pytest.raises(Invalid) as refused:
        ask(desk, billed(desk, 2), IN_YUAN)
    assert refused.value.code == "claim.currency"
    with pytest.raises(Invalid, match="in HKD, not in CNY"):
        approve_claim(boss(desk), claim.id, "a", amount=Amount(1, CNY))
    paid_claim = approve_claim(boss(desk), claim.id, "b")
    redeem_claim(desk, paid_claim.id, "r")
    with pytest.raises(Invalid, match="in HKD, not in CNY"):
        pay_claim(desk, claim.id, Amount(HALF, CNY), "REF", "p")
    with pytest.raises(Refused, match="arrived"):
        pay_claim(desk, claim.id, Amount(HALF - 1, HKD), "REF", "p")
    assert the_claim(desk, claim.id).state == "redeemed"


def test_a_line_is_claimed_once_a_family(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path, programme(), programme(id="test.twin"))
    invoice, claim = claimed(desk)
    with pytest.raises(Conflict) as refused:
        ask(desk, invoice, "test.twin")
    assert refused.value.code == "claim.double"
    refuse_claim(boss(desk), claim.id, "incomplete", "n")
    with pytest.raises(Conflict):
        ask(desk, invoice, "test.twin")
    assert used(desk, claim) == {0}
    assert check_books(desk) == []


def test_only_metered_and_paid_lines_are_claimed(counter: Desk) -> None:
    idle = ended(counter, started(counter, 1), 0).invoice
    assert idle is not None
    with pytest.raises(Refused) as refused:
        ask(counter, idle)
    assert refused.value.code == "claim.unmetered"
    invoice = billed(counter, 2)
    counter.sql(
        "UPDATE usage_event SET signature = '00' || substr(signature, 3) WHERE lease_id = :id",
        id=invoice.lease_id,
    )
    with pytest.raises(EntrepotError) as forged:
        ask(counter, invoice)
    assert forged.value.code == "claim.forged"
    assert all_claims(counter) == []


def test_a_bill_that_is_not_paid_is_not_claimed(
    counter: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = billed(counter)
    monkeypatch.setattr("entrepot.services.metered._paid", lambda *_given: 1)
    with pytest.raises(Refused) as refused:
        ask(counter, invoice)
    assert refused.value.code == "claim.unpaid"


def test_weak_grades_and_unfit_programmes_pay_nothing(tmp_path: Path) -> None:
    desk = claim_desk(
        tmp_path,
        programme(grade="K"),
        programme(id="test.models", base="model_cost", family="m"),
        programme(id=AT_ONCE, payout="deducted_at_purchase", family="p"),
    )
    invoice = billed(desk)
    codes: dict[str, str] = {}
    for name in (LATER, "test.models", AT_ONCE):
        with pytest.raises(Refused) as refused:
            ask(desk, invoice, name)
        codes[name] = refused.value.code
    assert codes == {
        LATER: "claim.not_entitled",
        "test.models": "claim.base",
        AT_ONCE: "claim.at_purchase",
    }


def test_an_approved_claim_expires_after_its_last_day(counter: Desk) -> None:
    _invoice, claim = claimed(counter)
    approve_claim(boss(counter), claim.id, "a", expires_on=date(2026, 11, 23))
    with pytest.raises(Refused) as early:
        expire_claim(counter, claim.id)
    assert early.value.code == "claim.not_lapsed"
    assert expire_all(counter) == []
    counter.hand_clock.at += 2 * 86_400
    with pytest.raises(Refused) as late:
        redeem_claim(counter, claim.id, "r")
    assert late.value.code == "claim.lapsed"
    (over,) = expire_all(counter)
    assert (over.state, used(counter, claim)) == ("expired", {0})
    assert check_books(counter) == []


def test_a_claim_of_the_new_year_counts_against_the_new_year(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path, programme(cap=6))
    first, second, third = (billed(desk, n) for n in (1, 2, 3))
    assert ask(desk, first).amount_minor == HALF
    assert ask(desk, second).amount_minor == 600 - HALF
    with pytest.raises(Refused, match="exhausted: cap_per_firm_year"):
        ask(desk, third)
    desk.hand_clock.at = 1_798_732_800  # 2027-01-01 00:00 in Shanghai
    claim = ask(desk, third)
    assert (claim.body["year"], claim.amount_minor) == (2027, HALF)
    assert check_books(desk) == []


def test_the_fund_shows_reserved_approved_paid_and_left(counter: Desk) -> None:
    claims = [claimed(counter, n)[1] for n in (1, 2, 3)]
    paid(counter, claims[0])
    approve_claim(boss(counter), claims[1].id, "a")
    fund = fund_of(counter, LATER)
    assert (fund.fund, fund.limit_minor) == ("fund_total", 100_000)
    assert (fund.reserved_minor, fund.approved_minor, fund.paid_minor) == (HALF, HALF, HALF)
    assert fund.left_minor == 100_000 - 3 * HALF
    assert (fund.burn_month_minor, fund.months_left) == (2 * HALF, 88)
    assert fund in all_funds(counter)


def test_a_fund_that_no_text_states_is_not_stated(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path, programme(fund="null"))
    claimed(desk)
    fund = fund_of(desk, LATER)
    assert (fund.fund, fund.limit_minor, fund.left_minor) == (None, None, None)
    assert (fund.reserved_minor, fund.burn_month_minor) == (HALF, None)


def test_an_unknown_claim_is_not_found(counter: Desk) -> None:
    with pytest.raises(NotFound, match="no claim C-1"):
        approve_claim(counter, "C-1", "a")


PLANTED = {
    "UPDATE claim SET amount_minor = amount_minor - 1": "receivable stands at",
    "UPDATE claim SET owed_minor = 5": "owed back, claims say 5",
    "UPDATE voucher_limit SET used_minor = used_minor + 1": "reservations and claims hold",
    "UPDATE claim SET state = 'paid'": "cents payable, claims redeemed 0",
}


@pytest.mark.parametrize("damage", PLANTED)
def test_the_proof_of_the_books_sees_damaged_claims(counter: Desk, damage: str) -> None:
    _invoice, claim = claimed(counter)
    approve_claim(boss(counter), claim.id, "a")
    redeem_claim(counter, claim.id, "r")
    assert check_books(counter) == []
    counter.sql(damage)
    assert any(PLANTED[damage] in problem for problem in check_books(counter))
