"""``entrepot ledger``: what it shows adds up, and what was edited does not prove."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, flip_a_cell, played

TABLES = ("ledger_account", "ledger_transfer", "ledger_batch")
FLIPS = 30

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, *words: str, home: Path | None = None) -> Any:
    assert call(home or played().home, "ledger", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_accounts_balance_in_every_currency(capsys: Capture) -> None:
    sums: dict[str, int] = defaultdict(int)
    accounts = asked(capsys, "accounts")
    for account in accounts:
        sums[account["asset"]] += account["debits_posted_minor"] - account["credits_posted_minor"]
    assert sums == {"HKD": 0, "CNH": 0}
    labels = {account["code"]: account["label"] for account in accounts}
    assert labels["bank"] == "Bank, Hong Kong dollars"


def test_accounts_for_people(capsys: Capture) -> None:
    assert call(played().home, "ledger", "accounts") == 0
    out = capsys.readouterr().out
    assert "Prepaid by a customer" in out
    assert "HKD 500.00" in out


def test_prepaid_and_income_make_up_the_deposit(capsys: Capture) -> None:
    prepaid = asked(capsys, "balance", f"prepaid:{played().firm}")
    accounts = {account["code"]: account for account in asked(capsys, "accounts")}
    income = ("revenue", "spread_income", "tax")
    earned = sum(accounts[code]["balance_minor"] for code in income if code in accounts)
    assert earned > 0
    assert (prepaid["held_minor"], prepaid["holds"]) == (0, [])
    assert prepaid["free_minor"] == prepaid["balance_minor"] == 500_00 - earned


def test_an_unknown_account_is_guessed(capsys: Capture) -> None:
    assert call(played().home, "ledger", "balance", "banc") == 4
    assert "Did you mean bank?" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["bank", "prepaid", "receivable"])
def test_lines_of_a_statement_lead_from_opening_to_closing(code: str, capsys: Capture) -> None:
    full = code if code == "bank" else f"{code}:{played().firm}"
    found = asked(capsys, "statement", full)
    sign = -1 if code == "prepaid" else 1
    at = found["opening"]
    assert found["lines"]
    for line in found["lines"]:
        at += sign * (line["debit"] - line["credit"])
        assert line["balance"] == at
    assert found["closing"] == at == found["account"]["balance_minor"]


def test_a_statement_begins_with_what_was_there_before(capsys: Capture) -> None:
    early = asked(capsys, "statement", "bank", "--to", "2001-01-01")
    late = asked(capsys, "statement", "bank", "--from", "2200-01-01")
    assert (early["opening"], early["lines"], early["closing"]) == (0, [], 0)
    assert (late["opening"], late["lines"], late["closing"]) == (500_00, [], 500_00)


def test_a_statement_for_people(capsys: Capture) -> None:
    assert call(played().home, "ledger", "statement", f"prepaid:{played().firm}") == 0
    out = capsys.readouterr().out
    assert "brought forward" in out
    assert "deposit:" in out


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (("--from", "2026-11-02", "--to", "2026-11-01"), "before it begins"),
        (("--from", "yesterday"), "is a day like"),
    ],
)
def test_days_without_meaning_are_refused(
    days: tuple[str, ...], sentence: str, capsys: Capture
) -> None:
    assert call(played().home, "ledger", "statement", "bank", *days) == 2
    assert sentence in capsys.readouterr().err


def test_the_trial_balance_has_equal_sides(capsys: Capture) -> None:
    found = asked(capsys, "trial")
    assert set(found["totals"]) == {"HKD", "CNH"}
    for total in found["totals"].values():
        assert total["debit"] == total["credit"] > 0
    only = asked(capsys, "trial", "--asset", "CNH")
    assert {row["asset"] for row in only["rows"]} == {"CNH"}
    assert call(played().home, "ledger", "trial") == 0
    assert "sum" in capsys.readouterr().out


def test_an_unknown_currency_is_refused(capsys: Capture) -> None:
    assert call(played().home, "ledger", "trial", "--asset", "XYZ") == 2
    assert "XYZ" in capsys.readouterr().err


def test_a_deposit_with_a_reference_is_booked_once(tmp_path: Path, capsys: Capture) -> None:
    home, firm = copy_of(played().home, tmp_path), played().firm
    before = asked(capsys, "balance", f"prepaid:{firm}", home=home)["free_minor"]
    words = ("deposit", firm, "12.50", "HKD", "--reference", "TT-1")
    first = asked(capsys, *words, home=home)
    again = asked(capsys, *words, home=home)
    assert first == again
    after = asked(capsys, "balance", f"prepaid:{firm}", home=home)["free_minor"]
    assert after == before + 12_50 == first["free_minor"]
    assert call(home, "ledger", "deposit", firm, "13 HKD", "--reference", "TT-1") == 5
    assert call(home, "ledger", "check") == 0


def test_deposits_without_a_reference_are_each_booked(tmp_path: Path, capsys: Capture) -> None:
    home, firm = copy_of(played().home, tmp_path), played().firm
    free = [asked(capsys, "deposit", firm, "1 HKD", home=home)["free_minor"] for _ in range(2)]
    assert free[1] == free[0] + 1_00


@pytest.mark.parametrize(
    ("amount", "code"), [("10 USD", 2), ("ten", 2), ("0 HKD", 2), ("1.234 HKD", 2)]
)
def test_a_senseless_deposit_changes_nothing(amount: str, code: int, capsys: Capture) -> None:
    before = asked(capsys, "accounts")
    assert call(played().home, "ledger", "deposit", played().firm, amount) == code
    capsys.readouterr()
    assert asked(capsys, "accounts") == before


def test_a_deposit_for_nobody_is_refused(capsys: Capture) -> None:
    assert call(played().home, "ledger", "deposit", "F-0", "1 HKD") == 4
    assert "F-0" in capsys.readouterr().err


def test_sound_books_prove_and_say_what_was_looked_at(capsys: Capture) -> None:
    found = asked(capsys, "check")
    assert found["proven"] is True
    assert found["problems"] == []
    assert found["accounts"] == len(asked(capsys, "accounts"))
    assert found["transfers"] > 4
    assert found["batches"] >= 3
    assert found["holds"] == 0
    assert call(played().home, "ledger", "check") == 0
    assert "The books are proven" in capsys.readouterr().out


def unnoticed(folder: Path, flips: int) -> list[str]:
    """Return the cells whose flipped byte the check does not find."""
    chance, missed = random.Random(20261121), list[str]()
    for number in range(flips):
        home = copy_of(played().home, folder / str(number))
        assert call(home, "ledger", "check") == 0
        cell = flip_a_cell(home, TABLES, chance)
        if call(home, "ledger", "check") != 3:
            missed.append(cell)
    return missed


def test_any_flipped_byte_of_the_books_is_found(tmp_path: Path) -> None:
    assert unnoticed(tmp_path, FLIPS) == []


def test_a_check_that_looks_away_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: the ledger is not looked at, only the deals."""
    monkeypatch.setattr("entrepot.adapters.sql.checks.check_ledger", lambda _conn: [])
    assert unnoticed(tmp_path, 10)


def test_each_problem_is_one_sentence_and_one_member(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, "UPDATE ledger_transfer SET amount = amount + 1 WHERE seq = 1")
    assert call(home, "ledger", "check", "--json") == 3
    out, err = capsys.readouterr()
    answer, refusal = json.loads(out), json.loads(err)["error"]
    assert answer["proven"] is False
    assert answer["problems"]
    assert (refusal["code"], refusal["exit_code"]) == ("ledger.unproven", 3)
    assert call(home, "ledger", "check") == 3
    told = capsys.readouterr().err
    assert all(problem in told for problem in answer["problems"])


def test_a_bill_that_differs_from_the_books_is_found(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, "UPDATE invoice SET total_minor = total_minor + 1")
    assert call(home, "ledger", "check") == 3
    assert played().invoice in capsys.readouterr().err


def test_without_a_home_nothing_is_made(tmp_path: Path, capsys: Capture) -> None:
    assert call(tmp_path / "none", "ledger", "check") == 4
    assert "entrepot init" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
