"""Ways to fund a batch, two persons at its release, and bookings without an order of ours."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.unit.services.contract_desk import on_credit, stand_on
from tests.unit.services.desk import CAPITAL, CENTRE, Desk, balance, billed, open_desk
from tests.unit.services.persons import acting
from tests.unit.services.settle_tools import add_bills, add_centres, pay_bills, problems, residue

from entrepot.domain.contracts.agreement import Billing
from entrepot.domain.contracts.funding import Mode
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services import four_eyes
from entrepot.services import records as r
from entrepot.services.bank_names import BankDayAsk
from entrepot.services.bank_word import hear_bank
from entrepot.services.monthly_invoice import issue_months
from entrepot.services.pay_centre import pay_centres, release_batches, simulated_bank
from entrepot.services.payments import pay_invoice
from entrepot.services.reconcile import reconcile, unmatched_entries
from entrepot.services.settle import freeze_batch, mode_of
from entrepot.services.settle_due import due_batches
from entrepot.services.settle_match import propose_match
from entrepot.services.settle_order import instruct_bank, instruct_together
from entrepot.services.settle_records import netting_of, the_batch


def word(
    reference: str, minor: int, bank: str, status: BankStatus = BankStatus.BOOKED
) -> Confirmation:
    amount = Amount(minor, CNH) if status == BankStatus.BOOKED else None
    return Confirmation(reference, amount, status, bank, "2026-11-23", "AC01")


def frozen(desk: Desk, mode: Mode, key: str = "freeze") -> r.Batch:
    batch = freeze_batch(desk, CENTRE, key, mode)
    assert batch is not None
    return batch


def two_bills(desk: Desk) -> None:
    add_bills(desk, [(1, CENTRE, 1000, 1090), (2, CENTRE, 2000, 2210)])


def state(desk: Desk, batch: r.Batch) -> str:
    return the_batch(desk, batch.id).state


def test_prefunded_buys_first_and_pays_once_the_rmb_are_there(desk: Desk) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PREFUNDED)
    order = instruct_bank(desk, batch.id)
    assert (order.batch.state, [file.leg for file in order.files]) == ("funding", ["fx"])
    hear_bank(desk, [word(f"{batch.id}-FX", -3000, "FX-1")])
    assert state(desk, batch) == "funded"
    assert (balance(desk, "bank_cnh"), balance(desk, f"payable:{CENTRE}")) == (3000, -3000)
    assert problems(desk) == []
    order = instruct_bank(desk, batch.id)
    assert (order.batch.state, [file.leg for file in order.files]) == ("instructed", ["pay"])
    hear_bank(desk, [word(batch.id, 3000, "PAY-1")])
    assert (state(desk, batch), residue(desk)) == ("settled", {})
    assert balance(desk, "fx_realised") == 3300 - 3300
    assert problems(desk) == []


def test_a_payment_that_fails_after_the_purchase_leaves_rmb_for_the_next_batch(
    desk: Desk,
) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PREFUNDED)
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(f"{batch.id}-FX", -3000, "FX-1")])
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(batch.id, 0, "", BankStatus.REJECTED)])
    assert (state(desk, batch), balance(desk, "bank_cnh")) == ("failed", 3000)
    assert problems(desk) == []
    desk.hand_fx.of[CNH] = Fraction(2)
    again = frozen(desk, Mode.PAY_AS_PAID, "again")
    assert (again.centre_minor, again.mid_minor, again.spread_minor) == (3000, 0, 0)
    instruct_bank(desk, again.id)
    hear_bank(desk, [word(again.id, 3000, "PAY-2")])
    assert (state(desk, again), residue(desk)) == ("settled", {})
    assert balance(desk, "bank") - CAPITAL == -3300 - 7
    assert problems(desk) == []


def test_a_purchase_that_fails_voids_the_batch(desk: Desk) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PREFUNDED)
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(f"{batch.id}-FX", 0, "", BankStatus.REJECTED)])
    assert (state(desk, batch), balance(desk, "bank")) == ("failed", CAPITAL)
    assert desk.store.ledger_counts()["transfers"] > 0
    assert problems(desk) == []


@pytest.mark.parametrize("first", ["fx", "pay"])
def test_both_legs_wait_for_each_other(desk: Desk, first: str) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PVP)
    order = instruct_bank(desk, batch.id)
    assert (order.batch.state, [file.leg for file in order.files]) == ("instructed", ["fx", "pay"])
    words = [word(f"{batch.id}-FX", -3000, "FX-1"), word(batch.id, 3000, "PAY-1")]
    words = words if first == "fx" else words[::-1]
    hear_bank(desk, words[:1])
    assert (state(desk, batch), balance(desk, "bank")) == ("instructed", CAPITAL)
    hear_bank(desk, words[1:])
    assert (state(desk, batch), residue(desk)) == ("settled", {})
    assert problems(desk) == []


@pytest.mark.parametrize("leg", ["fx", "pay"])
def test_one_leg_that_fails_voids_both(desk: Desk, leg: str) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PVP)
    instruct_bank(desk, batch.id)
    mark = "-FX" if leg == "fx" else ""
    hear_bank(desk, [word(batch.id + mark, 0, "", BankStatus.REJECTED)])
    assert (state(desk, batch), balance(desk, "bank")) == ("failed", CAPITAL)
    with desk.store.reading() as uow:
        assert uow.ledger.balance("bank").credits_pending == 0
        assert len(uow.settlements.open_invoices(CENTRE)) == 2
    assert problems(desk) == []


def test_what_the_bank_pays_though_the_purchase_failed_is_owed_back(desk: Desk) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PVP)
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(batch.id, 3000, "PAY-1")])
    hear_bank(desk, [word(f"{batch.id}-FX", 0, "", BankStatus.REJECTED)])
    assert (state(desk, batch), balance(desk, f"payable:{CENTRE}")) == ("failed", 0)
    assert problems(desk) == []
    again = frozen(desk, Mode.PVP, "again")
    assert (again.state, again.centre_minor) == ("settled", 0)
    assert (balance(desk, "bank_cnh"), problems(desk)) == (-3000, [])
    add_bills(desk, [(3, CENTRE, 500, 550)])
    good = frozen(desk, Mode.PREFUNDED, "good")
    assert good.mid_minor == 3850
    instruct_bank(desk, good.id)
    hear_bank(desk, [word(f"{good.id}-FX", -3500, "FX-3")])
    instruct_bank(desk, good.id)
    hear_bank(desk, [word(good.id, 500, "PAY-3")])
    assert (residue(desk), problems(desk)) == ({}, [])


def test_rmb_bought_for_a_batch_that_failed_are_our_own(desk: Desk) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PVP)
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(f"{batch.id}-FX", -3000, "FX-1")])
    hear_bank(desk, [word(batch.id, 0, "", BankStatus.REJECTED)])
    assert (state(desk, batch), balance(desk, "bank_cnh")) == ("failed", 3000)
    assert problems(desk) == []
    again = frozen(desk, Mode.PAY_AS_PAID, "again")
    assert again.mid_minor == 0
    instruct_bank(desk, again.id)
    hear_bank(desk, [word(again.id, 3000, "PAY-2")])
    assert (residue(desk), problems(desk)) == ({}, [])


def test_a_short_payment_leaves_what_was_bought_for_it(desk: Desk) -> None:
    two_bills(desk)
    batch = frozen(desk, Mode.PVP)
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(f"{batch.id}-FX", -3000, "FX-1"), word(batch.id, 2000, "PAY-1")])
    assert (state(desk, batch), balance(desk, "bank_cnh")) == ("part_settled", 1000)
    assert problems(desk) == []


def test_only_bills_that_customers_have_paid_are_settled_unless_prefunded(desk: Desk) -> None:
    two_bills(desk)
    add_bills(desk, [(3, CENTRE, 500, 550)], paid=False)
    assert [(d.invoices, d.waiting, d.cnh_minor) for d in due_batches(desk)] == [(2, 1, 3000)]
    assert frozen(desk, Mode.PAY_AS_PAID).centre_minor == 3000
    assert freeze_batch(desk, CENTRE, "later", Mode.PVP) is None
    early = frozen(desk, Mode.PREFUNDED, "early")
    assert early.centre_minor == 500


def test_a_bill_is_settled_once_its_customer_has_paid(desk: Desk) -> None:
    add_bills(desk, [(1, CENTRE, 500, 550), (2, CENTRE, 700, 770)], paid=False)
    assert freeze_batch(desk, CENTRE, "unpaid") is None
    pay_bills(desk, 606, "oldest")
    batch = frozen(desk, Mode.PAY_AS_PAID)
    assert batch.centre_minor == 500


def test_a_bill_on_credit_is_settled_once_its_months_invoice_is_paid(desk: Desk) -> None:
    on_credit(desk, billing=Billing.MONTHLY)
    bill = billed(desk, 1)
    assert freeze_batch(desk, CENTRE, "unpaid") is None
    stand_on(desk, "2026-12-02")
    (issued,) = issue_months(desk, "2026-11")
    assert freeze_batch(desk, CENTRE, "issued") is None
    amount = Amount(bill.total_minor, HKD)
    pay_invoice(desk, issued.bill.number, amount, "paid", "pay")
    assert frozen(desk, Mode.PAY_AS_PAID).centre_minor == bill.centre_minor


def test_two_persons_release_what_is_above_the_limit(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home", {"ENTREPOT_RELEASE_ALONE_CENTS": "3000"})
    two_bills(desk)
    (paid,) = pay_centres(desk, [], simulated_bank(desk, "accept"), key="one")
    assert (paid.batch.state, paid.papers) == ("frozen", ())
    assert paid.waits_for.startswith("PR-")
    (same,) = pay_centres(desk, [], simulated_bank(desk, "accept"), key="two")
    assert (same.batch.id, same.waits_for) == (paid.batch.id, paid.waits_for)
    with pytest.raises(Refused) as refused:
        instruct_bank(desk, paid.batch.id)
    assert refused.value.code == "settle.release"
    bank = simulated_bank(desk, "accept")
    with pytest.raises(Refused) as refused:
        release_batches(desk, [paid.batch.id], bank, "alone")
    assert refused.value.code == "four_eyes.same_person"
    assert balance(desk, "bank") == CAPITAL
    other = acting(desk, "second.person")
    other.settings = replace(desk.settings, actor="second.person")
    (done,) = release_batches(other, [paid.batch.id], bank, "together")
    assert done.batch.state == "settled"
    assert problems(desk) == []
    with desk.store.reading() as uow:
        (line,) = uow.settling.lines(batch_id=paid.batch.id)
    assert line.made_by == "second.person"


def test_without_a_proposal_nobody_can_release(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home", {"ENTREPOT_RELEASE_ALONE_CENTS": "0"})
    two_bills(desk)
    batch = frozen(desk, Mode.PAY_AS_PAID)
    with pytest.raises(NotFound) as refused:
        release_batches(desk, [batch.id], simulated_bank(desk, "accept"), "early")
    assert refused.value.code == "settle.no_release"


def test_many_batches_go_in_one_file_and_are_refused_as_one(desk: Desk) -> None:
    names = add_centres(desk, 3)
    add_bills(desk, [(n, name, 100 * n, 110 * n) for n, name in enumerate(names, 1)])
    made = [freeze_batch(desk, name, f"freeze-{name}") for name in names]
    batches = [batch for batch in made if batch is not None]
    (file,) = instruct_together(desk, [batch.id for batch in batches])
    assert b"<NbOfTxs>3</NbOfTxs>" in file.data and b"<CtrlSum>6.00</CtrlSum>" in file.data
    with desk.store.reading() as uow:
        (line,) = uow.settling.lines(batch_id=batches[0].id)
        assert len(uow.settling.lines(message_id=line.message_id)) == 3
    assert {the_batch(desk, one.id).pain_digest for one in batches} == {sha256_hex(file.data)}
    hear_bank(desk, [word(line.message_id, 0, "", BankStatus.REJECTED)])
    assert {state(desk, batch) for batch in batches} == {"failed"}
    assert problems(desk) == []


def test_a_file_with_many_payments_is_booked_one_by_one(desk: Desk) -> None:
    names = add_centres(desk, 2)
    add_bills(desk, [(n, name, 100 * n, 110 * n) for n, name in enumerate(names, 1)])
    made = [freeze_batch(desk, name, f"freeze-{name}") for name in names]
    batches = [batch for batch in made if batch is not None]
    (file,) = instruct_together(desk, [batch.id for batch in batches])
    answers = simulated_bank(desk, "accept")(file.data)
    hear_bank(desk, desk.documents.bank_notices(answers))
    assert {state(desk, batch) for batch in batches} == {"settled"}
    assert (residue(desk), problems(desk)) == ({}, [])


def lost(desk: Desk) -> tuple[r.Batch, str]:
    """Let the bank book a payment without our reference."""
    two_bills(desk)
    (paid,) = pay_centres(desk, [], simulated_bank(desk, "unknown-reference"), key="one")
    assert paid.batch.state == "instructed"
    path = next(path for path in paid.papers if path.parent.name == "bank")
    hear_bank(desk, desk.documents.bank_notices([path.read_bytes()]))
    (entry,) = unmatched_entries(desk)
    assert [(one.batch_id, one.score) for one in entry.suggestions] == [(paid.batch.id, 100)]
    return paid.batch, entry.entry.id


def test_a_booking_without_reference_is_matched_by_two_persons(desk: Desk) -> None:
    batch, entry = lost(desk)
    assert balance(desk, "bank") == CAPITAL
    view = propose_match(desk, entry, batch.id, "match")
    with pytest.raises(Refused):
        four_eyes.approve(desk, view.proposal.id, "alone")
    done = four_eyes.approve(acting(desk, "second.person"), view.proposal.id, "two")
    assert done.ending is not None and done.ending.result["state"] == "settled"
    assert (residue(desk), problems(desk), unmatched_entries(desk)) == ({}, [], [])
    with desk.store.reading() as uow:
        assert uow.settling.entries(batch.id)[0].matched_by == "desk, second.person"
    with pytest.raises(Conflict):
        propose_match(desk, entry, batch.id, "again")


def test_a_return_told_before_its_payment_is_matched_as_a_return(desk: Desk) -> None:
    """It is as many RMB as were bought for the batch, but names the payment."""
    two_bills(desk)
    batch = frozen(desk, Mode.PAY_AS_PAID)
    instruct_bank(desk, batch.id)
    hear_bank(desk, [word(batch.id, -3000, "BACK")])
    hear_bank(desk, [word(batch.id, 3000, "PAID")])
    (lost_word,) = unmatched_entries(desk)
    view = propose_match(desk, lost_word.entry.id, batch.id, "match")
    four_eyes.approve(acting(desk, "second.person"), view.proposal.id, "two")
    assert state(desk, batch) == "returned"
    assert (balance(desk, "bank_cnh"), balance(desk, f"payable:{CENTRE}")) == (3000, -3000)
    assert problems(desk) == []


def test_what_cannot_be_matched_is_refused(desk: Desk) -> None:
    _batch, entry = lost(desk)
    for name, batch_id, kind in (("BE-X", "B-X", NotFound), (entry, "B-X", NotFound)):
        with pytest.raises(kind):
            propose_match(desk, name, batch_id, f"{name}{batch_id}")
    add_bills(desk, [(9, CENTRE, 5, 5)])
    waiting = frozen(desk, Mode.PAY_AS_PAID, "waits")
    with pytest.raises(Invalid):
        propose_match(desk, entry, waiting.id, "unsent")


def test_matched_and_unmatched_are_the_statement_and_the_balance_agrees(
    desk: Desk, tmp_path: Path
) -> None:
    two_bills(desk)
    pay_centres(desk, [], lambda order: [], key="one")
    orders, messages = desk.home / "documents/payments", tmp_path / "bank"
    messages.mkdir()
    ask = BankDayAsk(orders, messages, day="2026-11-23", opening_hkd=CAPITAL)
    desk.hand_clock.at += 2 * 86_400
    files = [path.read_bytes() for path in desk.documents.simulate_folder(ask)]
    rmb, hkd = reconcile(desk, [file for file in files if b"camt.053" in file])
    assert (len(rmb.matched), len(hkd.matched)) == (2, 1)
    assert rmb.unmatched == hkd.unmatched == ()
    assert rmb.difference.minor == hkd.difference.minor == 0
    assert hkd.statement.closing.minor == balance(desk, "bank") == CAPITAL - 3307
    assert (residue(desk), problems(desk)) == ({}, [])
    again = reconcile(desk, [file for file in files if b"camt.053" in file])
    assert [one.matched for one in again] == [rmb.matched, hkd.matched]


def test_a_mode_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        mode_of(open_desk(tmp_path / "home", {"ENTREPOT_SETTLE_MODE": "someday"}))


def test_a_batch_says_how_it_is_paid(desk: Desk) -> None:
    two_bills(desk)
    assert netting_of(frozen(desk, Mode.PVP)).mode == Mode.PVP
