"""The command sandbox: tax side by side, and proposals that advise and never pay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

EXAMPLE = str(Path(__file__).parents[4] / "examples" / "tax-scenarios.yaml")
PLAN = "hk.enterprise_compute_plan"
CASES = """\
- {name: a, facts: {applicant_type: sme}, amount_minor: 10000000, currency: HKD}
- {name: b, facts: {applicant_type: micro_firm}, amount_minor: 10000000, currency: HKD}
- {name: c, facts: {applicant_type: large_enterprise}, amount_minor: 10000000, currency: HKD}
- {name: d, facts: {}, amount_minor: 10000000, currency: HKD}
"""
SAVING = """\
- name: kept
  saving: {baseline_device_seconds: 360000, measured_device_seconds: 36000,
           price_minor_per_device_hour: 2000, registered_on: 2026-05-01}
- name: unregistered
  saving: {baseline_device_seconds: 360000, measured_device_seconds: 36000,
           price_minor_per_device_hour: 2000}
- name: no better
  saving: {baseline_device_seconds: 36000, measured_device_seconds: 36000,
           price_minor_per_device_hour: 2000, registered_on: 2026-05-01}
"""

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in a home that is not made."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(open_app, ["--home", str(tmp_path / "home"), "--lang", "en", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def cases(tmp_path: Path) -> str:
    """Return a file of four cases."""
    path = tmp_path / "cases.yaml"
    path.write_text(CASES)
    return str(path)


def data_of(spoken: tuple[int, str, str]) -> Any:
    """Return the JSON of a command that went well."""
    assert spoken[0] == 0, spoken[2]
    return json.loads(spoken[1])


def test_tax_side_by_side_names_rules_grades_and_sources(cli: Cli) -> None:
    """Four shapes of one firm; each difference carries the rules of both sides."""
    data = data_of(cli("sandbox", "tax", EXAMPLE, "--json"))
    assert [s["tax_minor"] for s in data["scenarios"]] == [
        66_000_000,
        82_500_000,
        49_500_000,
        14_850_000,
    ]
    tax = next(d for d in data["comparisons"][0]["differences"] if d["step"] == "tax")
    assert tax["difference_minor"] == 16_500_000
    assert tax["second_rules"][0]["id"] == "hk.two_tier.no_group"
    assert all(
        rule["grade"] and rule["sources"] for rule in tax["first_rules"] + tax["second_rules"]
    )


def test_tax_for_people_shows_questions_advice_and_contradictions(cli: Cli, tmp_path: Path) -> None:
    """What is missing is asked, what only advises is marked, what contradicts is told."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        "base: {year_of_assessment: '2025/26', incorporated: true, assessable_profits: 100,\n"
        "  elects_half_rate_regime: false, connected_entity_elects_two_tier: false,\n"
        "  rd_spend_type_a: 0, rd_spend_type_b: 0}\n"
        "scenarios:\n"
        "- {name: asked, facts: {qualifying_ip_profits: 0}}\n"
        "- {name: box, facts: {qualifying_ip_profits: 7, group_revenue_eur: 0}}\n"
        "- {name: over, facts: {qualifying_ip_profits: 101, group_revenue_eur: 0}}\n"
    )
    code, out, _ = cli("sandbox", "tax", str(path))
    assert code == 0
    assert "Consolidated group revenue in EUR? (group_revenue_eur)" in out
    assert "advice, not counted" in out
    assert "these contradict each other: assessable_profits, qualifying_ip_profits" in out
    assert "box beside asked: not known yet" in out


def test_a_proposal_advises_and_counts_a_fund_down(cli: Cli, cases: str) -> None:
    """70 % of two small firms' cost; the fund pays the second in part, the others nothing."""
    words = ("sandbox", "vouchers", "--what-if", PLAN, "--facts", cases, "--fund", "100000")
    data = data_of(cli(*words, "--json"))
    assert (data["wanted_minor"], data["cost_minor"], data["short"]) == (14_000_000, 10_000_000, 1)
    assert [a["advice_minor"] for a in data["answers"]] == [7_000_000, 3_000_000, 0, 0]
    assert {a["amount_minor"] for a in data["answers"]} == {0}
    assert data["answers"][0]["reasons"] == ["proposed", "grade_S"]
    assert data["answers"][3]["missing"] == ["applicant_type"]
    assert "every amount here is advice" in cli(*words)[1]


def test_an_algorithm_voucher_needs_a_baseline_registered_before(cli: Cli, tmp_path: Path) -> None:
    """90 device-hours saved at HKD 20 give HKD 1,800, of it half; no baseline gives nothing."""
    path = tmp_path / "saved.yaml"
    path.write_text(SAVING)
    words = ("sandbox", "vouchers", "--what-if", "hk.algorithm_voucher", "--facts", str(path))
    answers = data_of(cli(*words, "--json"))["answers"]
    assert [a["advice_minor"] for a in answers] == [90_000, 0, 0]
    assert answers[1]["reasons"] == answers[2]["reasons"] == ["zero_amount"]


def test_generated_cases_are_labelled_and_always_the_same(cli: Cli) -> None:
    """Synthetic cases name their traces; twice the same question gives twice the same sum."""
    words = ("sandbox", "vouchers", "--what-if", PLAN, "--demand", "200")
    words = (*words, "--price", "20.00 HKD", "--json")
    one, other = data_of(cli(*words)), data_of(cli(*words))
    assert one == other
    assert one["synthetic"] is True
    assert one["answers"] == []
    assert [item["grade"] for item in one["assumptions"]] == ["C", "C", "–"]
    assert one["wanted_minor"] == one["cost_minor"] > 0


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--what-if", "hk.aiss", "--demand", "1", "--price", "1 HKD"), 4, "is proposed"),
        (("--what-if", PLAN), 2, "Name a file of cases"),
        (("--what-if", PLAN, "--demand", "5"), 2, "Name a file of cases"),
        (("--what-if", PLAN, "--demand", "0", "--price", "1 HKD"), 2, "0 cases"),
        (("--what-if", PLAN, "--demand", "5", "--price", "1 CNY"), 2, "in HKD"),
        (("--what-if", PLAN, "--demand", "5", "--price", "1 HKD", "--fund", "-5"), 2, "below"),
        (("--what-if", PLAN, "--demand", "5", "--price", "1 HKD", "--fund", "x"), 2, "x"),
    ],
)
def test_bad_questions_are_refused(
    cli: Cli, words: tuple[str, ...], code: int, sentence: str
) -> None:
    """One sentence and the exit code of its kind."""
    found, _, err = cli("sandbox", "vouchers", *words)
    assert found == code
    assert sentence in err


def test_no_list_of_programmes_knows_a_proposal(cli: Cli) -> None:
    """Outside the sandbox a proposal does not exist."""
    listed = data_of(cli("vouchers", "list", "--json"))["programmes"]
    assert len(listed) == 23
    assert PLAN not in {row["programme"] for row in listed}
    assert cli("vouchers", "show", PLAN)[0] == 4
