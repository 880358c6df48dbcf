"""``entrepot usage``: reports verify, the money adds up, and a forged report is told."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import call, copy_of, edit, played

from entrepot.kernel.money import CNY, UnitPrice

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, *words: str) -> Any:
    assert call(played().home, "usage", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_totals_name_every_lease_that_ran(capsys: Capture) -> None:
    (row,) = asked(capsys)
    assert (row["lease_id"], row["job_id"]) == (played().lease, played().job)
    assert row["final"] is row["all_verified"] is True
    assert call(played().home, "usage") == 0
    assert played().lease in capsys.readouterr().out


def test_held_is_paid_and_released(capsys: Capture) -> None:
    found = asked(capsys, played().lease)
    assert found["held_minor"] == found["paid_minor"] + found["released_minor"]
    assert found["paid_minor"] == found["total_minor"] < found["held_minor"]


def test_the_line_is_the_price_of_what_the_last_report_says(capsys: Capture) -> None:
    found = asked(capsys, played().lease)
    line, last = found["line"], found["signed_reports"][-1]
    assert last["final"] is True
    assert line["milli_device_seconds"] == max(last["milli_device_seconds"], 1000)
    price = UnitPrice(Fraction(line["minor_per_device_hour"]), CNY)
    assert line["amount"]["minor"] == price.charge(line["milli_device_seconds"]).minor
    assert line["evidence"] == last["digest"]


def test_a_job_and_its_lease_answer_alike(capsys: Capture) -> None:
    by_job = asked(capsys, "--job", played().job)
    assert by_job == asked(capsys, played().lease)
    assert call(played().home, "usage", played().lease) == 0
    out = capsys.readouterr().out
    assert "verified" in out
    assert played().invoice in out


def test_a_lease_and_a_job_are_one_too_many(capsys: Capture) -> None:
    assert call(played().home, "usage", played().lease, "--job", played().job) == 2
    assert "one of them is enough" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("L-0",), ("--job", "J-0")])
def test_what_is_not_there_is_not_found(words: tuple[str, ...]) -> None:
    assert call(played().home, "usage", *words) == 4


@pytest.mark.parametrize(
    "change",
    [
        "signature = substr(signature, 1, 126) || '00'",
        "signature = 'no hex'",
        "body = replace(body, '\"cpu_ms\":', '\"cpu_ms\":1')",
    ],
)
def test_a_forged_report_is_told(change: str, tmp_path: Path, capsys: Capture) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, f"UPDATE usage_event SET {change} WHERE seq = 1")
    assert call(home, "usage", played().lease) == 3
    out, err = capsys.readouterr()
    assert "FALSE" in out
    assert "not signed by the centre's key: 1" in err


def test_a_home_where_nothing_ran(tmp_path: Path, capsys: Capture) -> None:
    assert call(tmp_path / "home", "init") == 0
    capsys.readouterr()
    assert call(tmp_path / "home", "usage") == 0
    assert "Nothing has run yet" in capsys.readouterr().out
