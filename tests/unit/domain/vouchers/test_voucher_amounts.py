"""Rates, caps, funds, grades: edge by edge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.domain.vouchers.voucher_cases import (
    AISS,
    BUD,
    HANGZHOU,
    SHENZHEN,
    Judge,
    beijing,
    case,
    outcome,
)

from entrepot.domain.vouchers.case import Entitlement
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.read_case import read_case
from entrepot.kernel.rulebook.dictionary import FactDictionary

# --- rate


@pytest.mark.parametrize(
    ("facts", "rate"),
    [({}, 5000), ({"annual_compute_contracts": 500_000_01}, 3000), ({"firm_size": "large"}, 3000),
     ({"firm_size": "large", "accelerator_domestic": False}, 2000),
     ({"firm_size": "large", "use": "agent_on_filed_base_model", "accelerator_domestic": False},
      3000)],
)  # fmt: skip
def test_the_first_rate_that_holds_is_taken(
    judge: Judge, facts: dict[str, object], rate: int
) -> None:
    body = case("cn.hangzhou.compute_voucher", "2026-11-21", HANGZHOU | facts)
    assert judge(**body).rate_bp == rate


def test_an_unknown_rate_stops_the_search(judge: Judge) -> None:
    facts = {k: v for k, v in HANGZHOU.items() if k not in ("firm_size", "accelerator_domestic")}
    answer = judge(**case("cn.hangzhou.compute_voucher", "2026-11-21", facts))
    assert answer.missing == ("firm_size",)
    assert answer.rate_bp is None


def test_a_false_part_spares_the_other_facts_of_a_rate(judge: Judge) -> None:
    facts = {k: v for k, v in HANGZHOU.items() if k != "annual_compute_contracts"}
    answer = judge(
        **case("cn.hangzhou.compute_voucher", "2026-11-21", facts | {"firm_size": "large"})
    )
    assert answer.rate_bp == 3000


def test_no_rate_for_the_case_is_reviewed(judge: Judge) -> None:
    facts: dict[str, object] = {"use": "model_rd", "compute_local": False}
    answer = judge(**case("cn.shanghai.compute_voucher", "2025-03-01", facts))
    assert answer.reasons == ("grade_S", "no_rate")


def test_hk_aiss_is_advice_at_seventy_or_ninety_percent(judge: Judge) -> None:
    usual = judge(**case("hk.aiss", "2026-11-21", AISS))
    exceptional = judge(**case("hk.aiss", "2026-11-21", AISS | {"exceptional_case": True}))
    assert (usual.advice_minor, exceptional.advice_minor) == (700_000_00, 900_000_00)
    assert usual.amount_minor == exceptional.amount_minor == 0
    assert usual.reasons == exceptional.reasons == ("discretionary",)


# --- caps, fund


@pytest.mark.parametrize(
    ("used", "amount", "reasons"),
    [(0, 2_000_000_00, ()), (1_999_999_99, 1, ()),
     (2_000_000_00, 0, ("exhausted: cap_per_firm_year",)),
     (3_000_000_00, 0, ("exhausted: cap_per_firm_year",))],
)  # fmt: skip
def test_the_firm_year_cap_counts_what_was_granted(
    judge: Judge, used: int, amount: int, reasons: tuple[str, ...]
) -> None:
    answer = judge(**beijing(amount_minor=30_000_000_00, used_this_year_minor=used))
    assert (answer.amount_minor, answer.reasons) == (amount, reasons)


def test_the_count_of_the_year_is_asked_for_where_a_cap_needs_it(judge: Judge) -> None:
    assert judge(**beijing(used_this_year_minor=None)).missing == ("used_this_year_minor",)
    free = case("hk.bud.general", "2026-11-21", BUD, used_this_year_minor=None)
    assert judge(**free).status.value == "pays"


def test_a_soft_cap_binds_unless_waived(judge: Judge) -> None:
    body = case("cn.shenzhen.model_voucher", "2026-11-21", {}, amount_minor=9_000_000_00)
    waived = judge(**(body | {"facts": {"soft_cap_waived": True}}))
    unsure = judge(**(body | {"facts": {"soft_cap_waived": None}}))
    assert judge(**body).advice_minor == 1_000_000_00
    assert (waived.advice_minor, waived.bounds) == (2_000_000_00, ("cap_per_firm_year",))
    assert unsure.missing == ("soft_cap_waived",)


def test_a_cap_that_may_be_lifted_is_flagged_when_it_bites(judge: Judge) -> None:
    body = case("cn.hangzhou.compute_voucher", "2025-01-02", HANGZHOU)
    assert judge(**body).flags == ()
    big = judge(**(body | {"amount_minor": 100_000_000_00}))
    assert (big.amount_minor, big.flags) == (8_000_000_00, ("cap_may_be_lifted",))
    spent = judge(**(body | {"used_this_year_minor": 8_000_000_00}))
    assert (spent.status.value, spent.flags) == ("refused", ("cap_may_be_lifted",))


def test_lifetime_running_projects_and_their_number(judge: Judge) -> None:
    body = case("hk.bud.general", "2026-11-21", BUD, amount_minor=10_000_000_00)
    alone = judge(**body)
    assert alone.amount_minor == 800_000_00
    assert alone.bounds == ("cap_per_application", "cap_in_force_at_once")
    running = judge(**body, ledger={"in_force_minor": 500_000_00})
    assert (running.amount_minor, running.bounds) == (300_000_00, ("cap_in_force_at_once",))
    old = judge(**body, ledger={"lifetime_minor": 6_999_999_00})
    assert (old.amount_minor, old.bounds) == (1_00, ("cap_per_firm_lifetime",))
    many = judge(**(body | {"facts": BUD | {"projects_done": 70}}))
    assert outcome(many) == ("refused", ("exhausted: projects_max",))


@pytest.mark.parametrize(("years", "status"), [(2, "pays"), (3, "refused")])
def test_years_paid_are_counted(judge: Judge, years: int, status: str) -> None:
    facts: dict[str, object] = {"is_ai_opc": True, "years_already_paid": years}
    answer = judge(**case("cn.wuhan.opc_voucher", "2026-11-21", facts))
    assert answer.status.value == status
    assert answer.reasons == (() if status == "pays" else ("exhausted: years_max",))


@pytest.mark.parametrize(
    ("left", "expected", "advice"),
    [(500_000_00, ("pays", ()), 0), (499_999_99, ("needs_review", ("fund_short",)), 499_999_99),
     (0, ("refused", ("exhausted: fund_per_year",)), 0)],
)  # fmt: skip
def test_a_fund_that_runs_short(
    judge: Judge, left: int, expected: tuple[str, tuple[str, ...]], advice: int
) -> None:
    facts = SHENZHEN | {"startup": False}
    body = case("cn.shenzhen.training_voucher", "2026-05-06", facts, fund_left_minor=left)
    answer = judge(**body)
    assert (outcome(answer), answer.advice_minor) == (expected, advice)


def test_a_fund_left_counts_even_where_no_fund_is_stated(judge: Judge) -> None:
    assert judge(**beijing(fund_left_minor=0)).reasons == ("exhausted: fund_left",)


# --- grades


def test_a_review_record_gives_a_row_force_but_not_a_standing(
    programmes: tuple[Programme, ...], dictionary: FactDictionary, judge: Judge
) -> None:
    def reviewed(body: dict[str, object], row: str) -> Entitlement:
        plain = read_case(body)
        with_review = replace(plain, reviews_in_force=frozenset({row}))
        return entitle(programmes, dictionary, with_review)

    facts: dict[str, object] = {"use": "core_algorithm", "compute_local": True}
    shanghai = case("cn.shanghai.compute_voucher", "2025-03-01", facts)
    assert judge(**shanghai).reasons == ("grade_S",)
    assert reviewed(shanghai, "cn.shanghai.compute_voucher@2023-01-01").status.value == "pays"
    assert reviewed(shanghai, "cn.shanghai.compute_voucher@2025-07-28").reasons == ("grade_S",)
    chengdu = {"applicant_type": "maker", "provider": "nscc_chengdu", "project_level": "national"}
    unknown = case("cn.chengdu.compute_voucher", "2026-11-21", dict(chengdu))
    answer = reviewed(unknown, "cn.chengdu.compute_voucher@2023-01-01")
    assert answer.reasons == ("status_unknown",)


def test_a_weak_row_may_still_refuse(judge: Judge) -> None:
    facts: dict[str, object] = {"use": "rendering", "compute_local": True}
    answer = judge(**case("cn.shanghai.compute_voucher", "2025-03-01", facts))
    assert outcome(answer) == ("refused", ("purpose",))
