"""Types of a price: its terms, lines and vouchers, and the use that is billed by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import cast

from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, Asset, ExchangeRate, UnitPrice
from entrepot.kernel.period import Period
from entrepot.kernel.text import N_

BP = 10_000
"""Basis points in the whole."""


class LineKind(StrEnum):
    """What a line of a price or invoice charges or takes off."""

    LIST = "list"
    DISCOUNT = "discount"
    SPREAD = "spread"
    EGRESS = "egress"
    TAX = "tax"
    VOUCHER = "voucher"
    ROUNDING = "rounding"


class Payout(StrEnum):
    """When a voucher helps: at the purchase, or after a claim with the authority."""

    AT_PURCHASE = "deducted_at_purchase"
    AFTER_CLAIM = "claim_then_redeem"


@dataclass(frozen=True, slots=True)
class Names:
    """A name in the three languages of the exchange; an empty one falls back to English.

    >>> Names("Demo centre", "示範中心", "").in_language("zh-Hans")
    'Demo centre'
    """

    en: str
    zh_hant: str = ""
    zh_hans: str = ""

    def in_language(self, lang: str) -> str:
        """Return the name in ``en``, ``zh-Hant`` or ``zh-Hans``."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans}.get(lang, "") or self.en


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """All that fixes a price except the quantity; a quote and its invoice share one.

    Attributes:
        offer_price: list price of one device-hour, in the offer's currency.
        fx: rate between that currency and HKD; None for an offer in HKD.
        spread_bp: charge for changing currency, on the price after discount.
        discount_bp: discount of the exchange on the list price.
        egress_minor_per_gb: HKD minor units for 10⁹ bytes out, exact.
        tax_bp: tax on everything charged.
        price_version: which offers and facts the terms come from.

    Raises:
        Invalid: a share is negative, or a discount above the whole, or a rate is missing.
    """

    offer_price: UnitPrice
    fx: ExchangeRate | None
    spread_bp: int
    discount_bp: int
    egress_minor_per_gb: Fraction
    tax_bp: int
    price_version: str

    def __post_init__(self) -> None:
        shares = (self.spread_bp, self.tax_bp, self.discount_bp, BP - self.discount_bp)
        if min(shares) < 0 or self.egress_minor_per_gb < 0:
            raise Invalid("contracts.terms", N_("A price term is negative or above 100 %."))
        if self.offer_price.minor_per_device_hour < 0:
            raise Invalid("contracts.terms", N_("An offer has a negative price."))
        self.hkd_per_unit()

    def hkd_per_unit(self) -> Fraction:
        """HKD for one unit of the offer's currency, exact.

        Raises:
            Invalid: the rate is missing or is between other currencies.
        """
        return hkd_per_unit(self.offer_price.asset, self.fx)


def hkd_per_unit(asset: Asset, fx: ExchangeRate | None) -> Fraction:
    """Return HKD for one unit of ``asset``, exact.

    Onshore and offshore yuan are one currency here, since a public list price in
    CNY does not say which; the rate's own base names the fixing that was used.

    Raises:
        Invalid: no rate, or a rate between other currencies.

    >>> hkd_per_unit(HKD, None)
    Fraction(1, 1)
    """
    if asset == HKD:
        return Fraction(1)
    if fx is not None and fx.value > 0:
        if (fx.base.iso, fx.quote.iso) == (asset.iso, HKD.iso):
            return fx.value
        if (fx.quote.iso, fx.base.iso) == (asset.iso, HKD.iso):
            return 1 / fx.value
    raise Invalid(
        "contracts.fx",
        N_("The price is in {code}, and no rate between {code} and HKD is given."),
        hint=N_("Load exchange rates: entrepot facts check"),
        code=asset.code,
    )


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price.

    Attributes:
        kind: what the line is.
        text: English template, marked for translation.
        params: values of the template's places.
        amount: HKD; negative takes off.
    """

    kind: LineKind
    text: str
    params: tuple[tuple[str, str], ...]
    amount: Amount

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the description in the language of ``translate``."""
        return translate(self.text).format(**dict(self.params))


@dataclass(frozen=True, slots=True)
class VoucherDeduction:
    """What one programme takes off a price, found by the vouchers room.

    Attributes:
        programme: id of the programme.
        names: its names.
        payout: at the purchase, or after a claim.
        amount: HKD ≥ 0; at most this much is ever taken.
        rate_bp: the programme's rate, to lower the amount with a smaller use; None takes
            the same share as in the quote.
        source: address or title that the programme rests on.
        grade: grade of that source.
    """

    programme: str
    names: Names
    payout: Payout
    amount: Amount
    rate_bp: int | None = None
    source: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class PriceBreakdown:
    """A price with every step shown; the price shown is the price charged.

    Attributes:
        terms: what fixed it.
        milli_device_seconds, egress_bytes: the quantity priced.
        lines: charges and discounts; their sum is ``total``.
        vouchers: deductions, not part of ``total``.
        total: HKD before vouchers.
        payable_now: total − vouchers deducted at the purchase; what a lease holds.
        net_after_vouchers: total − all vouchers, claims still to come included.
    """

    terms: PriceTerms
    milli_device_seconds: int
    egress_bytes: int
    lines: tuple[PriceLine, ...]
    vouchers: tuple[VoucherDeduction, ...]
    total: Amount
    payable_now: Amount
    net_after_vouchers: Amount

    @property
    def fx(self) -> ExchangeRate | None:
        """Rate of exchange that the price rests on; None for an offer in HKD."""
        return self.terms.fx

    @property
    def price_version(self) -> str:
        """Which offers and facts the price comes from."""
        return self.terms.price_version

    def amount_of(self, kind: LineKind) -> Amount:
        """Return the sum of all lines of one kind."""
        return Amount(sum(x.amount.minor for x in self.lines if x.kind == kind), HKD)

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(PriceBreakdown, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))


@dataclass(frozen=True, slots=True)
class RatedUse:
    """One rated piece of use that an invoice bills.

    Attributes:
        id: id of the rated line, the cause of the invoice line.
        period: when.
        milli_device_seconds: quantity.
        price_version: version by which it was rated.
        text: description of its line with ``hours`` and ``price``; empty = that of the price.
    """

    id: str
    period: Period
    milli_device_seconds: int
    price_version: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class CentreCost:
    """What the exchange owes a centre for a quantity.

    Attributes:
        owed: CNH.
        carrying: HKD value at the rate of the quote, in which the debt stands in the books.
        fx: CNH/HKD rate used.
    """

    owed: Amount
    carrying: Amount
    fx: ExchangeRate
