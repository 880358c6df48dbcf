"""A shared lease that got less than it paid for is given back by plan or by its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.services.desk import NOW, Desk, report, started
from tests.unit.services.metering_desk import DECEMBER

from entrepot.adapters.imports.plan_file import read_plan
from entrepot.domain.contracts.lease_kind import USUAL, LeaseKind
from entrepot.domain.metering.plan import Plan
from entrepot.kernel.errors import Invalid
from entrepot.services import records as r
from entrepot.services.backend_port import Phase, RunState
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance
from entrepot.services.plans import PlanFile, add_plan, plan_body, read_body
from entrepot.services.rerate_month import close_month, rerate_month

LOUD = {"cpu_ms": 100_000, "waited_ms": 200_000}
"""Of 300 s of one processor it had 100 s, and stood ready and waited for the other 200 s."""


def shared(kind: LeaseKind, isolation: str = "timeslice") -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        chosen = body["candidates"][0]
        chosen["isolation"], chosen["kind"] = isolation, USUAL[kind].as_dict()

    return change


def ran(desk: Desk, change: Callable[[dict[str, Any]], None], **measured: int) -> r.Invoice:
    """Let a shared job run for 300 s beside its neighbours, and bill it."""
    job = started(desk, 1, change)
    desk.hand.sent = [report(desk, job, 300, **measured)]
    desk.hand.run_state = RunState(Phase.SUCCEEDED, 0, None, NOW, NOW + 300)
    invoice = advance(desk, job.id).invoice
    assert invoice is not None
    return invoice


def credits(desk: Desk, plan: Plan) -> list[int]:
    """Close the month by a plan; return the credits for a slow neighbour, cents."""
    add_plan(desk, PlanFile(plan, (desk.firm.id,)), "plan")
    desk.hand_clock.at = DECEMBER
    lines = close_month(desk, "2026-11").lines
    assert check_books(desk) == []
    assert rerate_month(desk, "2026-11").lines == ()
    return [line.amount_minor for line in lines if line.subject.startswith("slow")]


@pytest.mark.parametrize(
    ("plan", "kind", "thirds"),
    [
        (Plan("p", slow_bp=10_000), LeaseKind.MANAGED_JOB, 2),
        (Plan("p", slow_bp=5_000), LeaseKind.SHARED_UNIT, 1),
        (Plan("p"), LeaseKind.SHARED_UNIT, 2),
        (Plan("p", slow_bp=100_000), LeaseKind.SHARED_UNIT, 3),
    ],
)
def test_what_neighbours_kept_is_given_back(
    desk: Desk, plan: Plan, kind: LeaseKind, thirds: int
) -> None:
    invoice = ran(desk, shared(kind), **LOUD)
    (given,) = credits(desk, plan)
    whole = invoice.total_minor
    assert -given in range(whole * thirds // 3 - 1, whole * thirds // 3 + 2)
    assert -given <= whole


@pytest.mark.parametrize(
    ("plan", "kind", "isolation", "measured"),
    [
        (Plan("p"), LeaseKind.MANAGED_JOB, "timeslice", LOUD),
        (Plan("p", slow_bp=0), LeaseKind.SHARED_UNIT, "timeslice", LOUD),
        (Plan("p", slow_bp=10_000), LeaseKind.MANAGED_JOB, "exclusive", LOUD),
        (Plan("p", slow_bp=10_000), LeaseKind.SHARED_UNIT, "timeslice", {"cpu_ms": 100_000}),
        (
            Plan("p", slow_bp=10_000),
            LeaseKind.SHARED_UNIT,
            "timeslice",
            {"cpu_ms": 290_000, "waited_ms": 200_000},
        ),
    ],
)
def test_who_was_not_slowed_or_has_no_such_terms_is_given_nothing(
    desk: Desk, plan: Plan, kind: LeaseKind, isolation: str, measured: dict[str, int]
) -> None:
    ran(desk, shared(kind, isolation), **measured)
    assert credits(desk, plan) == []


def test_a_plan_states_the_credit_in_its_file_and_keeps_it() -> None:
    plan = read_plan(b"plan: fair\nslow_neighbour: {credit_percent: 75}\n", "p.yaml").plan
    assert plan.slow_bp == 7_500
    assert read_body(plan_body(plan)) == plan
    assert "slow_bp" not in plan_body(Plan("old"))
    assert read_body(plan_body(Plan("old"))).slow_bp is None
    with pytest.raises(Invalid) as caught:
        read_plan(b"plan: fair\nslow_neighbour:\n  credit_percent: -1\n", "p.yaml")
    assert list(caught.value.fields) == ["p.yaml:3:slow_neighbour.credit_percent"]
