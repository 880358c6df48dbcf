"""The price of a quantity, exact until one rounding at each line.

With list price p in the offer's currency, exchange rate r (HKD for one unit), quantity q
in device-hours, discount d, spread s, egress price e for g gigabytes and tax t::

    list     = [p·r·q]
    discount = [p·r·q·(1−d)] − [p·r·q]
    spread   = [p·r·q·(1−d)·s]
    egress   = [e·g]
    tax      = [(p·r·q·(1−d)·(1+s) + e·g)·t]

where [x] rounds half to even to a cent. Every partial sum that decides the total is a
rounded non-decreasing function of q and g, so a smaller use never costs more: the charge
is never above the quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from entrepot.domain.contracts.figures import decimal_text, percent_text, price_text
from entrepot.domain.contracts.price_model import (
    BP,
    CentreCost,
    LineKind,
    Payout,
    PriceBreakdown,
    PriceLine,
    PriceTerms,
    VoucherDeduction,
    hkd_per_unit,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, MINOR_MAX, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.rounding import floor, half_even
from entrepot.kernel.text import N_

GB = 10**9
_MILLI_DEVICE_SECONDS_PER_HOUR = 1000 * 3600


def price(
    offer_price: UnitPrice,
    milli_device_seconds: int,
    fx: ExchangeRate | None,
    *,
    spread_bp: int = 0,
    discount_bp: int = 0,
    egress_bytes: int = 0,
    egress_minor_per_gb: Fraction = Fraction(0),
    tax_bp: int = 0,
    vouchers: Sequence[VoucherDeduction] = (),
    price_version: str = "",
) -> PriceBreakdown:
    """Price a quantity; for a quote the full duration, which is the most it can cost.

    Args:
        offer_price: list price of a device-hour in the offer's currency.
        milli_device_seconds: quantity, 1000 = one device for one second.
        fx: rate between the offer's currency and HKD; None for HKD.
        spread_bp, discount_bp, tax_bp: basis points.
        egress_bytes: bytes out.
        egress_minor_per_gb: HKD minor units for 10⁹ bytes.
        vouchers: entitlements, as the vouchers room found them for this quantity.
        price_version: version of offers and facts.

    Returns:
        Lines that sum to the total.

    Raises:
        Invalid: a negative quantity, a rate that does not fit, vouchers above the total or
            in another currency, or an amount beyond what the exchange books.

    >>> offer = UnitPrice(Fraction(1200), HKD)
    >>> str(price(offer, 1000 * 1800, None, discount_bp=1000).total)
    'HKD 5.40'
    """
    terms = PriceTerms(
        offer_price, fx, spread_bp, discount_bp, egress_minor_per_gb, tax_bp, price_version
    )
    return price_at(terms, milli_device_seconds, egress_bytes, vouchers)


def price_at(
    terms: PriceTerms,
    milli_device_seconds: int,
    egress_bytes: int = 0,
    vouchers: Sequence[VoucherDeduction] = (),
) -> PriceBreakdown:
    """Price a quantity at given terms; see :func:`price`."""
    if milli_device_seconds < 0 or egress_bytes < 0:
        raise Invalid("contracts.quantity", N_("A quantity to be priced is negative."))
    lines = _lines(terms, milli_device_seconds, egress_bytes)
    total = Amount(sum(line.amount.minor for line in lines), HKD)
    if total.minor > MINOR_MAX:
        raise Invalid(
            "contracts.range",
            N_("The price is larger than any amount the exchange books."),
            hint=N_("Ask for fewer devices or a shorter duration."),
        )
    _check_vouchers(total, vouchers)
    now = sum(v.amount.minor for v in vouchers if v.payout == Payout.AT_PURCHASE)
    every = sum(v.amount.minor for v in vouchers)
    return PriceBreakdown(
        terms,
        milli_device_seconds,
        egress_bytes,
        lines,
        tuple(vouchers),
        total,
        Amount(total.minor - now, HKD),
        Amount(total.minor - every, HKD),
    )


def reprice(quoted: PriceBreakdown, milli_device_seconds: int, egress_bytes: int) -> PriceBreakdown:
    """Price what was used at the terms of the quote; never above the quote.

    Use beyond the quantity quoted is not charged: the lease ends at its time, and the
    firm accepted one price. Vouchers shrink with the use, see :func:`vouchers_for`. Each
    is rounded down by itself, so several together can lose a few cents more on a smaller
    use; the exchange bears those by a rounding line.

    Args:
        quoted: the stored price of the quote.
        milli_device_seconds: metered quantity.
        egress_bytes: metered bytes out.

    >>> offer = UnitPrice(Fraction(1200), HKD)
    >>> str(reprice(price(offer, 3_600_000, None), 900_000, 0).total)
    'HKD 3.00'
    """
    used = min(milli_device_seconds, quoted.milli_device_seconds)
    sent = min(egress_bytes, quoted.egress_bytes)
    gross = price_at(quoted.terms, used, sent)
    vouchers = vouchers_for(quoted.vouchers, quoted.total, gross.total)
    billed = price_at(quoted.terms, used, sent, vouchers)
    return _capped(billed, billed.payable_now - quoted.payable_now)


def _capped(billed: PriceBreakdown, above: Amount) -> PriceBreakdown:
    if above.minor <= 0:
        return billed
    payable = billed.payable_now - above
    vouchers = _claims_within(billed.vouchers, payable)
    claims = sum(v.amount.minor for v in vouchers if v.payout == Payout.AFTER_CLAIM)
    return replace(
        billed,
        lines=(*billed.lines, PriceLine(LineKind.ROUNDING, _ROUNDING, (), -above)),
        vouchers=vouchers,
        total=billed.total - above,
        payable_now=payable,
        net_after_vouchers=Amount(payable.minor - claims, HKD),
    )


def _claims_within(
    vouchers: Sequence[VoucherDeduction], payable: Amount
) -> tuple[VoucherDeduction, ...]:
    left = payable.minor
    kept: list[VoucherDeduction] = []
    for voucher in vouchers:
        if voucher.payout == Payout.AFTER_CLAIM:
            voucher = replace(voucher, amount=Amount(min(left, voucher.amount.minor), HKD))
            left -= voucher.amount.minor
        kept.append(voucher)
    return tuple(kept)


def vouchers_for(
    quoted: Sequence[VoucherDeduction], quoted_total: Amount, used_total: Amount
) -> tuple[VoucherDeduction, ...]:
    """Lower each voucher to what a smaller use entitles to.

    With reserved amount V, quoted total G and used total g ≤ G: min(V, ⌊rate·g⌋), or
    ⌊V·g/G⌋ where no rate is stated; together at most g, the last ones giving way.

    >>> from entrepot.domain.contracts.price_model import Names
    >>> v = VoucherDeduction("hk", Names("HK"), Payout.AT_PURCHASE, Amount(500, HKD), 7000)
    >>> vouchers_for([v], Amount(1000, HKD), Amount(100, HKD))[0].amount.minor
    70
    """
    left = used_total.minor
    lowered: list[VoucherDeduction] = []
    for voucher in quoted:
        share = Fraction(voucher.amount.minor, quoted_total.minor or 1)
        if voucher.rate_bp is not None:
            share = Fraction(voucher.rate_bp, BP)
        minor = min(voucher.amount.minor, floor(share * used_total.minor), left)
        left -= minor
        lowered.append(replace(voucher, amount=Amount(minor, HKD)))
    return tuple(lowered)


def centre_cost(
    offer_price: UnitPrice,
    milli_device_seconds: int,
    cnh_hkd: ExchangeRate,
    offer_fx: ExchangeRate | None = None,
) -> CentreCost:
    """Return what a centre is owed in CNH for a quantity at its list price.

    owed = [p·q] for an offer in yuan, else [p·q·r / c] with r HKD for one unit of the
    offer's currency and c HKD for one CNH; carrying = [owed·c]. One rounding each.

    Args:
        offer_price: the centre's price, before the exchange's discount and spread.
        milli_device_seconds: quantity used.
        cnh_hkd: rate between CNH and HKD at the quote.
        offer_fx: rate between the offer's currency and HKD, if that is neither.

    Raises:
        Invalid: a rate is missing or does not fit.

    >>> rate = ExchangeRate(CNH, HKD, Fraction(11, 10), "test", "2026-11-21")
    >>> cost = centre_cost(UnitPrice(Fraction(1000), CNH), 3_600_000, rate)
    >>> str(cost.owed), str(cost.carrying)
    ('CNH 10.00', 'HKD 11.00')
    """
    hkd_per_cnh = hkd_per_unit(CNH, cnh_hkd)
    exact = offer_price.minor_per_device_hour * milli_device_seconds
    exact /= _MILLI_DEVICE_SECONDS_PER_HOUR
    if offer_price.asset.iso != CNH.iso:
        exact *= hkd_per_unit(offer_price.asset, offer_fx) / hkd_per_cnh
    owed = Amount(half_even(exact), CNH)
    return CentreCost(owed, Amount(half_even(owed.minor * hkd_per_cnh), HKD), cnh_hkd)


def _lines(terms: PriceTerms, quantity: int, egress_bytes: int) -> tuple[PriceLine, ...]:
    hours = Fraction(quantity, _MILLI_DEVICE_SECONDS_PER_HOUR)
    listed = terms.offer_price.minor_per_device_hour * hours * terms.hkd_per_unit()
    net = listed * (BP - terms.discount_bp) / BP
    spread = net * terms.spread_bp / BP
    egress = terms.egress_minor_per_gb * egress_bytes / GB
    lines = [_list_line(terms, hours, half_even(listed))]
    if terms.discount_bp:
        off = half_even(net) - half_even(listed)
        lines.append(_share_line(LineKind.DISCOUNT, _DISCOUNT, terms.discount_bp, off))
    if terms.spread_bp:
        lines.append(_share_line(LineKind.SPREAD, _SPREAD, terms.spread_bp, half_even(spread)))
    if terms.egress_minor_per_gb:
        lines.append(_egress_line(terms, egress_bytes, half_even(egress)))
    if terms.tax_bp:
        tax = half_even((net + spread + egress) * terms.tax_bp / BP)
        lines.append(_share_line(LineKind.TAX, _TAX, terms.tax_bp, tax))
    return tuple(lines)


_LIST = N_("Compute: {hours} device-hours at {price}")
_DISCOUNT = N_("Discount {percent} %")
_SPREAD = N_("Currency spread {percent} %")
_TAX = N_("Tax {percent} %")
_ROUNDING = N_("Rounding, so that the charge stays within the quote")
_EGRESS = N_("Data out: {gb} GB at {price} a GB")


def _list_line(terms: PriceTerms, hours: Fraction, minor: int) -> PriceLine:
    unit = terms.offer_price
    shown = price_text(unit.minor_per_device_hour, unit.asset.code, unit.asset.digits)
    params = (("hours", decimal_text(hours, 6)), ("price", shown))
    return PriceLine(LineKind.LIST, _LIST, params, Amount(minor, HKD))


def _share_line(kind: LineKind, text: str, basis_points: int, minor: int) -> PriceLine:
    params = (("percent", percent_text(basis_points)),)
    return PriceLine(kind, text, params, Amount(minor, HKD))


def _egress_line(terms: PriceTerms, egress_bytes: int, minor: int) -> PriceLine:
    shown = price_text(terms.egress_minor_per_gb, HKD.code)
    params = (("gb", decimal_text(Fraction(egress_bytes, GB), 6)), ("price", shown))
    return PriceLine(LineKind.EGRESS, _EGRESS, params, Amount(minor, HKD))


def _check_vouchers(total: Amount, vouchers: Sequence[VoucherDeduction]) -> None:
    if any(v.amount.asset != HKD or v.amount.minor < 0 for v in vouchers):
        raise Invalid(
            "contracts.voucher_asset",
            N_("A voucher on an invoice in HKD is not a positive amount of HKD."),
            hint=N_("Ask the programme whether it pays on invoices in HKD."),
        )
    if sum(v.amount.minor for v in vouchers) > total.minor:
        raise Invalid(
            "contracts.voucher_sum",
            N_("The vouchers together are above the price of {total}."),
            hint=N_("Use fewer programmes on one job."),
            total=str(total),
        )
