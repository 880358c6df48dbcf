"""Worked cases: every version of every programme, with figures reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from entrepot.domain.vouchers.case import Entitlement
from entrepot.domain.vouchers.model import Programme

Row = tuple[str, str, Mapping[str, object], int, str, dict[str, object]]

BEIJING = {
    "registered_in": "beijing",
    "sector": "software_it",
    "related_party": False,
    "contract_months": 12,
    "dishonest_record_3y": False,
    "other_municipal_compute_subsidy": False,
    "contract_already_claimed": False,
}
SHENZHEN = {"applicant_type": "tech_sme", "use": "base_model_training", "startup": False}
HANGZHOU = {
    "applicant_type": "sme",
    "provider_on_city_list": True,
    "firm_size": "small",
    "annual_compute_contracts": 500_000_00,
    "use": "inference",
    "accelerator_domestic": False,
}
AISS = {"applicant_type": "sme", "provider": "cyberport_aisc"}
BUD = {
    "hk_business_registration": True,
    "listed_company": False,
    "substantive_hk_operations": True,
}
CHENGDU = {
    "applicant_type": "university",
    "provider": "nscc_chengdu",
    "project_level": "provincial",
}
YANGZHOU = {"registered_in": "yangzhou", "related_party": False, "contract_already_claimed": False}

# version (programme@first day), day of law, facts, amount, currency, expected status, amount,
# advice, bounds, reasons, missing, flags
CASES: list[Row] = [
    ("cn.beijing.ai_voucher@2023-09-01", "2025-06-01", BEIJING, 30_000_000_00, "CNY",
     {"status": "pays", "amount_minor": 2_000_000_00, "bounds": ["cap_per_firm_year"],
      "not_stated": ["date_rule", "cap_per_application", "fund_per_year"]}),
    ("cn.shanghai.compute_voucher@2023-01-01", "2025-03-01",
     {"use": "core_algorithm", "compute_local": True}, 1_000_000_00, "CNY",
     {"status": "needs_review", "advice_minor": 200_000_00, "reasons": ["grade_S"],
      "flags": ["confirm_before_reservation"]}),
    ("cn.shanghai.compute_voucher@2025-07-28", "2026-11-21", {}, 1_000_000_00, "CNY",
     {"status": "needs_review", "advice_minor": 300_000_00,
      "reasons": ["not_stated: eligible"], "flags": ["confirm_before_reservation"]}),
    ("cn.shanghai.model_voucher@2025-07-28", "2026-11-21", {}, 30_000_000_00, "CNY",
     {"status": "needs_review", "advice_minor": 5_000_000_00, "bounds": ["cap_per_application"],
      "reasons": ["not_stated: eligible"]}),
    ("cn.shanghai.corpus_voucher@2025-07-28", "2026-11-21", {}, 1_00, "CNY",
     {"status": "needs_review", "advice_minor": 30, "reasons": ["not_stated: eligible"]}),
    ("cn.shenzhen.training_voucher@2024-12-18", "2026-05-06", SHENZHEN, 3_000_000_00, "CNY",
     {"status": "pays", "amount_minor": 1_500_000_00}),
    ("cn.shenzhen.model_voucher@2024-12-18", "2026-11-21", {}, 9_000_000_00, "CNY",
     {"status": "needs_review", "advice_minor": 1_000_000_00,
      "bounds": ["soft_cap_per_firm_year"], "reasons": ["not_stated: eligible"]}),
    ("cn.shenzhen.corpus_voucher@2024-12-18", "2026-11-21",
     {"related_party": False, "via_data_exchange": True}, 6_666_666_67, "CNY",
     {"status": "pays", "amount_minor": 2_000_000_00, "bounds": []}),
    ("cn.hangzhou.compute_voucher@2023-01-01", "2024-03-01", {"firm_size": "micro"},
     100_00, "CNY", {"status": "needs_review", "reasons": ["grade_S", "no_rate"]}),
    ("cn.hangzhou.compute_voucher@2024-07-23", "2025-01-02", HANGZHOU, 1_000_000_00, "CNY",
     {"status": "pays", "amount_minor": 200_000_00}),
    ("cn.hangzhou.compute_voucher@2025-06-13", "2026-11-21", HANGZHOU, 500_000_00, "CNY",
     {"status": "pays", "amount_minor": 250_000_00}),
    ("cn.zhineng_voucher@2025-06-13", "2026-11-21", {"applicant_type": "hk_university"},
     100_00, "CNY", {"status": "needs_review", "reasons": ["status_unknown", "no_rate"]}),
    ("cn.wuxi.compute_voucher@2024-01-01", "2024-06-01", {"compute_local": False},
     100_00, "CNY",
     {"status": "needs_review", "advice_minor": 15_00, "flags": ["confirm_before_reservation"],
      "reasons": ["start_uncertain", "status_unknown", "grade_S", "not_stated: eligible"]}),
    ("cn.chengdu.compute_voucher@2023-01-01", "2026-11-21", CHENGDU, 6_000_000_00, "CNY",
     {"status": "needs_review", "advice_minor": 1_500_000_00, "bounds": ["cap"],
      "reasons": ["status_unknown"]}),
    ("cn.wuhan.service_voucher@2025-02-18", "2026-11-21", {}, 100_00, "CNY",
     {"status": "needs_review", "reasons": ["not_stated: eligible", "no_rate"]}),
    ("cn.wuhan.opc_voucher@2026-02-13", "2026-11-21", {"is_ai_opc": True}, 500_000_00, "CNY",
     {"status": "pays", "amount_minor": 200_000_00, "bounds": ["cap_per_firm_year"]}),
    ("cn.shandong.compute_voucher@2025-01-01", "2026-11-21", {"compute_local": True},
     200_000_000_00, "CNY",
     {"status": "needs_review", "advice_minor": 5_000_000_00,
      "bounds": ["cap_per_firm_lifetime"],
      "reasons": ["status_unknown", "grade_S", "not_stated: eligible"]}),
    ("cn.guizhou.compute_voucher@2023-11-01", "2026-11-21",
     {"applicant_type": "micro_firm", "seller_region": "guizhou"}, 100_00, "CNY",
     {"status": "needs_review", "reasons": ["status_unknown", "no_rate"]}),
    ("cn.suzhou.compute@2025-12-30", "2026-11-21", {}, 100_00, "CNY",
     {"status": "needs_review", "reasons": ["grade_X", "not_stated: eligible", "no_rate"]}),
    ("cn.suzhou.corpus@2025-12-30", "2026-11-21", {"related_party": False}, 500_00, "CNY",
     {"status": "needs_review", "advice_minor": 100_00, "reasons": ["discretionary"]}),
    ("cn.ningbo.compute_voucher@2025-01-01", "2026-11-21", {}, 100_00, "CNY",
     {"status": "needs_review",
      "reasons": ["status_unknown", "grade_X", "not_stated: eligible", "no_rate"]}),
    ("cn.henan.compute_voucher@2025-01-01", "2026-11-21", {}, 100_00, "CNY",
     {"status": "needs_review",
      "reasons": ["status_unknown", "grade_X", "not_stated: eligible", "no_rate"]}),
    ("cn.yangzhou.compute_voucher@2024-04-13", "2026-11-21", YANGZHOU, 100_00, "CNY",
     {"status": "needs_review", "reasons": ["status_unknown", "no_rate"]}),
    ("cn.langfang.compute_voucher@2023-01-01", "2026-11-21", {}, 100_00, "CNY",
     {"status": "needs_review", "reasons": ["status_unknown", "not_stated: eligible", "no_rate"]}),
    ("hk.aiss@2024-10-07", "2026-11-21", AISS, 1_000_000_00, "HKD",
     {"status": "needs_review", "advice_minor": 700_000_00, "reasons": ["discretionary"],
      "flags": ["confirm_before_reservation"]}),
    ("hk.bud.general@2025-03-14", "2026-11-21", BUD, 2_000_000_00, "HKD",
     {"status": "pays", "amount_minor": 500_000_00}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=lambda row: row[0])
def test_worked_case(
    row: Row,
    judge: Callable[..., Entitlement],
) -> None:
    version, day, facts, amount, currency, expected = row
    answer = judge(
        name="case",
        programme=version.partition("@")[0],
        as_of=day,
        facts=facts,
        amount_minor=amount,
        currency=currency,
        used_this_year_minor=0,
    )
    assert answer.version is not None and answer.version.id == version
    want: dict[str, object] = {
        "name": "case",
        "amount_minor": 0,
        "advice_minor": 0,
        "bounds": [],
        "reasons": [],
        "missing": [],
        "flags": [],
        "not_stated": list(answer.not_stated),
    }
    assert answer.as_dict() == want | expected


def test_every_version_has_a_worked_case(programmes: tuple[Programme, ...]) -> None:
    shipped = [version.id for programme in programmes for version in programme.versions]
    assert len(programmes) == 23 and len(shipped) == 26
    assert sorted(shipped) == sorted(row[0] for row in CASES)


def test_every_line_of_an_explanation_names_grade_and_source(
    judge: Callable[..., Entitlement],
) -> None:
    answer = judge(
        programme="cn.beijing.ai_voucher", as_of="2025-06-01", facts=BEIJING,
        amount_minor=30_000_000_00, currency="CNY", used_this_year_minor=0,
    )  # fmt: skip
    ruled = [line for line in answer.lines if line.step != "family"]
    assert len(ruled) == 1 + 7 + 1 + 1 + 1
    assert all(line.grade == "B" and len(line.sources) == 2 for line in ruled)
    assert answer.lines[-1].render() == (
        "cap_per_firm_year leaves CNY 2,000,000.00, which is below CNY 6,000,000.00."
    )
    explained = answer.as_dict(explain=True)
    assert explained["version"] == "cn.beijing.ai_voucher@2023-09-01"
    assert explained["rate_bp"] == 2000 and explained["up_to"] is True
