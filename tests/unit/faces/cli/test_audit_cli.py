"""``entrepot audit``: the journal is shown whole, and what was edited does not prove."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, flip_a_cell, played

TABLES = ("journal", "idempotency_key")
FLIPS = 30

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, *words: str, home: Path | None = None) -> Any:
    assert call(home or played().home, "audit", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_sound_journal_proves(capsys: Capture) -> None:
    found = asked(capsys, "verify")
    assert found["proven"] is True
    assert found["head"]["seq"] == len(asked(capsys, "list"))
    assert call(played().home, "audit", "verify") == 0
    assert found["head"]["hash"] in capsys.readouterr().out


def test_the_list_is_newest_first_and_chained(capsys: Capture) -> None:
    entries = asked(capsys, "list")
    assert [entry["seq"] for entry in entries] == list(range(len(entries), 0, -1))
    for newer, older in pairwise(entries):
        assert newer["prev_hash"] == older["hash"]
    commands = {entry["command"] for entry in entries}
    assert {"firm.register", "quote.make", "lease.take", "job.bill"} <= commands
    assert asked(capsys, "list", "--limit", "2") == entries[:2]


def test_the_list_for_people_names_what_each_entry_is_about(capsys: Capture) -> None:
    assert call(played().home, "audit", "list") == 0
    out = capsys.readouterr().out
    assert "lease.take" in out
    assert played().job in out


def test_an_entry_is_shown_with_all_that_its_hash_covers(capsys: Capture) -> None:
    entry = asked(capsys, "show", "2")
    wanted = {"seq", "t", "actor", "command", "key", "body", "response_digest", "ledger_head"}
    assert wanted | {"prev_hash", "hash"} == set(entry)
    assert call(played().home, "audit", "show", "2") == 0
    out = capsys.readouterr().out
    assert entry["hash"] in out
    assert entry["ledger_head"] in out


def test_an_entry_beyond_the_end_is_not_found(capsys: Capture) -> None:
    assert call(played().home, "audit", "show", "999") == 4
    assert "has no entry 999" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("show", "0"), ("show", "x"), ("list", "--limit", "0")])
def test_numbers_without_meaning_are_refused(words: tuple[str, ...]) -> None:
    assert call(played().home, "audit", *words) == 2


def test_a_checkpoint_kept_elsewhere_is_held(tmp_path: Path, capsys: Capture) -> None:
    home, kept = copy_of(played().home, tmp_path), tmp_path / "kept.json"
    head = asked(capsys, "checkpoint", "--out", str(kept), home=home)
    assert json.loads(kept.read_text()) == head
    assert call(home, "ledger", "deposit", played().firm, "1 HKD") == 0
    assert call(home, "audit", "verify", "--against", str(kept)) == 0
    assert "kept elsewhere" in capsys.readouterr().out


def test_an_older_home_does_not_hold_a_later_checkpoint(tmp_path: Path, capsys: Capture) -> None:
    """Whoever puts an old copy of the whole home back is found by a checkpoint kept elsewhere."""
    old = copy_of(played().home, tmp_path / "old")
    new = copy_of(played().home, tmp_path / "new")
    kept = tmp_path / "kept.json"
    assert call(new, "ledger", "deposit", played().firm, "1 HKD") == 0
    assert call(new, "audit", "checkpoint", "--out", str(kept)) == 0
    assert call(old, "audit", "verify") == 0
    assert call(old, "audit", "verify", "--against", str(kept)) == 3
    assert "of another journal" in capsys.readouterr().err


def test_a_checkpoint_is_never_written_over(tmp_path: Path, capsys: Capture) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("precious", encoding="utf-8")
    assert call(played().home, "audit", "checkpoint", "--out", str(kept)) == 5
    assert kept.read_text(encoding="utf-8") == "precious"
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"home_id": "H-1"}'])
def test_a_file_without_a_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    assert call(played().home, "audit", "verify", "--against", str(tmp_path / "x")) == 2


def test_a_missing_checkpoint_file_is_not_found(tmp_path: Path, capsys: Capture) -> None:
    assert call(played().home, "audit", "verify", "--against", str(tmp_path / "no")) == 4
    assert "cannot be read" in capsys.readouterr().err


def unnoticed(folder: Path, flips: int) -> list[str]:
    """Return the cells whose flipped byte the verification does not find."""
    chance, missed = random.Random(20261121), list[str]()
    for number in range(flips):
        home = copy_of(played().home, folder / str(number))
        assert call(home, "audit", "verify") == 0
        cell = flip_a_cell(home, TABLES, chance)
        if call(home, "audit", "verify") != 3:
            missed.append(cell)
    return missed


def test_any_flipped_byte_of_the_journal_is_found(tmp_path: Path) -> None:
    assert unnoticed(tmp_path, FLIPS) == []


def test_a_verification_that_forgets_the_keys_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: the chain is proven, and the answers under their keys are not."""
    monkeypatch.setattr("entrepot.adapters.sql.checks._key_problems", lambda _conn: [])
    assert unnoticed(tmp_path, 10)


def test_an_edited_entry_is_told_by_its_number(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, "UPDATE journal SET body = 'no JSON' WHERE seq = 2")
    assert call(home, "audit", "verify", "--json") == 3
    out, err = capsys.readouterr()
    assert any("journal 2" in problem for problem in json.loads(out)["problems"])
    assert json.loads(err)["error"]["code"] == "audit.broken"
    assert asked(capsys, "show", "2", home=home)["body"] == "no JSON"
