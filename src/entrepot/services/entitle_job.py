"""What each voucher programme pays on a job's price, as of a day, for the firm's group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.contracts.price_model import Names, VoucherDeduction
from entrepot.domain.contracts.price_model import Payout as PricePayout
from entrepot.domain.vouchers.case import (
    CaseDates,
    ClaimsLedger,
    Entitlement,
    EntitlementCase,
    OtherClaim,
)
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Payout, Programme, Version
from entrepot.domain.vouchers.reserve import LimitKey, limit_keys, may_reserve
from entrepot.domain.vouchers.stacking import Combination, best_combination
from entrepot.kernel.money import Amount
from entrepot.kernel.rulebook.grade import Grade
from entrepot.services import records as r
from entrepot.services.review_records import reviews_on, rows_in_force, version_hashes

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

COMPUTE_BASES = frozenset(
    {
        "aisc_list_price",
        "compute_cost",
        "contract_amount",
        "contract_amount_incurred",
        "fee_paid",
        "rent_paid",
    }
)
"""Bases that a bill for compute is; models, corpora and whole projects are other purchases."""

PLACES: Mapping[str, str] = {
    "beijing": "CN-BJ",
    "shanghai": "CN-SH",
    "shandong": "CN-SD",
    "henan": "CN-HA",
    "guizhou": "CN-GZ",
    "hong_kong": "HK",
}
"""Programmes of a province or municipality → region of centres that are local to them."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Programmes on one price.

    Attributes:
        answers: every programme's answer, in order of programme.
        deductions: the combination that leaves least to pay, for the price.
        limits: programme → limits to reserve against.
        combination: what was chosen among those that may be reserved; None = there are none.
    """

    answers: tuple[Entitlement, ...]
    deductions: tuple[VoucherDeduction, ...]
    limits: Mapping[str, tuple[LimitKey, ...]]
    combination: Combination | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a voucher may be had for.

    Attributes:
        firm: applicant; caps are counted by its group.
        facts: facts of scope voucher that firm and job state.
        centre: where the compute stands.
        price: HKD before vouchers.
        day: law of the day.
        dates: days of contract, application and invoice.
        others: other vouchers on the same line.
    """

    firm: r.Firm
    facts: r.Body
    centre: r.Centre
    price: Amount
    day: date
    dates: CaseDates
    others: tuple[OtherClaim, ...] = ()


def vouchers_on(
    app: App,
    uow: UnitOfWork,
    firm: r.Firm,
    facts: r.Body,
    centre: r.Centre,
    price: Amount,
    day: date,
) -> Applied:
    """Judge every programme on a price and choose the best lawful combination.

    Args:
        app: the exchange.
        uow: counters of caps and funds.
        firm: applicant; caps are counted by its group.
        facts: facts of scope voucher that firm and job state.
        centre: where the compute stands.
        price: HKD before vouchers.
        day: law of the day, and day of contract.

    Returns:
        All answers, the deductions, and what to reserve.
    """
    purchase = Purchase(firm, facts, centre, price, day, CaseDates(day, day, day))
    answers: list[Entitlement] = []
    limits: dict[str, tuple[LimitKey, ...]] = {}
    for programme in app.programmes:
        answer = judge_purchase(app, uow, programme, purchase)
        answers.append(answer)
        if answer.version is not None:
            limits[programme.id] = tuple(limits_of(answer, firm))
    usable = [answer for answer in answers if lowers_price(answer)]
    chosen = best_combination(usable, price) if usable else None
    by_id = {answer.programme: answer for answer in answers}
    deductions = tuple(
        _deduction(app, by_id[programme], amount)
        for programme, amount in (chosen.parts if chosen else ())
    )
    return Applied(tuple(answers), deductions, limits, chosen)


def lowers_price(answer: Entitlement) -> bool:
    """Say whether an answer may lower a price: it may be reserved without anybody's word."""
    return may_reserve(answer) and pays_compute(answer)


