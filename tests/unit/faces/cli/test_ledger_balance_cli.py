"""``ledger balance --at`` and ``ledger rebuild``, over a home in which the demo has played."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, played

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, home: Path, *words: str, code: int = 0) -> Any:
    assert call(home, "ledger", *words, "--json") == code
    return json.loads(capsys.readouterr().out)


def test_before_the_first_transfer_there_was_nothing(capsys: Capture) -> None:
    found = asked(capsys, played().home, "balance", "bank", "--at", "1970-01-02")
    assert (found["balance_minor"], found["held_minor"], found["at"]) == (0, 0, 143_999)


def test_after_the_last_one_it_is_what_it_is_now(capsys: Capture) -> None:
    now = asked(capsys, played().home, "balance", "bank")
    then = asked(capsys, played().home, "balance", "bank", "--at", "2999-01-01T00:00Z")
    assert now["balance_minor"] == then["balance_minor"] > 0


def test_a_time_is_shown_with_the_balance(capsys: Capture) -> None:
    assert call(played().home, "ledger", "balance", "bank", "--at", "1970-01-02T08:00") == 0
    assert "as of" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-11-21T25:00", ""])
def test_a_time_without_meaning_is_refused(text: str, capsys: Capture) -> None:
    assert call(played().home, "ledger", "balance", "bank", "--at", text) == 2
    assert "--at" in capsys.readouterr().err


def test_sound_balances_are_left_alone(capsys: Capture) -> None:
    for words in (["rebuild", "--check"], ["rebuild"]):
        found = asked(capsys, played().home, *words)
        assert found["accounts"] > 5
        assert (found["differences"], found["written"]) == ([], False)
    assert call(played().home, "ledger", "rebuild", "--check") == 0
    assert "balances are those" in capsys.readouterr().out


def test_a_spoilt_balance_is_shown_and_put_right(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    before = asked(capsys, home, "balance", "bank")
    edit(home, "UPDATE ledger_account SET debits_posted = debits_posted + 5 WHERE code = 'bank'")
    found = asked(capsys, home, "rebuild", "--check", code=3)
    assert [one["account"] for one in found["differences"]] == ["bank"]
    assert asked(capsys, home, "balance", "bank") != before
    assert call(home, "ledger", "rebuild") == 0
    assert "Put right: 1" in capsys.readouterr().out
    assert asked(capsys, home, "balance", "bank") == before
    assert call(home, "ledger", "check") == 0


def test_damaged_transfers_rebuild_nothing(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, "UPDATE ledger_transfer SET amount = amount + 1 WHERE seq = 1")
    assert call(home, "ledger", "rebuild") == 70
    assert "ledger check" in capsys.readouterr().err
