"""The page on replaying a cluster: what it tells a reader to type works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in

Capture = pytest.CaptureFixture[str]
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "replay-a-cluster.md"


def test_a_cluster_is_replayed_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    nodes, pods = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    Path("nodes.csv").write_text(nodes, encoding="utf-8")
    Path("pods.csv").write_text(pods, encoding="utf-8")
    printed = type_in(lines_of("how-to/replay-a-cluster.md"), tmp_path / "home", capsys)
    assert "best: " in printed
    assert '"allocated_percent"' in printed
