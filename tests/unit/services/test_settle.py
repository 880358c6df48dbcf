"""Settlement: every word that a bank may say, and what the books hold after it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.unit.services.desk import CAPITAL, CENTRE, Desk, balance, billed

from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.money import CNH, Amount
from entrepot.services import records as r
from entrepot.services import settle as s
from entrepot.services.check import check_books


def instructed(desk: Desk, key: str = "freeze", jobs: int = 2) -> r.Batch:
    """Bill some jobs and instruct the bank."""
    for n in range(1, jobs + 1):
        billed(desk, n)
    batch = s.freeze_batch(desk, CENTRE, key)
    assert batch is not None
    return s.instruct_bank(desk, batch.id).batch


def notice(
    batch: r.Batch,
    minor: int = 2000,
    status: BankStatus = BankStatus.BOOKED,
    reference: str = "BANK-1",
    reason: str = "",
) -> Confirmation:
    """Return a notice of the bank on a batch."""
    return Confirmation(batch.id, Amount(minor, CNH), status, reference, "2026-11-23", reason)


def standing(desk: Desk) -> dict[str, int]:
    """Return the balances that a settlement moves."""
    codes = ("bank", f"payable:{CENTRE}", "fx_clearing_hkd", "fx_clearing_cnh", "bank_cnh",
             "fx_spread_cost", "fx_realised")  # fmt: skip
    return {code: balance(desk, code) for code in codes}


def test_a_confirmed_batch_pays_the_centre_and_clears_the_currency(desk: Desk) -> None:
    batch = instructed(desk)
    assert (batch.state, batch.centre_minor, batch.mid_minor) == ("instructed", 2000, 2200)
    done = s.confirm_batch(desk, batch.id, [notice(batch)])
    assert (done.state, done.bank_reference) == ("settled", "BANK-1")
    assert standing(desk) == {
        "bank": CAPITAL - 2204,
        f"payable:{CENTRE}": 0,
        "fx_clearing_hkd": 0,
        "fx_clearing_cnh": 0,
        "bank_cnh": 0,
        "fx_spread_cost": 4,
        "fx_realised": 0,
    }
    assert check_books(desk) == []


def test_a_rejection_frees_the_members_voids_the_payment_and_the_next_run_settles(
    desk: Desk,
) -> None:
    batch = instructed(desk)
    before = standing(desk)
    failed = s.confirm_batch(
        desk, batch.id, [notice(batch, status=BankStatus.REJECTED, reason="AC01")]
    )
    assert failed.state == "failed"
    assert s._netting(failed).reason == "AC01"
    assert standing(desk) == before == {**before, "bank": CAPITAL}
    with desk.store.reading() as uow:
        assert uow.ledger.balance("bank").credits_pending == 0
        assert len(uow.settlements.open_invoices(CENTRE)) == 2
    assert check_books(desk) == []
    again = s.freeze_batch(desk, CENTRE, "second")
    assert again is not None
    assert again.id != batch.id
    s.instruct_bank(desk, again.id)
    assert s.confirm_batch(desk, again.id, [notice(again)]).state == "settled"
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert check_books(desk) == []


@pytest.mark.parametrize("minor", [1980, 2001, 0])
def test_another_amount_books_nothing_and_waits_for_the_right_one(desk: Desk, minor: int) -> None:
    batch = instructed(desk)
    before = standing(desk)
    with pytest.raises(Refused) as refused:
        s.confirm_batch(desk, batch.id, [notice(batch, minor)])
    assert refused.value.code == "settle.amount"
    assert "CNH 20.00" in str(refused.value)
    assert s.the_batch(desk, batch.id).state == "instructed"
    assert standing(desk) == before
    assert check_books(desk) == []
    assert s.confirm_batch(desk, batch.id, [notice(batch)]).state == "settled"


def test_a_pending_notice_and_foreign_ones_change_nothing(desk: Desk) -> None:
    batch = instructed(desk)
    foreign = Confirmation("B-OTHER", Amount(2000, CNH), BankStatus.BOOKED, "X", "2026-11-23")
    told = [notice(batch, status=BankStatus.PENDING, reference=""), foreign]
    assert s.confirm_batch(desk, batch.id, told) == batch
    assert s.confirm_batch(desk, batch.id, []) == batch
    assert s.confirm_batch(desk, batch.id, [notice(batch)]).state == "settled"


def test_one_booking_told_twice_counts_once(desk: Desk) -> None:
    batch = instructed(desk)
    first = s.confirm_batch(desk, batch.id, [notice(batch), notice(batch)])
    assert first.state == "settled"
    assert s.confirm_batch(desk, batch.id, [notice(batch)]) == first
    assert balance(desk, "bank") == CAPITAL - 2204


def test_two_halves_of_a_payment_settle_it(desk: Desk) -> None:
    batch = instructed(desk)
    halves = [notice(batch, 1500, reference="A"), notice(batch, 500, reference="B")]
    assert s.confirm_batch(desk, batch.id, halves).state == "settled"


@pytest.mark.parametrize(
    ("rate", "realised", "paid"),
    [(Fraction(12, 10), 200, 2405), (Fraction(1), -200, 2004), (Fraction(11, 10), 0, 2204)],
)
def test_the_rate_of_the_day_makes_a_gain_or_a_loss_that_the_books_show(
    desk: Desk, rate: Fraction, realised: int, paid: int
) -> None:
    """Carried at 1.10; paid at 1.20 it costs HKD 2.00 more, at 1.00 it leaves 2.00."""
    for n in (1, 2):
        billed(desk, n)
    desk.hand_fx.of[CNH] = rate
    batch = s.freeze_batch(desk, CENTRE, "freeze")
    assert batch is not None
    assert (batch.carrying_minor, batch.mid_minor + batch.spread_minor) == (2200, paid)
    s.instruct_bank(desk, batch.id)
    s.confirm_batch(desk, batch.id, [notice(batch)])
    assert balance(desk, "fx_realised") == realised
    assert balance(desk, "fx_clearing_hkd") == 0
    assert balance(desk, "bank") == CAPITAL - paid
    assert check_books(desk) == []


def test_a_branch_short_of_money_freezes_nothing(desk: Desk) -> None:
    billed(desk)
    desk.hand_fx.of[CNH] = Fraction(200)
    with pytest.raises(Refused) as refused:
        s.freeze_batch(desk, CENTRE, "freeze")
    assert refused.value.code == "settle.funds"
    assert "HKD 2,004.00" in str(refused.value)
    assert "HKD 1,000.00 free" in str(refused.value)
    assert s.unfinished(desk) == []
    desk.hand_fx.of[CNH] = Fraction(11, 10)
    assert s.freeze_batch(desk, CENTRE, "freeze") is not None


def test_what_is_promised_to_one_batch_is_not_free_for_another(desk: Desk) -> None:
    desk.hand_fx.of[CNH] = Fraction(60)
    billed(desk, 1)
    assert s.freeze_batch(desk, CENTRE, "one") is not None
    billed(desk, 2)
    with pytest.raises(Refused, match=r"HKD 398\.80 free"):
        s.freeze_batch(desk, CENTRE, "two")


def test_a_centre_that_is_owed_nothing_gets_no_batch(desk: Desk) -> None:
    assert s.freeze_batch(desk, CENTRE, "empty") is None
    billed(desk, 1, seconds=0)
    assert s.freeze_batch(desk, CENTRE, "nought") is None
    assert s.unfinished(desk) == []


def test_the_same_key_freezes_once_even_if_the_rate_has_moved(desk: Desk) -> None:
    billed(desk)
    first = s.freeze_batch(desk, CENTRE, "freeze")
    desk.hand_fx.of[CNH] = Fraction(12, 10)
    assert s.freeze_batch(desk, CENTRE, "freeze") == first


def test_a_batch_takes_what_is_open_and_later_bills_go_to_the_next(desk: Desk) -> None:
    billed(desk, 1)
    first = s.freeze_batch(desk, CENTRE, "one")
    billed(desk, 2)
    second = s.freeze_batch(desk, CENTRE, "two")
    assert first is not None and second is not None
    assert (first.centre_minor, second.centre_minor) == (1000, 1000)
    assert {b.id for b in s.unfinished(desk)} == {first.id, second.id}
    assert check_books(desk) == []


def test_the_payment_file_is_the_same_however_often_it_is_written(desk: Desk) -> None:
    batch = instructed(desk)
    again = s.instruct_bank(desk, batch.id)
    assert again.batch == batch
    assert sha256_hex(again.file) == batch.pain_digest
    assert batch.id.encode() in again.file


def test_a_batch_that_was_never_instructed_cannot_be_settled(desk: Desk) -> None:
    billed(desk)
    batch = s.freeze_batch(desk, CENTRE, "freeze")
    assert batch is not None
    before = standing(desk)
    with pytest.raises(Conflict):
        s.confirm_batch(desk, batch.id, [notice(batch, 1000)])
    assert standing(desk) == before


def test_a_booking_after_a_rejection_is_refused_and_books_nothing(desk: Desk) -> None:
    batch = instructed(desk)
    s.confirm_batch(desk, batch.id, [notice(batch, status=BankStatus.REJECTED, reason="AC01")])
    with pytest.raises(Conflict):
        s.confirm_batch(desk, batch.id, [notice(batch)])
    assert balance(desk, "bank") == CAPITAL
    assert check_books(desk) == []


def test_unknown_batches_and_centres_are_not_found(desk: Desk) -> None:
    for call in (
        lambda: s.the_batch(desk, "B-NONE"),
        lambda: s.instruct_bank(desk, "B-NONE"),
        lambda: s.the_centre(desk, "nowhere"),
        lambda: s.freeze_batch(desk, "nowhere", "k"),
    ):
        with pytest.raises(NotFound):
            call()
