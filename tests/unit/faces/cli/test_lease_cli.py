"""``entrepot lease``: a quote or a lease in place of a command, and the commands beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import JOB, call, copy_of, played

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_of(played().home, tmp_path)


def asked(capsys: Capture, home: Path, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert call(home, *words, "--json") == code
    said = capsys.readouterr()
    return json.loads(said.out if code == 0 else said.err)


@pytest.fixture
def lease(home: Path, tmp_path: Path, capsys: Capture) -> str:
    job = tmp_path / "tiny.yaml"
    job.write_text(JOB)
    quote = asked(capsys, home, "quote", str(job))
    made = asked(capsys, home, "lease", quote["quote_id"], "--accept-duties")
    assert made["kind"]["kind"] == quote["candidates"][0]["kind"]["kind"] == "managed_job"
    return str(made["lease_id"])


def test_a_lease_is_shown_with_and_without_the_word(
    home: Path, lease: str, capsys: Capture
) -> None:
    plain, shown = asked(capsys, home, "lease", lease), asked(capsys, home, "lease", "show", lease)
    assert plain == shown
    assert shown["changes"] == []
    assert [device["milli"] for device in shown["devices"]] == [1000]
    assert call(home, "lease", "show", lease) == 0
    assert "managed job: least time 0 s, notice 0 s, longest 184 d" in capsys.readouterr().out
    assert call(home, "lease", "--release", lease) == 0  # an option may come first


def test_a_lease_is_extended_shrunk_and_left(home: Path, lease: str, capsys: Capture) -> None:
    longer = asked(capsys, home, "lease", "extend", lease, "--by", "2m", "--reason", "算")
    assert longer["duration_s"] == 180
    assert longer["change"]["hold_change_minor"] > 0
    again = asked(capsys, home, "lease", "shrink", lease, "--by", "2m", "--key", "one")
    assert asked(capsys, home, "lease", "shrink", lease, "--by", "2m", "--key", "one") == again
    assert again["change"]["hold_change_minor"] == -longer["change"]["hold_change_minor"]
    assert call(home, "lease", "show", lease) == 0
    out = capsys.readouterr().out
    assert "1 min → 3 min" in out and "3 min → 1 min" in out and "算" in out
    assert asked(capsys, home, "lease", "leave", lease, "--dry-run")["state"] == "held"
    left = asked(capsys, home, "lease", "leave", lease)
    assert (left["state"], left["owed_minor"], left["invoice"]) == ("released", 0, None)
    refusal = asked(capsys, home, "lease", "extend", lease, "--by", "1m", code=5)
    assert refusal["error"]["code"] == "lease.over"


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["extend", "--by", "soon"], 2, "unit.duration"),
        (["extend", "--devices", "half"], 2, "lease.devices"),
        (["extend", "--devices", "0"], 2, "lease.devices"),
        (["extend"], 2, "lease.change"),
        (["extend", "--by", "184d"], 3, "lease.longest"),
        (["extend", "--devices", "5"], 5, "lease.sold"),
        (["shrink", "--by", "60s"], 3, "lease.notice"),
        (["shrink", "--devices", "1"], 2, "lease.size"),
        (["leave", "--devices", "1.5"], 2, "lease.size"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(
    home: Path, lease: str, capsys: Capture, words: list[str], code: int, what: str
) -> None:
    refusal = asked(capsys, home, "lease", words[0], lease, *words[1:], code=code)["error"]
    assert refusal["code"] == what
    assert refusal["message"].endswith(".") and refusal["hint"]


def test_an_unknown_lease_and_an_unknown_word_are_refused(home: Path, capsys: Capture) -> None:
    for words in (["show", "L-1"], ["extend", "L-1", "--by", "1m"], ["leave", "L-1"]):
        assert asked(capsys, home, "lease", *words, code=4)["error"]["code"] == "lease.unknown"
    assert call(home, "lease", "extent", "L-1") == 2
    assert "extend" in capsys.readouterr().err
    assert call(home, "lease") == 2
