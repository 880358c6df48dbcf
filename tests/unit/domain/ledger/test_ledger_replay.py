"""Balances follow from transfers, now and at any time; sums that disagree are found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entrepot.domain.ledger.expiry import expiries, resolution
from entrepot.domain.ledger.model import Account, Balance, Phase, Transfer
from entrepot.domain.ledger.replay import differences, replay
from entrepot.domain.ledger.trial import imbalances, trial_balance

ACCOUNTS = [
    Account(1, "bank", "HKD"),
    Account(2, "prepaid:F", "HKD", "F", debit_bound=True),
    Account(3, "revenue", "HKD", closed=True),
]
HOLD = Transfer("T2", "prepaid:F", "revenue", 30, "HKD", "", Phase.PENDING, "", 60, t=20)
TRANSFERS = [
    Transfer("T1", "bank", "prepaid:F", 100, "HKD", t=10),
    HOLD,
    replace(resolution(HOLD, "T3", Phase.POST, 25), t=30),
]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (9, Balance()),
        (10, Balance(0, 100)),
        (29, Balance(0, 100, 30, 0)),
        (30, Balance(25, 100)),
        (None, Balance(25, 100)),
    ],
)
def test_balance_at_a_time_is_the_replay_of_the_prefix(
    until: int | None, expected: Balance
) -> None:
    rebuilt = replay(ACCOUNTS, TRANSFERS, until)
    assert rebuilt.balance("prepaid:F") == expected
    assert not rebuilt.failed


def test_replay_tells_what_could_not_have_been_booked() -> None:
    rebuilt = replay(ACCOUNTS, [TRANSFERS[1], TRANSFERS[0], TRANSFERS[0]])
    assert [outcome.transfer.id for outcome in rebuilt.failed] == ["T2", "T1"]


def test_differences_name_the_account() -> None:
    rebuilt = replay(ACCOUNTS, TRANSFERS)
    kept = dict(rebuilt.state.balances)
    assert differences(rebuilt, kept) == []
    kept["bank"] = Balance(99, 0)
    kept["ghost"] = Balance(1, 0)
    assert [code for code, _, _ in differences(rebuilt, kept)] == ["bank", "ghost"]


def test_expiry_is_due_at_the_deadline_and_has_one_id() -> None:
    due = expiries([HOLD, replace(HOLD, id="T9", timeout_s=0)], 80)
    assert [one.pending_id for one in due] == ["T2"]
    assert expiries([HOLD], 79) == []
    assert expiries([HOLD], 9_999)[0].id == due[0].id


def test_trial_balance_nets_each_account_and_balances() -> None:
    rows = trial_balance(ACCOUNTS, replay(ACCOUNTS, TRANSFERS).state.balances)
    assert [(row.code, row.debit, row.credit) for row in rows] == [
        ("bank", 100, 0),
        ("prepaid:F", 0, 75),
        ("revenue", 0, 25),
    ]
    assert sum(row.debit for row in rows) == sum(row.credit for row in rows)
    assert trial_balance(ACCOUNTS, {}, asset="CNH") == []


@pytest.mark.parametrize(
    ("code", "balance", "sentence"),
    [
        ("bank", Balance(101, 0), "posted debits and credits differ"),
        ("bank", Balance(100, 0, 1, 0), "held debits and credits differ"),
        ("bank", Balance(100, 0, 31, 31), "held totals are not the sum"),
        ("bank", Balance(-1, 0), "a total is negative"),
        ("prepaid:F", Balance(80, 100, 30, 0), "debits exceed credits"),
    ],
)
def test_each_broken_sum_is_found(code: str, balance: Balance, sentence: str) -> None:
    state = replay(ACCOUNTS, TRANSFERS[:2]).state
    assert imbalances(ACCOUNTS, state.balances, state.open_holds) == []
    broken = imbalances(ACCOUNTS, {**state.balances, code: balance}, state.open_holds)
    assert any(sentence in one.message for one in broken)


def test_credit_bound_is_checked_too() -> None:
    fund = Account(9, "fund", "HKD", credit_bound=True)
    found = imbalances([fund], {"fund": Balance(5, 3, 0, 3)}, [])
    assert any("credits exceed debits" in one.message for one in found)
