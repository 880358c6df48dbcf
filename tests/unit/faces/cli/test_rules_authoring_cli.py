"""``entrepot rules new|check|test|explain`` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli.main import run
from entrepot.services.rules_templates import TEMPLATES

Capture = pytest.CaptureFixture[str]


def _run(*words: str) -> int:
    return run(open_app, list(words))


@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_new_writes_a_file_once(kind: str, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "rules" / "mine.yaml"
    assert _run("rules", "new", kind, str(file)) == 0
    assert file.read_text(encoding="utf-8") == TEMPLATES[kind]
    file.write_text("ours", encoding="utf-8")
    assert _run("rules", "new", kind, str(file)) == 5
    assert file.read_text(encoding="utf-8") == "ours"
    assert "not overwritten" in capsys.readouterr().err


def test_new_says_why_a_file_cannot_be_written(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "plain").write_text("", encoding="utf-8")
    assert _run("rules", "new", "row", str(tmp_path / "plain" / "row.yaml")) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_check_tells_notes_and_faults_with_their_lines(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "vouchers.yaml"
    file.write_text(TEMPLATES["programme"], encoding="utf-8")
    assert _run("rules", "check", str(file), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {item["code"] for item in told["findings"]} == {"lint.null_cap"}
    file.write_text(TEMPLATES["programme"].replace("    grade: B  ", "    note: x  "), "utf-8")
    assert _run("rules", "check", str(file)) == 2
    assert f"{file}:" in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys: Capture) -> None:
    assert _run("rules", "check", "/nowhere/rules.yaml") == 4
    assert "/nowhere/rules.yaml" in capsys.readouterr().err


def test_test_counts_the_cases_of_each_rule(capsys: Capture) -> None:
    assert _run("rules", "test", "--coverage", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reached"] == told["rules"] == len(told["coverage"])
    assert min(told["coverage"].values()) > 0


def test_test_refuses_a_rule_that_breaks_its_case(tmp_path: Path, capsys: Capture) -> None:
    from importlib.resources import files

    shipped = files("entrepot") / "facts" / "rules" / "flow.yaml"
    (tmp_path / "rules").mkdir()
    wrong = shipped.read_text("utf-8").replace("value: 100000}", "value: 100001}")
    (tmp_path / "rules" / "flow.yaml").write_text(wrong, encoding="utf-8")
    assert _run("--facts", str(tmp_path), "rules", "test", "--json") == 3
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["code"] == "rules.cases"
    assert "cn.mid.v2, 100,000 persons" in str(error["fields"])


def test_test_refuses_a_programme_without_cases(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "vouchers.yaml").write_text(TEMPLATES["programme"], encoding="utf-8")
    assert _run("--facts", str(tmp_path), "rules", "test") == 3
    assert "cn.example.voucher@2026-01-01 rate 2" in capsys.readouterr().err


@pytest.mark.parametrize("rule", ["gp10.other", "table:us_gp10", "cn.suzhou.corpus"])
def test_explain_shows_a_rule_with_its_cases(rule: str, capsys: Capture) -> None:
    assert _run("rules", "explain", rule) == 0
    assert "worked cases:" in capsys.readouterr().out
    assert _run("rules", "explain", rule, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cases"] and all(case["holds"] for case in told["cases"])


def test_explain_names_the_nearest_rule(capsys: Capture) -> None:
    assert _run("rules", "explain", "gp10.othr") == 4
    assert "gp10.other" in capsys.readouterr().err
