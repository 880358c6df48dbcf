"""Random contracts by the exchange's own functions: quote, use, rating, invoice, FOCUS rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from tests.property.contract_draw import DAY_S, FIRST_SECOND, RATE_SCALE, Drawn, Fate, World

from entrepot.domain.contracts.focus_charges import charges_of
from entrepot.domain.contracts.invoice import build_invoice
from entrepot.domain.contracts.model import (
    Invoice,
    InvoiceHead,
    Names,
    Outcome,
    OutcomeState,
    Party,
)
from entrepot.domain.contracts.model import Usage as UsedOnPaper
from entrepot.domain.contracts.number import format_number
from entrepot.domain.contracts.price import centre_cost, price_at, reprice, vouchers_for
from entrepot.domain.contracts.price_model import (
    CentreCost,
    Payout,
    PriceBreakdown,
    PriceTerms,
    RatedUse,
    VoucherDeduction,
)
from entrepot.domain.fx.model import snapshot_id
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.domain.metering.accept import usage_of
from entrepot.domain.metering.model import (
    NO_REPORT,
    LeaseTerms,
    RatedLine,
    ReceivedReport,
    Usage,
    UsageReport,
)
from entrepot.domain.metering.rate import rate
from entrepot.kernel.money import HKD, Amount, ExchangeRate, UnitPrice, asset_of
from entrepot.kernel.period import Period
from entrepot.kernel.rounding import largest_remainder
from entrepot.services import focus_rows
from entrepot.services import records as r
from entrepot.services.credit_line import hold_side
from entrepot.services.focus_documents import Billed, Document, Work

HOUSE = Party("HK", Names("Branch"))
STATES = {
    Fate.CANCELLED: OutcomeState.CANCELLED,
    Fate.FAILED: OutcomeState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A contract quoted and leased."""

    drawn: Drawn
    quoted: PriceBreakdown
    lease: r.Lease
    cnh_hkd: ExchangeRate
    starts: int

    @property
    def firm(self) -> str:
        """Account name of the firm."""
        return self.lease.firm_id


@dataclass(frozen=True, slots=True)
class Charged:
    """A contract billed: its paper, its price, its cost, and its rated line."""

    taken: Taken
    paper: Invoice
    billed: PriceBreakdown
    cost: CentreCost
    line: RatedLine
    period: Period


@lru_cache(maxsize=64)
def rate_on(world: World, asset: str, day: int) -> ExchangeRate:
    """Return the rate of a currency against HKD on a day."""
    value = Fraction(world.rate(asset, day), RATE_SCALE)
    return ExchangeRate(asset_of(asset), HKD, value, "test", f"day {day}")


def take(one: Drawn, world: World, hold_id: str) -> Taken:
    """Quote a contract and lease it."""
    asset = asset_of(one.asset)
    terms = PriceTerms(
        UnitPrice(Fraction(*one.price), asset),
        None if asset == HKD else rate_on(world, one.asset, one.day),
        one.spread_bp,
        one.discount_bp,
        Fraction(*one.egress_price),
        one.tax_bp,
        f"O-{one.number % 97}@2026-01-01",
    )
    quantity = one.milli_devices * one.duration_s
    bare = price_at(terms, quantity, one.egress_max)
    fitting = vouchers_for(_wanted(one), bare.total, bare.total)
    kept = tuple(
        voucher if drawn.stated else replace(voucher, rate_bp=None)
        for drawn, voucher in zip(one.vouchers, fitting, strict=True)
    )
    quoted = price_at(terms, quantity, one.egress_max, kept) if kept else bare
    starts = FIRST_SECOND + one.day * DAY_S + one.number % world.a_day
    cnh = rate_on(world, "CNH", one.day)
    return Taken(one, quoted, _lease(one, quoted, hold_id, starts), cnh, starts)


def _wanted(one: Drawn) -> list[VoucherDeduction]:
    return [
        VoucherDeduction(
            want.programme,
            Names(want.programme),
            Payout.AT_PURCHASE if want.at_once else Payout.AFTER_CLAIM,
            Amount(want.most, HKD),
            want.rate_bp,
        )
        for want in one.vouchers
    ]


def _lease(one: Drawn, quoted: PriceBreakdown, hold_id: str, starts: int) -> r.Lease:
    return r.Lease(
        f"L-{one.number}", f"Q-{one.number}", f"F-{one.firm}", f"C-{one.centre}", "pool", "offer",
        one.milli_devices, "exclusive", one.duration_s, starts, starts + 900, "running", 1,
        hold_id, quoted.payable_now.minor, {},
    )  # fmt: skip


def side_of(taken: Taken) -> tuple[str, str]:
    """Return debit and credit of what a contract holds."""
    side = hold_side("credit" if taken.drawn.on_credit else "prepaid", taken.firm)
    return side.debit, side.credit


