"""The price of a quantity: lines, rounding, vouchers, what the centre is owed."""

from dataclasses import replace
from fractions import Fraction

import pytest

from entrepot.domain.contracts.model import LineKind, Names, Payout, VoucherDeduction
from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.contracts.price import centre_cost, price, reprice
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, CNY, HKD, USD, Amount, ExchangeRate, UnitPrice

USD_HKD = ExchangeRate(USD, HKD, Fraction("7.83"), "test", "2026-11-20")
CNH_HKD = ExchangeRate(CNH, HKD, Fraction("1.1"), "test", "2026-11-20")
HOUR = 3_600_000


def voucher(minor: int, payout: Payout = Payout.AT_PURCHASE, rate_bp: int | None = None):
    return VoucherDeduction("hk.test", Names("Test"), payout, Amount(minor, HKD), rate_bp)


def test_every_line_is_rounded_once_and_the_total_is_their_sum():
    found = price(
        UnitPrice(Fraction(216), USD),
        8 * HOUR,
        USD_HKD,
        spread_bp=50,
        discount_bp=500,
        egress_bytes=25 * 10**8,
        egress_minor_per_gb=Fraction(80),
        tax_bp=100,
    )
    # 2.16 · 8 · 7.83 = 135.3024; 5 % off 128.53728; spread 0.6426864; egress 2.00; tax 1.3118
    assert [line.amount.minor for line in found.lines] == [13530, -676, 64, 200, 131]
    assert found.total == Amount(13530 - 676 + 64 + 200 + 131, HKD)
    assert found.amount_of(LineKind.SPREAD).minor == 64
    assert found.lines[0].render() == "Compute: 8 device-hours at USD 2.16"


def test_vouchers_come_off_the_total_at_once_or_later():
    found = price(
        UnitPrice(Fraction(1000), HKD),
        HOUR,
        None,
        vouchers=[voucher(300), voucher(200, Payout.AFTER_CLAIM)],
    )
    assert (found.total.minor, found.payable_now.minor, found.net_after_vouchers.minor) == (
        1000,
        700,
        500,
    )


def test_a_smaller_use_lowers_the_voucher_by_its_rate():
    quoted = price(
        UnitPrice(Fraction(1000), HKD), HOUR, None, vouchers=[voucher(500, rate_bp=7000)]
    )
    billed = reprice(quoted, HOUR // 10, 0)
    assert (billed.total.minor, billed.payable_now.minor) == (100, 30)


def test_use_beyond_the_quote_is_not_charged():
    quoted = price(UnitPrice(Fraction(1000), HKD), HOUR, None, egress_minor_per_gb=Fraction(80))
    assert reprice(quoted, 5 * HOUR, 10**12) == quoted


def test_several_vouchers_never_make_a_smaller_use_dearer():
    # Two halves of 1 cent are nought, of 2 cents both: payable 1 at 1 cent, 0 at 2 cents.
    quoted = price(
        UnitPrice(Fraction(2), HKD),
        HOUR,
        None,
        vouchers=[voucher(1, rate_bp=5000), voucher(1, rate_bp=5000)],
    )
    billed = reprice(quoted, HOUR // 2, 0)
    assert billed.payable_now.minor == 0
    assert billed.lines[-1].kind == LineKind.ROUNDING


def test_a_stored_price_reads_back_the_same():
    quoted = price(UnitPrice(Fraction(1, 3), USD), 7, USD_HKD, vouchers=[voucher(0)])
    assert from_plain(PriceBreakdown, to_plain(quoted)) == quoted


@pytest.mark.parametrize("spoil", ["missing", "unknown", "type", "fraction"])
def test_a_spoilt_stored_price_is_named(spoil: str):
    data = price(UnitPrice(Fraction(5), HKD), 7, None).as_dict()
    if spoil == "missing":
        del data["total"]
    elif spoil == "unknown":
        data["extra"] = 1
    elif spoil == "type":
        data["egress_bytes"] = True
    else:
        data["terms"]["egress_minor_per_gb"] = "1/0"  # type: ignore[index]
    with pytest.raises(Invalid) as refusal:
        from_plain(PriceBreakdown, data)
    assert refusal.value.code == "contracts.stored"


def test_a_centre_is_owed_yuan_whatever_the_offer_is_priced_in():
    yuan = centre_cost(UnitPrice(Fraction(1000), CNY), HOUR, CNH_HKD)
    assert (yuan.owed, yuan.carrying) == (Amount(1000, CNH), Amount(1100, HKD))
    dollar = centre_cost(UnitPrice(Fraction(1000), USD), HOUR, CNH_HKD, USD_HKD)
    assert dollar.owed == Amount(7118, CNH)  # 10 · 7.83 / 1.1 = 71.1818
    local = centre_cost(UnitPrice(Fraction(1100), HKD), HOUR, CNH_HKD)
    assert local.owed == Amount(1000, CNH)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"discount_bp": 10_001}, "contracts.terms"),
        ({"tax_bp": -1}, "contracts.terms"),
        ({"milli_device_seconds": -1}, "contracts.quantity"),
        ({"vouchers": [voucher(1001)]}, "contracts.voucher_sum"),
        ({"vouchers": [replace(voucher(1), amount=Amount(1, CNY))]}, "contracts.voucher_asset"),
        ({"offer_price": UnitPrice(Fraction(1), USD)}, "contracts.fx"),
        ({"fx": CNH_HKD, "offer_price": UnitPrice(Fraction(1), USD)}, "contracts.fx"),
        ({"milli_device_seconds": 10**22}, "contracts.range"),
    ],
)
def test_terms_without_meaning_are_refused(change: dict[str, object], code: str):
    terms: dict[str, object] = {
        "offer_price": UnitPrice(Fraction(1000), HKD),
        "milli_device_seconds": HOUR,
        "fx": None,
    }
    with pytest.raises(Invalid) as refusal:
        price(**{**terms, **change})  # type: ignore[arg-type]
    assert refusal.value.code == code
