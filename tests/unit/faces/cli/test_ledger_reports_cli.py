"""Balance sheet, income, revaluation and exports at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, played

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_the_balance_sheet_agrees_with_the_trial_balance(capsys: Capture) -> None:
    sheet = asked(capsys, played().home, "ledger", "balance-sheet")
    trial = asked(capsys, played().home, "ledger", "trial")
    for asset, sums in sheet["by_asset"].items():
        side = sums["assets_minor"] + sums["costs_minor"]
        assert side == sums["liabilities_minor"] + sums["income_minor"]
        rows = [row for row in trial["rows"] if row["asset"] == asset]
        assert trial["totals"][asset]["debit"] == sum(row["debit"] for row in rows)
    hkd = sheet["in_hkd"]
    net = hkd["assets_minor"] - hkd["liabilities_minor"]
    assert net == hkd["result_minor"] + hkd["translation_minor"] + hkd["rounding_minor"]
    income = asked(capsys, played().home, "ledger", "income")
    assert income["in_hkd"]["result_minor"] == hkd["result_minor"]


def test_statements_for_people(capsys: Capture) -> None:
    assert call(played().home, "ledger", "balance-sheet") == 0
    out = capsys.readouterr().out
    assert "difference of translation" in out and "1 CNH = " in out
    assert call(played().home, "ledger", "income", "--from", "2026-01-01") == 0
    assert "Result" in capsys.readouterr().out
    assert (
        call(played().home, "ledger", "income", "--from", "2026-01-02", "--to", "2026-01-01") == 2
    )


def test_a_revaluation_is_told(tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    assert call(home, "ledger", "revalue") == 2
    assert call(home, "ledger", "revalue", "--list") == 0
    assert "No day was valued" in capsys.readouterr().out
    made = asked(capsys, home, "ledger", "revalue", "--on", "2026-11-01")
    assert (made["position_minor"], made["unrealised_minor"]) == (0, 0)
    assert call(home, "ledger", "revalue", "--on", "2026-11-01") == 0
    assert "undone on the next day" in capsys.readouterr().out
    assert len(asked(capsys, home, "ledger", "revalue", "--list")) == 1
    assert call(home, "ledger", "revalue", "--on", "2999-01-01") == 3


@pytest.mark.parametrize("form", ["beancount", "csv", "parquet"])
def test_the_ledger_is_exported(form: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "books"
    made = asked(capsys, played().home, "ledger", "export", f"--{form}", "--out", str(path))
    assert made["transfers"] > 5 and path.stat().st_size > 500


def test_an_export_has_a_form_and_a_place(tmp_path: Path, capsys: Capture) -> None:
    assert call(played().home, "ledger", "export") == 2
    none = str(tmp_path / "none" / "books")
    assert call(played().home, "ledger", "export", "--csv", "--out", none) == 70
    assert "cannot be written" in capsys.readouterr().err


def test_bills_are_exported_as_focus(tmp_path: Path, capsys: Capture) -> None:
    words = ("invoice", "focus", "--from", "2026-01-01", "--to", "2999-12-31", "--out")
    files = asked(capsys, played().home, *words, str(tmp_path / "focus"))
    assert [(one["name"], one["rows"] > 0) for one in files] == [
        ("cost_and_usage", True),
        ("invoice_detail", True),
        ("contract_commitment", True),
        ("billing_period", True),
    ]
    assert call(played().home, *words[:3], "2027-01-01", *words[3:4], "2026-01-01") == 2
