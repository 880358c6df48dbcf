"""Price a job at every permitted place: the immutable answer that a lease can take.

Every centre and every offer that is known ends in the answer, as a candidate or removed with its
reason. The price shown is the price charged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.model import Setting
from entrepot.domain.catalogue.relax import Relaxation
from entrepot.domain.catalogue.search import SearchResult
from entrepot.domain.fx.model import snapshot_id
from entrepot.domain.gate.model import GateDecision
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import CNH, CNY, HKD, USD, ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.candidate import Pricing, candidate_body
from entrepot.services.declaration import JobSpec
from entrepot.services.fx_rates import keep_rates
from entrepot.services.gate_job import Declared, Sender, Site, judge_site, sender_of, site_of
from entrepot.services.job_files import files_of
from entrepot.services.job_net import JobNet
from entrepot.services.left_out import Removed, devices_by_place, look
from entrepot.services.manifests import Named, plain_named
from entrepot.services.offer_table import latencies
from entrepot.services.places import Place, places

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.latency import Latency
    from entrepot.services.ports import UnitOfWork

LEASABLE = ("allow", "allow_with_duties")


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a quote found; the stored part is ``quote``.

    Attributes:
        quote: the immutable record.
        places: every centre with its verdict, or why it has none.
        removed: offers left out, each with one reason; not all of them if a limit was set.
        counts: filter → offers removed.
        relaxations: which single wish given up would admit the most offers.
        total: offers looked at.
    """

    quote: r.Quote
    places: tuple[Mapping[str, object], ...]
    removed: tuple[Removed, ...]
    counts: Mapping[Filter, int]
    relaxations: tuple[Relaxation, ...]
    total: int


class Verdicts:
    """Decisions a (place, device), each made once."""

    def __init__(
        self,
        app: App,
        uow: UnitOfWork,
        sender: Sender,
        declared: Declared,
        sites: Mapping[str, Place],
        day: date,
    ) -> None:
        self._app, self._uow, self._sender, self._declared = app, uow, sender, declared
        self._sites, self._day = sites, day
        self._known: dict[tuple[str, str], GateDecision | None] = {}

    def of(self, place: str, device_id: str) -> GateDecision | None:
        """Return the united decision, or None for a place that nobody has located."""
        key = (place, device_id)
        if key not in self._known:
            self._known[key] = self._decide(place, device_id)
        return self._known[key]

    def _decide(self, place: str, device_id: str) -> GateDecision | None:
        spot = self._sites.get(place)
        if spot is None or spot.jurisdiction is None:
            return None
        if spot.under_contract:
            site = site_of(self._app, self._uow, place, device_id or None)
        else:
            site = Site(spot.id, spot.jurisdiction, spot.city, spot.operator_hq, None)
        return judge_site(self._app, self._sender, self._declared, site, self._day)

    def closed(self, place: str, device_id: str) -> str | None:
        """Say why a job may not be leased there; None = it may."""
        decision = self.of(place, device_id)
        if decision is None:
            return "jurisdiction not stated"
        return None if decision.outcome in LEASABLE else str(decision.outcome)


def quote_job(
    app: App,
    firm: r.Firm,
    job: JobSpec,
    *,
    store: bool = True,
    explain: bool = True,
    removed_max: int | None = None,
    candidates_max: int | None = None,
    key: str = "",
) -> Answer:
    """Find, gate, subsidise and price a job, and keep the answer.

    Args:
        app: the exchange.
        firm: who asks.
        job: what its file declares.
        store: keep the quote, so that it can be leased.
        explain: say why offers were left out and what would admit more; what would is said
            anyway when nothing fits.
        removed_max: most offers left out that are listed; None = all.
        candidates_max: most candidates that the quote holds, cheapest first; None = all.
        key: idempotency key; the same key gives the quote that was kept first.

    Returns:
        The quote with everything that was considered.

    Raises:
        Refused: a rate of exchange is out of bounds.
        NotFound: a file of the job is missing.
    """
    day = local_day(now := app.clock.now())
    rates = exchange_rates(app, day)
    with app.store.reading() as uow:
        spots = places(app, uow)
        verdicts = _verdicts(app, uow, firm, job, spots, day)
        pricing = Pricing(app, uow, firm, job, rates, day)
        latency = latencies(app, spots, job.demand.latency_from)
        setting = _setting(pricing, verdicts, latency, rates, day)
        looked = look(app, uow, job.demand, setting, candidates_max)
        candidates = [
            candidate_body(pricing, rank, c, verdicts.of(c.offer.place, c.offer.device_id), latency)
            for rank, c in enumerate(looked.found.candidates, 1)
        ]
        removed = looked.removed(removed_max) if explain else ()
        relaxed = looked.relaxations() if explain or not candidates else ()
        seen = _seen(spots, verdicts, devices_by_place(looked.table))
    quote = _quote(app, firm, _body(app, job, day, candidates, looked.found, rates), now)
    quote = _keep(app, quote, rates, key) if store else quote
    return Answer(quote, seen, removed, looked.found.removed, relaxed, looked.found.total)


