"""``entrepot facts``: counts, problems with file, line and field, and rows with their sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from entrepot.adapters.imports.facts import KINDS
from entrepot.bootstrap import open_app
from entrepot.faces.cli.facts import SUMMARIES, tree
from entrepot.faces.cli.main import run
from entrepot.services.fact_book import RULE_KINDS, kinds, lines
from entrepot.services.settings import read_settings


def _run(*words: str) -> int:
    return run(open_app, list(words))


def test_check_counts_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("facts", "check", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["centres"] == 28
    assert {"rules/flow", "rules/placement", "rules/vouchers", "rules/tax"} <= set(told["counts"])
    assert told["problems"] == []
    assert len(told["digest"]) == 64


def test_check_names_file_line_and_field_of_each_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "- {id: here, grade: Z}\n- {id: there}\n"
    (tmp_path / "places.yaml").write_text(f"schema: entrepot.places/1\nrows:\n{rows}")
    assert _run("--facts", str(tmp_path), "facts", "check") == 2
    err = capsys.readouterr().err
    assert "places.yaml:3" in err
    assert "places.yaml:4" in err
    assert "problems" in err
    assert _run("--facts", str(tmp_path), "facts", "check", "--json") == 2
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["code"] == "facts.unsound"
    assert len(error["fields"]) >= 2


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--facts", "/nowhere/facts", "facts", "check") == 4
    assert "/nowhere/facts" in capsys.readouterr().err


def test_every_kind_is_told_in_words() -> None:
    assert set(SUMMARIES) == {*KINDS, *RULE_KINDS}


@pytest.mark.parametrize("kind", [*KINDS, *RULE_KINDS])
def test_every_kind_lists_its_rows_with_source_and_grade(kind: str) -> None:
    app = open_app(read_settings({}))
    listed = lines(app, kind)
    assert len(listed) == kinds(app)[kind]
    for line in listed:
        assert line.names["en"]
        if kind != "fact":  # a definition has no source
            assert line.source, line
            assert line.date, line
            assert line.grade in "ABCSKX"


@pytest.mark.parametrize(
    ("kind", "name", "holds"),
    [
        ("devices", "h100-sxm", {"memory_gb": 80}),
        ("device", "h100-sxm", {"family": "H100"}),
        ("fact", "leg_persons", {"kind": "int"}),
        ("rows", "cn.transit", {"gate": "flow", "grade": "B"}),
        ("programme", "cn.wuxi.compute_voucher", {"currency": "CNY"}),
        ("tax", "hk.two_tier.limit", {"values_in": "minor units"}),
    ],
)
def test_one_row_whole(
    kind: str, name: str, holds: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("facts", "show", kind, name, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {key: told[key] for key in holds} == holds
    assert _run("facts", "show", kind, name) == 0
    assert name in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "guess"), [(("devicex",), "devices"), (("devices", "h100sxm"), "h100-sxm")]
)
def test_a_name_that_is_not_there_is_guessed(
    words: tuple[str, ...], guess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("facts", "show", *words) == 4
    assert f"Did you mean {guess}?" in capsys.readouterr().err


def test_null_is_told_as_not_stated() -> None:
    assert tree({"pue": None, "rows": [], "zero": 0}) == ["pue: not stated", "rows: –", "zero: 0"]
