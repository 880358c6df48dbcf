"""Cases in a few words: the facts of an eligible firm for some programmes."""

from __future__ import annotations

from collections.abc import Callable

from entrepot.domain.vouchers.case import Entitlement

Judge = Callable[..., Entitlement]

BEIJING: dict[str, object] = {
    "registered_in": "beijing",
    "sector": "manufacturing",
    "related_party": False,
    "contract_months": 12,
    "dishonest_record_3y": False,
    "other_municipal_compute_subsidy": False,
    "contract_already_claimed": False,
}
HANGZHOU: dict[str, object] = {
    "applicant_type": "enterprise",
    "provider_on_city_list": True,
    "firm_size": "small",
    "annual_compute_contracts": 500_000_00,
    "use": "inference",
    "accelerator_domestic": True,
}
SHENZHEN: dict[str, object] = {
    "applicant_type": "university",
    "use": "large_model_training",
    "startup": True,
}
AISS: dict[str, object] = {"applicant_type": "hk_university", "provider": "cyberport_aisc"}
BUD: dict[str, object] = {
    "hk_business_registration": True,
    "listed_company": False,
    "substantive_hk_operations": True,
}


def beijing(**more: object) -> dict[str, object]:
    body: dict[str, object] = {
        "programme": "cn.beijing.ai_voucher",
        "as_of": "2025-06-01",
        "facts": BEIJING,
        "amount_minor": 1_000_000_00,
        "currency": "CNY",
        "used_this_year_minor": 0,
    }
    return body | more


def case(programme: str, as_of: str, facts: dict[str, object], **more: object) -> dict[str, object]:
    currency = "HKD" if programme.startswith("hk.") else "CNY"
    body: dict[str, object] = {
        "programme": programme,
        "as_of": as_of,
        "facts": facts,
        "amount_minor": 1_000_000_00,
        "currency": currency,
        "used_this_year_minor": 0,
    }
    return body | more


def outcome(answer: Entitlement) -> tuple[str, tuple[str, ...]]:
    return answer.status.value, answer.reasons
