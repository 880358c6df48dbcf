"""Paying centres from start to end, by a bank that answers in every way it can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.services.desk import CAPITAL, CENTRE, Desk, balance, billed, settled

from entrepot.kernel.errors import Invalid, NotFound
from entrepot.services.check import check_books
from entrepot.services.pay_centre import pay_centres, simulated_bank, statement_of, write_statement

FOLDERS = ["payments", "bank", "statements", "statements", "statements"]


def test_a_run_pays_and_leaves_order_answer_and_statement(desk: Desk) -> None:
    billed(desk, 1)
    billed(desk, 2, seconds=150)
    (paid,) = settled(desk)
    assert (paid.batch.state, paid.batch.centre_minor, paid.reason) == ("settled", 1500, "")
    assert [path.parent.name for path in paid.papers] == FOLDERS
    assert all(path.stat().st_size for path in paid.papers)
    assert settled(desk, key="again") == []
    assert check_books(desk) == []


def test_the_statement_sums_to_what_was_paid(desk: Desk) -> None:
    bills = [billed(desk, 1), billed(desk, 2, seconds=150), billed(desk, 3, seconds=7)]
    (paid,) = settled(desk)
    paper = statement_of(desk, paid.batch)
    assert [line.amount.minor for line in paper.lines] == [1000, 500, 23]
    assert [line.invoice_number for line in paper.lines] == [bill.number for bill in bills]
    assert [line.milli_device_seconds for line in paper.lines] == [300_000, 150_000, 7_000]
    assert paper.total.minor == paid.batch.centre_minor == sum(b.centre_minor for b in bills)
    kept = json.loads(paid.papers[-1].read_bytes())
    assert kept["total"]["minor"] == 1523
    assert kept["bank_reference"] == paid.batch.bank_reference


def test_the_same_batch_gives_the_same_statement(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk)
    before = paid.papers[-1].read_bytes()
    assert write_statement(desk, paid.batch)[-1].read_bytes() == before


@pytest.mark.parametrize("behaviour", ["accept", "duplicate"])
def test_the_bank_may_tell_a_booking_twice(desk: Desk, behaviour: str) -> None:
    billed(desk)
    (paid,) = settled(desk, behaviour)
    assert paid.batch.state == "settled"
    assert balance(desk, "bank") == CAPITAL - 1102


def test_a_rejected_payment_is_told_and_the_next_run_pays(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk, "reject", "one")
    assert (paid.batch.state, paid.reason) == ("failed", "AC01 Simulated bank")
    assert balance(desk, "bank") == CAPITAL
    assert check_books(desk) == []
    (again,) = settled(desk, "accept", "two")
    assert again.batch.state == "settled"
    assert again.batch.id != paid.batch.id
    assert check_books(desk) == []


def test_the_same_run_again_tells_of_the_failed_batch_and_pays_nothing(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk, "reject", "one")
    (again,) = settled(desk, "accept", "one")
    assert (again.batch.id, again.batch.state) == (paid.batch.id, "failed")
    assert balance(desk, "bank") == CAPITAL


def test_a_late_payment_stays_instructed_until_the_bank_has_booked_it(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk, "delay", "one")
    assert paid.batch.state == "instructed"
    assert balance(desk, "bank") == CAPITAL
    billed(desk, 2)
    first, second = settled(desk, "accept", "two")
    assert (first.batch.id, first.batch.state) == (paid.batch.id, "settled")
    assert second.batch.state == "settled"
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert check_books(desk) == []


def test_a_short_payment_leaves_the_rest_to_the_next_run(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk, "short", "one")
    assert paid.batch.state == "part_settled"
    assert statement_of(desk, paid.batch).total.minor == 990
    assert check_books(desk) == []
    (rest,) = settled(desk, "accept", "two")
    assert (rest.batch.state, rest.batch.centre_minor) == ("settled", 10)
    assert statement_of(desk, rest.batch).total.minor == 10
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert check_books(desk) == []


def test_what_the_bank_said_at_first_is_kept_beside_what_it_says_later(desk: Desk) -> None:
    billed(desk)
    settled(desk, "delay", "one")
    settled(desk, "accept", "two")
    kept = [path.read_bytes() for path in (desk.home / "documents/bank").iterdir()]
    assert sorted(b"PDNG" in file for file in kept) == [False, True]


def test_a_statement_lost_in_a_crash_is_written_by_the_next_run(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk, key="one")
    for path in paid.papers[-3:]:
        path.unlink()
    settled(desk, key="two")
    assert all(path.exists() for path in paid.papers)


def test_only_the_centres_named_are_paid(desk: Desk) -> None:
    billed(desk)
    bank = simulated_bank(desk, "accept")
    with pytest.raises(NotFound):
        pay_centres(desk, ["nowhere"], bank, key="one")
    assert pay_centres(desk, [CENTRE], bank, key="two")[0].batch.state == "settled"


def test_a_bank_of_an_unknown_temper_is_refused_and_the_batch_waits(desk: Desk) -> None:
    billed(desk)
    with pytest.raises(Invalid):
        settled(desk, "moody", "one")
    assert settled(desk, key="two")[0].batch.state == "settled"


def test_papers_lie_in_the_home(desk: Desk) -> None:
    billed(desk)
    (paid,) = settled(desk)
    assert {path.relative_to(desk.home).parts[0] for path in map(Path, paid.papers)} == {
        "documents"
    }
