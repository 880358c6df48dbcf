"""Rows of the FOCUS 1.4 data sets as text, and the columns that we state in each.

All mandatory columns are there, and those conditional ones whose condition the house meets. Names
with ``x_`` are our own, as the specification asks.

Source: FOCUS specification 1.4, https://focus.finops.org, 2026-11-21.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from entrepot.domain.contracts.focus_charges import SECONDS, Charge
from entrepot.kernel.period import HONG_KONG, iso_utc, local_day
from entrepot.kernel.rounding import ceil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entrepot.services.focus import Billed

COST_AND_USAGE = (
    *("BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency"),
    *("BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass"),
    *("ChargeDescription", "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart"),
    *("ConsumedQuantity", "ConsumedUnit", "ContractApplied", "ContractedCost"),
    *("ContractedUnitPrice", "EffectiveCost", "HostProviderName", "InvoiceDetailId"),
    *("InvoiceId", "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory"),
    *("PricingCurrency", "PricingQuantity", "PricingUnit", "RegionId", "RegionName"),
    *("ResourceId", "ResourceType", "ServiceCategory", "ServiceName", "ServiceProviderName"),
    *("ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceId"),
    *("x_FxQuoteId", "x_LeaseId", "x_NettingBatchId", "x_VoucherProgramme"),
)
INVOICE_DETAIL = (
    *("BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd"),
    *("BillingPeriodStart", "ChargeCategory", "InvoiceDetailCreated"),
    *("InvoiceDetailDescription", "InvoiceDetailGrain", "InvoiceDetailId"),
    *("InvoiceDetailLastUpdated", "InvoiceId", "InvoiceIssueDate", "InvoiceIssueStatus"),
    *("InvoiceIssuerName", "PaymentCurrency", "PaymentCurrencyBilledCost", "PaymentDueDate"),
    *("PaymentTerms", "ReferenceInvoiceId", "x_FxQuoteId", "x_NettingBatchId"),
    "x_VoucherProgramme",
)
CONTRACT_COMMITMENT = (
    *("BillingCurrency", "ContractCommitmentApplicability", "ContractCommitmentBenefitCategory"),
    *("ContractCommitmentCategory", "ContractCommitmentCost", "ContractCommitmentCreated"),
    *("ContractCommitmentDescription", "ContractCommitmentDiscountPercentage"),
    *("ContractCommitmentDurationType", "ContractCommitmentFulfillmentInterval"),
    *("ContractCommitmentId", "ContractCommitmentLastUpdated"),
    *("ContractCommitmentLifecycleStatus", "ContractCommitmentModel"),
    *("ContractCommitmentOfferCategory", "ContractCommitmentPaymentInterval"),
    *("ContractCommitmentPaymentModel", "ContractCommitmentPeriodEnd"),
    *("ContractCommitmentPeriodStart", "ContractCommitmentQuantity", "ContractCommitmentType"),
    *("ContractCommitmentUnit", "ContractId", "ContractPeriodEnd", "ContractPeriodStart"),
    *("InvoiceIssuerName", "PricingCurrency", "ServiceProviderName"),
)
BILLING_PERIOD = (
    *("BillingPeriodCreated", "BillingPeriodEnd", "BillingPeriodLastUpdated"),
    *("BillingPeriodStart", "BillingPeriodStatus", "InvoiceIssuerName"),
)
HKD, RMB = "HKD", "CNY"


def cost_and_usage(one: Billed, charge: Charge) -> dict[str, str]:
    """Return a row of Cost and Usage."""
    head, issuer = one.paper.head, one.paper.head.issuer.names.en
    metered = charge.category == "Usage" and charge.unit == SECONDS
    return {
        **_shared(one, charge),
        "BillingAccountName": head.firm.names.en,
        "ChargeClass": "Correction" if charge.correction else "",
        "ChargeDescription": charge.description,
        "ChargeFrequency": "Usage-Based" if charge.category == "Usage" else "One-Time",
        "ChargePeriodStart": iso_utc(head.period.start),
        "ChargePeriodEnd": iso_utc(max(head.period.end, head.period.start + 1)),
        "ConsumedQuantity": _text(charge.quantity) if metered else "",
        "ConsumedUnit": charge.unit if metered else "",
        "ContractApplied": _applied(one, charge) if metered else "",
        "ContractedCost": _text(charge.contracted_cost),
        "ContractedUnitPrice": _text(charge.contracted_unit),
        "EffectiveCost": _text(charge.billed),
        "HostProviderName": one.centre.names.get("en", one.centre.id),
        "ListCost": _text(charge.list_cost),
        "ListUnitPrice": _text(charge.list_unit),
        "PricingCategory": "Standard" if charge.sku else "",
        "PricingCurrency": _pricing(one),
        "PricingQuantity": _text(charge.quantity),
        "PricingUnit": charge.unit,
        "RegionId": one.centre.region,
        "RegionName": one.centre.city,
        "ResourceId": head.job,
        "ResourceType": "Job",
        "ServiceCategory": charge.service[0],
        "ServiceSubcategory": charge.service[1],
        "ServiceName": charge.service[2],
        "ServiceProviderName": issuer,
        "SkuId": charge.sku,
        "SkuMeter": charge.unit if charge.sku else "",
        "SkuPriceId": charge.sku_price,
        "x_LeaseId": head.lease,
    }


def invoice_detail(one: Billed, charge: Charge) -> dict[str, str]:
    """Return a row of Invoice Detail; its payment currency is the leg in RMB."""
    issued = iso_utc(one.record.issued_at)
    return {
        **_shared(one, charge),
        "InvoiceDetailCreated": issued,
        "InvoiceDetailLastUpdated": issued,
        "InvoiceDetailDescription": charge.description,
        "InvoiceDetailGrain": _json({"ResourceId": one.paper.head.job}),
        "InvoiceIssueDate": issued,
        "InvoiceIssueStatus": "Issued",
        "PaymentCurrency": RMB,
        "PaymentCurrencyBilledCost": _text(Decimal(charge.centre_minor).scaleb(-2)),
        "PaymentDueDate": "",
        "PaymentTerms": "Prepaid",
        "ReferenceInvoiceId": one.record.number,
    }


def contract_commitment(one: Billed, now: int) -> dict[str, str]:
    """Return a row of Contract Commitment: the devices that a lease keeps ready."""
    lease, issuer = one.lease, one.paper.head.issuer.names.en
    start, end = iso_utc(lease.created_at), iso_utc(lease.created_at + lease.duration_s)
    quantity = Decimal(lease.milli_devices * lease.duration_s).scaleb(-3)
    ended = lease.state in ("closed", "released")
    return {
        "BillingCurrency": HKD,
        "ContractCommitmentApplicability": _applicability(one),
        "ContractCommitmentBenefitCategory": "Availability",
        "ContractCommitmentCategory": "Usage",
        "ContractCommitmentCreated": start,
        "ContractCommitmentDescription": f"Lease {lease.id} at {one.centre.id}",
        "ContractCommitmentDurationType": _minutes(lease.duration_s),
        "ContractCommitmentFulfillmentInterval": "Full Period",
        "ContractCommitmentId": lease.id,
        "ContractCommitmentLastUpdated": iso_utc(max(lease.created_at, min(now, _ended(one)))),
        "ContractCommitmentLifecycleStatus": "Expired" if ended else "Active",
        "ContractCommitmentModel": "Continuous",
        "ContractCommitmentOfferCategory": "Public",
        "ContractCommitmentPaymentInterval": "One-Time",
        "ContractCommitmentPaymentModel": "No Upfront",
        "ContractCommitmentPeriodEnd": end,
        "ContractCommitmentPeriodStart": start,
        "ContractCommitmentQuantity": _text(quantity),
        "ContractCommitmentType": "Lease",
        "ContractCommitmentUnit": SECONDS,
        "ContractId": lease.id,
        "ContractPeriodEnd": end,
        "ContractPeriodStart": start,
        "InvoiceIssuerName": issuer,
        "PricingCurrency": _pricing(one),
        "ServiceProviderName": issuer,
    }


def billing_period(members: Sequence[Billed], now: int) -> dict[str, str]:
    """Return the row of the month in which some invoices were issued."""
    start, end = _month(members[0].record.issued_at)
    last = max(one.record.issued_at for one in members)
    return {
        "BillingPeriodCreated": iso_utc(start),
        "BillingPeriodStart": iso_utc(start),
        "BillingPeriodEnd": iso_utc(end),
        "BillingPeriodLastUpdated": iso_utc(end if now >= end else last),
        "BillingPeriodStatus": "Closed" if now >= end else "Open",
        "InvoiceIssuerName": members[0].paper.head.issuer.names.en,
    }


def _shared(one: Billed, charge: Charge) -> dict[str, str]:
    """Columns of a charge that Invoice Detail repeats."""
    start, end = _month(one.record.issued_at)
    return {
        "BilledCost": _text(charge.billed),
        "BillingAccountId": one.record.firm_id,
        "BillingCurrency": HKD,
        "BillingPeriodStart": iso_utc(start),
        "BillingPeriodEnd": iso_utc(end),
        "ChargeCategory": charge.category,
        "InvoiceDetailId": charge.detail_id,
        "InvoiceId": one.record.number,
        "InvoiceIssuerName": one.paper.head.issuer.names.en,
        "x_FxQuoteId": one.fx_quote,
        "x_NettingBatchId": one.record.batch_id or "",
        "x_VoucherProgramme": charge.programme,
    }


def _pricing(one: Billed) -> str:
    return one.paper.fx.base.iso if one.paper.fx else HKD


def _month(instant: int) -> tuple[int, int]:
    """Return first second and end of the month of a Unix second, in Hong Kong time."""
    day = local_day(instant)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return _midnight(day.replace(day=1)), _midnight(after)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())


def _ended(one: Billed) -> int:
    return one.record.issued_at


def _minutes(seconds: int) -> str:
    from fractions import Fraction

    minutes = ceil(Fraction(seconds, 60))
    return f"{minutes} Minute{'s' if minutes != 1 else ''}"


def _applied(one: Billed, charge: Charge) -> str:
    applied = f'"ContractCommitmentAppliedQuantity":{_text(charge.quantity)}'
    ids = _json({"ContractId": one.lease.id, "ContractCommitmentId": one.lease.id})[1:-1]
    return f'{{"Elements":[{{{ids},{applied},"ContractCommitmentAppliedUnit":"{charge.unit}"}}]}}'


def _applicability(one: Billed) -> str:
    rule = {"Dimension": "ResourceId", "Operator": "In", "Values": [one.paper.head.job]}
    return _json({"InclusionOperator": "And", "Inclusions": [rule]})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: Decimal | None) -> str:
    """Write a number without exponent and without idle noughts; empty for None."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
