"""What entitle says to programs, and the count that the house gives where nobody states one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import EmbeddedApp, open_app
from entrepot.domain.vouchers.model import Ceiling
from entrepot.domain.vouchers.reserve import limit_keys
from entrepot.faces.cli import main
from entrepot.services.entitle_case import the_programme
from entrepot.services.firms import the_firm
from entrepot.services.settings import read_settings

EXAMPLES = Path(__file__).parents[4] / "examples"
BEIJING = "cn.beijing.ai_voucher"
FACTS = """\
registered_in: beijing
sector: software_it
related_party: false
contract_months: 12
dishonest_record_3y: false
other_municipal_compute_subsidy: false
contract_already_claimed: false
line_already_claimed_in_family: false
"""
CASE_KEYS = [
    *("name", "status", "amount_minor", "advice_minor", "bounds", "reasons"),
    *("not_stated", "missing", "flags"),
]
MORE_KEYS = ["programme", "currency", "as_of", "version", "grade", "sources"]
COUNTED = "counted_by_the_house: used_this_year_minor"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with the example firm."""
    folder = tmp_path / "home"
    words = ["--home", str(folder), "init", "--firm", str(EXAMPLES / "firm.yaml")]
    assert main.run(open_app, words) == 0
    return folder


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Return the file of a Beijing firm's facts."""
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS, "utf-8")
    return path


def ask(capsys: Capture, facts: Path, home: Path, *words: str) -> dict[str, Any]:
    """Ask about CNY 30,000,000 in Beijing in 2025 and return the one answer."""
    code, out, err = say(capsys, facts, home, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def say(capsys: Capture, facts: Path, home: Path, *words: str) -> tuple[int, str, str]:
    """Ask about CNY 30,000,000 in Beijing in 2025."""
    capsys.readouterr()
    asked = ["--facts", str(facts), "--amount", "30000000", "--asset", "CNY"]
    asked += ["--programme", BEIJING, "--as-of", "2025-06-01", *words]
    call = ["--home", str(home), "--lang", "en", "vouchers", "entitle", *asked]
    code = main.run(open_app, call)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def grant(home: Path, minor: int) -> None:
    """Book a grant of 2025 under the cap of the firm and year."""
    app = EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}))
    group = the_firm(app, None).group_id
    version = the_programme(app, BEIJING).versions[-1]
    (key,) = (k for k in limit_keys(version, BEIJING, group, 2025) if k.name == Ceiling.FIRM_YEAR)

    def action(uow: Any) -> dict[str, object]:
        return {"taken": uow.vouchers.take(key.scope, key.limit_minor, minor)}

    answer = app.store.command("test", "test.grant", "one", {}, app.clock.now(), action)
    assert answer == {"taken": True}


def test_programs_get_the_keys_of_a_case_and_the_steps_on_request(
    capsys: Capture, facts: Path, home: Path
) -> None:
    brief = ask(capsys, facts, home)
    assert list(brief) == [*CASE_KEYS, *MORE_KEYS]
    whole = ask(capsys, facts, home, "--explain")
    assert {**brief} == {key: whole[key] for key in brief}
    assert [line["step"] for line in whole["lines"]][:2] == ["version", "family"]


def test_a_house_without_grants_counts_nothing_and_says_so(
    capsys: Capture, facts: Path, home: Path, tmp_path: Path
) -> None:
    for place, words in ((home, "granted CNY 0.00 to"), (tmp_path / "none", "nothing to anybody")):
        answer = ask(capsys, facts, place)
        assert (answer["status"], answer["amount_minor"]) == ("pays", 200_000_000)
        assert (answer["bounds"], answer["flags"]) == (["cap_per_firm_year"], [COUNTED])
        assert words in say(capsys, facts, place)[1]
    assert not (tmp_path / "none").exists()


def test_what_the_house_has_granted_is_taken_off_the_cap(
    capsys: Capture, facts: Path, home: Path
) -> None:
    grant(home, 150_000_000)
    assert ask(capsys, facts, home)["amount_minor"] == 50_000_000
    assert "has granted CNY 1,500,000.00 to" in say(capsys, facts, home)[1]
    stated = ask(capsys, facts, home, "--used-this-year", "0")
    assert (stated["amount_minor"], stated["flags"]) == (200_000_000, [])


def test_the_law_of_today_pays_nothing(capsys: Capture, facts: Path, home: Path) -> None:
    answer = ask(capsys, facts, home, "--as-of", "2026-11-21")
    assert (answer["status"], answer["amount_minor"]) == ("refused", 0)
    assert (answer["reasons"], answer["flags"]) == (["no_version_in_force"], [])


@pytest.mark.parametrize("batch", [False, True])
def test_a_case_of_a_file_that_states_its_amount_is_asked_for_its_count(
    capsys: Capture, tmp_path: Path, home: Path, batch: bool
) -> None:
    lines = "".join(f"    {line}\n" for line in FACTS.splitlines())
    one = f"- name: a\n  amount_minor: 100\n  currency: CNY\n  facts:\n{lines}"
    path = tmp_path / "cases.yaml"
    path.write_text(one * 2 if batch else one, "utf-8")
    _code, out, _err = say(capsys, path, home, "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert len(answers) == 1 + batch
    for answer in answers:
        assert (answer["status"], answer["missing"]) == ("needs_info", ["used_this_year_minor"])
        assert answer["flags"] == []


def test_facts_of_several_purchases_are_a_batch(
    capsys: Capture, tmp_path: Path, home: Path
) -> None:
    lines = FACTS.splitlines()
    one = "- " + "\n  ".join(lines) + "\n"
    path = tmp_path / "facts.yaml"
    path.write_text(one * 2, "utf-8")
    _code, out, _err = say(capsys, path, home, "--json")
    missing = [json.loads(line)["missing"] for line in out.splitlines()]
    assert missing == [["used_this_year_minor"]] * 2


def test_one_of_several_firms_is_named(
    capsys: Capture, facts: Path, home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    text = (EXAMPLES / "firm.yaml").read_text("utf-8")
    other.write_text(text.replace("DEMO-0000", "DEMO-0001"), "utf-8")
    assert main.run(open_app, ["--home", str(home), "init", "--firm", str(other)]) == 0
    code, out, err = say(capsys, facts, home)
    assert (code, out) == (2, "")
    assert "Several firms" in err and "--firm" in err
    app = EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}))
    with app.store.reading() as uow:
        firms = uow.registry.firms()
    assert len(firms) == 2
    assert ask(capsys, facts, home, "--firm", firms[1].id)["flags"] == [COUNTED]
    assert say(capsys, facts, home, "--firm", "F-1")[0] == 4


def test_a_programme_of_the_same_place_is_suggested_first(
    capsys: Capture, facts: Path, home: Path
) -> None:
    code, _out, err = say(capsys, facts, home, "--programme", "cn.beijing.compute_voucher")
    assert code == 4
    assert f"Did you mean {BEIJING}?" in err
