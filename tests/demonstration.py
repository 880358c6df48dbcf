"""One real demonstration for all tests of a session, whatever the number of workers."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from tools.write_transcript import play


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a demonstration printed for people, and its home; whoever changes it copies it."""

    home: Path
    printed: str

    def exists(self, name: str) -> bool:
        """Say whether a file that was listed lies there and is not empty."""
        path = Path(name)
        return path.is_file() and path.stat().st_size > 0


def demonstration(folders: pytest.TempPathFactory) -> Demonstration:
    """Play the demonstration once, or wait for the worker that plays it."""
    base = folders.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    home, text = shared / "demonstration", shared / "demonstration.txt"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not text.exists():
            text.write_text(play(home), encoding="utf-8")
    return Demonstration(home, text.read_text(encoding="utf-8"))
