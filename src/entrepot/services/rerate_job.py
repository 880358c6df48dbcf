"""Rate a billed job again: what its reports say now against what was charged for it.

The bill is never changed. Where a report came after it, the difference becomes a correction line
that names what it corrects::

    correction = price at the use now − (bill + Σ earlier corrections)

for the firm and for its centre alike. Rated again with nothing new, there is no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.model import Invoice
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price import centre_cost, reprice
from entrepot.domain.contracts.price_model import (
    BP,
    CentreCost,
    LineKind,
    PriceBreakdown,
    PriceTerms,
)
from entrepot.domain.metering.model import RatedLine, Usage
from entrepot.domain.metering.plan import UsageLine
from entrepot.domain.metering.plan_lines import hours_text
from entrepot.domain.metering.rate import rate
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import HKD, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.lease_due import due_quantity
from entrepot.services.meter import usage_so_far
from entrepot.services.ports_metering import Accrued
from entrepot.services.stored_invoice import paper_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

_TEXT = N_("Correction of {number}: {now} device-hours instead of {before}")
COMPUTE = (LineKind.LIST, LineKind.DISCOUNT, LineKind.SPREAD)
"""Lines of a bill that charge for the use of devices, the spread of the currency included."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A billed job: what was charged for it so far, and what its reports cost now.

    Attributes:
        invoice: its bill; paper: the same as a document; lease: under which it ran.
        usage: what counts now; line: the same, rated; price: at that use; cost: of the centre.
        known: id of the rated line charged last; known_quantity: milli-device-seconds of it.
        corrections: booked before.
    """

    invoice: r.Invoice
    paper: Invoice
    lease: r.Lease
    usage: Usage
    line: RatedLine
    price: PriceBreakdown
    cost: CentreCost
    known: str
    known_quantity: int
    corrections: tuple[Accrued, ...]


def standing_of(app: App, uow: UnitOfWork, invoice: r.Invoice) -> Standing:
    """Return how a billed job stands.

    Args:
        app: the exchange; uow: one view of everything kept.
        invoice: bill of the job.
    """
    lease, job = uow.deals.lease(invoice.lease_id), uow.deals.job(invoice.job_id)
    assert lease is not None and job is not None
    paper, quoted = paper_of(invoice), from_plain(PriceBreakdown, lease.choice["price"])
    usage = usage_so_far(app, uow, lease, job)
    line = rate(
        usage,
        quoted.terms.offer_price,
        lease_id=lease.id,
        milli_devices=lease.milli_devices,
        price_version=quoted.price_version,
    )
    due = due_quantity(lease, job, usage, line.milli_device_seconds)
    price = reprice(quoted, due, paper.head.usage.egress_bytes)
    cnh_hkd = from_plain(ExchangeRate, lease.choice["cnh_hkd"])
    cost = centre_cost(
        quoted.terms.offer_price, price.milli_device_seconds, cnh_hkd, quoted.terms.fx
    )
    corrections = tuple(uow.metering.accrued(invoice_id=invoice.id))
    known, quantity = _known(paper, corrections)
    quantity = min(quantity, quoted.milli_device_seconds)
    return Standing(invoice, paper, lease, usage, line, price, cost, known, quantity, corrections)


def correction_of(standing: Standing, now: int) -> Accrued | None:
    """Return the correction that a billed job needs; None if nothing differs.

    Args:
        standing: of the job.
        now: Unix second.

    Returns:
        The line without its number; the same difference gives the same id.
    """
    invoice, before = standing.invoice, standing.corrections
    if standing.line.id == standing.known:
        return None
    sides = _differences(standing)
    if not any(sides):
        return None
    amount, spread, tax, owed, carrying = sides
    corrects = before[-1].id if before else standing.known or invoice.id
    name = digest({"corrects": corrects, "rated": standing.line.id})[:32]
    quantity = standing.price.milli_device_seconds
    return Accrued(
        id=name,
        number=0,
        kind="usage_correction",
        firm_id=invoice.firm_id,
        job_id=invoice.job_id,
        lease_id=invoice.lease_id,
        invoice_id=invoice.id,
        month=month_text(invoice.issued_at),
        booked_in=month_text(now),
        corrects=corrects,
        subject=f"job:{invoice.job_id}",
        price_version=standing.line.price_version,
        milli_device_seconds=quantity - standing.known_quantity,
        amount_minor=amount,
        spread_minor=spread,
        tax_minor=tax,
        centre_id=invoice.centre_id,
        centre_minor=owed,
        carrying_minor=carrying,
        text=_TEXT,
        params={
            "number": invoice.number,
            "now": hours_text(quantity),
            "before": hours_text(standing.known_quantity),
        },
        body=_body(standing, quantity),
        made_at=now,
        taken_by=None,
    )


def usage_line(standing: Standing) -> UsageLine | None:
    """Return the use of a billed job, corrections included, for its price plan.

    Bill and corrections charge for the use of devices what the price of the quote gives for it, so
    that a plan takes exactly that off.
    """
    quantity, period = standing.price.milli_device_seconds, standing.usage.period
    if not quantity or period is None:
        return None
    billed = sum(standing.price.amount_of(kind).minor for kind in COMPUTE)
    return UsageLine(
        standing.line.id,
        standing.invoice.job_id,
        period,
        quantity,
        compute_price(standing.price.terms),
        Amount(billed, HKD),
    )


def compute_price(terms: PriceTerms) -> UnitPrice:
    """Return what a bill charges for a device-hour in HKD, discount and spread included, exact."""
    factor = Fraction(BP - terms.discount_bp, BP) * Fraction(BP + terms.spread_bp, BP)
    return UnitPrice(terms.offer_price.minor_per_device_hour * terms.hkd_per_unit() * factor, HKD)


def month_text(instant: int) -> str:
    """Return the billing month of a Unix second, by the calendar of Hong Kong.

    >>> month_text(0)
    '1970-01'
    """
    return local_day(instant).isoformat()[: len("2026-11")]


def _known(paper: Invoice, corrections: tuple[Accrued, ...]) -> tuple[str, int]:
    if corrections:
        body = corrections[-1].body
        return str(body["rated_line"]), cast(int, body["milli_device_seconds"])
    use = [line for line in paper.lines if line.milli_device_seconds]
    quantity = sum(line.milli_device_seconds or 0 for line in use)
    return (use[0].cause if use else ""), quantity


def _differences(standing: Standing) -> tuple[int, int, int, int, int]:
    """Return by how much total, spread, tax, debt to the centre and its carrying amount differ."""
    invoice, before, price = standing.invoice, standing.corrections, standing.price
    lines = standing.paper.lines
    spread, tax = (
        price.amount_of(kind).minor - sum(line.amount.minor for line in lines if line.kind == kind)
        for kind in (LineKind.SPREAD, LineKind.TAX)
    )
    return (
        price.total.minor - invoice.total_minor - sum(one.amount_minor for one in before),
        spread - sum(one.spread_minor for one in before),
        tax - sum(one.tax_minor for one in before),
        standing.cost.owed.minor - invoice.centre_minor - sum(one.centre_minor for one in before),
        standing.cost.carrying.minor
        - invoice.carrying_minor
        - sum(one.carrying_minor for one in before),
    )


def _body(standing: Standing, quantity: int) -> dict[str, object]:
    """Return what stands after the line, and the vouchers whose share a person looks at."""
    return {
        "rated_line": standing.line.id,
        "milli_device_seconds": quantity,
        "evidence": standing.usage.evidence,
        "energy_j": standing.usage.energy_j,
        "total_minor": standing.price.total.minor,
        "vouchers": [voucher.programme for voucher in standing.paper.vouchers],
    }
