"""The page on auctions: what it tells a reader to type works."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in

Capture = pytest.CaptureFixture[str]


def test_a_call_is_made_up_run_and_verified_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = type_in(lines_of("how-to/run-an-auction.md"), tmp_path / "home", capsys)
    assert "The certificate holds." in printed
