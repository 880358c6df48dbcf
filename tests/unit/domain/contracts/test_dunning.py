"""Stages of an unpaid invoice: every day has one, they only rise, and a payment ends them all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.contracts.dunning import (
    HOUSE,
    Policy,
    Stage,
    letters_due,
    next_step,
    stage_of,
)
from entrepot.kernel.errors import Invalid

DUE = date(2026, 11, 1)
ORDER = list(Stage)


@pytest.mark.parametrize(
    ("late", "stage"),
    [
        (-1, Stage.CURRENT),
        (0, Stage.CURRENT),
        (1, Stage.DUE),
        (6, Stage.DUE),
        (7, Stage.REMINDED_1),
        (13, Stage.REMINDED_1),
        (14, Stage.REMINDED_2),
        (21, Stage.REMINDED_3),
        (29, Stage.REMINDED_3),
        (30, Stage.SUSPENDED),
        (4_000, Stage.SUSPENDED),
    ],
)
def test_each_day_has_its_stage(late: int, stage: Stage) -> None:
    assert stage_of(DUE, 1, DUE + timedelta(days=late)) == stage


POLICIES = st.sets(st.integers(1, 400), min_size=4, max_size=4).map(
    lambda days: Policy((sorted(days)[0], sorted(days)[1], sorted(days)[2]), max(days))
)


@given(POLICIES, st.integers(-50, 500), st.integers(0, 10**12), st.integers(0, 60))
def test_a_stage_never_falls_while_nothing_is_paid_and_its_next_step_changes_it(
    policy: Policy, late: int, minor: int, later: int
) -> None:
    today = DUE + timedelta(days=late)
    now = stage_of(DUE, minor, today, policy)
    assert (now == Stage.PAID) == (minor == 0)
    then = stage_of(DUE, minor, today + timedelta(days=later), policy)
    assert ORDER.index(then) >= ORDER.index(now)
    step = next_step(DUE, today, policy)
    if minor and step is not None:
        before = stage_of(DUE, minor, step - timedelta(days=1), policy)
        assert before != stage_of(DUE, minor, step, policy)
    if minor and step is None:
        assert now == Stage.SUSPENDED


def test_only_unpaid_invoices_of_the_last_stages_stop_leases() -> None:
    stops = [stage for stage in Stage if stage.stops_leases]
    assert stops == [Stage.SUSPENDED, Stage.WRITTEN_OFF]
    assert stage_of(DUE, 0, date(2030, 1, 1), written_off=True) == Stage.PAID
    assert stage_of(DUE, 5, DUE, written_off=True) == Stage.WRITTEN_OFF


def test_a_letter_is_due_once_and_a_skipped_one_is_not_written_later() -> None:
    none: frozenset[int] = frozenset()
    assert [letters_due(stage, none) for stage in Stage] == [
        None, None, None, 1, 2, 3, 3, None,
    ]  # fmt: skip
    assert letters_due(Stage.SUSPENDED, frozenset({1, 3})) is None
    assert letters_due(Stage.REMINDED_3, frozenset({1})) == 3


@pytest.mark.parametrize("days", [((0, 1, 2), 3), ((1, 1, 2), 3), ((1, 2, 3), 3), ((3, 2, 1), 9)])
def test_a_policy_rises(days: tuple[tuple[int, int, int], int]) -> None:
    with pytest.raises(Invalid):
        Policy(*days)
    assert HOUSE.suspended == 30
