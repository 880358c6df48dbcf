"""``entrepot fx`` and ``entrepot approvals``: a file of rates from one person to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, played

Capture = pytest.CaptureFixture[str]
FIXINGS = "date,pair,rate,source\n2026-10-29,USD/HKD,7.8101,desk\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_of(played().home, tmp_path)


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    assert call(home, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def as_person(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ENTREPOT_ACTOR", name)


def test_a_rate_is_shown_with_age_and_sides(home: Path, capsys: Capture) -> None:
    found = asked(capsys, home, "fx", "show", "CNH/HKD", "--on", "2026-10-30")
    assert (found["pair"], found["fixed_on"], found["age_days"]) == ("CNH/HKD", "2026-10-30", 0)
    assert float(found["buy"]) < float(found["rate"]) < float(found["sell"])
    assert found["fx_quote_id"].startswith("X-") and not found["stale"]
    assert call(home, "fx", "show", "--on", "2026-11-09") == 0
    shown = capsys.readouterr()
    assert "10 days" in shown.out and "stale" in shown.err
    assert call(home, "fx", "show", "CNH") == 2


def test_fixings_go_from_one_person_to_the_next(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "f.csv"
    path.write_text(FIXINGS)
    assert call(home, "fx", "rates") == 0
    assert "No fixing of your own" in capsys.readouterr().out
    made = asked(capsys, home, "fx", "import", str(path))
    waiting = asked(capsys, home, "approvals", "list")
    assert [one["proposal_id"] for one in waiting] == [made["proposal"]["proposal_id"]]
    name = made["proposal"]["proposal_id"]
    assert call(home, "approvals", "approve", name) == 3
    assert "another person" in capsys.readouterr().err
    as_person(monkeypatch, "second")
    assert call(home, "approvals", "approve", name) == 0
    assert "approved and done: rates of exchange" in capsys.readouterr().out
    rates = asked(capsys, home, "fx", "rates", "--pair", "usd/hkd")
    assert [(one["day"], one["proposal_id"]) for one in rates] == [("2026-10-29", name)]
    assert call(home, "fx", "import", str(path)) == 0
    assert "known already" in capsys.readouterr().out
    shown = asked(capsys, home, "fx", "show", "USD/HKD", "--on", "2026-10-29")
    assert (shown["rate"], shown["source"]) == ("7.810100", "desk, fixed 2026-10-29")
    path.write_text(FIXINGS.replace("7.8101", "7.8102"))
    assert call(home, "fx", "import", str(path)) == 5
    assert f"{path}:2" in capsys.readouterr().err
    assert call(home, "approvals", "show", name) == 0
    assert '"rate": "78101/10000"' in capsys.readouterr().out


def test_a_proposal_is_refused_or_withdrawn(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "post.yaml"
    path.write_text(
        "reference: MP-1\nreason: fee\nlines:\n"
        "- {debit: bank_fee, credit: bank, amount: 12.50 HKD}\n"
    )
    first = asked(capsys, home, "ledger", "post", str(path))["proposal_id"]
    as_person(monkeypatch, "second")
    assert call(home, "approvals", "withdraw", first) == 3
    assert call(home, "approvals", "refuse", first, "--reason", "another amount") == 0
    capsys.readouterr()
    second = asked(capsys, home, "ledger", "post", str(path))["proposal_id"]
    assert call(home, "approvals", "withdraw", second) == 0
    assert "nothing was done" in capsys.readouterr().out
    states = [one["state"] for one in asked(capsys, home, "approvals", "list", "--all")]
    assert states == ["refused", "withdrawn"]
    assert call(home, "approvals", "list") == 0
    assert "Nothing waits" in capsys.readouterr().out
    assert call(home, "approvals", "show", "PR-1") == 4


def test_the_open_position_is_shown(home: Path, capsys: Capture) -> None:
    found = asked(capsys, home, "fx", "exposure")
    assert found["total"]["net_minor"] > 0 and found["rows"][0]["asset"] == "CNH"
    assert call(home, "fx", "exposure") == 0
    assert "committed" in capsys.readouterr().out
