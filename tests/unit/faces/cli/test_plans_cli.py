"""``entrepot plans`` and the months of ``entrepot usage``: a plan from its file to the books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, played

Capture = pytest.CaptureFixture[str]
PLAN = """\
plan: steady
firms: [{firm}]
prices:
  - version: v1
    from: 2026-01-01
    tiers:
      - {{up_to_device_hours: 100, percent_of_list: 50}}
      - {{price: 0.10 HKD}}
minimum: {{job: 0.01 HKD, month: 20 HKD}}
commitment: {{device_hours: 1, price: 2.50 HKD}}
lost_time: {{credit_percent: 150}}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_of(played().home, tmp_path)


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def plan_file(folder: Path, text: str = PLAN) -> str:
    path = folder / "plan.yaml"
    path.write_text(text.format(firm=played().firm))
    return str(path)


def month_of(home: Path, capsys: Capture) -> str:
    """The month in which the played job was billed."""
    from entrepot.services.rerate_job import month_text

    (bill,) = asked(capsys, home, "invoice", "list")
    return month_text(int(bill["issued_at"]))


def test_a_plan_is_kept_listed_and_shown(home: Path, tmp_path: Path, capsys: Capture) -> None:
    assert call(home, "plans", "list") == 0
    assert "No price plan" in capsys.readouterr().out
    path = plan_file(tmp_path)
    made = asked(capsys, home, "plans", "add", path)
    assert (made["plan"], made["revision"]) == ("steady", 1)
    assert asked(capsys, home, "plans", "add", path)["revision"] == 1
    assert [row["plan"] for row in asked(capsys, home, "plans", "list")] == ["steady"]
    assert call(home, "plans", "show", "steady") == 0
    shown = capsys.readouterr().out
    for words in ("50 % of list", "HKD 0.1", "20.00", "HKD 2.5", "150 %"):
        assert words in shown
    assert call(home, "plans", "show", "stedy") == 4
    assert "steady" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("plan: steady", "plan: Not A Name", "plan"),
        ("{{price: 0.10 HKD}}", "{{price: 0.10 USD}}", "price"),
        ("{{price: 0.10 HKD}}", "{{price: 1 HKD, percent_of_list: 5}}", "tiers"),
        ("    from: 2026-01-01", "    from: soon", "from"),
        ("month: 20 HKD", "month: 20 EUR", "month"),
        ("month: 20 HKD", "month: 20 USD", "minimum"),
        ("credit_percent: 150", "credit_percent: 1.234", "credit_percent"),
        ("device_hours: 1,", "device_hours: 0,", "commitment"),
        ("device_hours: 1,", "device_hours: 0.00000001,", "device_hours"),
        ("firms: [{firm}]", "firms: {firm}", "firms"),
        ("minimum: {{", "minimum: {{odd: 1, ", "odd"),
    ],
)
def test_a_bad_plan_is_refused_with_its_place(
    home: Path, tmp_path: Path, capsys: Capture, old: str, new: str, field: str
) -> None:
    path = plan_file(tmp_path, PLAN.replace(old, new))
    assert call(home, "plans", "add", path, "--json") == 2
    told = capsys.readouterr()
    (where,) = json.loads(told.err or told.out)["error"]["fields"]
    assert where.startswith(f"{path}:")
    assert field in where


def test_a_month_is_shown_by_plan_and_not_closed_before_its_end(
    home: Path, tmp_path: Path, capsys: Capture
) -> None:
    month = month_of(home, capsys)
    assert call(home, "usage", "month", month) == 0
    assert "No price plan is named" in capsys.readouterr().out
    assert call(home, "plans", "add", plan_file(tmp_path)) == 0
    assert call(home, "usage", "month", month) == 0
    shown = capsys.readouterr().out
    assert "Committed use not taken" in shown and "Least charge of a month" in shown
    rated = asked(capsys, home, "usage", "month", month)
    assert (
        rated["difference"]["minor"]
        == sum(line["amount"]["minor"] for line in rated["lines"]) - rated["billed"]["minor"]
    )
    assert call(home, "usage", "close", month) == 3
    assert call(home, "usage", "close", "soon") == 2
    capsys.readouterr()
    assert call(home, "usage", "rerate") == 0
    assert "nothing differs" in capsys.readouterr().out
    assert call(home, "usage", "lines") == 0
    assert "Nothing was booked" in capsys.readouterr().out


def test_lost_time_is_recorded_once(home: Path, capsys: Capture) -> None:
    words = ("usage", "lost", played().lease, "--seconds", "5", "--reason", "power cut")
    row = asked(capsys, home, *words, "--reference", "INC-7")
    assert asked(capsys, home, *words, "--reference", "INC-7") == row
    assert call(home, "usage", "lost", played().lease, *words[3:], "--reference", "INC-7") == 0
    capsys.readouterr()
    assert call(home, *words[:4], "6", *words[5:], "--reference", "INC-7") == 5


def test_events_leave_as_they_come(home: Path, tmp_path: Path, capsys: Capture) -> None:
    assert call(home, "usage", "export", played().lease) == 0
    out = capsys.readouterr().out
    lines = tmp_path / "events.jsonl"
    lines.write_text(out)
    made = asked(capsys, home, "usage", "import", str(lines))
    assert made["duplicate"] == len(out.splitlines()) > 0 == made["counted"]
    whole = tmp_path / "events.json"
    whole.write_text(json.dumps(asked(capsys, home, "usage", "export", played().lease)))
    assert asked(capsys, home, "usage", "import", str(tmp_path))["duplicate"] == 2 * len(
        out.splitlines()
    )
    assert call(home, "usage", "import", str(lines)) == 0
    assert "known already" in capsys.readouterr().out


def test_a_bad_event_is_told_with_its_line_and_nothing_is_taken(
    home: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"specversion": "1.0"}\n\nnot json\n{"a": 1.5}\n{"a": 1, "a": 2}\n')
    assert call(home, "usage", "import", str(path), "--json") == 2
    told = capsys.readouterr()
    fields = json.loads(told.err or told.out)["error"]["fields"]
    assert list(fields) == [f"{path}:{rest}" for rest in ("1:id", "3", "4", "5")]
    for text in ("", "[]", "[1", "[{}, ]x", '{"id": 1}'):
        (tmp_path / "one.json").write_text(text)
        assert call(home, "usage", "import", str(tmp_path / "one.json")) == 2
    assert call(home, "usage", "import", str(tmp_path / "none")) == 2


def test_words_that_are_no_command_are_told(home: Path, capsys: Capture) -> None:
    assert call(home, "usage", "clsoe", "2026-11") == 2
    assert "close" in capsys.readouterr().err
    assert call(home, "usage", "--help") == 0
    assert "rerate" in capsys.readouterr().out


def test_energy_is_shown_where_it_was_measured(home: Path, capsys: Capture) -> None:
    assert asked(capsys, home, "usage", played().lease)["energy_j"] is None
    stated = '\'"fence"\', \'"energy_j":7200000,"fence"\''
    edit(home, f"UPDATE usage_event SET body = replace(body, {stated})")
    assert call(home, "usage", played().lease) == 3  # an edited report is told, and still shown
    assert "2.000 kWh" in capsys.readouterr().out
