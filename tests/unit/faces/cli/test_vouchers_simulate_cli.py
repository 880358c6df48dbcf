"""A file of applications is judged by column; a file of cases answers line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli.main import run

HEAD = (
    "name,programme,firm,amount_minor,currency,as_of,registered_in,sector,related_party,"
    "contract_months,dishonest_record_3y,other_municipal_compute_subsidy,contract_already_claimed"
)
ROW = "{name},cn.beijing.ai_voucher,{firm},{minor},CNY,2025-06-01,beijing,software_it,{tail}"
TAIL = "false,12,false,false,false"


@pytest.fixture
def applications(tmp_path: Path) -> Path:
    path = tmp_path / "applications.csv"
    rows = [("a", "f1", 3_000_000_000), ("b", "f1", 100_000_000), ("c", "f2", 100_000_001)]
    text = [ROW.format(name=n, firm=f, minor=m, tail=TAIL) for n, f, m in rows]
    path.write_text("\n".join([HEAD, *text]) + "\n", "utf-8")
    return path


def test_caps_run_in_order_and_the_answers_are_written(
    applications: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.csv"
    words = ["vouchers", "simulate", str(applications), "--out", str(out), "--json"]
    assert run(open_app, words) == 0
    (total,) = json.loads(capsys.readouterr().out)["programmes"]
    assert total["paid_minor"] == 200_000_000 + 20_000_000
    assert total["rows"]["pays"] == 2
    assert total["reasons"] == {"exhausted: cap_per_firm_year": 1}
    lines = out.read_text("utf-8").splitlines()
    assert [line.split(",")[4] for line in lines[1:]] == ["200000000", "0", "20000000"]


def test_a_fund_needs_its_currency(applications: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(open_app, ["vouchers", "simulate", str(applications), "--fund", "5"]) == 2
    assert "--asset CNY" in capsys.readouterr().err


def test_a_bad_case_is_told_and_spoils_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.jsonl"
    good = {"programme": "cn.beijing.ai_voucher", "facts": {}, "amount_minor": 1, "currency": "CNY"}
    bad = {**good, "facts": {"sectr": "finance"}}
    path.write_text("\n".join(json.dumps(case) for case in (good, bad)) + "\n", "utf-8")
    assert run(open_app, ["vouchers", "entitle", "--facts", str(path), "--json"]) == 2
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["name"], first["reasons"]) == ("case-1", ["no_version_in_force"])
    assert second["name"] == "case-2"
    assert "sector" in second["error"]["hint"]
