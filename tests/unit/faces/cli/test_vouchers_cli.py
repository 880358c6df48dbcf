"""The command vouchers: what is stated, what is not, and what a case is paid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

EXAMPLES = Path(__file__).parents[4] / "examples"
BEIJING = """\
registered_in: beijing
sector: software_it
related_party: false
contract_months: 12
dishonest_record_3y: false
other_municipal_compute_subsidy: false
contract_already_claimed: false
line_already_claimed_in_family: false
"""
MONEY = ("--amount", "30000000", "--asset", "CNY", "--used-this-year", "0")
PROGRAMME = ("--programme", "cn.beijing.ai_voucher")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the example firm and the example centre."""
    folder = tmp_path_factory.mktemp("vouchers") / "home"
    words = ["--home", str(folder), "init", "--firm", str(EXAMPLES / "firm.yaml")]
    assert main.run(open_app, [*words, "--centre", str(EXAMPLES / "centre.yaml")]) == 0
    return folder


@pytest.fixture
def facts(tmp_path: Path) -> str:
    """Return a file with the facts of a Beijing firm."""
    path = tmp_path / "facts.yaml"
    path.write_text(BEIJING, "utf-8")
    return str(path)


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command line; return its code and what it printed."""
    capsys.readouterr()
    code = main.run(open_app, ["--lang", "en", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run a command line that answers in JSON."""
    code, out, err = say(capsys, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_list_holds_every_programme_and_needs_no_home(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = answer(capsys, "vouchers", "list", "--as-of", "2026-11-21")
    rows = {row["programme"]: row for row in data["programmes"]}
    assert len(rows) == 23
    assert (rows["cn.beijing.ai_voucher"]["standing"], rows["hk.aiss"]["standing"]) == (
        "ended",
        "discretionary",
    )
    ceilings = rows["cn.chengdu.compute_voucher"]["version"]["ceilings_minor"]
    assert ceilings["cap_per_firm_year"] is None
    assert rows["cn.shenzhen.training_voucher"]["standing"] == "window_closed"


def test_the_list_fits_a_terminal_of_100_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("entrepot.faces.cli.output.is_rich", lambda: True)
    _code, out, _err = say(capsys, "vouchers", "list", "--as-of", "2026-11-21")
    assert max(map(len, out.splitlines())) <= 100
    data = answer(capsys, "vouchers", "list", "--as-of", "2026-11-21")
    for row in data["programmes"]:
        assert f" {row['programme']} " in out, "an id is never broken"


def test_a_proposed_programme_is_known_to_the_sandbox_alone(
    capsys: pytest.CaptureFixture[str], facts: str
) -> None:
    plan = "hk.enterprise_compute_plan"
    assert plan not in say(capsys, "vouchers", "list")[1]
    code, out, err = say(
        capsys, "vouchers", "entitle", "--facts", facts, *MONEY, "--programme", plan
    )
    assert (code, out) == (4, "")
    assert f"no voucher programme {plan}" in err


def test_a_day_of_the_past_shows_the_law_of_that_day(capsys: pytest.CaptureFixture[str]) -> None:
    data = answer(capsys, "vouchers", "list", "--as-of", "2025-06-01")
    rows = {row["programme"]: row for row in data["programmes"]}
    assert rows["cn.beijing.ai_voucher"]["version"]["from"] == "2023-09-01"


def test_what_is_not_stated_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = say(capsys, "vouchers", "list", "--as-of", "2026-11-21")
    line = next(row for row in out.splitlines() if row.startswith("cn.chengdu"))
    assert "not stated" in line
    assert "up to 30 %" in line
    fixed = next(row for row in out.splitlines() if row.startswith("hk.bud"))
    assert "up to" not in fixed


def test_a_programme_shows_versions_conditions_and_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _err = say(capsys, "vouchers", "show", "hk.aiss")
    assert code == 0
    assert "exceptional_case eq true" in out
    assert "smelink.gov.hk" in out
    data = answer(capsys, "vouchers", "show", "cn.shanghai.compute_voucher")
    assert [version["grade"] for version in data["versions"]] == ["S", "B"]


def test_beijing_pays_its_cap_in_2025_and_nothing_in_2026(
    capsys: pytest.CaptureFixture[str], facts: str
) -> None:
    words = ("vouchers", "entitle", "--facts", facts, *MONEY, *PROGRAMME)
    then = answer(capsys, *words, "--as-of", "2025-06-01")
    assert (then["status"], then["amount_minor"]) == ("pays", 200_000_000)
    assert then["bounds"] == ["cap_per_firm_year"]
    now = answer(capsys, *words, "--as-of", "2026-11-21")
    assert (now["status"], now["amount_minor"]) == ("refused", 0)
    assert now["reasons"] == ["no_version_in_force"]
    unknown = answer(capsys, *words, "--as-of", "2025-06-01", "--known", "2025-06-01")
    assert unknown["reasons"] == ["no_version_in_force"]


def test_the_answer_is_explained_line_by_line(
    capsys: pytest.CaptureFixture[str], facts: str
) -> None:
    words = ("vouchers", "entitle", "--facts", facts, *MONEY, *PROGRAMME, "--as-of", "2025-06-01")
    _code, out, _err = say(capsys, *words)
    assert "pays CNY 2,000,000.00" in out
    assert "cap_per_firm_year leaves CNY 2,000,000.00" in out
    assert "not stated: date_rule, cap_per_application, fund_per_year" in out


def test_a_missing_fact_is_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(BEIJING.replace("sector: software_it\n", ""), "utf-8")
    words = ("vouchers", "entitle", "--facts", str(path), *MONEY, *PROGRAMME)
    _code, out, _err = say(capsys, *words, "--as-of", "2025-06-01")
    assert "needs facts" in out
    assert "(sector)" in out


def test_without_a_programme_every_one_answers(
    capsys: pytest.CaptureFixture[str], facts: str
) -> None:
    code, out, _err = say(capsys, "vouchers", "entitle", "--facts", facts, *MONEY, "--json")
    assert code == 0
    names = [json.loads(line)["programme"] for line in out.splitlines()]
    assert len(names) == len(set(names)) == 23


def test_cases_of_a_file_are_answered_in_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "cases.jsonl"
    case = {"programme": "hk.aiss", "as_of": "2026-11-21", "currency": "HKD", "amount_minor": 0}
    lines = [json.dumps({"name": name, **case}) for name in ("b", "a")]
    path.write_text("\n".join(lines), "utf-8")
    _code, out, _err = say(capsys, "vouchers", "entitle", "--facts", str(path), "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert [row["name"] for row in found] == ["b", "a"]
    assert found[0]["reasons"] == ["zero_amount"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--amount", "5"), 2, "needs its currency"),
        (("--amount", "x", "--asset", "CNY"), 2, "x"),
        (("--amount", "5", "--asset", "CNX"), 2, "CNX"),
        (("--amount", "99999999999999999", "--asset", "CNY"), 2, "99999999999999999"),
        (("--programme", "hk.ais"), 4, "Did you mean hk.aiss?"),
        (("--as-of", "yesterday"), 2, "YYYY-MM-DD"),
    ],
)
def test_mistakes_are_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
    facts: str,
    words: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    got, out, err = say(capsys, "vouchers", "entitle", "--facts", facts, *words)
    assert (got, out) == (code, "")
    assert sentence in err
    assert len(err.splitlines()) <= 2


def test_an_unknown_fact_is_refused_with_the_nearest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("sectr: software_it\n", "utf-8")
    code, out, err = say(capsys, "vouchers", "entitle", "--facts", str(path), *MONEY)
    assert (code, out) == (2, "")
    assert "Did you mean sector?" in err


def test_a_job_hears_why_every_programme_takes_no_part(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    words = ("--home", str(home), "vouchers", "best", str(EXAMPLES / "stars.yaml"))
    data = answer(capsys, *words)
    rows = {row["programme"]: row for row in data["left_out"]}
    assert len(rows) == 23
    assert rows["cn.beijing.ai_voucher"]["reasons"] == ["no_version_in_force"]
    assert rows["cn.shanghai.compute_voucher"]["reasons"] == ["currency_mismatch"]
    assert rows["hk.bud.general"]["why"] == "other_purchase"
    assert (data["chosen"], data["lawful_combinations"]) == ([], 0)
    assert data["total_minor"] == data["to_pay_minor"] > 0
    _code, out, _err = say(capsys, *words)
    assert "before vouchers" in out
    assert "pays in CNY only; no amount is converted" in out
    everywhere = answer(capsys, *words, "--all")["places"]
    assert [place["rank"] for place in everywhere] == list(range(1, len(everywhere) + 1))


def test_a_job_that_fits_nowhere_has_no_price(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    text = (EXAMPLES / "stars.yaml").read_text("utf-8").replace("device: CPU", "device: H100")
    path = tmp_path / "job.yaml"
    path.write_text(text.replace("files: [stars.py]", "files: []"), "utf-8")
    code, out, err = say(capsys, "--home", str(home), "vouchers", "best", str(path))
    assert (code, out) == (3, "")
    assert "no price" in err


def test_nothing_reserved_is_said(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    _code, out, _err = say(capsys, "--home", str(home), "vouchers", "reserved")
    assert "No lease has reserved a voucher." in out
    assert answer(capsys, "--home", str(home), "vouchers", "reserved") == {
        "reservations": [],
        "limits": [],
    }
