"""The command rules: decisions kept and replayed, days compared in words, rows signed by two."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

CASE = """\
- {name: small, as_of: 2025-12-31, leg: {place_from: HK, place_to: CN, leg_persons: 5}}
- {name: second, as_of: 2026-01-01, leg: {place_from: SG, place_to: HK}}
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    assert main.run(open_app, ["--home", str(folder), "init"]) == 0
    return folder


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command line in the home as somebody."""

    def go(*words: str, actor: str = "one", lang: str = "en") -> tuple[int, str, str]:
        monkeypatch.setenv("ENTREPOT_ACTOR", actor)
        capsys.readouterr()
        code = main.run(open_app, ["--home", str(home), "--lang", lang, *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return go


@pytest.fixture
def case(tmp_path: Path) -> str:
    path = tmp_path / "cases.yaml"
    path.write_text(CASE, "utf-8")
    return str(path)


def data_of(answer: tuple[int, str, str]) -> Any:
    """Return the JSON of an answer."""
    assert answer[0] == 0, answer[2]
    return json.loads(answer[1])


def test_kept_cases_are_listed_and_replayed(run: Run, case: str) -> None:
    code, out, _ = run("gate", "decide", "--facts", case, "--keep")
    assert code == 0
    assert out.count("Kept as decision V-") == 2
    listed = data_of(run("rules", "decisions", "--json"))
    assert [row["cause"] for row in listed] == ["case:second", "case:small"]
    only = data_of(run("rules", "decisions", "--cause", "case:small", "--limit", "1", "--json"))
    (name,) = [row["decision_id"] for row in only]
    code, out, _ = run("rules", "replay", name)
    assert (code, "the same to the byte" in out, "the one of today" in out) == (0, True, True)
    data = data_of(run("rules", "replay", name, "--json"))
    assert data["identical"] is True
    assert data["cases"][0]["leg"] == {"place_from": "HK", "place_to": "CN", "leg_persons": 5}
    assert data["answer"]["as_of"] == "2025-12-31"
    assert name in run("rules", "decisions")[1]


def test_kept_cases_as_json_are_one_line_each_with_their_id(run: Run, case: str) -> None:
    _, out, _ = run("gate", "decide", "--facts", case, "--keep", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["name"] for line in lines] == ["small", "second"]
    assert all(line["decision_id"].startswith("V-") for line in lines)


def test_without_keep_nothing_is_kept(run: Run, case: str) -> None:
    assert run("gate", "decide", "--facts", case)[0] == 0
    assert run("rules", "decisions")[1].startswith("No decision is kept yet. To keep one: ")


def test_a_decision_that_is_not_there(run: Run) -> None:
    code, out, err = run("rules", "replay", "V-1")
    assert (code, out) == (4, "")
    assert "no kept decision V-1" in err


def test_days_the_other_way_round_are_put_in_order(run: Run) -> None:
    _, out, _ = run("rules", "diff", "2026-01-01", "2025-12-31")
    first, rest = out.split("\n", 1)
    assert first == "In calendar order: what changed from 2025-12-31 to 2026-01-01."
    assert rest == run("rules", "diff", "2025-12-31", "2026-01-01")[1]


def test_the_difference_of_two_days_is_said_in_words(run: Run) -> None:
    code, out, _ = run("rules", "diff", "2025-12-31", "2026-01-01")
    assert code == 0
    assert "cn.mid.v1" in out
    assert "Counts no more from 2026-01-01 on; it said needs an instrument." in out
    assert "Beijing AI compute voucher has no version in force from 2026-01-01 on" in out
    data = data_of(run("rules", "diff", "2025-12-31", "2026-01-01", "--json"))
    assert {c["what"] for c in data["changes"]} >= {"row_begins", "row_ends", "programme_ends"}
    assert all(c["text"] for c in data["changes"])
    assert data["first"] == {"as_of": "2025-12-31", "known": None}


def test_rates_caps_and_figures_are_said_with_both_values(run: Run) -> None:
    _, out, _ = run("rules", "diff", "2024-03-01", "2026-11-21")
    assert "rates was 20.00 % and is 30.00 % from 2025-07-28 on" in out
    assert "cap_per_firm_year was not stated and is CNY 8,000,000.00" in out
    assert "Was not stated and is 100000 from 2024-03-22 on." in out
    assert "The table is covered from 2024-03-22 on." in out


def test_days_of_equal_law_and_of_no_knowledge(run: Run) -> None:
    assert "Nothing changed" in run("rules", "diff", "2026-02-01", "2026-02-01")[1]
    early = ("--known", "2020-01-01")
    assert "Nothing changed" in run("rules", "diff", "2025-12-31", "2026-01-01", *early)[1]
    learnt = run("rules", "diff", "2026-02-01", "2026-02-01", "--known-first", "2020-01-01")[1]
    assert "hk.processor" in learnt
    code, _, err = run("rules", "diff", "2026-02-30", "2026-03-01")
    assert (code, "2026-02-30 is no date" in err) == (2, True)


def test_two_persons_sign_a_row(run: Run) -> None:
    words = ("--counsel", "Counsel of the house", "--expires", "2090-01-01")
    made = data_of(run("rules", "sign", "oo.sg", *words, "--json"))
    assert (made["state"], made["proposed_by"]) == ("proposed", "one")
    code, out, err = run("rules", "approve", made["review_id"])
    assert (code, out) == (3, "")
    assert "another person has to approve it" in err
    code, out, _ = run("rules", "approve", made["review_id"], actor="two")
    assert (code, "has force until before 2090-01-01, signed by one and two" in out) == (0, True)
    assert run("rules", "approve", made["review_id"], actor="three")[0] == 5
    assert "in force" in run("rules", "reviews")[1]
    assert "expired" in run("rules", "reviews", "--as-of", "2090-01-01")[1]
    (row,) = data_of(run("rules", "reviews", "--json"))
    assert (row["row"], row["approved_by"], row["state"]) == ("oo.sg", "two", "in_force")


def test_an_unknown_row_names_the_nearest_and_no_review_is_said(run: Run) -> None:
    words = ("--counsel", "Counsel", "--expires", "2090-01-01")
    code, _, err = run("rules", "sign", "oo.sq", *words)
    assert (code, "Did you mean" in err) == (4, True)
    assert run("rules", "reviews")[1].startswith("No row was signed. To sign one: ")
    assert run("rules", "sign", "oo.sg", "--counsel", "x", "--expires", "2000-01-01")[0] == 2
    assert run("rules", "approve", "R-1")[0] == 4
