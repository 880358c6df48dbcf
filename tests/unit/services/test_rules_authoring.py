"""Rules checked, tried on worked cases, and explained with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from entrepot.bootstrap import EmbeddedApp
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.errors import NotFound
from entrepot.kernel.rulebook.lint import Weight
from entrepot.services.rules_authoring import (
    Trial,
    check_rules,
    explain_with_cases,
    has_errors,
    try_cases,
    try_rules,
)
from entrepot.services.settings import read_settings
from entrepot.services.worked_case import Law, WorkedCase, judge_worked

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def app() -> EmbeddedApp:
    return EmbeddedApp(read_settings({}))


@pytest.fixture(scope="module")
def trial(app: EmbeddedApp) -> Trial:
    return try_rules(app)


def test_the_shipped_rules_are_sound(app: EmbeddedApp) -> None:
    found = check_rules(app)
    assert not has_errors(found)
    silent = [item for item in found if item.code == "lint.null_cap"]
    assert any(item.params.get("key") == "cap_per_firm_year" for item in silent)
    assert all(item.weight is Weight.NOTE and item.line > 1 for item in silent)
    assert "rules/proposed.yaml" in {item.file for item in silent}


def test_every_worked_case_holds_and_every_rule_is_reached(trial: Trial) -> None:
    assert [(item.case.where, item.differences) for item in trial.failed] == []
    assert trial.coverage.missing == ()
    assert len(trial.coverage.wanted) > 100
    assert all(count > 0 for count in trial.counts().values())


def test_no_two_cases_share_a_name(trial: Trial) -> None:
    names = [item.case.name for item in trial.judged]
    assert len(names) == len(set(names))


def test_without_its_cases_a_row_is_missing(app: EmbeddedApp) -> None:
    law = Law(app.rulebook, app.programmes)
    kept = [case for case in app.worked_cases() if "gp10" not in case.file]
    assert try_cases(law, kept).coverage.missing == (
        "gp10.us_nexus of 2026-11-21",
        "gp10.other of 2026-11-21",
    )


def test_a_wrong_expectation_is_told_with_both_values(app: EmbeddedApp) -> None:
    law = Law(app.rulebook, app.programmes)
    case = next(c for c in app.worked_cases() if c.name == "Beijing, CNY 30,000,000 today")
    assert not judge_worked(law, case).differences
    (found,) = judge_worked(law, replace(case, expect={"status": "pays"})).differences
    assert (found.key, found.expected, found.found) == ("status", "pays", "refused")


def test_beijing_pays_two_million_in_2025_and_nothing_today(trial: Trial) -> None:
    answers = {item.case.name: item.answer for item in trial.judged}
    then = answers["cn.beijing.ai_voucher from 2023-09-01"]
    assert (then["status"], then["amount_minor"]) == ("pays", 2_000_000_00)
    assert answers["Beijing, CNY 30,000,000 today"]["reasons"] == ["no_version_in_force"]


def test_a_case_that_cannot_be_judged_fails_in_words(app: EmbeddedApp) -> None:
    law = Law(app.rulebook, app.programmes)
    body = {"name": "x", "as_of": "2026-11-21", "leg": {"leg_person": 1}}
    (found,) = judge_worked(law, WorkedCase("x", "f", 1, body, {"outcome": "allow"})).differences
    assert found.key == "case" and "leg_person" in str(found.found)


def test_a_row_a_table_and_a_programme_are_explained_with_their_cases(app: EmbeddedApp) -> None:
    row = explain_with_cases(app, "gp10.other", DAY)
    assert row.kind == "row" and isinstance(row.rule, dict) and row.rule["table"] == "us_gp10"
    assert {case.case.file for case in row.cases} == {"rules/cases/us_gp10.yaml"}
    table = explain_with_cases(app, "table:us_gp10", DAY)
    assert table.kind == "table" and len(table.cases) > len(row.cases)
    voucher = explain_with_cases(app, "hk.bud.general", DAY)
    assert isinstance(voucher.rule, Programme)
    assert "BUD, seventieth project" in [case.case.name for case in voucher.cases]


def test_an_unknown_rule_names_the_nearest(app: EmbeddedApp) -> None:
    with pytest.raises(NotFound) as caught:
        explain_with_cases(app, "cn.smal", DAY)
    assert caught.value.render_hint() == "Did you mean cn.small?"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("schema: entrepot.flow/1\ntables:\n- {id: a, rows: [{id: b}]}\n", 3),
        ("schema: entrepot.unheard/1\n", 1),
        ("a: [\n", 2),
        ("- 1\n", 1),
    ],
)
def test_a_faulty_file_is_told_with_its_line(text: str, line: int, app: EmbeddedApp) -> None:
    found = check_rules(app, {"mine.yaml": text})
    assert has_errors(found)
    assert ("mine.yaml", line) in {(item.file, item.line) for item in found}


def test_the_operator_s_cases_take_the_place_of_the_shipped(tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "cases"
    folder.mkdir(parents=True)
    text = (
        "schema: entrepot.cases/1\nfacts: {}\ncases:\n"
        "- {name: ours, as_of: 2026-11-21, placement: {chip_subject_to_ear: true},\n"
        "   expect: {outcome: allow}}\n"
    )
    (folder / "us_gp10.yaml").write_text(text, encoding="utf-8")
    settings = read_settings({"ENTREPOT_FACTS": str(tmp_path)})
    own = try_rules(EmbeddedApp(settings))
    assert [item.case.name for item in own.failed] == ["ours"]
    assert own.coverage.missing == ("gp10.us_nexus of 2026-11-21", "gp10.other of 2026-11-21")
