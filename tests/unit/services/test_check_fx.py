"""What was edited in rates, revaluations and approvals does not prove."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.unit.services.desk import Desk, busy_desk
from tests.unit.services.persons import acting

from entrepot.kernel.money import CNH, HKD, ExchangeRate
from entrepot.services import four_eyes
from entrepot.services.check import check_books
from entrepot.services.fx_import import FixingRow, propose_fixings
from entrepot.services.revalue import revalue


@pytest.fixture
def valued(tmp_path: Path) -> Desk:
    """Return a desk with a fixing, an open proposal, and two revaluations, one undone."""
    desk = busy_desk(tmp_path / "home")
    one, two = acting(desk, "one"), acting(desk, "two")
    for n, value in enumerate(("1.11", "1.12")):
        rate = ExchangeRate(CNH, HKD, Fraction(value), "desk", f"2026-11-1{n}")
        view = propose_fixings(one, [FixingRow(rate, "f:2")], "f.csv", f"k{n}").view
        assert view is not None
        if n == 0:
            four_eyes.approve(two, view.proposal.id, "yes")
    desk.hand_fx.of[CNH] = Fraction(12, 10)
    revalue(desk, date(2026, 11, 21))
    desk.hand_clock.at += 86_400
    revalue(desk, date(2026, 11, 22))
    return desk


def test_sound_books_prove(valued: Desk) -> None:
    assert check_books(valued) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE fx_quote SET rate = '13/10' WHERE rate = '6/5'", "is not what its id says"),
        ("UPDATE fx_quote SET source = 'me'", "is not what its id says"),
        ("UPDATE fx_quote SET rate = 'x'", "is not what its id says"),
        ("UPDATE fx_fixing SET rate = '2'", "was not approved as it stands"),
        ("UPDATE four_eyes SET approved_by = NULL", "was not approved as it stands"),
        ("UPDATE four_eyes SET approved_by = 'two'", "is approved and is not"),
        ("UPDATE four_eyes SET proposed_by = 'TWO', approved_by = 'two' WHERE approved_by = 'two'",
         "approved by who made it"),
        ("UPDATE revaluation SET carrying_minor = carrying_minor - 5,"
         " unrealised_minor = unrealised_minor + 5", "what the books hold for it"),
        ("UPDATE revaluation SET reversed_at = NULL", "undone as it was booked"),
        ("UPDATE revaluation SET position_minor = 1", "what its rate makes of it"),
    ],
)  # fmt: skip
def test_an_edit_is_found(valued: Desk, statement: str, said: str) -> None:
    for table in ("fx_quote", "fx_fixing"):
        valued.sql(f"DROP TRIGGER {table}_no_update")
    valued.sql(statement)
    assert any(said in problem for problem in check_books(valued))
