"""Months' statements to centres: they are the ledger account, whatever happened in the month."""

from __future__ import annotations

import pytest
from tests.unit.services.contract_desk import approved, stand_on
from tests.unit.services.desk import CENTRE, Desk, balance, billed, settled

from entrepot.domain.contracts.centre_month import Entry
from entrepot.kernel.errors import Fault, NotFound, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services.centre_statement import Stated, issue_statements
from entrepot.services.check import check_books
from entrepot.services.credit_approval import propose_credit


def issue(desk: Desk, month: str) -> Stated:
    (stated,) = issue_statements(desk, month)
    return stated


def test_opening_and_lines_add_up_to_the_account_month_after_month(desk: Desk) -> None:
    first, second = billed(desk, 1), billed(desk, 2)
    settled(desk)
    third = billed(desk, 3)
    view = propose_credit(
        desk, third.number, 1, Amount(100, HKD), "down", "credit", Amount(40, CNH)
    )
    note = approved(desk, view.proposal.id)
    stand_on(desk, "2026-12-01")
    november = issue(desk, "2026-11")
    paper = november.paper
    owed = third.centre_minor - 40
    assert (paper.opening.minor, paper.closing.minor) == (0, owed)
    assert paper.closing.minor == -balance(desk, f"payable:{CENTRE}")
    sums = {kind: paper.sum_of(kind).minor for kind in Entry}
    assert sums == {
        Entry.NEW: first.centre_minor + second.centre_minor + third.centre_minor,
        Entry.PAID: -first.centre_minor - second.centre_minor,
        Entry.RETURNED: 0,
        Entry.CREDITED: -40,
        Entry.OTHER: 0,
    }
    references = [entry.reference for entry in paper.entries]
    assert first.number in references
    assert note["number"] in references
    assert (paper.number, len(november.files)) == ("HK-ST-2026-000001", 3)
    stand_on(desk, "2027-01-01")
    december = issue(desk, "2026-12")
    assert (december.paper.opening, december.paper.entries) == (paper.closing, ())
    assert december.row.number == "HK-ST-2027-000001"
    assert issue(desk, "2026-11") == november
    assert check_books(desk) == []


def test_a_running_month_an_unknown_centre_and_a_quiet_home(desk: Desk) -> None:
    with pytest.raises(Refused, match="not over"):
        issue_statements(desk, "2026-11")
    stand_on(desk, "2026-12-01")
    assert issue_statements(desk, "2026-11") == []
    with pytest.raises(NotFound):
        issue_statements(desk, "2026-11", "nowhere")


def test_an_edited_statement_is_not_shown(desk: Desk) -> None:
    billed(desk, 1)
    stand_on(desk, "2026-12-01")
    issue(desk, "2026-11")
    desk.sql("DROP TRIGGER centre_statement_no_update")
    desk.sql("UPDATE centre_statement SET body = replace(body, '2026-11', '2026-10')")
    with pytest.raises(Fault):
        issue_statements(desk, "2026-11")
    assert any("HK-ST-2026-000001" in problem for problem in check_books(desk))