def hold_of(taken: Taken) -> Iterator[Transfer]:
    """Yield the hold of a contract; none where it can cost nothing."""
    lease = taken.lease
    if lease.hold_minor:
        accounts, cause = side_of(taken), f"lease:{lease.id}"
        yield Transfer(
            lease.hold_id, *accounts, lease.hold_minor, HKD.code, "hold", Phase.PENDING, cause=cause
        )


def charge(taken: Taken) -> Charged:
    """Meter, rate and bill a contract."""
    one, quoted = taken.drawn, taken.quoted
    metered = _metered(taken)
    line = rate(
        metered,
        quoted.terms.offer_price,
        lease_id=taken.lease.id,
        milli_devices=one.milli_devices,
        price_version=quoted.price_version,
    )
    period = metered.period or Period(taken.starts, taken.starts)
    head = _head(taken, line, period)
    paid = Amount(0, HKD) if one.on_credit else None
    paper = build_invoice(head, quoted, _pieces(one, line, period), paid)
    billed = reprice(quoted, line.milli_device_seconds, one.egress)
    used = min(line.milli_device_seconds, quoted.milli_device_seconds)
    cost = centre_cost(quoted.terms.offer_price, used, taken.cnh_hkd, quoted.terms.fx)
    return Charged(taken, paper, billed, cost, line, period)


def _metered(taken: Taken) -> Usage:
    one, lease, starts = taken.drawn, taken.lease, taken.starts
    if one.fate == Fate.CANCELLED:
        return Usage()
    report = UsageReport(
        lease.centre_id, lease.id, f"J-{one.number}", 1, 1, starts, starts + one.run_s, one.run_s,
        one.metered, 0, 0, True, False, NO_REPORT,
    )  # fmt: skip
    sold = Period(starts, starts + one.duration_s)
    terms = LeaseTerms(lease.id, lease.centre_id, 1, sold, one.milli_devices)
    return usage_of([ReceivedReport(report, f"{one.number:064x}", True, starts)], terms)


def _pieces(one: Drawn, line: RatedLine, period: Period) -> list[RatedUse]:
    if not line.milli_device_seconds:
        return []
    parts = largest_remainder(line.milli_device_seconds, range(1, one.pieces + 1))
    version = line.price_version
    return [RatedUse(f"{line.id}.{n}", period, part, version) for n, part in enumerate(parts)]


def _head(taken: Taken, line: RatedLine, period: Period) -> InvoiceHead:
    one, n = taken.drawn, taken.drawn.number
    return InvoiceHead(
        f"I-{n}",
        format_number("HK", 2026, n + 1),
        "HK",
        HOUSE,
        _party(taken.lease.firm_id),
        _party(taken.lease.centre_id),
        f"J-{n}",
        taken.lease.id,
        taken.lease.quote_id,
        FIRST_SECOND + one.day * DAY_S + DAY_S // 2,
        period,
        UsedOnPaper(line.milli_device_seconds, 0, 0, one.egress),
        Outcome(STATES.get(one.fate, OutcomeState.SUCCEEDED), ""),
        (),
        "",
        "",
    )


@lru_cache
def _party(name: str) -> Party:
    return Party(name, Names(name))


@lru_cache
def _centre(name: str) -> r.Centre:
    return r.Centre(
        name, {"en": name}, "CN", "CN-GD", "City", 0, 0, "CN", "hand", "", {}, None, True, "", 0
    )


def focus_sums(one: Charged) -> tuple[Decimal, Decimal]:
    """Return Σ BilledCost of an invoice in HKD, and Σ PaymentCurrencyBilledCost in RMB."""
    head, lease = one.paper.head, one.taken.lease
    names = (head.firm.id, head.firm.names.en, head.issuer.names.en)
    document = Document(head.number, head.number, head.issued_at, "", *names)
    rate, terms = one.taken.cnh_hkd, one.taken.quoted.terms
    pricing = terms.offer_price.asset.iso
    fx_quote, centre = _snapshot(rate), _centre(lease.centre_id)
    work = Work(head.job, head.period, lease, centre, fx_quote, "", pricing)
    billed = paid = Decimal(0)
    for charged in charges_of(one.paper, terms, one.cost.owed.minor):
        row = Billed(document, charged, work)
        cost = focus_rows.cost_and_usage(row)
        assert cost["InvoiceId"] == head.number
        billed += Decimal(cost["BilledCost"])
        paid += Decimal(focus_rows.invoice_detail(row)["PaymentCurrencyBilledCost"])
    return billed, paid


@lru_cache
def _snapshot(rate: ExchangeRate) -> str:
    return snapshot_id(rate)
