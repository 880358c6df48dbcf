"""The page on accounts works line by line, with the second person where it names one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.played_home import ROOT, call, copy_of, played

PAGE = ROOT / "docs" / "how-to" / "accounts-and-roles.md"
LINE = re.compile(r"^\$ (?:ENTREPOT_ACTOR=(?P<actor>\S+) )?entrepot (?P<words>.*)$", re.MULTILINE)
SHOWN_ID = re.compile(r"\b([A-Z]{1,2})-[0-9A-Z]{26}\b")

Capture = pytest.CaptureFixture[str]


def test_the_page_works_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    home = copy_of(played().home, tmp_path)
    blocks = "\n".join(re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    ids = {"F-01…": played().firm}
    lines = list(LINE.finditer(blocks))
    assert len(lines) == 17
    printed = ""
    for found in lines:
        monkeypatch.setenv("ENTREPOT_ACTOR", found["actor"] or "desk")
        words = [ids.get(word, word) for word in shlex.split(found["words"])]
        code = call(home, *words)
        said = capsys.readouterr()
        assert code == 0, f"{found[0]}: {said.err}"
        # As a reader would: the last id of a kind that was shown is the one to go on with.
        shown = {f"{one[1]}-01…": one[0] for one in SHOWN_ID.finditer(said.out)}
        ids |= {kind: one for kind, one in shown.items() if kind != "F-01…"}
        printed += said.out
    assert "Tide model" in printed and "auditor" in printed and "Sessions ended: 0" in printed
