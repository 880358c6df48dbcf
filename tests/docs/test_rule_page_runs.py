"""The page on writing rules works as it is typed, from the beginning to the tested programme."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.test_pages_run import lines_of, type_in, yaml_of

PAGE = "how-to/write-a-rule.md"


def test_a_rule_is_written_checked_and_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = lines_of(PAGE)
    first = next(n for n, line in enumerate(lines) if "rules test" in line)
    printed = type_in(lines[:first], tmp_path / "home", capsys)
    assert "worked cases:" in printed
    cases = tmp_path / "my-facts" / "rules" / "cases" / "example.yaml"
    cases.parent.mkdir()
    cases.write_text(yaml_of(PAGE)[0], encoding="utf-8")
    printed = type_in(lines[first:], tmp_path / "home", capsys)
    assert "cn.example.voucher@2026-01-01 rate 2" in printed
