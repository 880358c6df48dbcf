"""Programmes that stack, share a family or refuse each other: what is left to pay for a job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import StubApp, furnish, job_file

from entrepot.faces.cli.vouchers_best import best_data, show_best, show_every
from entrepot.kernel.money import HKD, Amount
from entrepot.services import records as r
from entrepot.services import register
from entrepot.services.quote import quote_job
from entrepot.services.settings import read_settings
from entrepot.services.voucher_best import BestVouchers, Why, best_vouchers

HEAD = """\
schema: entrepot.vouchers/1
retrieved: 2026-11-21
rounding: floor_minor_unit_per_application
year: calendar_asia_shanghai
force_grades: [A, B, C]
stacking_default: none
programmes:
"""
ONE = """\
- id: test.{name}
  name: {{en: {name}, zh-Hant: {name}, zh-Hans: {name}}}
  place: hong_kong
  family: test.{family}
  currency: HKD
  stacks_with: [{stacks}]
  versions:
  - from: 2020-01-01
    to: null
    status: in_force
    recorded_at: 2026-11-21
    date_rule: contract_date
    base: {base}
    rate_kind: fixed
    rates:
    - {{when: {{}}, rate_bp: {rate}}}
    cap_per_application: {cap}
    cap_per_firm_year: null
    fund_total: null
    eligible:
    - {{fact: registered_in, op: eq, value: hong_kong, reason: not_registered}}
    payout: deducted_at_purchase
    grade: A
    sources: ["written for this test"]
"""


def one(name: str, family: str, rate: int, stacks: str = "", **more: Any) -> str:
    """Return a programme of a test in the words of the rule file."""
    terms = {"base": "compute_cost", "cap": 1000} | more
    return ONE.format(name=name, family=family, rate=rate, stacks=stacks, **terms)


PROGRAMMES = (
    one("base", "a", 3000, "test.top"),
    one("top", "b", 2500, "test.base"),
    one("alone", "c", 5000),
    one("kin", "a", 1000, "test.top").replace("stacks_with: [test.top]", "stacks_with: []"),
    one("project", "d", 9000, base="approved_project_cost"),
    one("silent", "e", 9000, cap="null"),
)


@pytest.fixture
def desk(tmp_path: Path) -> tuple[StubApp, r.Firm]:
    """Return a home with six programmes of the operator's own."""
    rules = tmp_path / "facts" / "rules"
    rules.mkdir(parents=True)
    (rules / "vouchers.yaml").write_text(HEAD + "".join(PROGRAMMES), "utf-8")
    names = {"ENTREPOT_HOME": str(tmp_path / "home"), "ENTREPOT_FACTS": str(tmp_path / "facts")}
    app = StubApp(read_settings(names), create=True)
    firm = furnish(app, devices=4)
    register.deposit(app, firm.id, Amount(1_000_000, HKD), "test", "deposit")
    return app, firm


def found(desk: tuple[StubApp, r.Firm]) -> BestVouchers:
    """Return the best combination at the cheapest place."""
    app, firm = desk
    return best_vouchers(app, firm, app.read_job(job_file(app.home)))[0]


def test_two_that_stack_leave_less_than_the_largest_alone(desk: tuple[StubApp, r.Firm]) -> None:
    best = found(desk)
    total = best.total.minor
    assert [part.programme for part in best.parts] == ["test.base", "test.top"]
    assert [p.amount.minor for p in best.parts] == [total * 3 // 10, total // 4]
    assert best.to_pay.minor == total - total * 3 // 10 - total // 4
    assert best.to_pay.minor < total - total // 2
    assert (best.usable, best.tried) == (4, 5)


def test_every_other_programme_says_why_it_takes_no_part(desk: tuple[StubApp, r.Firm]) -> None:
    left = {one.answer.programme: (one.why, one.beside) for one in found(desk).left_out}
    own = {name: why for name, why in left.items() if name.startswith("test.")}
    assert own == {
        "test.alone": (Why.NO_STACKING, ("test.base", "test.top")),
        "test.kin": (Why.SAME_FAMILY, ("test.base",)),
        "test.project": (Why.OTHER_PURCHASE, ()),
        "test.silent": (Why.TO_CONFIRM, ()),
    }


def test_the_quote_charges_what_is_left(desk: tuple[StubApp, r.Firm]) -> None:
    app, firm = desk
    best = found(desk)
    quote = quote_job(app, firm, app.read_job(job_file(app.home))).quote
    row: Any = quote.body["candidates"][0]  # type: ignore[index]
    assert (row["centre_id"], row["total_minor"]) == (best.centre_id, best.total.minor)
    assert row["net_minor"] == best.to_pay.minor
    assert [part["programme"] for part in row["reserve"]] == ["test.base", "test.top"]


def test_people_read_the_set_its_proof_and_each_cause(
    desk: tuple[StubApp, r.Firm], capsys: pytest.CaptureFixture[str]
) -> None:
    best = found(desk)
    show_best(desk[0], "small", best)
    out = capsys.readouterr().out
    first, second = (part.amount for part in best.parts)
    assert f"test.base pays {first}, deducted at purchase" in out
    assert f"test.top pays {second}, deducted at purchase" in out
    assert f"left to pay: {best.to_pay}" in out
    assert "usable vouchers: 4; lawful combinations compared: 5; none leaves less" in out
    assert "does not stack with test.base, test.top" in out
    assert "of one family with test.base, and pays no more" in out
    assert "but on approved_project_cost and not on compute" in out
    assert "must be confirmed by the authority first" in out
    show_every("small", [best])
    assert f"test.base {first}, test.top {second}" in capsys.readouterr().out


def test_programs_read_the_same(desk: tuple[StubApp, r.Firm]) -> None:
    best = found(desk)
    data: Any = best_data(best)
    assert [row["programme"] for row in data["chosen"]] == ["test.base", "test.top"]
    assert data["to_pay_minor"] == data["total_minor"] - sum(
        row["amount_minor"] for row in data["chosen"]
    )
    assert (data["usable"], data["lawful_combinations"]) == (4, 5)
    alone = next(row for row in data["left_out"] if row["programme"] == "test.alone")
    assert (alone["why"], alone["beside"]) == ("no_stacking", ["test.base", "test.top"])
