"""The combination that leaves least to pay, and reservation against counters."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.domain.vouchers.voucher_cases import BUD, Judge, beijing, case

from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.domain.vouchers.model import Ceiling, Programme, Version
from entrepot.domain.vouchers.reserve import (
    Exhausted,
    LimitKey,
    limit_keys,
    may_reserve,
    release,
    reserve,
)
from entrepot.domain.vouchers.stacking import best_combination
from entrepot.kernel.money import CNY, HKD, Amount


def voucher(
    programme: str, family: str, amount: int, *stacks: str, status: Status = Status.PAYS
) -> Entitlement:
    day = date(2026, 11, 21)
    return Entitlement(
        "n", programme, day, family, "CNY", frozenset(stacks), status, amount_minor=amount
    )


def test_two_that_stack_beat_one_that_does_not() -> None:
    three = [voucher("a", "f", 60, "b"), voucher("b", "g", 50, "a"), voucher("c", "h", 100)]
    found = best_combination(three, Amount(1000, CNY))
    assert [(p, part.minor) for p, part in found.parts] == [("a", 60), ("b", 50)]
    assert (found.total.minor, found.to_pay.minor) == (110, 890)
    assert found.left_out == (("c", "not_chosen"),)


def test_one_family_is_claimed_once_even_if_the_programmes_name_each_other() -> None:
    pair = [voucher("a", "f", 60, "b"), voucher("b", "f", 50, "a")]
    assert best_combination(pair, Amount(1000, CNY)).total.minor == 60


def test_stacking_named_by_one_side_alone_does_not_count() -> None:
    pair = [voucher("a", "f", 60, "b"), voucher("b", "g", 50)]
    assert best_combination(pair, Amount(1000, CNY)).total.minor == 60


def test_all_together_never_exceed_the_invoice() -> None:
    pair = [voucher("a", "f", 60, "b"), voucher("b", "g", 50, "a")]
    found = best_combination(pair, Amount(100, CNY))
    assert [(p, part.minor) for p, part in found.parts] == [("a", 60), ("b", 40)]
    assert found.to_pay.minor == 0


def test_fewer_vouchers_win_a_tie() -> None:
    three = [voucher("a", "f", 60, "b"), voucher("b", "g", 40, "a"), voucher("z", "h", 100)]
    assert [p for p, _ in best_combination(three, Amount(100, CNY)).parts] == ["z"]


def test_what_does_not_pay_takes_no_part() -> None:
    advised = voucher("a", "f", 60, status=Status.NEEDS_REVIEW)
    found = best_combination([advised, voucher("b", "g", 5)], Amount(100, HKD))
    assert found.parts == () and found.to_pay == Amount(100, HKD)
    assert found.left_out == (("a", "needs_review"), ("b", "currency_mismatch"))


def test_one_entitlement_a_programme() -> None:
    with pytest.raises(ValueError, match="one entitlement a programme"):
        best_combination([voucher("a", "f", 1), voucher("a", "f", 1)], Amount(1, CNY))


# --- reservation


def version_of(programmes: tuple[Programme, ...], row: str) -> Version:
    return next(v for p in programmes for v in p.versions if v.id == row)


def test_limits_of_a_version(programmes: tuple[Programme, ...]) -> None:
    shenzhen = version_of(programmes, "cn.shenzhen.training_voucher@2024-12-18")
    assert limit_keys(shenzhen, shenzhen.programme, "G1", 2026) == [
        LimitKey(
            "fund_per_year",
            "voucher/cn.shenzhen.training_voucher/fund/2026",
            500_000_000_00,
        ),
        LimitKey(
            "cap_per_firm_year",
            "voucher/cn.shenzhen.training_voucher/group/G1/2026",
            10_000_000_00,
        ),
    ]


def test_the_tightest_limit_of_a_counter_counts(programmes: tuple[Programme, ...]) -> None:
    model = version_of(programmes, "cn.shenzhen.model_voucher@2024-12-18")

    def firm_year(waived: bool) -> list[tuple[str, int]]:
        keys = limit_keys(model, model.programme, "G", 2026, soft_cap_waived=waived)
        return [(key.name, key.limit_minor) for key in keys if "/group/" in key.scope]

    assert firm_year(False) == [("soft_cap_per_firm_year", 1_000_000_00)]
    assert firm_year(True) == [("cap_per_firm_year", 2_000_000_00)]


def test_every_stated_limit_but_the_one_per_application_has_a_counter(
    programmes: tuple[Programme, ...],
) -> None:
    for programme in programmes:
        for version in programme.versions:
            keys = limit_keys(version, programme.id, "G", 2026, soft_cap_waived=True)
            stated = {
                name.value
                for name, limit in version.ceilings.items()
                if limit is not None and name not in (Ceiling.APPLICATION, Ceiling.SOFT_FIRM_YEAR)
            } | ({"projects_max"} if version.projects_max else set())
            assert {key.name for key in keys} == stated
            assert len({key.scope for key in keys}) == len(keys)


def test_projects_are_counted_one_by_one(programmes: tuple[Programme, ...]) -> None:
    bud = version_of(programmes, "hk.bud.general@2025-03-14")
    keys = limit_keys(bud, bud.programme, "G", 2026)
    after = reserve({}, keys, 500_00)
    assert isinstance(after, dict)
    assert after["voucher/hk.bud.general/group/G/projects"] == 1
    assert after["voucher/hk.bud.general/group/G/lifetime"] == 500_00
    full = reserve({"voucher/hk.bud.general/group/G/projects": 70}, keys, 1)
    assert full == Exhausted("projects_max", 0)


def test_a_reservation_takes_all_counters_or_none() -> None:
    keys = [LimitKey("cap", "firm", 100), LimitKey("fund_total", "fund", 50)]
    before = {"firm": 10, "fund": 20, "other": 7}
    assert reserve(before, keys, 31) == Exhausted("fund_total", 30)
    assert before == {"firm": 10, "fund": 20, "other": 7}
    after = reserve(before, keys, 30)
    assert isinstance(after, dict) and after == {"firm": 40, "fund": 50, "other": 7}
    assert release(after, keys, 30) == before


def test_nothing_is_reserved_or_released_that_is_not_there() -> None:
    keys = [LimitKey("cap", "firm", 100)]
    with pytest.raises(ValueError, match="positive"):
        reserve({}, keys, 0)
    with pytest.raises(ValueError, match="below zero"):
        release({"firm": 1}, keys, 2)


def test_an_amount_without_a_stated_cap_is_confirmed_first(judge: Judge) -> None:
    assert may_reserve(judge(**beijing()))
    assert may_reserve(judge(**case("hk.bud.general", "2026-11-21", BUD)))
    assert not may_reserve(judge(**beijing(amount_minor=0)))
    shanghai = judge(**case("cn.shanghai.compute_voucher", "2026-11-21", {}))
    assert not may_reserve(shanghai)
