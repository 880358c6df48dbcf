"""Dunning with the books: letters once, leases stopped and let again, write-off, recovery."""

from __future__ import annotations

import pytest
from tests.unit.services.contract_desk import LIMIT, approved, on_credit, stand_on
from tests.unit.services.desk import CAPITAL, Desk, balance, billed, leased

from entrepot.domain.contracts.dunning import Stage
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services.check import check_books
from entrepot.services.dunning import overdue, remind
from entrepot.services.open_items import open_item
from entrepot.services.payments import PREPAID, pay_invoice
from entrepot.services.write_off import propose_write_off


@pytest.fixture
def owing(desk: Desk) -> Desk:
    """A firm that owes one invoice, due on 21 December 2026."""
    on_credit(desk)
    billed(desk, 1)
    return desk


NUMBER = "HK-2026-000001"


def owed(desk: Desk) -> int:
    with desk.store.reading() as uow:
        return open_item(uow, NUMBER).open


def pay(desk: Desk, minor: int, reference: str = "TT", source: str = "bank") -> None:
    pay_invoice(desk, NUMBER, Amount(minor, HKD), reference, f"pay:{reference}", source)


def stage(desk: Desk) -> Stage:
    found = overdue(desk, every=True)
    return found[0].stage if found else Stage.PAID


def test_an_unpaid_invoice_walks_through_all_stages_and_a_payment_ends_it(owing: Desk) -> None:
    walk = {
        "2026-12-21": Stage.CURRENT,
        "2026-12-22": Stage.DUE,
        "2026-12-28": Stage.REMINDED_1,
        "2027-01-04": Stage.REMINDED_2,
        "2027-01-11": Stage.REMINDED_3,
        "2027-01-20": Stage.SUSPENDED,
    }
    for day, wanted in walk.items():
        stand_on(owing, day)
        assert (day, stage(owing)) == (day, wanted)
    with pytest.raises(Refused, match="takes no new lease"):
        leased(owing, 2)
    pay(owing, owed(owing) - 1, "TT-1")
    with pytest.raises(Refused, match="takes no new lease"):
        leased(owing, 3)
    pay(owing, 1, "TT-2")
    assert stage(owing) == Stage.PAID
    leased(owing, 4)
    assert check_books(owing) == []


def test_letters_are_written_once_a_step_and_the_newest_counts(owing: Desk) -> None:
    assert remind(owing, "day 0") == []
    stand_on(owing, "2026-12-28")
    ((first, papers),) = remind(owing, "day 7")
    assert (first.level, [path.suffix for path in papers]) == (1, [".pdf", ".pdf", ".json"])
    assert remind(owing, "day 7 again") == []
    stand_on(owing, "2027-01-25")
    ((last, _),) = remind(owing, "day 35")
    assert last.level == 3
    assert remind(owing, "day 35 again") == []
    assert check_books(owing) == []


def test_a_payment_above_what_is_open_goes_to_the_prepaid_account(owing: Desk) -> None:
    firm, due = owing.firm.id, owed(owing)
    pay(owing, due + 500)
    assert owed(owing) == 0
    assert -balance(owing, f"prepaid:{firm}") == CAPITAL + 500
    assert balance(owing, "bank") == CAPITAL + due + 500
    assert check_books(owing) == []


def test_a_payment_counts_once_a_reference(owing: Desk) -> None:
    pay(owing, 100)
    before = owed(owing)
    pay_invoice(owing, NUMBER, Amount(100, HKD), "TT", "another key")
    assert owed(owing) == before
    with pytest.raises(Conflict, match="TT"):
        pay_invoice(owing, NUMBER, Amount(101, HKD), "TT", "a third key")
    for amount, reference in (
        (Amount(0, HKD), "A"),
        (Amount(-1, HKD), "B"),
        (Amount(1, CNH), "C"),
        (Amount(1, HKD), " "),
    ):
        with pytest.raises(Invalid):
            pay_invoice(owing, NUMBER, amount, reference, f"bad:{reference}")
    with pytest.raises(NotFound):
        pay_invoice(owing, "HK-2026-000002", Amount(1, HKD), "D", "bad number")
    assert check_books(owing) == []


def test_prepaid_money_pays_at_most_what_is_open(owing: Desk) -> None:
    due, firm = owed(owing), owing.firm.id
    with pytest.raises(Refused, match="cannot be taken"):
        pay(owing, due + 1, "P-1", PREPAID)
    pay(owing, due, "P-2", PREPAID)
    assert -balance(owing, f"prepaid:{firm}") == CAPITAL - due
    assert owed(owing) == 0
    assert check_books(owing) == []


def test_two_persons_write_off_and_a_late_payment_recovers(owing: Desk) -> None:
    due, firm = owed(owing), owing.firm.id
    with pytest.raises(Refused, match="not suspended"):
        propose_write_off(owing, NUMBER, "gone", "early")
    stand_on(owing, "2027-01-20")
    view = propose_write_off(owing, NUMBER, "wound up", "off")
    approved(owing, view.proposal.id)
    assert (balance(owing, "bad_debt"), balance(owing, f"receivable:{firm}")) == (due, 0)
    assert stage(owing) == Stage.WRITTEN_OFF
    with pytest.raises(Refused, match="takes no new lease"):
        leased(owing, 2)
    assert check_books(owing) == []
    pay(owing, due, "LATE")
    assert (balance(owing, "bad_debt"), stage(owing)) == (0, Stage.PAID)
    leased(owing, 3)
    assert check_books(owing) == []


def test_a_write_off_lapses_when_something_is_paid_meanwhile(owing: Desk) -> None:
    stand_on(owing, "2027-01-20")
    view = propose_write_off(owing, NUMBER, "wound up", "off")
    pay(owing, 10)
    with pytest.raises(EntrepotError):
        approved(owing, view.proposal.id)
    assert balance(owing, "bad_debt") == 0


def test_the_credit_line_comes_back_with_each_payment(owing: Desk) -> None:
    due = owed(owing)

    def left() -> int:
        with owing.store.reading() as uow:
            return uow.ledger.balance(f"credit_line:{owing.firm.id}").credit_free

    assert left() == LIMIT - due
    pay(owing, 40)
    assert left() == LIMIT - due + 40
