"""Amount, version, family, stacking, window, currency, eligibility: edge by edge."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.domain.vouchers.voucher_cases import (
    AISS,
    BEIJING,
    BUD,
    HANGZHOU,
    SHENZHEN,
    Judge,
    beijing,
    case,
    outcome,
)

from entrepot.domain.vouchers.case import EntitlementCase, OtherClaim
from entrepot.kernel.errors import Invalid, NotFound

# --- amount


def test_an_amount_of_nothing_is_refused(judge: Judge) -> None:
    assert outcome(judge(**beijing(amount_minor=0))) == ("refused", ("zero_amount",))


def test_a_share_below_one_minor_unit_is_refused(judge: Judge) -> None:
    assert outcome(judge(**beijing(amount_minor=4))) == ("refused", ("rounds_to_zero",))
    assert judge(**beijing(amount_minor=5)).amount_minor == 1


def test_an_absent_amount_is_asked_for(judge: Judge) -> None:
    assert judge(**beijing(amount_minor=None)).missing == ("amount_minor",)


@pytest.mark.parametrize("value", [-1, 9_000_000_000_000_001, 2**63])
def test_an_amount_out_of_range_is_one_clear_sentence(judge: Judge, value: int) -> None:
    with pytest.raises(Invalid, match=r"amount_minor is .* not an amount in minor units"):
        judge(**beijing(amount_minor=value))


@pytest.mark.parametrize("value", [True, 1.5, "100"])
def test_an_amount_that_is_no_integer_is_refused(judge: Judge, value: object) -> None:
    with pytest.raises(Invalid, match="amount_minor"):
        judge(**beijing(amount_minor=value))


# --- version


@pytest.mark.parametrize(
    ("day", "status"),
    [("2023-08-31", "refused"), ("2023-09-01", "pays"), ("2025-12-31", "pays"),
     ("2026-01-01", "refused"), ("2026-11-21", "refused")],
)  # fmt: skip
def test_beijing_pays_until_the_end_of_2025(judge: Judge, day: str, status: str) -> None:
    answer = judge(**beijing(as_of=day))
    assert answer.status.value == status
    if status == "refused":
        assert answer.reasons == ("no_version_in_force",) and answer.version is None


@pytest.mark.parametrize(("day", "found"), [("2026-12-17", True), ("2026-12-18", False)])
def test_shenzhen_ends_on_2026_12_18(judge: Judge, day: str, found: bool) -> None:
    answer = judge(**case("cn.shenzhen.training_voucher", day, SHENZHEN))
    assert (answer.version is not None) is found
    assert answer.reasons == (("outside_window",) if found else ("no_version_in_force",))


def test_what_was_not_yet_recorded_does_not_decide(judge: Judge) -> None:
    assert judge(**beijing(known="2026-11-21")).status.value == "pays"
    early = judge(**beijing(known="2026-11-20"))
    assert outcome(early) == ("refused", ("no_version_in_force",))


def test_days_that_lie_in_different_versions_need_a_review(judge: Judge) -> None:
    dates = {"contract": "2025-12-30", "application": "2026-01-02", "invoice": "2025-12-31"}
    answer = judge(**beijing(as_of="2026-01-02", dates=dates))
    assert outcome(answer) == ("needs_review", ("not_stated: date_rule",))
    assert answer.amount_minor == answer.advice_minor == 0


def test_a_day_that_the_case_leaves_out_is_the_day_of_law(judge: Judge) -> None:
    answer = judge(**beijing(as_of="2026-01-02", dates={"contract": "2025-12-30"}))
    assert answer.reasons == ("not_stated: date_rule",)


def test_a_stated_date_rule_looks_at_its_day_alone(judge: Judge) -> None:
    inside = {"application": "2025-03-14", "contract": "2025-01-01", "invoice": "2025-01-01"}
    outside = {"application": "2025-03-13"}
    yes = judge(**case("hk.bud.general", "2026-11-21", BUD, dates=inside))
    no = judge(**case("hk.bud.general", "2026-11-21", BUD, dates=outside))
    assert (yes.status.value, yes.year) == ("pays", 2025)
    assert outcome(no) == ("refused", ("no_version_in_force",))


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2027-10-06", "discretionary"), ("2027-10-07", "end_uncertain")],
)
def test_an_uncertain_end_is_reviewed(judge: Judge, day: str, reason: str) -> None:
    assert judge(**case("hk.aiss", day, AISS)).reasons[0] == reason


@pytest.mark.parametrize(("day", "doubt"), [("2025-12-31", True), ("2026-01-01", False)])
def test_an_uncertain_start_is_reviewed(judge: Judge, day: str, doubt: bool) -> None:
    answer = judge(**case("cn.shenzhen.model_voucher", day, {}))
    assert ("start_uncertain" in answer.reasons) is doubt


# --- family, stacking


def test_a_line_is_claimed_once_a_family(judge: Judge) -> None:
    by_fact = BEIJING | {"line_already_claimed_in_family": True}
    assert judge(**beijing(facts=by_fact)).reasons == ("already_claimed",)
    kin = judge(**beijing(other_claims=["cn.wuhan.opc_voucher"]))
    assert outcome(kin) == ("refused", ("already_claimed",))


def test_no_stacking_unless_both_name_each_other(judge: Judge) -> None:
    other = [{"programme": "cn.shanghai.model_voucher", "amount_minor": 1}]
    assert judge(**beijing(other_claims=other)).reasons == ("no_stacking",)
    friend = [{"programme": "cn.zhineng_voucher", "amount_minor": 1}]
    answer = judge(
        **case("cn.hangzhou.compute_voucher", "2026-11-21", HANGZHOU, other_claims=friend)
    )
    assert answer.status.value == "pays"


def test_all_vouchers_together_stay_within_the_invoice(judge: Judge) -> None:
    body = case("cn.hangzhou.compute_voucher", "2026-11-21", HANGZHOU, amount_minor=100)
    rest = [{"programme": "cn.zhineng_voucher", "amount_minor": 90}]
    answer = judge(**body, other_claims=rest)
    assert (answer.amount_minor, answer.bounds) == (10, ("invoice",))
    full = [{"programme": "cn.zhineng_voucher", "amount_minor": 100}]
    assert judge(**body, other_claims=full).reasons == ("exhausted: invoice",)


def test_an_unknown_amount_of_another_voucher_is_asked_for(judge: Judge) -> None:
    body = case("cn.hangzhou.compute_voucher", "2026-11-21", HANGZHOU)
    answer = judge(**body, other_claims=["cn.zhineng_voucher"])
    assert answer.missing == ("other_claims[0].amount_minor",)


def test_an_unknown_programme_is_named_with_the_nearest(judge: Judge) -> None:
    with pytest.raises(NotFound) as caught:
        judge(**beijing(programme="cn.beijing.ai_vocher"))
    assert "cn.beijing.ai_voucher" in caught.value.render_hint()
    with pytest.raises(NotFound):
        judge(**beijing(other_claims=["cn.none"]))


# --- window, currency


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-05-05", ("refused", ("outside_window",))), ("2026-05-06", ("pays", ())),
     ("2026-06-05", ("pays", ())), ("2026-06-06", ("refused", ("outside_window",))),
     ("2025-05-20", ("needs_review", ("not_stated: windows",)))],
)  # fmt: skip
def test_windows(judge: Judge, day: str, expected: tuple[str, tuple[str, ...]]) -> None:
    assert outcome(judge(**case("cn.shenzhen.training_voucher", day, SHENZHEN))) == expected


def test_currency_is_never_converted_silently(judge: Judge) -> None:
    for currency in ("HKD", "CNH", "USD"):
        answer = judge(**beijing(currency=currency))
        assert outcome(answer) == ("needs_info", ("currency_mismatch",))
        assert answer.amount_minor == answer.advice_minor == 0
    assert judge(**beijing(currency=None)).missing == ("currency",)
    with pytest.raises(Invalid):
        judge(**beijing(currency="EUR"))


# --- eligibility


def test_all_failures_are_named_and_settle_the_case(judge: Judge) -> None:
    facts = BEIJING | {"sector": "finance", "contract_months": 13}
    del facts["registered_in"]
    answer = judge(**beijing(facts=facts))
    assert outcome(answer) == ("refused", ("sector", "contract_too_long"))
    assert answer.missing == ()


def test_a_missing_fact_is_asked_for(judge: Judge) -> None:
    facts = {k: v for k, v in BEIJING.items() if k not in ("sector", "registered_in")}
    answer = judge(**beijing(facts=facts))
    assert (answer.status.value, answer.missing) == ("needs_info", ("registered_in", "sector"))


def test_null_wrong_type_and_outside_the_domain_are_missing(judge: Judge) -> None:
    for value in (None, "twelve", -1, True):
        assert judge(**beijing(facts=BEIJING | {"contract_months": value})).missing == (
            "contract_months",
        )


def test_an_unknown_fact_is_refused_with_the_nearest(judge: Judge) -> None:
    with pytest.raises(Invalid) as caught:
        judge(**beijing(facts={"registred_in": "beijing"}))
    assert "registered_in" in caught.value.render_hint()


def test_a_kind_of_applicant_satisfies_its_ancestors(judge: Judge) -> None:
    def status(applicant: str) -> str:
        facts = HANGZHOU | {"applicant_type": applicant}
        return judge(**case("cn.hangzhou.compute_voucher", "2026-11-21", facts)).status.value

    assert [status(a) for a in ("ai_opc", "tech_sme", "university")] == ["pays", "pays", "refused"]


def test_a_case_holds_only_sound_amounts() -> None:
    with pytest.raises(Invalid):
        OtherClaim("hk.aiss", -1)
    with pytest.raises(Invalid):
        EntitlementCase("x", "hk.aiss", date(2026, 1, 1), {}, 1, "HKD", fund_left_minor=-5)