def _verdicts(
    app: App,
    uow: UnitOfWork,
    firm: r.Firm,
    job: JobSpec,
    spots: Mapping[str, Place],
    day: date,
) -> Verdicts:
    declared = Declared(job.data, job.data_return, job.placement)
    sender = sender_of(uow, firm, Named(job.manifest, job.mix_checks))
    return Verdicts(app, uow, sender, declared, spots, day)


def _seen(
    spots: Mapping[str, Place], verdicts: Verdicts, devices: Mapping[str, set[str]]
) -> tuple[Mapping[str, object], ...]:
    """Return every place with the verdicts on the devices that are on offer there."""
    return tuple(_place_body(spot, verdicts, devices.get(spot.id, {""})) for spot in spots.values())


def _setting(
    pricing: Pricing,
    verdicts: Verdicts,
    latency: Mapping[str, Latency],
    rates: Mapping[str, ExchangeRate],
    day: date,
) -> Setting:
    return Setting(
        to_hkd={code: rate.value for code, rate in rates.items()} | {HKD.code: Fraction(1)},
        day=day,
        latency_ms={place: found.ms for place, found in latency.items()},
        gate=verdicts.closed,
        net=JobNet(pricing),
    )


def exchange_rates(app: App, day: date) -> dict[str, ExchangeRate]:
    """Return HKD for one unit of each foreign asset, as fixed on or before ``day``."""
    return {asset.code: app.fx.rate(asset, HKD, day) for asset in (CNY, CNH, USD)}


def _place_body(spot: Place, verdicts: Verdicts, devices: AbstractSet[str]) -> Mapping[str, object]:
    decisions = [(device, verdicts.of(spot.id, device)) for device in sorted(devices)]
    return {
        "centre_id": spot.id,
        "names": dict(spot.names),
        "jurisdiction": spot.jurisdiction,
        "region": spot.region,
        "under_contract": spot.under_contract,
        "reason": "" if spot.under_contract else "no contract with this centre, so no offer",
        "verdicts": [
            {"device_id": device or None, **_verdict(decision)} for device, decision in decisions
        ],
    }


def _verdict(decision: GateDecision | None) -> Mapping[str, object]:
    if decision is None:
        return {"outcome": "needs_info", "missing": ["place_to"]}
    return decision.as_dict()


def _body(
    app: App,
    job: JobSpec,
    day: date,
    candidates: Sequence[Mapping[str, object]],
    found: SearchResult,
    rates: Mapping[str, ExchangeRate],
) -> dict[str, object]:
    return {
        "schema": "entrepot.quote/1",
        "as_of": day.isoformat(),
        "fx_quotes": {code: snapshot_id(rate) for code, rate in rates.items()},
        "fx_age_days": app.fx.staleness_days(day),
        "facts_digest": app.facts.content_digest,
        "rules_digest": app.rulebook.hash,
        "job": job_body(job),
        "candidates": list(candidates),
        "considered": found.total,
        "removed": {name.value: count for name, count in found.removed.items()},
    }


def job_body(job: JobSpec) -> dict[str, object]:
    """Return a job as it is kept with its quote: what runs, on what data, for how long."""
    return {
        "name": job.name,
        "description": job.description,
        "digest": job.digest,
        "duration_s": job.duration_s,
        "memory_mib": job.demand.host_memory_mib.least,
        "disk_mib": job.demand.disk_mib_min or None,
        "egress_bytes": job.egress_bytes,
        "run": {
            "command": list(job.command),
            "files": files_of(job.files, job.base_dir),
            "outputs": list(job.outputs),
            "env": dict(job.env),
        },
        "data": {
            "inbound": dict(job.data),
            "returned": dict(job.data_return),
            "placement": dict(job.placement),
            **plain_named(Named(job.manifest, job.mix_checks)),
        },
    }


def _quote(app: App, firm: r.Firm, body: Mapping[str, object], now: int) -> r.Quote:
    valid_until = now + app.settings.quote_valid_s
    return r.Quote(app.ids.new(ids.QUOTE), firm.id, now, valid_until, body, digest(body))


def _keep(app: App, quote: r.Quote, rates: Mapping[str, ExchangeRate], key: str) -> r.Quote:
    def action(uow: UnitOfWork) -> dict[str, object]:
        uow.deals.add_quote(quote)
        keep_rates(app, uow, "", *rates.values())
        return {"quote_id": quote.id, "digest": quote.digest}

    # Under a key of the caller's it is the job that must be the same, not what is found today.
    made: dict[str, object] = {"quote_id": quote.id, "digest": quote.digest}
    body = {"firm_id": quote.firm_id, "job": digest(quote.body["job"])} if key else made
    now = quote.created_at
    answer = app.store.command(app.actor, "quote.make", key or quote.id, body, now, action)
    if answer["quote_id"] == quote.id:
        return quote
    with app.store.reading() as uow:
        first = uow.deals.quote(str(answer["quote_id"]))
    assert first is not None
    return first
