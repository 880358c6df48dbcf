"""``entrepot db``: one command each, answered in words, in JSON and by an exit code."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, played, unlocked

from entrepot.adapters.sql.metadata import SCHEMA_VERSION

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, "db", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_info_counts_what_is_there(capsys: Capture) -> None:
    found = asked(capsys, played().home, "info")
    assert found["server"].startswith("SQLite ")
    assert (found["schema"], found["schema_of_program"]) == (SCHEMA_VERSION, SCHEMA_VERSION)
    with sqlite3.connect(played().home / "entrepot.db") as db:
        for name, count in found["contents"]["rows"].items():
            assert db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == count, name
        last = db.execute("SELECT seq, hash FROM journal ORDER BY seq DESC").fetchone()
    db.close()
    assert (found["contents"]["journal_seq"], found["contents"]["journal_head"]) == last
    assert call(played().home, "db", "info") == 0
    out = capsys.readouterr().out
    assert last[1] in out
    assert "ledger_transfer" in out


def test_a_sound_database_is_proven(capsys: Capture) -> None:
    assert asked(capsys, played().home, "check")["proven"] is True
    assert call(played().home, "db", "check") == 0
    assert "proven" in capsys.readouterr().out


PLANTED = {
    "schema": "DROP INDEX ix_quote_firm_id",
    "books": "UPDATE ledger_account SET debits_posted = debits_posted + 1 WHERE id = 1",
    "journal": "UPDATE journal SET actor = 'mallory' WHERE seq = 1",
}


@pytest.mark.parametrize("where", list(PLANTED))
def test_what_is_wrong_is_said_with_exit_3(where: str, tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    if where == "schema":
        with sqlite3.connect(home / "entrepot.db") as db:
            db.execute(PLANTED[where])
        db.close()
    else:
        fences = unfenced(home)
        edit(home, PLANTED[where])
        restore_fences(home, fences)
    assert call(home, "db", "check", "--json") == 3
    said = capsys.readouterr()
    data = json.loads(said.out)
    assert data["proven"] is False
    assert [name for name in PLANTED if data[name]] == [where]
    code = json.loads(said.err)["error"]["code"]
    assert code == ("db.tables" if where == "schema" else "db.unproven")


def unfenced(home: Path) -> list[str]:
    """Take the triggers away and return them; their absence would be found by itself."""
    with sqlite3.connect(home / "entrepot.db") as db:
        rows = db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    db.close()
    unlocked(home).close()
    return [row[0] for row in rows]


def restore_fences(home: Path, fences: list[str]) -> None:
    with sqlite3.connect(home / "entrepot.db") as db:
        for statement in fences:
            db.execute(statement)
    db.close()


def test_migrate_down_and_up_with_the_statements_shown_first(
    tmp_path: Path, capsys: Capture
) -> None:
    home = copy_of(played().home, tmp_path)
    planned = asked(capsys, home, "migrate", "--to", "1", "--dry-run")
    assert (planned["before"], planned["after"]) == (SCHEMA_VERSION, 1)
    assert "DROP TABLE four_eyes_end" in planned["statements"]
    assert asked(capsys, home, "info")["schema"] == SCHEMA_VERSION
    gone = asked(capsys, home, "migrate", "--to", "1")
    assert gone["statements"] == planned["statements"]
    assert gone["kept"] == str(home / f"entrepot.db.schema-{SCHEMA_VERSION}")
    assert asked(capsys, home, "info")["schema"] == 1
    assert call(home, "db", "check", "--json") == 3
    assert "the schema is 1" in capsys.readouterr().out
    assert call(home, "db", "migrate", "--dry-run") == 0
    assert f"-- from schema 1 to schema {SCHEMA_VERSION}" in capsys.readouterr().out
    assert call(home, "db", "migrate") == 0
    assert f"to schema {SCHEMA_VERSION}" in capsys.readouterr().out
    assert call(home, "db", "migrate") == 0
    assert "already" in capsys.readouterr().out
    assert asked(capsys, home, "check")["proven"] is True


@pytest.mark.parametrize("target", ["0", "99", "-1"])
def test_a_schema_that_is_not_known(target: str, capsys: Capture) -> None:
    assert call(played().home, "db", "migrate", "--to", target) == 2
    assert "no schema" in capsys.readouterr().err


def test_back_up_restore_and_copy(tmp_path: Path, capsys: Capture) -> None:
    home, file = copy_of(played().home, tmp_path), tmp_path / "b.tar"
    assert call(home, "db", "backup", str(file)) == 0
    assert "keep it safe" in capsys.readouterr().out
    assert call(home, "db", "backup", str(file)) == 5
    capsys.readouterr()
    again = tmp_path / "again"
    back = asked(capsys, again, "restore", str(file))
    assert back["contents"] == asked(capsys, home, "info")["contents"]
    assert call(again, "db", "restore", str(file)) == 5
    assert call(again, "db", "restore", str(file), "--force") == 0
    assert "before-restore-1" in capsys.readouterr().out
    assert asked(capsys, again, "check")["proven"] is True
    copied = asked(capsys, home, "copy", f"sqlite:///{tmp_path}/copy.db")
    assert copied["rows"] == back["contents"]["rows"]
    assert call(home, "db", "copy", f"sqlite:///{tmp_path}/copy.db") == 5


@pytest.mark.parametrize(
    "words", [["info"], ["check"], ["migrate"], ["backup", "b.tar"], ["copy", "sqlite:///x.db"]]
)
def test_without_a_home_nothing_is_made(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(tmp_path / "none", "db", *words) == 4
    assert "No home" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_backup_or_no_address(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "x").write_bytes(b"\0" * 2_000)
    assert call(tmp_path / "none", "db", "restore", str(tmp_path / "x")) == 2
    assert call(tmp_path / "none", "db", "restore", str(tmp_path / "no")) == 4
    assert call(played().home, "db", "copy", "mysql://u:s3cret@h/x") == 2
    assert "s3cret" not in capsys.readouterr().err
