"""Invoices from rated use: the price of the quote at the quantity used, line by line.

The list amount of the whole is rounded once and split over the rated pieces by largest
remainder in proportion to their quantity, so Σ lines = total and Σ use = Σ rated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from entrepot.domain.contracts.figures import decimal_text
from entrepot.domain.contracts.model import (
    CentreStatement,
    Invoice,
    InvoiceHead,
    InvoiceLine,
    Party,
    StatementLine,
)
from entrepot.domain.contracts.price import reprice
from entrepot.domain.contracts.price_model import (
    LineKind,
    PriceBreakdown,
    PriceLine,
    RatedUse,
)
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.money import CNH, Amount, ExchangeRate
from entrepot.kernel.text import N_


def build_invoice(
    head: InvoiceHead,
    quoted: PriceBreakdown,
    uses: Sequence[RatedUse],
    paid_from_prepaid: Amount | None = None,
) -> Invoice:
    """Bill rated use at the price of the quote.

    Args:
        head: everything that is not an amount.
        quoted: the stored price of the quote.
        uses: rated pieces of use; may be empty for a job that never started.
        paid_from_prepaid: HKD taken from the hold; None = all that is payable.

    Returns:
        The invoice, whose payable amount is never above the quote's.

    Raises:
        Conflict: a piece was rated by another price version, or billed twice.
        Invalid: more was taken from the hold than is payable.
    """
    _check_uses(quoted, uses)
    quantity = sum(use.milli_device_seconds for use in uses)
    billed = reprice(quoted, quantity, head.usage.egress_bytes)
    paid = billed.payable_now if paid_from_prepaid is None else paid_from_prepaid
    if not 0 <= paid.minor <= billed.payable_now.minor:
        raise Invalid(
            "contracts.paid",
            N_("{paid} was taken from the hold, and the invoice asks {payable}."),
            paid=str(paid),
            payable=str(billed.payable_now),
        )
    return Invoice(
        head,
        invoice_lines(billed, uses),
        billed.vouchers,
        billed.total,
        billed.payable_now,
        paid,
        billed.fx,
        billed.price_version,
    )


def invoice_lines(billed: PriceBreakdown, uses: Sequence[RatedUse]) -> tuple[InvoiceLine, ...]:
    """Spread a price over the rated pieces; the lines sum to its total.

    Args:
        billed: price at the quantity used.
        uses: rated pieces; the list line becomes one line a piece.
    """
    lines: list[InvoiceLine] = []
    for line in billed.lines:
        if line.kind == LineKind.LIST and sum(u.milli_device_seconds for u in uses) > 0:
            lines.extend(_use_lines(line, uses))
        else:
            lines.append(InvoiceLine(0, line.kind, line.text, line.params, None, "", line.amount))
    return tuple(replace(line, number=n) for n, line in enumerate(lines, 1))


def build_statement(
    number: str,
    issuer: Party,
    centre: Party,
    batch: str,
    value_date: str,
    issued_at: int,
    lines: Sequence[StatementLine],
    fx: ExchangeRate,
    bank_reference: str,
    journal_hash: str,
) -> CentreStatement:
    """Sum a centre's lines into its statement; for the fields see ``CentreStatement``.

    Raises:
        Invalid: a line is in another currency than CNH.
    """
    if any(line.amount.asset != CNH for line in lines):
        raise Invalid("contracts.statement", N_("A statement to a centre holds CNH only."))
    total = Amount(sum(line.amount.minor for line in lines), CNH)
    return CentreStatement(
        number,
        issuer,
        centre,
        batch,
        value_date,
        issued_at,
        tuple(lines),
        total,
        fx,
        bank_reference,
        journal_hash,
    )


def _use_lines(line: PriceLine, uses: Sequence[RatedUse]) -> list[InvoiceLine]:
    parts = line.amount.split([use.milli_device_seconds for use in uses])
    price = dict(line.params)["price"]
    return [
        InvoiceLine(
            0,
            line.kind,
            use.text or line.text,
            (("hours", _hours(use.milli_device_seconds)), ("price", price)),
            use.milli_device_seconds,
            use.id,
            part,
        )
        for use, part in zip(uses, parts, strict=True)
    ]


def _hours(milli_device_seconds: int) -> str:
    return decimal_text(Fraction(milli_device_seconds, 1000 * 3600), 6)


def _check_uses(quoted: PriceBreakdown, uses: Sequence[RatedUse]) -> None:
    for use in uses:
        if use.price_version != quoted.price_version:
            raise Conflict(
                "contracts.price_version",
                N_("Use {id} was rated at price version {rated}, and the quote is at {quoted}."),
                hint=N_("Rate it again at the version of the quote."),
                id=use.id,
                rated=use.price_version,
                quoted=quoted.price_version,
            )
    if len({use.id for use in uses}) != len(uses):
        raise Conflict("contracts.use_twice", N_("A rated piece of use is billed twice."))
