"""Invariant 14: rating a month again books the difference once, and nothing when asked again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError
from tests.unit.services.desk import Desk, billed, open_desk
from tests.unit.services.metering_desk import DECEMBER
from tests.unit.services.test_rerate_month import NOVEMBER, planned, shared

from entrepot.kernel.errors import EntrepotError
from entrepot.services import rerate_month as module
from entrepot.services.check import check_books
from entrepot.services.rerate_month import close_month, rerate_month, total_of


def rated_again(desk: Desk, percents: Sequence[int]) -> list[str]:
    """Close a month, change its price again and again, and rate twice each time.

    Returns:
        What is wrong, a sentence each.
    """
    bill, found = billed(desk), list[str]()
    planned(desk, shared(100), "first")
    desk.hand_clock.at = DECEMBER
    close_month(desk, NOVEMBER)
    for number, percent in enumerate(percents):
        planned(desk, shared(percent), f"plan-{number}")
        rerate_month(desk, NOVEMBER)
        if rerate_month(desk, NOVEMBER).lines:
            found.append(f"{percent} %: the second time booked again")
        with desk.store.reading() as uow:
            charged = bill.total_minor + total_of(uow.metering.accrued()).minor
        if abs(charged - Fraction(bill.total_minor * percent, 100)) > 1:
            found.append(f"{percent} %: {charged} is charged of {bill.total_minor}")
    return found + check_books(desk)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(percents=st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_rating_again_is_idempotent(
    tmp_path_factory: pytest.TempPathFactory, percents: list[int]
) -> None:
    assert rated_again(open_desk(tmp_path_factory.mktemp("again")), percents) == []


def test_a_rating_that_forgets_what_it_booked_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: the lines booked before are not looked at."""
    right = module._draft

    def forgetful(*given: Any) -> Any:
        firm, month, subject, target, _booked, now, closed = given
        return right(firm, month, subject, target, [], now, closed)

    monkeypatch.setattr(module, "_draft", forgetful)
    try:
        found = rated_again(open_desk(tmp_path), [50, 40])
    except (EntrepotError, SQLAlchemyError, IndexError) as error:
        found = [str(error)]
    assert found
