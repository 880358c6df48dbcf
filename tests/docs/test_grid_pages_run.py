"""The pages on simulating, placing and shifting: what they tell a reader to type works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.test_pages_run import DOCS, lines_of, type_in

Capture = pytest.CaptureFixture[str]


def tables_of(page: str) -> list[str]:
    """Return the blocks of plain text of a page."""
    return re.findall(r"```text\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which lines are typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_trace_is_simulated_as_the_page_says(folder: Path, capsys: Capture) -> None:
    page = "how-to/simulate-a-trace.md"
    jobs, clusters = tables_of(page)
    (folder / "jobs.csv").write_text(jobs, encoding="utf-8")
    (folder / "virtual_clusters.csv").write_text(clusters, encoding="utf-8")
    printed = type_in(lines_of(page), folder / "home", capsys)
    assert '"fairness_jain"' in printed
    assert (folder / "rows.csv").read_text().count("\n") == 6


def test_leases_are_placed_as_the_page_says(folder: Path, capsys: Capture) -> None:
    printed = type_in(lines_of("how-to/place-leases.md"), folder / "home", capsys)
    assert "optimum by HiGHS" in printed
    assert (folder / "plan.csv").exists()


def test_work_is_shifted_as_the_page_says(folder: Path, capsys: Capture) -> None:
    page = "how-to/shift-to-green-hours.md"
    (folder / "ci.csv").write_text(tables_of(page)[0], encoding="utf-8")
    printed = type_in(lines_of(page), folder / "home", capsys)
    assert "13.8 %" in printed, "250 in place of 290"
    assert '"saving_percent"' in printed


def test_a_study_is_run_as_the_page_says(folder: Path, capsys: Capture) -> None:
    page = "how-to/run-a-study.md"
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    (folder / "small.yaml").write_text(found[1], encoding="utf-8")
    printed = type_in(lines_of(page), folder / "home", capsys)
    assert "gba-west-green" in printed
    assert '"kept": 6' in printed, "the second run found all cells of the first"
    assert (folder / "study" / "report.html").exists()
