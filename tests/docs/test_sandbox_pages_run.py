"""The pages on tax scenarios, questions and proposals: what they tell a reader to type works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in, yaml_of
from tests.played_home import EXAMPLES, copy_of, played

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tax_scenarios_give_the_figures_of_the_page(room: Path, capsys: Capture) -> None:
    page = "how-to/compare-tax.md"
    (room / "mine.yaml").write_text(yaml_of(page)[0], encoding="utf-8")
    printed = type_in([*lines_of(page), "sandbox tax mine.yaml"], room / "home", capsys)
    for figure in ("660,000.00", "825,000.00", "495,000.00", "148,500.00"):
        assert printed.count(f"HKD {figure}") >= 1
    assert "sister takes them beside two tiers: +HKD 165,000.00" in printed


def test_questions_are_printed_and_a_file_answers_them(room: Path, capsys: Capture) -> None:
    home = copy_of(played().home, room)
    printed = type_in(lines_of("how-to/answer-the-questions.md"), home, capsys)
    assert '"questions"' in printed
    assert (room / "facts.yaml").read_text(encoding="utf-8").startswith("data:")


def test_a_proposal_is_tried_on_the_cases_of_the_page(room: Path, capsys: Capture) -> None:
    page = "how-to/try-a-proposal.md"
    plan, saved = yaml_of(page)
    (room / "cases.yaml").write_text(plan, encoding="utf-8")
    (room / "saved.yaml").write_text(saved, encoding="utf-8")
    more = "sandbox vouchers --what-if hk.algorithm_voucher --facts saved.yaml"
    printed = type_in([*lines_of(page), more], room / "home", capsys)
    assert "cost to the fund" in printed
    assert "The cases are synthetic" in printed
    assert "HKD 900.00" in printed
