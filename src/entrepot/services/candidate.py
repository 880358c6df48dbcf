"""One candidate of a quote: price line by line, vouchers, distance, speed, carbon, verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.model import Candidate, Offer
from entrepot.domain.contracts.plain import to_plain
from entrepot.domain.contracts.price import price
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.domain.gate.model import GateDecision
from entrepot.domain.vouchers.case import Entitlement
from entrepot.kernel.compute import MILLI, Precision, Rating
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate
from entrepot.services import records as r
from entrepot.services.carbon import grams_co2
from entrepot.services.declaration import JobSpec
from entrepot.services.entitle_job import Applied, vouchers_on
from entrepot.services.gate_job import facts_of
from entrepot.services.latency import Latency
from entrepot.services.lease_terms import KIND, kinds_of, terms_for

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

SALES_TAX = "hk-sales-tax-services"
"""Row of the facts that says which tax lies on a sale of services in Hong Kong."""


class Pricing:
    """Prices of one job for one firm on one day; each (offer, share) is priced once.

    Args:
        app: the exchange.
        uow: view of counters and registry.
        firm: who pays.
        job: what is priced.
        rates: asset → HKD for one unit.
        day: law of the day.
    """

    def __init__(
        self,
        app: App,
        uow: UnitOfWork,
        firm: r.Firm,
        job: JobSpec,
        rates: Mapping[str, ExchangeRate],
        day: date,
    ) -> None:
        self.app, self.uow, self.firm, self.job = app, uow, firm, job
        self.rates, self.day = rates, day
        self.centres = {centre.id: centre for centre in uow.registry.centres()}
        self.pools = {pool.id: pool for pool in uow.registry.pools()}
        self.pool_terms = uow.leases.all_terms()
        self._known: dict[tuple[str, int], tuple[PriceBreakdown, Applied]] = {}
        self._judged: dict[tuple[str, str, int], Applied] = {}

    def of(self, offer: Offer, milli_devices: int) -> tuple[PriceBreakdown, Applied]:
        """Return the price of the whole job on an offer, and the vouchers on it."""
        key = (offer.id, milli_devices)
        if key not in self._known:
            self._known[key] = self._price(offer, milli_devices)
        return self._known[key]

    def _price(self, offer: Offer, milli_devices: int) -> tuple[PriceBreakdown, Applied]:
        settings = self.app.settings
        quantity = milli_devices * self.job.demand.duration_s
        terms = {
            "spread_bp": settings.fx_spread_bp if offer.price.asset != HKD else 0,
            "discount_bp": settings.discount_bp,
            "egress_bytes": self.job.egress_bytes,
            "tax_bp": int(self.app.facts.charges[SALES_TAX].value),
            "egress_minor_per_gb": Fraction(settings.egress_cents_per_gb),
            "price_version": f"{offer.id}@{offer.as_of or offer.valid_from}",
        }
        fx = self.rates.get(offer.price.asset.code)
        gross = price(offer.price, quantity, fx, **terms)  # type: ignore[arg-type]
        applied = self._vouchers(offer, gross)
        net = price(offer.price, quantity, fx, vouchers=applied.deductions, **terms)  # type: ignore[arg-type]
        return net, applied

    def _vouchers(self, offer: Offer, gross: PriceBreakdown) -> Applied:
        return self.vouchers_at(offer.centre_id or "", offer.device_id, gross.total)

    def vouchers_at(self, centre_id: str, device_id: str, total: Amount) -> Applied:
        """Return the vouchers on a sum before vouchers, at a centre and for a device."""
        centre = self.centres.get(centre_id)
        if centre is None or total.minor == 0:
            return Applied((), (), {})
        # A programme sees centre, device and sum only, and a judgement of all costs milliseconds.
        key = (centre.id, device_id, total.minor)
        if key not in self._judged:
            self._judged[key] = self._judge(centre, device_id, total)
        return self._judged[key]

    def _judge(self, centre: r.Centre, device_id: str, total: Amount) -> Applied:
        known = self.app.rulebook.dictionary.only("voucher", facts_of(self.firm))
        device = self.app.facts.devices.get(device_id)
        facts = {**known, **(device.voucher_facts() if device else {}), **self.job.vouchers}
        return vouchers_on(self.app, self.uow, self.firm, facts, centre, total, self.day)


def net_of(pricing: Pricing, offer: Offer, milli_devices: int, gross: Fraction) -> Fraction:
    """Return what the whole job costs after every voucher, HKD cents.

    A list price that is not sold here has no net price; its gross one is compared.
    """
    if offer.centre_id is None:
        return gross
    return Fraction(pricing.of(offer, milli_devices)[0].net_after_vouchers.minor)


def candidate_body(
    pricing: Pricing,
    rank: int,
    found: Candidate,
    verdict: GateDecision | None,
    latency: Mapping[str, Latency],
) -> dict[str, object]:
    """Return a candidate as plain values, with everything a person or a bill needs."""
    offer = found.offer
    breakdown, applied = pricing.of(offer, found.milli_devices)
    centre = pricing.centres[str(offer.centre_id)]
    pool = pricing.pools[str(offer.pool_id)]
    duration_s = pricing.job.demand.duration_s
    assert verdict is not None
    return {
        "rank": rank,
        "offer_id": offer.id,
        "centre_id": centre.id,
        "names": dict(centre.names),
        "demonstration": centre.demonstration,
        "pool_id": pool.id,
        "device_id": offer.device_id,
        "device_name": offer.device_name,
        "milli_devices": found.milli_devices,
        "isolation": offer.isolation.value,
        "interruptible": offer.interruptible,
        KIND: terms_for(
            kinds_of(pricing.pool_terms.get(pool.id)), pricing.job.demand.lease_kind
        ).as_dict(),
        "price": to_plain(breakdown),
        "tax": _tax(pricing.app),
        "total_minor": breakdown.total.minor,
        "payable_now_minor": breakdown.payable_now.minor,
        "net_minor": breakdown.net_after_vouchers.minor,
        "cnh_hkd": to_plain(pricing.rates[CNH.code]),
        "latency": _latency(latency.get(centre.id)),
        "ratings": [_rating(rating, found.milli_devices) for rating in _shown(offer, pricing)],
        "carbon": grams_co2(
            pricing.app.facts, centre, pool, found.milli_devices, duration_s
        ).as_dict(),
        "verdict": verdict.as_dict(),
        "vouchers": [_voucher(answer) for answer in applied.answers],
        "reserve": [_reserve(applied, d.programme, d.amount.minor) for d in breakdown.vouchers],
    }


def _tax(app: App) -> dict[str, object]:
    fact = app.facts.charges[SALES_TAX]
    said = fact.provenance
    return {
        "basis_points": int(fact.value),
        "text": fact.text,
        "source": said.source,
        "grade": said.grade.value,
    }


def _latency(found: Latency | None) -> dict[str, object]:
    if found is None:
        return {"us": None, "basis": "not stated", "source": None}
    return {"us": found.us, "basis": found.basis, "source": found.source}


def _shown(offer: Offer, pricing: Pricing) -> list[Rating]:
    wanted: Precision | None = pricing.job.demand.rating_precision
    rows = [x for x in offer.ratings if wanted is None or x.precision == wanted]
    return rows or list(offer.ratings)


def _rating(rating: Rating, milli_devices: int) -> dict[str, object]:
    return {
        "mflops": rating.times(Fraction(milli_devices, MILLI)).mflops,
        "precision": rating.precision,
        "density": rating.density,
        "engine": rating.engine,
        "basis": rating.basis.value,
        "source": rating.source,
    }


def _voucher(answer: Entitlement) -> dict[str, object]:
    return {
        "programme": answer.programme,
        "status": answer.status.value,
        "amount_minor": answer.amount_minor,
        "advice_minor": answer.advice_minor,
        "currency": answer.currency,
        "reasons": list(answer.reasons),
        "missing": list(answer.missing),
        "bounds": list(answer.bounds),
    }


def _reserve(applied: Applied, programme: str, amount_minor: int) -> dict[str, object]:
    answer = next(a for a in applied.answers if a.programme == programme)
    return {
        "programme": programme,
        "family": answer.family,
        "asset": answer.currency,
        "amount_minor": amount_minor,
        "limits": [asdict(limit) for limit in applied.limits.get(programme, ())],
    }
