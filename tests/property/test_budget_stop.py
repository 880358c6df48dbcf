"""Whatever is asked of leases in whatever order, a hard stop is never passed, and alerts come once.

billed in the month + held ≤ limit after every step, beside the refusals that this takes.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.property.test_lease_money import BOUND, run_whole
from tests.unit.services.desk import Desk, leased, open_desk

from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import HKD, Amount
from entrepot.services import budget_guard, lease, lease_change
from entrepot.services.budget_set import NewBudget, budgets, set_budget
from entrepot.services.lease import the_lease
from entrepot.services.lease_change import extend_lease, shrink_lease
from entrepot.services.lease_leave import give_back
from entrepot.services.ports import UnitOfWork

STEPS = 16
MONTH = "2026-11"


def step(desk: Desk, chance: random.Random, n: int, ids: list[str]) -> str:
    """Ask one thing; return the code of a refusal."""
    acts = ("take", "take", "extend", "extend", "shrink", "leave", "run") if ids else ("take",)
    act = chance.choice(acts)
    how: dict[str, Any] = {"reason": "", "key": f"step-{n}"}
    lease_id = chance.choice(ids) if ids else ""
    seconds = chance.choice((60, 599, 3_600, 36_000))
    try:
        if act == "take":
            ids.append(leased(desk, n, chance.choice((None, BOUND))).id)
        elif act == "extend":
            extend_lease(desk, lease_id, seconds=seconds, **how)
        elif act == "shrink":
            shrink_lease(desk, lease_id, seconds=seconds, **how)
        elif act == "leave":
            give_back(desk, lease_id, reason="", key=f"step-{n}")
        else:
            run_whole(desk, lease_id, chance)
    except EntrepotError as refusal:
        assert refusal.render()
        return refusal.code
    finally:
        ids[:] = [one for one in ids if the_lease(desk, one).state in ("held", "running")]
    return ""


def alerts(desk: Desk) -> list[str]:
    """Return the alerts in the journal, by budget and percent."""
    entries = [one for one in desk.store.journal_entries(500) if one["command"] == "budget.alert"]
    return sorted(f"{one['body']['budget_id']} {one['body']['percent']}" for one in entries)  # type: ignore[index]


def played(desk: Desk, seed: int) -> tuple[list[str], list[str]]:
    """Play a sequence; return what is wrong after a step, and the codes of the refusals."""
    chance, ids, codes = random.Random(seed), list[str](), list[str]()
    limit = Amount(chance.randrange(3_000, 12_000), HKD)
    new = NewBudget(desk.firm.id, MONTH, limit, (40, 90), hard_stop=True)
    set_budget(desk, new, "budget")
    for n in range(1, STEPS + 1):
        codes.append(step(desk, chance, n, ids))
        (view,) = budgets(desk)
        if view.left_minor < 0:
            return [f"step {n}: {-view.left_minor} cents beyond"], codes
        noted = [one.percent for one in view.marks if one.reached_at is not None]
        if alerts(desk) != [f"{view.budget.id} {percent}" for percent in noted]:
            return [f"step {n}: {alerts(desk)} for {noted}"], codes
    return [], codes


@pytest.mark.parametrize("seed", range(2, 6))
def test_a_hard_stop_is_never_passed(tmp_path: Path, seed: int) -> None:
    found, codes = played(open_desk(tmp_path / "home"), seed)
    assert found == [] and {"", "budget.spent"} <= {*codes}, codes


def test_a_change_that_is_not_judged_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: taking a lease is judged, and extending one is not."""
    monkeypatch.setattr(lease_change, "see_budgets", lambda *_: None)
    found = [played(open_desk(tmp_path / f"home-{seed}"), seed)[0] for seed in range(2, 4)]
    assert any("beyond" in problem for problems in found for problem in problems)


def test_a_look_at_bills_alone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: what open leases hold is not counted."""
    right = budget_guard.spent_of

    def billed(uow: UnitOfWork, budget: Any) -> Any:
        found = right(uow, budget)
        return type(found)(found.billed_minor, 0)

    def see(uow: UnitOfWork, *asked: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(budget_guard, "spent_of", billed)
            budget_guard.see_budgets(uow, *asked)

    monkeypatch.setattr(lease, "see_budgets", see)
    found = [played(open_desk(tmp_path / f"home-{seed}"), seed)[0] for seed in range(2)]
    assert any("beyond" in problem for problems in found for problem in problems)
