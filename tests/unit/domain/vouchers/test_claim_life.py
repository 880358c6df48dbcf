"""The moves of a claim: which lead on, which are refused, and what an approval may grant."""

from __future__ import annotations

import itertools

import pytest

from entrepot.domain.vouchers.claim_life import (
    MOVES,
    OVER,
    Move,
    Stage,
    burn_minor_a_month,
    check_four_eyes,
    granted_minor,
    next_stage,
)
from entrepot.kernel.errors import Conflict, Invalid, Refused

LIFE = (
    Move.RESERVE, Move.APPLY, Move.APPROVE, Move.EVIDENCE, Move.REDEEM, Move.PAY,
)  # fmt: skip


def test_the_whole_life_ends_paid() -> None:
    assert next_stage("C-1", "entitled", *LIFE) is Stage.PAID


def test_every_move_that_is_not_stated_is_refused() -> None:
    for stage, move in itertools.product(Stage, Move):
        if (stage, move) not in MOVES:
            with pytest.raises(Conflict) as refused:
                next_stage("C-1", stage, move)
            assert refused.value.code == "claim.stage"


def test_nothing_leads_on_from_an_end() -> None:
    assert not {stage for stage, _move in MOVES} & OVER
    assert {Stage.REFUSED, Stage.EXPIRED, Stage.CLAWED_BACK} == OVER


def test_money_is_never_reached_without_an_approval_and_evidence() -> None:
    for skipped in (Move.APPROVE, Move.EVIDENCE, Move.REDEEM):
        with pytest.raises(Conflict):
            next_stage("C-1", "entitled", *(move for move in LIFE if move is not skipped))


def test_a_claim_is_redeemed_and_paid_once() -> None:
    for stage, move in ((Stage.REDEEMED, Move.REDEEM), (Stage.PAID, Move.PAY)):
        with pytest.raises(Conflict):
            next_stage("C-1", stage, move)


def test_every_granted_stage_can_be_taken_back_or_expire() -> None:
    for stage in (Stage.APPROVED, Stage.REDEEMED, Stage.PAID):
        assert next_stage("C-1", stage, Move.CLAW_BACK) is Stage.CLAWED_BACK
    assert next_stage("C-1", Stage.APPROVED, Move.EXPIRE) is Stage.EXPIRED


def test_who_applied_does_not_decide() -> None:
    check_four_eyes("counter", "authority")
    with pytest.raises(Refused):
        check_four_eyes("counter", "counter")


@pytest.mark.parametrize("given", [0, -1, 501])
def test_a_grant_is_above_nothing_and_at_most_what_was_asked(given: int) -> None:
    with pytest.raises(Invalid):
        granted_minor(500, given)


@pytest.mark.parametrize(
    ("granted", "rate"),
    [
        ({}, None),
        ({"2025-11": 100}, None),
        ({"2025-12": 120}, 10),
        ({"2026-11": 7}, 7),
        ({"2026-10": 3, "2026-11": 4}, 3),
        ({"2026-12": 50}, None),
    ],
)
def test_the_burn_rate_counts_twelve_months_and_rounds_down(
    granted: dict[str, int], rate: int | None
) -> None:
    assert burn_minor_a_month(granted, "2026-11") == rate
