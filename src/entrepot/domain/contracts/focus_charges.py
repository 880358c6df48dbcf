"""The charges of an invoice as FOCUS sees them: one a line, and their sum is what is payable.

With lines lᵢ, vouchers deducted at the purchase vⱼ, and c CNH owed to the centre::

    Σ BilledCost                = Σ lᵢ − Σ vⱼ = payable
    Σ PaymentCurrencyBilledCost = c
    ListCost                    = ListUnitPrice · PricingQuantity,  exact

A discount is no charge of its own there: it is the difference between ListCost and
ContractedCost, so its line is spread over the lines of use by largest remainder.

Source: FOCUS specification 1.4, https://focus.finops.org, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from entrepot.domain.contracts.model import Invoice, InvoiceLine
from entrepot.domain.contracts.price_model import BP, LineKind, Payout, PriceTerms
from entrepot.kernel.rounding import half_even, largest_remainder

UNIT_DIGITS = 12
SECONDS = "Device-Seconds"
GIGABYTES = "GB"
CHARGES = "Charges"
GB = 10**9
_SERVICES = {
    LineKind.LIST: ("Compute", "Other (Compute)", "Compute"),
    LineKind.EGRESS: ("Networking", "Other (Networking)", "Data out"),
}
_OTHER = ("Other", "Other (Other)", "Exchange")


@dataclass(frozen=True, slots=True)
class Charge:
    """One row of FOCUS Cost and Usage, with the line of the invoice that it comes from.

    Attributes:
        detail_id: of the line: number of the invoice and of the line in it.
        category: FOCUS ChargeCategory; correction: ChargeClass is Correction.
        description: as on the invoice.
        service: category, subcategory and name.
        billed_minor: HKD cents.
        quantity: in ``unit``; None for what has no price of its own.
        list_unit, contracted_unit: HKD for one unit.
        sku: what is sold; sku_price: at which version of its price; both empty without one.
        programme: voucher programme, for a credit.
        centre_minor: CNH fen that the centre gets for it.
    """

    detail_id: str
    category: str
    correction: bool
    description: str
    service: tuple[str, str, str]
    billed_minor: int
    quantity: Decimal | None = None
    unit: str = ""
    list_unit: Decimal | None = None
    contracted_unit: Decimal | None = None
    sku: str = ""
    sku_price: str = ""
    programme: str = ""
    centre_minor: int = 0

    @property
    def billed(self) -> Decimal:
        """HKD billed."""
        return Decimal(self.billed_minor).scaleb(-2)

    @property
    def list_cost(self) -> Decimal:
        """HKD at the list price."""
        return self._cost(self.list_unit)

    @property
    def contracted_cost(self) -> Decimal:
        """HKD at the price agreed."""
        return self._cost(self.contracted_unit)

    def _cost(self, unit: Decimal | None) -> Decimal:
        if unit is None or self.quantity is None:
            return self.billed
        return unit * self.quantity


def charges_of(paper: Invoice, terms: PriceTerms, centre_minor: int) -> tuple[Charge, ...]:
    """Return the charges of an invoice.

    Args:
        paper: as issued.
        terms: at which it was priced.
        centre_minor: CNH fen owed to the centre for it.
    """
    uses = [line for line in paper.lines if line.kind == LineKind.LIST]
    weights = [line.milli_device_seconds or 0 for line in uses]
    off = sum(line.amount.minor for line in paper.lines if line.kind == LineKind.DISCOUNT)
    discounts = _spread(off, [line.amount.minor for line in uses])
    owed = _spread(centre_minor, weights)
    charges = [
        _use(paper, line, terms, discount, part)
        for line, discount, part in zip(uses, discounts, owed, strict=True)
    ]
    folded = (LineKind.LIST, LineKind.DISCOUNT) if uses else (LineKind.LIST,)
    charges += [_line(paper, one, terms) for one in paper.lines if one.kind not in folded]
    return (*charges, *_credits(paper))


def _spread(minor: int, weights: list[int]) -> list[int]:
    if not weights:
        return []
    parts = largest_remainder(abs(minor), weights if any(weights) else [1] * len(weights))
    return [part if minor >= 0 else -part for part in parts]


def _use(paper: Invoice, line: InvoiceLine, terms: PriceTerms, discount: int, owed: int) -> Charge:
    hkd = terms.hkd_per_unit() * terms.offer_price.minor_per_device_hour / (100 * 3600)
    unit = _decimal(hkd)
    return Charge(
        detail_id(paper, line.number),
        "Usage",
        False,
        line.render(),
        _SERVICES[LineKind.LIST],
        line.amount.minor + discount,
        Decimal(line.milli_device_seconds or 0).scaleb(-3),
        SECONDS,
        unit,
        unit * (BP - terms.discount_bp) / BP,
        paper.price_version.partition("@")[0],
        paper.price_version,
        centre_minor=owed,
    )


def _line(paper: Invoice, line: InvoiceLine, terms: PriceTerms) -> Charge:
    name = detail_id(paper, line.number)
    service = _SERVICES.get(line.kind, _OTHER)
    minor = line.amount.minor
    if line.kind == LineKind.TAX:
        return Charge(name, "Tax", False, line.render(), service, minor)
    if minor < 0 or line.kind == LineKind.ROUNDING:
        return Charge(name, "Adjustment", False, line.render(), service, minor)
    if line.kind == LineKind.EGRESS:
        unit = _decimal(terms.egress_minor_per_gb / 100)
        quantity = Decimal(paper.head.usage.egress_bytes) / GB
        return _priced(name, line, service, quantity, GIGABYTES, unit, "egress")
    return _priced(
        name, line, service, Decimal(1), CHARGES, Decimal(minor).scaleb(-2), line.kind.value
    )


def _priced(
    name: str,
    line: InvoiceLine,
    service: tuple[str, str, str],
    quantity: Decimal,
    unit: str,
    price: Decimal,
    sku: str,
) -> Charge:
    minor, text = line.amount.minor, line.render()
    sku_price = f"{sku}@{price:f}"
    return Charge(
        name, "Usage", False, text, service, minor, quantity, unit, price, price, sku, sku_price
    )


def _credits(paper: Invoice) -> Iterator[Charge]:
    for number, voucher in enumerate(paper.vouchers, 1):
        if voucher.payout == Payout.AT_PURCHASE and voucher.amount.minor:
            yield Charge(
                detail_id(paper, f"V{number}"),
                "Credit",
                False,
                voucher.names.en,
                _SERVICES[LineKind.LIST],
                -voucher.amount.minor,
                programme=voucher.programme,
            )


def credited(
    number: str, invoice: str, minor: int, centre_minor: int, line: InvoiceLine | None
) -> Charge:
    """Return the charge of a credit note: its line taken back, as a correction.

    Args:
        number: of the note; invoice: number of the invoice that it is about.
        minor: HKD cents credited; centre_minor: CNH fen that the centre bears of it.
        line: of the bill behind it; None for a charge of a month.
    """
    kind = line.kind if line is not None else LineKind.ROUNDING
    category = "Tax" if kind == LineKind.TAX else "Usage"
    what = line.render() if line is not None else "a charge of the month"
    text = f"Credit on {invoice}: {what}"
    service = _SERVICES.get(kind, _OTHER)
    return Charge(f"{number}-1", category, True, text, service, -minor, centre_minor=-centre_minor)


def month_charge(number: str, month: str, minor: int) -> Charge:
    """Return what a month's invoice charges beyond its jobs, or takes off, as one adjustment.

    Args:
        number: of the invoice; month: ``2026-11``.
        minor: HKD cents.
    """
    text = f"Charges of the month {month} beyond its jobs"
    return Charge(f"{number}-M", "Adjustment", False, text, _OTHER, minor)


def detail_id(paper: Invoice, line: int | str) -> str:
    """Return the id of a line of an invoice: its number and that of the line."""
    return f"{paper.head.number}-{line}"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(half_even(value * 10**UNIT_DIGITS)).scaleb(-UNIT_DIGITS)
