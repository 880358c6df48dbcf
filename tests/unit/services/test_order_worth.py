"""What an order is worth: one conversion, one rounding, and vouchers turned into a gross value."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.e2e.flow_tools import CENTRE
from tests.unit.services.desk import Desk
from tests.unit.services.order_desk import built, day_ahead, write_job

from entrepot.domain.contracts.price_model import Names, Payout, VoucherDeduction
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNY, HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services import candidate, order_voucher
from entrepot.services.entitle_job import Applied
from entrepot.services.order_voucher import vouchers_at_clearing
from entrepot.services.order_worth import gross_of

MICRO_PER_CENT = 10_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small job."""
    folder = tmp_path / "orders"
    folder.mkdir()
    write_job(folder)
    return folder


def test_a_value_in_yuan_is_converted_at_the_rate_of_the_call_and_rounded_down_once(
    desk: Desk, folder: Path
) -> None:
    """10.01 CNY at 1.1 are 11.011 HKD; nobody pays a cent more than he said."""
    call = day_ahead(desk)
    desk.hand_fx.of[CNY] = Fraction(2)  # the rate of today is not the one of the call
    body = built(desk, folder, call, value="10.01 CNY")
    assert {o.value_micro for o in body.options} == {1_101 * MICRO_PER_CENT}
    rate = body.money["rate"]
    assert isinstance(rate, dict) and rate["value"] == "11/10"
    assert str(body.money["fx_quote"]).startswith("X-")


def test_a_value_in_dollars_names_no_rate(desk: Desk, folder: Path) -> None:
    body = built(desk, folder, value=12.5, currency="HKD")
    assert {o.value_micro for o in body.options} == {1_250 * MICRO_PER_CENT}
    assert (body.money["rate"], body.money["fx_quote"]) == (None, None)


def test_a_call_without_a_rate_takes_no_yuan(desk: Desk, folder: Path) -> None:
    with pytest.raises(Invalid, match="no rate for CNY"):
        built(desk, folder, day_ahead(desk, rates={}), value="5.00 CNY")


def test_the_price_cap_of_the_job_is_its_value(desk: Desk, folder: Path) -> None:
    write_job(folder, **{"egress: 1MB": "egress: 1MB\nprice_cap: 7.25 HKD"})
    assert built(desk, folder).options[0].value_micro == 725 * MICRO_PER_CENT


def applied(rate_percent: int, cap: int) -> object:
    """Return what stands in for all programmes: one rate with one cap."""

    def judge(
        _app: object,
        _uow: object,
        _firm: object,
        _facts: object,
        _centre: object,
        price: Amount,
        _day: object,
    ) -> Applied:
        much = min(price.minor * rate_percent // 100, cap)
        names = Names("test", "", "")
        part = VoucherDeduction("test", names, Payout.AT_PURCHASE, Amount(much, HKD), None, "", "A")
        return Applied((), (part,) if much else (), {})

    return judge


@pytest.mark.parametrize(
    ("rate", "cap", "gross"), [(50, 10**9, 1800), (50, 300, 1200), (0, 0, 900), (100, 700, 1600)]
)
def test_a_value_net_of_vouchers_becomes_what_may_be_paid_before_them(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch, rate: int, cap: int, gross: int
) -> None:
    monkeypatch.setattr(candidate, "vouchers_on", applied(rate, cap))
    body = built(desk, folder, value="9.00 HKD", net_of_vouchers=True)
    assert {o.value_micro for o in body.options} == {gross * MICRO_PER_CENT}
    worth = body.money["worth"]
    assert worth == {
        f"{CENTRE}/cpu": {
            "net_minor": 900,
            "gross_minor": gross,
            "vouchers": {"test": gross - 900} if gross > 900 else {},
        }
    }


def test_real_programmes_are_judged_at_every_place(desk: Desk, folder: Path) -> None:
    body = built(desk, folder, value="9.00 HKD", net_of_vouchers=True)
    assert min(o.value_micro for o in body.options) >= 900 * MICRO_PER_CENT
    assert body.money["net_of_vouchers"] is True


@pytest.mark.parametrize("fields", [{"kind": "divisible"}, {"kind": "minimum", "min_share": 25}])
def test_vouchers_are_counted_for_whole_jobs_only(
    desk: Desk, folder: Path, fields: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refusal:
        built(desk, folder, None, value="9.00 HKD", net_of_vouchers=True, **fields)
    assert next(iter(refusal.value.fields)).endswith("order.json:1:net_of_vouchers")


def test_vouchers_are_judged_again_on_what_the_call_charges(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate, "vouchers_on", applied(50, 10**9))
    body = built(desk, folder, value="9.00 HKD", net_of_vouchers=True)
    charged = ((CENTRE, "cpu"), Amount(1000, HKD), local_day(desk.clock.now()))
    monkeypatch.setattr(order_voucher, "vouchers_on", applied(50, 10**9))
    with desk.store.reading() as uow:
        found = vouchers_at_clearing(desk, uow, desk.firm, body.money, charged)
        plain = built(desk, folder, value="9.00 HKD")
        nothing = vouchers_at_clearing(desk, uow, desk.firm, plain.money, charged)
    assert found.deductions[0].amount.minor == 500
    assert nothing == Applied((), (), {})


@given(
    net=st.integers(0, 10**7),
    rates=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10**6)), max_size=3),
)
def test_gross_leaves_at_most_net_and_a_cent_more_would_not(
    net: int, rates: list[tuple[int, int]]
) -> None:
    def deduct(price: int) -> int:
        return min(price, sum(min(price * rate // 100, cap) for rate, cap in rates))

    found = gross_of(net, deduct)
    assert found - deduct(found) <= net < found + 1 - deduct(found + 1)


@pytest.mark.parametrize(("rate", "cap"), [(0, 0), (33, 50), (70, 10**6), (99, 400), (100, 77)])
def test_with_one_programme_it_is_the_greatest_price_of_all(rate: int, cap: int) -> None:
    for net in range(0, 90, 7):
        prices = range(net, 10_000)
        best = max(price for price in prices if price - min(price * rate // 100, cap) <= net)
        assert gross_of(net, lambda price: min(price * rate // 100, cap)) == best


def test_few_judgements_find_it() -> None:
    """Each is a judgement of all programmes, so they are counted."""
    asked: list[int] = []

    def deduct(price: int) -> int:
        asked.append(price)
        return min(price * 7 // 10, 100_000_000)

    assert gross_of(5_000_000, deduct) == 16_666_666
    assert len(asked) < 20