def pays_compute(answer: Entitlement) -> bool:
    """Say whether the version applied pays for compute, and not for another purchase."""
    return answer.version is not None and answer.version.base in COMPUTE_BASES


def judge_purchase(
    app: App, uow: UnitOfWork, programme: Programme, purchase: Purchase
) -> Entitlement:
    """Judge one programme on a purchase, with what the firm's group has been granted by now."""
    local = PLACES.get(programme.place or "")
    derived: dict[str, object] = {"compute_local": purchase.centre.region == local} if local else {}
    case = EntitlementCase(
        name=programme.id,
        programme=programme.id,
        as_of=purchase.day,
        facts={**purchase.facts, **derived},
        amount_minor=purchase.price.minor,
        currency=purchase.price.asset.code,
        other_claims=purchase.others,
        dates=purchase.dates,
        reviews_in_force=_reviewed(uow, programme, purchase.day),
    )
    opening = entitle(app.programmes, app.rulebook.dictionary, case)
    if opening.version is None:
        return opening
    counted = _with_counters(uow, case, opening, purchase.firm)
    return entitle(app.programmes, app.rulebook.dictionary, counted)


def _reviewed(uow: UnitOfWork, programme: Programme, day: date) -> frozenset[str]:
    """Return the versions of a programme that a review lends force beyond their grade."""
    weak = [v for v in programme.versions if not all(map(programme.decides, _grades(v)))]
    if not weak:
        return frozenset()
    reviews = reviews_on(uow.four_eyes)
    return rows_in_force(reviews, version_hashes([programme]), day, None)


def _grades(version: Version) -> list[Grade]:
    rates = [rate.grade for rate in version.rates if rate.grade is not None]
    return [version.grade, *version.field_grades.values(), *rates]


def _with_counters(
    uow: UnitOfWork, case: EntitlementCase, opening: Entitlement, firm: r.Firm
) -> EntitlementCase:
    assert opening.version is not None
    used = {
        key.name: uow.vouchers.used(key.scope)
        for key in limit_keys(opening.version, case.programme, firm.group_id, opening.year)
    }
    fund = opening.version.fund
    return replace(
        case,
        used_this_year_minor=used.get("cap_per_firm_year", used.get("soft_cap_per_firm_year", 0)),
        # A fund that was cut below what it has granted has nothing left, not less than nothing.
        fund_left_minor=None if fund is None else max(0, fund[1] - used.get(fund[0].value, 0)),
        ledger=ClaimsLedger(
            used.get("cap_per_firm_lifetime", 0), used.get("cap_in_force_at_once", 0)
        ),
    )


def limits_of(answer: Entitlement, firm: r.Firm, waived: bool = False) -> list[LimitKey]:
    """Return the limits that a claim of this answer must be reserved against.

    Args:
        answer: with its version.
        firm: applicant; waived: a named decision waives its soft cap.
    """
    assert answer.version is not None
    return limit_keys(
        answer.version, answer.programme, firm.group_id, answer.year, soft_cap_waived=waived
    )


def _deduction(app: App, answer: Entitlement, amount: Amount) -> VoucherDeduction:
    version = answer.version
    assert version is not None
    programme = next(p for p in app.programmes if p.id == answer.programme)
    names = Names(
        programme.name.get("en", programme.id),
        programme.name.get("zh-Hant", ""),
        programme.name.get("zh-Hans", ""),
    )
    at_purchase = version.payout is Payout.DEDUCTED_AT_PURCHASE
    return VoucherDeduction(
        programme.id,
        names,
        PricePayout.AT_PURCHASE if at_purchase else PricePayout.AFTER_CLAIM,
        amount,
        _rate(answer, amount),
        "; ".join(version.sources),
        version.grade.value,
    )


def _rate(answer: Entitlement, amount: Amount) -> int | None:
    """The rate, where it alone made the amount; a bounded amount keeps its share instead."""
    bounded = bool(answer.bounds) or amount.minor != answer.amount_minor
    return None if bounded or answer.rate_bp is None else int(Fraction(answer.rate_bp))
