"""Settlement: every word that a bank may say, and what the books hold after it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.unit.services.desk import CAPITAL, CENTRE, Desk, balance, billed

from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.money import CNH, Amount
from entrepot.services import records as r
from entrepot.services import settle as s
from entrepot.services.bank_word import confirm_batch
from entrepot.services.check import check_books
from entrepot.services.settle_order import instruct_bank
from entrepot.services.settle_records import netting_of, the_batch, the_centre, unfinished


def instructed(desk: Desk, key: str = "freeze", jobs: int = 2) -> r.Batch:
    """Bill some jobs and instruct the bank."""
    for n in range(1, jobs + 1):
        billed(desk, n)
    batch = s.freeze_batch(desk, CENTRE, key)
    assert batch is not None
    return instruct_bank(desk, batch.id).batch


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
    done = confirm_batch(desk, batch.id, [notice(batch)])
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
    failed = confirm_batch(
        desk, batch.id, [notice(batch, status=BankStatus.REJECTED, reason="AC01")]
    )
    assert failed.state == "failed"
    assert netting_of(failed).reason == "AC01"
    assert standing(desk) == before == {**before, "bank": CAPITAL}
    with desk.store.reading() as uow:
        assert uow.ledger.balance("bank").credits_pending == 0
        assert len(uow.settlements.open_invoices(CENTRE)) == 2
    assert check_books(desk) == []
    again = s.freeze_batch(desk, CENTRE, "second")
    assert again is not None
    assert again.id != batch.id
    instruct_bank(desk, again.id)
    assert confirm_batch(desk, again.id, [notice(again)]).state == "settled"
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert check_books(desk) == []


def position(desk: Desk) -> tuple[int, int]:
    """Return what the clearing accounts hold: CNH fen owed, HKD cents they are carried at."""
    return balance(desk, "fx_clearing_cnh"), -balance(desk, "fx_clearing_hkd")


def test_a_short_payment_settles_what_was_paid_and_the_next_batch_takes_the_rest(
    desk: Desk,
) -> None:
    batch = instructed(desk)
    after = confirm_batch(desk, batch.id, [notice(batch, 1980)])
    assert after.state == "part_settled"
    assert balance(desk, f"payable:{CENTRE}") == -20
    assert position(desk) == (20, 22)
    assert balance(desk, "bank") == CAPITAL - 2178 - 4
    assert check_books(desk) == []
    rest = s.freeze_batch(desk, CENTRE, "rest")
    assert rest is not None and rest.centre_minor == 20
    instruct_bank(desk, rest.id)
    assert confirm_batch(desk, rest.id, [notice(rest, 20, reference="BANK-2")]).state == "settled"
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert position(desk) == (0, 0)
    assert check_books(desk) == []


def test_what_was_paid_too_much_is_netted_by_the_next_batch(desk: Desk) -> None:
    batch = instructed(desk)
    assert confirm_batch(desk, batch.id, [notice(batch, 2100)]).state == "settled"
    assert balance(desk, f"payable:{CENTRE}") == 100
    assert position(desk) == (-100, -110)
    assert check_books(desk) == []
    assert s.freeze_batch(desk, CENTRE, "nothing") is None
    billed(desk, 3)
    after = s.freeze_batch(desk, CENTRE, "next")
    assert after is not None and after.centre_minor == 900
    instruct_bank(desk, after.id)
    confirm_batch(desk, after.id, [notice(after, 900, reference="BANK-2")])
    assert position(desk) == (0, 0)
    assert balance(desk, "bank") == CAPITAL - 3 * 1100 - 5 - 2
    assert check_books(desk) == []


def test_members_that_cancel_out_are_settled_without_a_payment(desk: Desk) -> None:
    batch = instructed(desk)
    confirm_batch(desk, batch.id, [notice(batch, 3000)])
    billed(desk, 3)
    netted = s.freeze_batch(desk, CENTRE, "next")
    assert netted is not None
    assert (netted.state, netted.centre_minor) == ("settled", 0)
    assert position(desk) == (0, 0)
    assert check_books(desk) == []


def test_a_payment_in_two_parts_leaves_nothing_open(desk: Desk) -> None:
    batch = instructed(desk)
    confirm_batch(desk, batch.id, [notice(batch, 1201, reference="A")])
    assert position(desk) == (799, 879)
    done = confirm_batch(desk, batch.id, [notice(batch, 799, reference="B")])
    assert done.state == "settled"
    assert position(desk) == (0, 0)
    assert balance(desk, "bank") == CAPITAL - 2204
    assert check_books(desk) == []
    again = s.freeze_batch(desk, CENTRE, "nothing")
    assert again is not None and (again.state, again.centre_minor) == ("settled", 0)


def test_a_return_reopens_the_debt_at_its_carrying_value(desk: Desk) -> None:
    for n in (1, 2):
        billed(desk, n)
    desk.hand_fx.of[CNH] = Fraction(12, 10)
    batch = s.freeze_batch(desk, CENTRE, "freeze")
    assert batch is not None
    instruct_bank(desk, batch.id)
    confirm_batch(desk, batch.id, [notice(batch)])
    assert balance(desk, "fx_realised") == 200
    back = confirm_batch(desk, batch.id, [notice(batch, -2000, reference="BANK-2")])
    assert back.state == "returned"
    assert (balance(desk, f"payable:{CENTRE}"), balance(desk, "bank_cnh")) == (-2000, 2000)
    assert balance(desk, "fx_realised") == 0
    assert check_books(desk) == []
    again = s.freeze_batch(desk, CENTRE, "again")
    assert again is not None
    assert (again.centre_minor, again.mid_minor, again.carrying_minor) == (2000, 0, 2200)
    instruct_bank(desk, again.id)
    confirm_batch(desk, again.id, [notice(again, reference="BANK-3")])
    assert balance(desk, "fx_realised") == 200
    assert standing(desk)["bank_cnh"] == balance(desk, f"payable:{CENTRE}") == 0
    assert position(desk) == (0, 0)
    assert check_books(desk) == []


def test_more_money_back_than_ever_went_out_is_booked_by_nobody(desk: Desk) -> None:
    batch = instructed(desk)
    confirm_batch(desk, batch.id, [notice(batch)])
    before = standing(desk)
    assert confirm_batch(desk, batch.id, [notice(batch, -2001, reference="X")]).state == "settled"
    assert standing(desk) == before
    with desk.store.reading() as uow:
        assert [one.note for one in uow.settling.entries(unmatched=True)] == ["too_much_back"]
    assert check_books(desk) == []


def test_one_reference_with_two_amounts_is_booked_once_and_listed(desk: Desk) -> None:
    batch = instructed(desk)
    confirm_batch(desk, batch.id, [notice(batch), notice(batch, 1999)])
    assert the_batch(desk, batch.id).state == "settled"
    with desk.store.reading() as uow:
        assert [one.note for one in uow.settling.entries(unmatched=True)] == ["contradiction"]
    assert check_books(desk) == []


def test_a_pending_notice_and_foreign_ones_change_nothing(desk: Desk) -> None:
    batch = instructed(desk)
    foreign = Confirmation("B-OTHER", Amount(2000, CNH), BankStatus.BOOKED, "X", "2026-11-23")
    told = [notice(batch, status=BankStatus.PENDING, reference=""), foreign]
    assert confirm_batch(desk, batch.id, told) == batch
    assert confirm_batch(desk, batch.id, []) == batch
    assert confirm_batch(desk, batch.id, [notice(batch)]).state == "settled"


def test_one_booking_told_twice_counts_once(desk: Desk) -> None:
    batch = instructed(desk)
    first = confirm_batch(desk, batch.id, [notice(batch), notice(batch)])
    assert first.state == "settled"
    assert confirm_batch(desk, batch.id, [notice(batch)]) == first
    assert balance(desk, "bank") == CAPITAL - 2204


def test_two_halves_of_a_payment_settle_it(desk: Desk) -> None:
    batch = instructed(desk)
    halves = [notice(batch, 1500, reference="A"), notice(batch, 500, reference="B")]
    assert confirm_batch(desk, batch.id, halves).state == "settled"


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
    instruct_bank(desk, batch.id)
    confirm_batch(desk, batch.id, [notice(batch)])
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
    assert unfinished(desk) == []
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
    assert unfinished(desk) == []


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
    assert {b.id for b in unfinished(desk)} == {first.id, second.id}
    assert check_books(desk) == []


def test_the_payment_file_is_the_same_however_often_it_is_written(desk: Desk) -> None:
    batch = instructed(desk)
    again = instruct_bank(desk, batch.id)
    assert again.batch == batch
    assert sha256_hex(again.file) == batch.pain_digest
    assert batch.id.encode() in again.file


def test_a_batch_that_was_never_instructed_cannot_be_settled(desk: Desk) -> None:
    billed(desk)
    batch = s.freeze_batch(desk, CENTRE, "freeze")
    assert batch is not None
    before = standing(desk)
    assert confirm_batch(desk, batch.id, [notice(batch, 1000)]).state == "frozen"
    assert standing(desk) == before
    with desk.store.reading() as uow:
        assert [one.note for one in uow.settling.entries(unmatched=True)] == ["not_instructed"]


def test_a_booking_after_a_rejection_is_owed_back_by_the_centre(desk: Desk) -> None:
    batch = instructed(desk)
    confirm_batch(desk, batch.id, [notice(batch, status=BankStatus.REJECTED, reason="AC01")])
    late = confirm_batch(desk, batch.id, [notice(batch)])
    assert (late.state, balance(desk, "bank")) == ("failed", CAPITAL - 2204)
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert check_books(desk) == []
    netted = s.freeze_batch(desk, CENTRE, "next")
    assert netted is not None and (netted.state, netted.centre_minor) == ("settled", 0)
    assert position(desk) == (0, 0)
    assert check_books(desk) == []


def test_unknown_batches_and_centres_are_not_found(desk: Desk) -> None:
    for call in (
        lambda: the_batch(desk, "B-NONE"),
        lambda: instruct_bank(desk, "B-NONE"),
        lambda: the_centre(desk, "nowhere"),
        lambda: s.freeze_batch(desk, "nowhere", "k"),
    ):
        with pytest.raises(NotFound):
            call()
