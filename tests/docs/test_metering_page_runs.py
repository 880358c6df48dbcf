"""The page on prices, tiers and corrections can be typed in a home that has traded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in, yaml_of
from tests.played_home import copy_of, played, program

PAGE = "how-to/prices-tiers-and-corrections.md"
Capture = pytest.CaptureFixture[str]


def test_a_plan_is_kept_and_a_month_closed_as_the_page_says(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(played().home, tmp_path)
    monkeypatch.chdir(tmp_path)
    plan = yaml_of(PAGE)[0].replace("F-01…", played().firm)
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    events = program(home, "usage", "export", played().lease)
    lines = "\n".join(json.dumps(event) for event in events)
    (tmp_path / "events.jsonl").write_text(lines, encoding="utf-8")
    typed = [line.replace("L-01…", played().lease) for line in lines_of(PAGE)]
    printed = type_in(typed, home, capsys)
    for words in (
        "Price plan steady, revision 1",
        "Least charge of a month",
        "are recorded as lost: INC-7",
        "Committed use not taken",
        "known already",
        "nothing differs",
    ):
        assert words in printed
