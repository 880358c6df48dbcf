"""Back up, lose the home, restore, verify, go on: one command each."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import JOB, call, copy_of, played

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    code = call(home, *words, "--json")
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out)


def test_a_lost_home_comes_back_and_trades_on(tmp_path: Path, capsys: Capture) -> None:
    home, file, job = copy_of(played().home, tmp_path), tmp_path / "b.tar", tmp_path / "tiny.yaml"
    job.write_text(JOB, encoding="utf-8")
    before = asked(capsys, home, "db", "backup", str(file))
    shutil.rmtree(home)
    assert call(home, "ledger", "check") == 4
    capsys.readouterr()
    asked(capsys, home, "db", "restore", str(file))
    assert asked(capsys, home, "db", "check")["proven"] is True
    assert (
        asked(capsys, home, "audit", "verify")["head"]["seq"] == before["contents"]["journal_seq"]
    )
    asked(capsys, home, "run", "--resume")
    quote = asked(capsys, home, "quote", str(job))["quote_id"]
    lease = asked(capsys, home, "lease", quote, "--accept-duties")["lease_id"]
    asked(capsys, home, "run", lease)
    numbers = sorted(bill["number"] for bill in asked(capsys, home, "invoice", "list"))
    assert [number[-6:] for number in numbers] == ["000001", "000002"]
    asked(capsys, home, "settle", "run")
    proof = asked(capsys, home, "db", "check")
    assert proof["proven"] is True
    head = asked(capsys, home, "audit", "verify")["head"]
    assert head["home_id"] == before["contents"]["home_id"]
    assert head["seq"] > before["contents"]["journal_seq"]
