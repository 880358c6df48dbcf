"""The page on leases of every size works line by line, with the pool and the job that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in, yaml_of
from tests.played_home import EXAMPLES, JOB, copy_of, played

PAGE = "how-to/leases-of-every-size.md"

Capture = pytest.CaptureFixture[str]


def test_the_page_works_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    pools, asked = yaml_of(PAGE)
    centre = (EXAMPLES / "centre.yaml").read_text("utf-8")
    centre = centre[: centre.index("pools:")].replace("centre: demo-gz", "centre: big-gz")
    (tmp_path / "cluster.yaml").write_text(centre + pools, "utf-8")
    job = re.sub(r"resources: .*\nduration: .*\n", asked, JOB)
    (tmp_path / "frames.yaml").write_text(job, "utf-8")
    monkeypatch.chdir(tmp_path)
    lines = lines_of(PAGE)
    assert len(lines) >= 10
    printed = type_in(lines, copy_of(played().home, tmp_path), capsys)
    assert "bare metal: least time 1 h, notice 30 min, longest 184 d" in printed
    assert "machine gz-" in printed
    assert "Left 8,000 milli-devices" in printed
    assert "stays held" in printed
