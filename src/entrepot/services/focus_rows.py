"""Rows of the FOCUS 1.4 data sets as text, and the columns that we state in each.

All mandatory columns are there, and those conditional ones whose condition the house meets. Names
with ``x_`` are our own, as the specification asks.

Source: FOCUS specification 1.4, https://focus.finops.org, 2026-11-21.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.contracts.focus_charges import SECONDS, Charge
from entrepot.kernel.period import HONG_KONG, iso_utc, local_day
from entrepot.kernel.rounding import ceil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entrepot.services.focus_documents import Billed, Document, Work

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


def cost_and_usage(one: Billed) -> dict[str, str]:
    """Return a row of Cost and Usage."""
    document, charge, work = one.document, one.charge, one.work
    metered = charge.category == "Usage" and charge.unit == SECONDS
    return {
        **_shared(one),
        **_where(work, document),
        "BillingAccountName": document.firm,
        "ChargeClass": "Correction" if charge.correction else "",
        "ChargeDescription": charge.description,
        "ChargeFrequency": "Usage-Based" if charge.category == "Usage" else "One-Time",
        "ConsumedQuantity": _text(charge.quantity) if metered else "",
        "ConsumedUnit": charge.unit if metered else "",
        "ContractApplied": _applied(work, charge) if work and metered else "",
        "ContractedCost": _text(charge.contracted_cost),
        "ContractedUnitPrice": _text(charge.contracted_unit),
        "EffectiveCost": _text(charge.billed),
        "ListCost": _text(charge.list_cost),
        "ListUnitPrice": _text(charge.list_unit),
        "PricingCategory": "Standard" if charge.sku else "",
        "PricingQuantity": _text(charge.quantity),
        "PricingUnit": charge.unit,
        "ServiceCategory": charge.service[0],
        "ServiceSubcategory": charge.service[1],
        "ServiceName": charge.service[2],
        "ServiceProviderName": document.issuer,
        "SkuId": charge.sku,
        "SkuMeter": charge.unit if charge.sku else "",
        "SkuPriceId": charge.sku_price,
    }


def _where(work: Work | None, document: Document) -> dict[str, str]:
    """Columns of the job behind a charge; a charge of a month is for the whole of it."""
    if work is None:
        start, end = _month(document.issued_at)
        times = {"ChargePeriodStart": iso_utc(start), "ChargePeriodEnd": iso_utc(end)}
        return {**times, "PricingCurrency": HKD}
    return {
        "ChargePeriodStart": iso_utc(work.period.start),
        "ChargePeriodEnd": iso_utc(max(work.period.end, work.period.start + 1)),
        "HostProviderName": work.centre.names.get("en", work.centre.id),
        "PricingCurrency": work.pricing,
        "RegionId": work.centre.region,
        "RegionName": work.centre.city,
        "ResourceId": work.job,
        "ResourceType": "Job",
        "x_LeaseId": work.lease.id,
    }


def invoice_detail(one: Billed) -> dict[str, str]:
    """Return a row of Invoice Detail; its payment currency is the leg in RMB."""
    document, charge = one.document, one.charge
    issued, due = iso_utc(document.issued_at), document.due_on
    return {
        **_shared(one),
        "InvoiceDetailCreated": issued,
        "InvoiceDetailLastUpdated": issued,
        "InvoiceDetailDescription": charge.description,
        "InvoiceDetailGrain": _json({"ResourceId": one.work.job}) if one.work else "",
        "InvoiceIssueDate": issued,
        "InvoiceIssueStatus": "Issued",
        "PaymentCurrency": RMB,
        "PaymentCurrencyBilledCost": _text(Decimal(charge.centre_minor).scaleb(-2)),
        "PaymentDueDate": iso_utc(_midnight(date.fromisoformat(due))) if due else "",
        "PaymentTerms": f"Due {due}" if due else "Prepaid",
        "ReferenceInvoiceId": document.reference,
    }


def contract_commitment(document: Document, work: Work, now: int) -> dict[str, str]:
    """Return a row of Contract Commitment: the devices that a lease keeps ready."""
    lease = work.lease
    start, end = iso_utc(lease.created_at), iso_utc(lease.created_at + lease.duration_s)
    quantity = Decimal(lease.milli_devices * lease.duration_s).scaleb(-3)
    updated = max(lease.created_at, min(now, document.issued_at))
    return {
        "BillingCurrency": HKD,
        "ContractCommitmentApplicability": _applicability(work),
        "ContractCommitmentBenefitCategory": "Availability",
        "ContractCommitmentCategory": "Usage",
        "ContractCommitmentCreated": start,
        "ContractCommitmentDescription": f"Lease {lease.id} at {work.centre.id}",
        "ContractCommitmentDurationType": _minutes(lease.duration_s),
        "ContractCommitmentFulfillmentInterval": "Full Period",
        "ContractCommitmentId": lease.id,
        "ContractCommitmentLastUpdated": iso_utc(updated),
        "ContractCommitmentLifecycleStatus": _lifecycle(lease.state),
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
        "InvoiceIssuerName": document.issuer,
        "PricingCurrency": work.pricing,
        "ServiceProviderName": document.issuer,
    }


def billing_period(members: Sequence[Billed], now: int) -> dict[str, str]:
    """Return the row of the month in which some documents were issued."""
    start, end = _month(members[0].document.issued_at)
    last = max(one.document.issued_at for one in members)
    return {
        "BillingPeriodCreated": iso_utc(start),
        "BillingPeriodStart": iso_utc(start),
        "BillingPeriodEnd": iso_utc(end),
        "BillingPeriodLastUpdated": iso_utc(end if now >= end else last),
        "BillingPeriodStatus": "Closed" if now >= end else "Open",
        "InvoiceIssuerName": members[0].document.issuer,
    }


def _shared(one: Billed) -> dict[str, str]:
    """Columns of a charge that Invoice Detail repeats."""
    document, charge, work = one.document, one.charge, one.work
    start, end = _month(document.issued_at)
    return {
        "BilledCost": _text(charge.billed),
        "BillingAccountId": document.firm_id,
        "BillingCurrency": HKD,
        "BillingPeriodStart": iso_utc(start),
        "BillingPeriodEnd": iso_utc(end),
        "ChargeCategory": charge.category,
        "InvoiceDetailId": charge.detail_id if document.number else "",
        "InvoiceId": document.number,
        "InvoiceIssuerName": document.issuer,
        "x_FxQuoteId": work.fx_quote if work else "",
        "x_NettingBatchId": work.batch if work else "",
        "x_VoucherProgramme": charge.programme,
    }


def _lifecycle(state: str) -> str:
    return "Expired" if state in ("closed", "released") else "Active"


def _month(instant: int) -> tuple[int, int]:
    """Return first second and end of the month of a Unix second, in Hong Kong time."""
    day = local_day(instant)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return _midnight(day.replace(day=1)), _midnight(after)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())


def _minutes(seconds: int) -> str:
    minutes = ceil(Fraction(seconds, 60))
    return f"{minutes} Minute{'s' if minutes != 1 else ''}"


def _applied(work: Work, charge: Charge) -> str:
    applied = f'"ContractCommitmentAppliedQuantity":{_text(charge.quantity)}'
    ids = _json({"ContractId": work.lease.id, "ContractCommitmentId": work.lease.id})[1:-1]
    return f'{{"Elements":[{{{ids},{applied},"ContractCommitmentAppliedUnit":"{charge.unit}"}}]}}'


def _applicability(work: Work) -> str:
    rule = {"Dimension": "ResourceId", "Operator": "In", "Values": [work.job]}
    return _json({"InclusionOperator": "And", "Inclusions": [rule]})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: Decimal | None) -> str:
    """Write a number without exponent and without idle noughts; empty for None."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
