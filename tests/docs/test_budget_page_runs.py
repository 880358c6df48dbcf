"""What the page about budgets shows can be typed as it stands."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.played_home import ROOT, call, copy_of, played

PAGE = ROOT / "docs" / "how-to" / "keep-to-a-budget.md"


def test_every_line_of_the_page_can_be_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = copy_of(played().home, tmp_path)
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    lines = re.findall(r"^\$ entrepot (.*)$", "\n".join(blocks), re.MULTILINE)
    assert len(lines) == 4
    for line in lines:
        if "BG-01…" in line:
            assert call(home, "budgets", "list", "--json") == 0
            (budget,) = json.loads(capsys.readouterr().out)
            line = line.replace("BG-01…", budget["budget_id"])
        words = shlex.split(line.replace("F-01…", played().firm))
        assert call(home, *words) == 0, capsys.readouterr().err
        assert capsys.readouterr().out
