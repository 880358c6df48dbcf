"""``entrepot accounts``: what it prints, and how it refuses."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, played

Capture = pytest.CaptureFixture[str]
PASSWORD = "seven quiet otters swim"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_of(played().home, tmp_path)


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, "accounts", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_an_account_from_first_to_last(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(capsys, home, "list") == []
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    made = asked(capsys, home, "create", "Mei", "--name", "梅", "--password-stdin")
    assert (made["login"], made["name"], made["has_password"]) == ("mei", "梅", True)
    firm = played().firm
    held = asked(capsys, home, "grant", "mei", "tenant", "--firm", firm, "--level", "lead")
    assert (held["role"], held["scope_id"], held["level"]) == ("tenant", firm, "lead")
    token = asked(capsys, home, "token", "mei", "--name", "n", "--scope", "read", "--days", "1")
    assert token["token"].startswith("ent_")
    link = asked(capsys, home, "invite", "tenant", "--firm", firm)
    assert link["link"].startswith("entinv_")
    assert asked(capsys, home, "reset", "mei")["link"].startswith("entinv_")
    project = asked(capsys, home, "project", firm, "Tides")
    assert asked(capsys, home, "projects") == [project]
    shown = asked(capsys, home, "show", "mei")
    assert [one["token_id"] for one in shown["tokens"]] == [token["token_id"]]
    assert shown["grants"] == [held] and shown["sessions"] == []
    assert PASSWORD not in str(shown) and "argon2" not in str(shown)
    assert asked(capsys, home, "sessions", "mei") == []
    for which in (held["grant_id"], token["token_id"]):
        assert asked(capsys, home, "revoke", which)["ended"]
    assert asked(capsys, home, "disable", "mei")["state"] == "disabled"
    assert asked(capsys, home, "enable", "mei")["state"] == "active"
    assert asked(capsys, home, "list")[0]["grants"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "nobody"), 4),
        (("create", "de sk"), 2),
        (("create", "new", "--lang", "fr"), 2),
        (("grant", "nobody", "tenant", "--firm", "F-9"), 4),
        (("grant", "nobody", "tenant"), 2),
        (("grant", "nobody", "tenant", "--firm", "a", "--centre", "b"), 2),
        (("grant", "nobody", "king"), 2),
        (("grant", "nobody", "auditor"), 4),
        (("invite", "auditor"), 3),
        (("invite", "tenant", "--firm", "F-9"), 4),
        (("token", "nobody", "--name", "x", "--scope", "read"), 4),
        (("revoke", "GR-9"), 4),
        (("revoke", "TK-9"), 4),
        (("reset", "nobody"), 4),
        (("project", "F-9", "x"), 4),
    ],
)
def test_bad_input_gets_one_clear_sentence(
    home: Path, capsys: Capture, words: tuple[str, ...], code: int
) -> None:
    assert call(home, "accounts", *words) == code
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err and said.err.strip()


def test_people_are_shown_tables(home: Path, capsys: Capture) -> None:
    for words in (
        ("list",), ("projects",), ("create", "mei"), ("list",), ("show", "mei"),
        ("sessions", "mei"), ("token", "mei", "--name", "night", "--scope", "*"), ("show", "mei"),
        ("project", played().firm, "Tides"), ("sessions", "mei", "--end-all"),
    ):  # fmt: skip
        assert call(home, "accounts", *words) == 0
    said = capsys.readouterr()
    assert "no account yet" in said.out and "night" in said.out and "Tides" in said.out
    assert "shown this once" in said.err
