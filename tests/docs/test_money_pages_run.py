"""The pages on rates and exports can be typed, by one person and the next."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.docs.test_pages_run import SHOWN_ID, yaml_of
from tests.played_home import ROOT, call, copy_of, played

ACTOR = "ENTREPOT_ACTOR="
Capture = pytest.CaptureFixture[str]


def typed(page: str, home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> str:
    """Type the console blocks of a page; a line may name who acts."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    ids: dict[str, str] = {}
    printed = ""
    for line in "".join(blocks).splitlines():
        words = shlex.split(line.removeprefix("$ "))
        person = words.pop(0).removeprefix(ACTOR) if words[0].startswith(ACTOR) else "desk"
        monkeypatch.setenv("ENTREPOT_ACTOR", person)
        code = call(home, *(ids.get(word, word) for word in words[1:]))
        said = capsys.readouterr()
        assert code == 0, f"{line}: {said.err}"
        ids |= {f"{found[1]}-01…": found[0] for found in SHOWN_ID.finditer(said.out)}
        printed += said.out
    return printed


def test_rates_are_taken_in_as_the_page_says(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "how-to/rates-and-exposure.md"
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    fixings = re.findall(r"```text\n(.*?)```", text, re.DOTALL)[0]
    (tmp_path / "fixings.csv").write_text(fixings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    printed = typed(page, copy_of(played().home, tmp_path), capsys, monkeypatch)
    assert "approved and done" in printed
    assert "6.995000  TMA CNH fixing" in printed
    assert "difference of translation" in printed


def test_books_are_exported_as_the_page_says(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "how-to/export-the-books.md"
    (tmp_path / "bank-fee.yaml").write_text(yaml_of(page)[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    printed = typed(page, copy_of(played().home, tmp_path), capsys, monkeypatch)
    assert "MP-2026-11-01" in printed and "The books are proven" in printed
    assert (tmp_path / "books.beancount").stat().st_size > 0
    assert (tmp_path / "focus" / "billing_period.csv").stat().st_size > 0
