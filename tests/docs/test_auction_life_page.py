"""The page on bidding in a call can be typed line by line, the hours passing as they would."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from tests.docs.test_pages_run import SHOWN_ID, lines_of, type_in, yaml_of
from tests.played_home import EXAMPLES, call, copy_of, played

from entrepot.adapters.system import SystemClock
from entrepot.bootstrap import EmbeddedApp
from entrepot.services.call_open import calls_of
from entrepot.services.settings import read_settings

PAGE = "how-to/bid-in-an-auction.md"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    for block in yaml_of(PAGE):
        name = block.partition("\n")[0].removeprefix("# ")
        (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return copy_of(played().home, tmp_path)


def gate_of(home: Path) -> int:
    """Return when the gate of the open call closes."""
    (found,) = calls_of(EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)})), ("open",))
    return found.gate_closure


def test_the_page_works_line_by_line(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(PAGE)
    gate = next(n for n, line in enumerate(lines) if line.startswith("auction close"))
    before = type_in(lines[:gate], home, capsys)
    ids = {f"{found[1]}-01…": found[0] for found in SHOWN_ID.finditer(before)}
    at = gate_of(home)
    monkeypatch.setattr(SystemClock, "now", lambda _clock: at)
    rest = [" ".join(ids.get(word, word) for word in line.split()) for line in lines[gate:]]
    after = type_in(rest, home, capsys)
    assert "2 of 2 orders are served" in after
    assert "those that were sealed" in after
    assert (home.parent / "published" / "certificate.json").is_file()
    assert datetime.fromtimestamp(at).minute == 50
    assert call(home, "ledger", "check") == 0


def test_the_ask_of_the_page_is_taken(home: Path, capsys: Capture) -> None:
    type_in(["auction open", "auction offer AC-01… ask.yaml", "auction list"], home, capsys)
