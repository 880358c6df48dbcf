"""``entrepot invoice``: what is shown is what was issued, to the byte, or nothing is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, played

from entrepot.kernel.canonical import sha256_hex

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, *words: str) -> Any:
    assert call(played().home, "invoice", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_and_the_paper_agree(capsys: Capture) -> None:
    (row,) = asked(capsys, "list")
    paper = asked(capsys, "show", played().invoice)["document"]
    assert row["number"] == paper["head"]["number"] == played().invoice
    assert row["total_minor"] == sum(line["amount"]["minor"] for line in paper["lines"])
    assert call(played().home, "invoice", "list") == 0
    assert played().job in capsys.readouterr().out


def test_an_invoice_for_people(capsys: Capture) -> None:
    assert call(played().home, "invoice", "show", played().invoice) == 0
    out = capsys.readouterr().out
    assert "Harbour Lantern Studio" in out
    assert "paid from the prepaid account" in out
    assert "digest" in out


def test_the_centre_is_named_in_the_language_of_the_reader(capsys: Capture) -> None:
    assert call(played().home, "invoice", "show", played().invoice, "--lang", "zh-Hans") == 0
    assert "示范中心" in capsys.readouterr().out


def test_the_json_is_what_the_digest_was_taken_of(tmp_path: Path, capsys: Capture) -> None:
    (row,) = asked(capsys, "list")
    assert call(played().home, "invoice", "json", played().invoice) == 0
    printed = capsys.readouterr().out.rstrip("\n").encode()
    assert sha256_hex(printed) == row["digest"]
    out = tmp_path / "bill.json"
    assert call(played().home, "invoice", "json", played().invoice, "--out", str(out)) == 0
    assert out.read_bytes() == printed


def test_the_pdf_is_written_under_the_home_or_where_asked(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    assert call(home, "invoice", "pdf", played().invoice, "--json") == 0
    path = Path(json.loads(capsys.readouterr().out)["path"])
    assert path == home / "documents" / "invoices" / f"{played().invoice}.zh-Hant.pdf"
    out = tmp_path / "bill.pdf"
    assert call(home, "invoice", "pdf", played().invoice, "--out", str(out)) == 0
    assert out.read_bytes() == path.read_bytes()
    assert out.read_bytes().startswith(b"%PDF-")
    other = tmp_path / "simplified.pdf"
    words = ("invoice", "pdf", played().invoice, "--out", str(other), "--lang", "zh-Hans")
    assert call(home, *words) == 0
    assert other.read_bytes() != out.read_bytes()


def test_a_place_that_takes_no_file_is_told(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "no" / "such" / "bill.json"
    assert call(played().home, "invoice", "json", played().invoice, "--out", str(out)) == 70
    assert "cannot be written" in capsys.readouterr().err


def test_an_unknown_number_is_guessed(capsys: Capture) -> None:
    assert call(played().home, "invoice", "show", played().invoice[:-1]) == 4
    assert f"Did you mean {played().invoice}?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, 'Harbour', 'Harbor')",
        "digest = replace(digest, substr(digest, 1, 1), 'g')",
        "total_minor = total_minor + 1",
    ],
)
@pytest.mark.parametrize("words", [("show",), ("json",), ("pdf",)])
def test_an_altered_invoice_is_not_shown(
    change: str, words: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, f"UPDATE invoice SET {change}")
    assert call(home, "invoice", *words, played().invoice) == 70
    out, err = capsys.readouterr()
    assert out == ""
    assert "is not the one that was issued" in err


def test_a_home_without_invoices(tmp_path: Path, capsys: Capture) -> None:
    assert call(tmp_path / "home", "init") == 0
    capsys.readouterr()
    assert call(tmp_path / "home", "invoice", "list") == 0
    assert "No invoice yet" in capsys.readouterr().out
