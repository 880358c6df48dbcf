"""The bank's notices against the payment instructed."""

from dataclasses import replace

from entrepot.domain.contracts.matching import BankStatus, Confirmation, Verdict, match
from entrepot.kernel.money import CNH, HKD, Amount

ASKED = Amount(1000, CNH)
BOOKED = Confirmation("B-1", ASKED, BankStatus.BOOKED, "REF-1", "2026-11-23")


def test_one_full_booking_matches():
    found = match("B-1", ASKED, [BOOKED])
    assert (found.verdict, found.difference.minor) == (Verdict.MATCHED, 0)


def test_the_same_booking_told_twice_counts_once():
    found = match("B-1", ASKED, [BOOKED, BOOKED])
    assert (found.verdict, len(found.repeated)) == (Verdict.MATCHED, 1)


def test_two_bookings_are_too_much():
    found = match("B-1", ASKED, [BOOKED, replace(BOOKED, bank_reference="REF-2")])
    assert (found.verdict, found.difference) == (Verdict.OVER, ASKED)


def test_a_part_paid_is_short():
    found = match("B-1", ASKED, [replace(BOOKED, amount=Amount(990, CNH))])
    assert (found.verdict, found.difference) == (Verdict.SHORT, Amount(-10, CNH))


def test_a_rejection_carries_its_reason_and_a_booking_outweighs_it():
    refusal = Confirmation("B-1", None, BankStatus.REJECTED, "", "", "AC01")
    found = match("B-1", ASKED, [refusal])
    assert (found.verdict, found.reason) == (Verdict.REJECTED, "AC01")
    assert match("B-1", ASKED, [refusal, BOOKED]).verdict == Verdict.MATCHED


def test_nothing_said_is_pending():
    waiting = Confirmation("B-1", ASKED, BankStatus.PENDING, "", "")
    assert match("B-1", ASKED, []).verdict == Verdict.PENDING
    assert match("B-1", ASKED, [waiting]).verdict == Verdict.PENDING


def test_notices_of_others_stay_unmatched_and_none_is_lost():
    notices = [
        BOOKED,
        BOOKED,
        replace(BOOKED, end_to_end_id="B-2"),
        replace(BOOKED, amount=Amount(1000, HKD)),
        replace(BOOKED, amount=None),
    ]
    found = match("B-1", ASKED, notices)
    assert (len(found.matched), len(found.repeated), len(found.unmatched)) == (1, 1, 3)
    assert found.verdict == Verdict.MATCHED
