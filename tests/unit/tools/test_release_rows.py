"""The run of a release counts what was done, goes on after a broken row, and keeps the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tools import release_tests
from tools.release_tests import Row, main

PASSES = """
from tests.sizes import figure, size
def test_it():
    figure("rounds", rounds=size(name="ROUNDS", usual=1, release=500))
"""
ROWS = (
    Row("breaks", "this is broken", ("test_breaks.py",), {"ROUNDS": 10}),
    Row("holds", "this is kept", ("test_holds.py",), {"ROUNDS": 50}),
)


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two rows of tests in a folder, and where their summary goes."""
    (tmp_path / "test_breaks.py").write_text("def test_it(): assert False\n", "utf-8")
    (tmp_path / "test_holds.py").write_text(PASSES, "utf-8")
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{root}:{root / 'src'}")
    monkeypatch.setattr(release_tests, "ROOT", tmp_path)
    monkeypatch.setattr(release_tests, "SUMMARY", tmp_path / "build" / "release-tests.json")
    monkeypatch.setattr(release_tests, "ROWS", ROWS)
    return release_tests.SUMMARY


def rows(summary: Path) -> dict[str, dict[str, Any]]:
    return {row["row"]: row for row in json.loads(summary.read_text("utf-8"))["rows"]}


def test_a_broken_row_fails_the_run_and_stops_no_other(
    summary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--scale", "0.1"]) == 1
    found = rows(summary)
    assert {name: row["passed"] for name, row in found.items()} == {"breaks": False, "holds": True}
    assert found["holds"]["asked"] == {"ROUNDS": 5}
    assert found["holds"]["figures"] == [{"figure": "rounds", "rounds": 5}]
    said = capsys.readouterr().out
    assert "BROKEN" in said and "kept" in said and '"rounds": 5' in said


def test_a_row_run_alone_leaves_the_last_result_of_the_others(summary: Path) -> None:
    assert main(["--scale", "0.1"]) == 1
    assert main(["holds"]) == 0
    found = rows(summary)
    assert [found[name]["scale"] for name in ("breaks", "holds")] == [0.1, 1.0]
    assert found["holds"]["figures"] == [{"figure": "rounds", "rounds": 50}]


@pytest.mark.parametrize("words", [["unknown"], ["--scale", "0"]])
def test_what_cannot_be_run_is_refused(summary: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert not summary.exists()
