"""The page on settlement can be typed, by two persons, to a bank that loses a reference."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from tests.docs.test_pages_run import SHOWN_ID
from tests.played_home import ROOT, call, copy_of, played

PAGE = ROOT / "docs/how-to/settle-with-the-centres.md"
ACTOR = "ENTREPOT_ACTOR="
DAY = "2026-11-23"
Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTREPOT_RELEASE_ALONE_CENTS", "0")
    (tmp_path / "bank").mkdir()
    return copy_of(played().home, tmp_path)


def test_the_page_works_line_by_line(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = asked(capsys, home, "settle", "due")[0]["value_date"]
    payments = str(home / "documents/payments")
    text = PAGE.read_text(encoding="utf-8").replace(DAY, day)
    text = text.replace("~/.entrepot/documents/payments", payments)
    ids: dict[str, str] = {}
    printed = ""
    for line in "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)).splitlines():
        words = shlex.split(line.removeprefix("$ "))
        person = words.pop(0).removeprefix(ACTOR) if words[0].startswith(ACTOR) else "desk"
        monkeypatch.setenv("ENTREPOT_ACTOR", person)
        code = call(home, *(ids.get(word, word) for word in words[1:]))
        said = capsys.readouterr()
        assert code == 0, f"{line}: {said.err}"
        ids |= {f"{found[1]}-01…": found[0] for found in SHOWN_ID.finditer(said.out)}
        printed += said.out
    assert "A second person releases it" in printed
    assert "(100 %)" in printed
    assert "matched by hand" in printed
    assert ": settled" in printed
    assert "The books are proven" in printed
    (batch,) = asked(capsys, home, "settle", "list")
    assert (batch["state"], batch["paid_cnh_minor"]) == ("settled", batch["cnh_minor"])
    assert asked(capsys, home, "settle", "due") == []


def test_a_run_in_one_go_for_a_small_batch(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENTREPOT_RELEASE_ALONE_CENTS")
    (paid,) = asked(capsys, home, "settle", "run", "--mode", "prefunded")
    assert (paid["state"], paid["mode"]) == ("settled", "prefunded")
    assert asked(capsys, home, "settle", "entries") == []
    shown = asked(capsys, home, "settle", "show", paid["batch_id"])
    assert [(one["leg"], one["minor"]) for one in shown["bank"]] == [
        ("fx", -paid["cnh_minor"]),
        ("pay", paid["cnh_minor"]),
    ]
    bank = home / "documents/bank"
    files = sorted(str(path) for path in bank.iterdir())
    heard = asked(capsys, home, "settle", "read", *files)
    assert (heard["new"], heard["repeated"], heard["unmatched"]) == (0, 2, [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4, ("settle", "release", "B-01")),
        (4, ("settle", "match", "BE-01", "B-01")),
        (2, ("settle", "reconcile", "note.xml")),
        (2, ("settle", "read", "note.xml")),
        (2, ("settle", "read", "none.xml")),
        (2, ("settle", "run", "--mode", "someday")),
        (2, ("bank", "simulate", "--in", "none", "--out", "bank")),
        (2, ("bank", "simulate", "--in", "bank", "--out", "bank", "--mix", "steal=1")),
        (2, ("bank", "simulate", "--in", "bank", "--out", "bank", "--opening", "1 teapot")),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_way_out(
    home: Path, capsys: Capture, code: int, words: tuple[str, ...]
) -> None:
    Path("note.xml").write_text("<a/>")
    assert call(home, *words) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_second_simulated_day_goes_on_from_the_first(home: Path, capsys: Capture) -> None:
    words = ("bank", "simulate", "--in", str(home), "--out", "bank", "--opening", "5.00 HKD")
    asked(capsys, home, *words, "--day", "2026-11-23")
    found = asked(capsys, home, *words, "--day", "2026-11-24")
    (hkd,) = asked(capsys, home, "settle", "reconcile", found["messages"][-1])
    assert (hkd["opening_minor"], hkd["closing_minor"], hkd["asset"]) == (500, 500, "HKD")
    assert call(home, *words, "--day", "2026-11-24") == 2
