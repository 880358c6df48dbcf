"""A home of auctions at the command line: its clock stands where the test sets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.auction_home import Life, life
from tests.played_home import call

from entrepot.adapters.system import SystemClock

Capture = pytest.CaptureFixture[str]


def life_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """Make a home in a folder, go there, and let the program read the test's clock."""
    made = life(folder / "home")
    monkeypatch.setattr(SystemClock, "now", lambda _clock: made.app.clock.now())
    monkeypatch.chdir(folder)
    return made


def asked(home: Life, capsys: Capture, *words: str) -> Any:
    """Return the JSON answer of a command of the auction."""
    code = call(home.app.home, "auction", *words, "--json")
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out)
