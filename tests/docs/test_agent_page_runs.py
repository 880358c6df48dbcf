"""The page about agents works line by line: enrol one, let it ask, drain it, revoke it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in
from tests.played_home import EXAMPLES, call


def test_the_page_works_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    text = (EXAMPLES / "centre.yaml").read_text("utf-8")
    (tmp_path / "centre.yaml").write_text(text.replace("backend: local", "backend: agent"), "utf-8")
    home = tmp_path / "home"
    lines = lines_of("how-to/run-an-agent.md")
    # One that runs until Ctrl-C is run once; its options are typed all the same.
    lines = [f"{line} --polls 1" if line.endswith("--slots 16") else line for line in lines]
    begin = [line for line in lines if line.startswith(("centres", "agent token"))]
    assert len(begin) == 2 and len(lines) >= 11
    printed = type_in(["init", *begin], home, capsys)
    token = next(line for line in printed.splitlines() if line.startswith("entrepot-agent:"))
    rest = [line.replace("TOKEN", token) for line in lines if line not in begin]
    told = type_in(rest, home, capsys)
    assert "hall-2" in told and "is enrolled" in told and "revoked" in told
    assert call(home, "agent", "run", "--folder", "./agent", "--polls", "1") == 3
    said = capsys.readouterr()
    assert "was revoked; nothing of it counts any more." in said.err
    assert "To fix: Enrol again with a new token, in an empty folder." in said.err
