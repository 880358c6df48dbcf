"""Credit notes: two persons, never more than was charged, both sides reversed, vouchers flagged."""

from __future__ import annotations

import pytest
from tests.unit.services.contract_desk import approved, on_credit, stand_on
from tests.unit.services.desk import CENTRE, Desk, balance, billed, settled

from entrepot.domain.contracts.agreement import Billing
from entrepot.kernel.errors import EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.credit_approval import propose_credit
from entrepot.services.four_eyes import ProposalView, approve
from entrepot.services.monthly_invoice import issue_months
from entrepot.services.papers import the_paper
from entrepot.services.payments import pay_invoice


def proposed(
    desk: Desk, number: str, minor: int, *, line: int = 1, fen: int = 0, key: str = "credit"
) -> ProposalView:
    return propose_credit(
        desk, number, line, Amount(minor, HKD), "device was down", key, Amount(fen, CNH)
    )


def credited(desk: Desk, number: str, minor: int, fen: int = 0, key: str = "credit") -> str:
    view = proposed(desk, number, minor, fen=fen, key=key)
    return str(approved(desk, view.proposal.id)["number"])


def line_one(invoice: r.Invoice) -> int:
    document = invoice.body["document"]
    assert isinstance(document, dict)
    return int(document["lines"][0]["amount"]["minor"])


def test_what_was_paid_comes_back_to_the_prepaid_account(desk: Desk) -> None:
    invoice = billed(desk, 1)
    prepaid, revenue = f"prepaid:{desk.firm.id}", balance(desk, "revenue")
    before = balance(desk, prepaid)
    number = credited(desk, invoice.number, 100)
    assert number == "HK-CN-2026-000001"
    assert balance(desk, prepaid) == before - 100
    assert balance(desk, "revenue") == revenue + 100
    assert balance(desk, f"receivable:{desk.firm.id}") == 0
    assert check_books(desk) == []
    paper = the_paper(desk, number)
    assert paper.pdf("zh-Hant").startswith(b"%PDF")
    assert b"device was down" in paper.json


def test_what_is_open_falls_and_the_credit_line_with_it(desk: Desk) -> None:
    on_credit(desk)
    invoice = billed(desk, 1)
    firm = desk.firm.id
    pay_invoice(desk, invoice.number, Amount(invoice.total_minor - 60, HKD), "TT", "pay")
    before = balance(desk, f"prepaid:{firm}")
    credited(desk, invoice.number, 100)
    assert balance(desk, f"receivable:{firm}") == 0
    assert balance(desk, f"prepaid:{firm}") == before - 40
    assert check_books(desk) == []


def test_no_credit_above_line_or_invoice_over_all_notes(desk: Desk) -> None:
    invoice = billed(desk, 1)
    most = line_one(invoice)
    for minor in (0, -5, most + 1):
        with pytest.raises(Refused, match="cannot be credited"):
            proposed(desk, invoice.number, minor, key=f"k{minor}")
    credited(desk, invoice.number, most - 1, key="first")
    with pytest.raises(Refused):
        proposed(desk, invoice.number, 2, key="above")
    credited(desk, invoice.number, 1, key="rest")
    with pytest.raises(NotFound):
        proposed(desk, invoice.number, 1, line=99, key="line")
    with pytest.raises(NotFound):
        proposed(desk, "HK-2026-000099", 1, key="number")
    with pytest.raises(Invalid):
        propose_credit(desk, invoice.number, 1, Amount(1, HKD), " ", "why", Amount(0, CNH))
    assert check_books(desk) == []


def test_two_proposals_on_one_line_cannot_both_stand(desk: Desk) -> None:
    invoice = billed(desk, 1)
    most = line_one(invoice)
    first = proposed(desk, invoice.number, most, key="first")
    second = proposed(desk, invoice.number, most, key="second")
    approved(desk, first.proposal.id)
    with pytest.raises(EntrepotError):
        approved(desk, second.proposal.id)
    with desk.store.reading() as uow:
        assert [one.number for one in uow.receivables.credits()] == ["HK-CN-2026-000001"]
    assert check_books(desk) == []


def test_the_same_person_approves_nothing(desk: Desk) -> None:
    view = proposed(desk, billed(desk, 1).number, 100)
    with pytest.raises(Refused):
        approve(desk, view.proposal.id, "alone")
    with desk.store.reading() as uow:
        assert uow.receivables.credits() == []


def test_the_centre_bears_its_part_in_its_next_settlement(desk: Desk) -> None:
    first = billed(desk, 1)
    settled(desk)
    assert balance(desk, f"payable:{CENTRE}") == 0
    credited(desk, first.number, 100, fen=90)
    assert balance(desk, f"payable:{CENTRE}") == 90
    assert check_books(desk) == []
    second = billed(desk, 2)
    (paid,) = settled(desk, key="again")
    assert paid.batch.centre_minor == second.centre_minor - 90
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert balance(desk, "fx_clearing_hkd") == balance(desk, "fx_clearing_cnh") == 0
    assert check_books(desk) == []
    with pytest.raises(Refused, match="cannot bear"):
        proposed(desk, first.number, 10, fen=first.centre_minor, key="more")


def test_the_parts_that_a_centre_bears_add_up_to_its_debt_in_both_currencies(desk: Desk) -> None:
    invoice = billed(desk, 1)
    whole = invoice.centre_minor
    for n, fen in enumerate((1, 7, whole - 8)):
        credited(desk, invoice.number, 1 + n, fen=fen, key=f"part-{n}")
    with desk.store.reading() as uow:
        notes = uow.receivables.credits()
    assert sum(one.centre_minor for one in notes) == whole
    assert sum(one.carrying_minor for one in notes) == invoice.carrying_minor
    assert balance(desk, f"payable:{CENTRE}") == 0
    assert check_books(desk) == []


def test_a_line_of_a_month_is_credited_on_the_month(desk: Desk) -> None:
    on_credit(desk, billing=Billing.MONTHLY)
    bills = [billed(desk, n) for n in (1, 2)]
    with pytest.raises(Refused, match="not due"):
        proposed(desk, bills[0].number, 10, key="early")
    stand_on(desk, "2026-12-02")
    (issued,) = issue_months(desk, "2026-11")
    with pytest.raises(Refused, match="on the invoice"):
        proposed(desk, bills[0].number, 10, key="bill")
    document = bills[0].body["document"]
    assert isinstance(document, dict)
    line = 1 + len(document["lines"])
    view = proposed(desk, issued.bill.number, 100, line=line, fen=80)
    approved(desk, view.proposal.id)
    with desk.store.reading() as uow:
        (note,) = uow.receivables.credits()
    assert (note.invoice_id, note.bill_line, note.line) == (bills[1].id, 1, line)
    assert balance(desk, f"receivable:{desk.firm.id}") == issued.bill.total_minor - 100
    assert check_books(desk) == []


def test_a_credit_of_more_than_the_invoice_is_found(desk: Desk) -> None:
    """Planted bug: a note that is kept without looking at the room."""
    invoice = billed(desk, 1)
    credited(desk, invoice.number, 100)
    desk.sql("DROP TRIGGER credit_note_no_update")
    desk.sql("UPDATE credit_note SET amount_minor = 1000000")
    assert any("credited" in problem for problem in check_books(desk))


def test_a_gap_in_the_numbers_is_found(desk: Desk) -> None:
    """Planted bug: a number that is taken and not used."""
    invoice = billed(desk, 1)
    desk.write(lambda uow: uow.deals.next_invoice_seq("HK-CN", 2026), "naive")
    credited(desk, invoice.number, 100)
    assert any("have a gap" in problem for problem in check_books(desk))
