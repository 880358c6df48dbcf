"""``entrepot budgets``: set, seen, passed by a lease, ended; and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, played

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_of(played().home, tmp_path)


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_budget_is_set_listed_shown_and_ended(home: Path, capsys: Capture) -> None:
    assert call(home, "budgets", "list") == 0
    assert "No budget is set." in capsys.readouterr().out
    made = asked(capsys, home, "budgets", "set", "2031-01", "50 HKD", "--hard-stop")
    assert (made["limit_minor"], made["hard_stop"], made["left_minor"]) == (5_000, True, 5_000)
    assert [one["percent"] for one in made["alerts"]] == [50, 80, 100]
    assert asked(capsys, home, "budgets", "list", "--month", "2031-01") == [made]
    assert asked(capsys, home, "budgets", "list", "--month", "2031-02") == []
    for words in (["list"], ["show", made["budget_id"]]):
        assert call(home, "budgets", *words) == 0
        assert "50" in capsys.readouterr().out
    again = asked(capsys, home, "budgets", "set", "2031-01", "60 HKD", "--mark", "75")
    assert [one["budget_id"] for one in asked(capsys, home, "budgets", "list")] == [
        again["budget_id"]
    ]
    assert len(asked(capsys, home, "budgets", "list", "--all")) == 2
    assert call(home, "budgets", "end", again["budget_id"]) == 0
    assert call(home, "budgets", "end", again["budget_id"]) == 5
    assert "has ended already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["2031-13", "5 HKD"], 2, "2031-13"),
        (["2020-01", "5 HKD"], 2, "is over"),
        (["2031-01", "5 CNY"], 2, "sum of HKD"),
        (["2031-01", "-5 HKD"], 2, ""),
        (["2031-01", "0 HKD"], 2, "above nought"),
        (["2031-01", "5 HKD", "--mark", "50", "--mark", "50"], 2, "Alert marks"),
        (["2031-01", "5 HKD", "--mark", "0"], 2, "Alert marks"),
        (["2031-01", "5 HKD", "--project", "PJ-none"], 4, "no open project"),
        (["2031-01", "5 HKD", "--firm", "F-none"], 4, "No firm"),
    ],
)
def test_what_is_no_budget_is_refused(
    home: Path, capsys: Capture, words: list[str], code: int, sentence: str
) -> None:
    assert call(home, "budgets", "set", *words) == code
    assert sentence in capsys.readouterr().err
    assert asked(capsys, home, "budgets", "list", "--all") == []


def test_no_such_budget(home: Path, capsys: Capture) -> None:
    assert call(home, "budgets", "show", "BG-none") == 4
    assert "There is no budget" in capsys.readouterr().err
