"""All offers that a search looks at: posted by centres, imported, and public list prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.catalogue.model import Offer, OfferKind
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.compute import MILLI, Basis, Density, Engine, Isolation, Precision, Rating
from entrepot.kernel.money import UnitPrice, asset_of
from entrepot.services import records as r
from entrepot.services.facts_model import DeviceFact, OfferFact
from entrepot.services.latency import Latency, between
from entrepot.services.lease_terms import HOUSE, kinds_of, rules_of
from entrepot.services.places import Place

if TYPE_CHECKING:
    from entrepot.domain.contracts.lease_kind import KindTerms
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

HOME_PLACE = "HK"


def offer_table(app: App, uow: UnitOfWork, *, imports: bool = True) -> OfferTable:
    """Return every known offer as the catalogue takes it.

    Posted offers carry what is free now, so that a full pool is no candidate.

    Args:
        app: the exchange.
        uow: view of the registry.
        imports: whether imported list prices, which may be very many, are in it.
    """
    centres = {centre.id: centre for centre in uow.registry.centres()}
    pools = {pool.id: pool for pool in uow.registry.pools()}
    free, terms = uow.registry.free_milli(), uow.leases.all_terms()
    offers = [
        posted(
            app,
            centres[o.centre_id],
            pools[o.pool_id],
            o,
            free.get(o.pool_id, (0, 0)),
            kinds_of(terms.get(o.pool_id)),
        )
        for o in uow.registry.offers()
    ]
    return OfferTable(offers + (_imports(app, uow) if imports else []) + public_offers(app))


def _imports(app: App, uow: UnitOfWork) -> list[Offer]:
    """Return the imported list prices, of each the newest."""
    rows = {name: (source, body) for name, source, body in uow.registry.market_offers()}
    return [imported(app, name, *rows[name]) for name in newest_ids(rows)]


def public_offers(app: App) -> list[Offer]:
    """Return the public list prices of the facts."""
    return [public(app, fact) for fact in app.facts.public_offers.values()]


def newest_ids(names: Iterable[str]) -> list[str]:
    """Return of each imported price the id with the newest day; see :func:`market_id`.

    >>> newest_ids(["a:x@2026-10-01", "b:y@2026-10-01", "a:x@2026-11-01"])
    ['a:x@2026-11-01', 'b:y@2026-10-01']
    """
    newest: dict[str, str] = {}
    for name in names:
        base = name.rpartition("@")[0] or name
        # Ids of one price differ in the ISO day alone, so text order is the order of days.
        newest[base] = max(name, newest.get(base, ""))
    return list(newest.values())


def market_id(offer: Offer) -> str:
    """Return the id under which an imported price is kept: its own and the day of its list."""
    return f"{offer.id}@{offer.as_of}"


def posted(
    app: App,
    centre: r.Centre,
    pool: r.Pool,
    offer: r.PostedOffer,
    free: tuple[int, int],
    kinds: Sequence[KindTerms] = HOUSE,
) -> Offer:
    """Return a centre's standing ask; ``free`` is (whole devices, milli of the freest).

    ``kinds`` are the kinds of lease that the pool sells.
    """
    whole, most_milli = free
    device = app.facts.devices.get(pool.device_id)
    shared = offer.milli_min < MILLI and offer.isolation != "exclusive"
    available = (1 if most_milli >= offer.milli_min else 0) if shared else whole
    return Offer(
        id=offer.id,
        provider=centre.names["en"],
        device_id=pool.device_id,
        device_name=device.name if device else pool.device_id,
        region=centre.region,
        price=UnitPrice(Fraction(offer.price), asset_of(offer.asset)),
        centre_id=centre.id,
        pool_id=pool.id,
        jurisdiction=centre.jurisdiction,
        memory_mib=pool.device_memory_mib or None,
        devices_available=max(available, whole if shared else 0),
        share_milli=offer.milli_min if shared else MILLI,
        vcpus=pool.vcpus,
        host_memory_mib=pool.memory_mib,
        disk_mib=pool.disk_mib,
        isolation=Isolation(offer.isolation),
        lease_rules=rules_of(kinds, offer.isolation),
        ratings=tuple(rating_of(row) for row in pool.ratings) + peaks(device),
        green_share_bp=centre.green_share_bp,
        interruptible=offer.interruptible,
        valid_from=date.fromisoformat(offer.from_day),
        valid_to=date.fromisoformat(offer.to_day) if offer.to_day else None,
        source=offer.source,
        as_of=offer.from_day,
    )


def imported(app: App, offer_id: str, source: str, body: r.Body) -> Offer:
    """Return an imported list price as kept by :func:`offer_body`; it is never leased."""
    device_id = str(body["device_id"])
    return Offer(
        id=offer_id,
        provider=str(body["provider"]),
        device_id=device_id,
        device_name=str(body["device_name"]),
        region=str(body["region"]),
        price=UnitPrice(Fraction(str(body["price"])), asset_of(str(body["asset"]))),
        jurisdiction=cast("str | None", body.get("jurisdiction")),
        memory_mib=_whole(body, "memory_mib"),
        devices_per_instance=_whole(body, "devices_per_instance") or 1,
        devices_available=_whole(body, "devices_available"),
        share_milli=_whole(body, "share_milli") or MILLI,
        vcpus=_whole(body, "vcpus"),
        host_memory_mib=_whole(body, "host_memory_mib"),
        disk_mib=_whole(body, "disk_mib"),
        isolation=Isolation(str(body.get("isolation", Isolation.EXCLUSIVE.value))),
        ratings=peaks(app.facts.devices.get(device_id)),
        green_share_bp=_whole(body, "green_share_bp"),
        interruptible=bool(body.get("interruptible", False)),
        kind=OfferKind.INDICATIVE,
        valid_from=_day(body, "valid_from"),
        valid_to=_day(body, "valid_to"),
        source=source,
        as_of=str(body["as_of"]),
    )


def _whole(body: r.Body, name: str) -> int | None:
    return cast("int | None", body.get(name))


def _day(body: r.Body, name: str) -> date | None:
    text = body.get(name)
    return date.fromisoformat(str(text)) if text else None


def offer_body(offer: Offer) -> dict[str, object]:
    """Return an imported list price as plain values; what is not stated is left out."""
    body: dict[str, object] = {
        "provider": offer.provider,
        "device_id": offer.device_id,
        "device_name": offer.device_name,
        "region": offer.region,
        "price": str(offer.price.minor_per_device_hour),
        "asset": offer.price.asset.code,
        "jurisdiction": offer.jurisdiction,
        "memory_mib": offer.memory_mib,
        "devices_per_instance": offer.devices_per_instance,
        "devices_available": offer.devices_available,
        "share_milli": offer.share_milli,
        "vcpus": offer.vcpus,
        "host_memory_mib": offer.host_memory_mib,
        "disk_mib": offer.disk_mib,
        "isolation": offer.isolation.value,
        "green_share_bp": offer.green_share_bp,
        "interruptible": offer.interruptible,
        "valid_from": offer.valid_from.isoformat() if offer.valid_from else None,
        "valid_to": offer.valid_to.isoformat() if offer.valid_to else None,
        "as_of": offer.as_of,
    }
    return {name: value for name, value in body.items() if value is not None}


def public(app: App, fact: OfferFact) -> Offer:
    """Return a public list price of the shipped facts."""
    device = app.facts.devices.get(fact.device_id)
    return Offer(
        id=fact.id,
        provider=fact.provider,
        device_id=fact.device_id,
        device_name=device.name if device else fact.device_as_listed,
        region="",
        price=fact.price,
        memory_mib=fact.memory_gb * 1024 if fact.memory_gb else None,
        ratings=peaks(device),
        interruptible=fact.interruptible,
        kind=OfferKind.INDICATIVE,
        source=fact.provenance.url or fact.provenance.source,
        as_of=fact.provenance.date,
    )


def peaks(device: DeviceFact | None) -> tuple[Rating, ...]:
    """Return the data-sheet ratings of a device."""
    return device.ratings if device else ()


def rating_of(row: r.Body) -> Rating:
    """Read a plain rating row."""
    return Rating(
        cast(int, row["mflops"]),
        Precision(str(row["precision"])) if row["precision"] else None,
        Density(str(row["density"])) if row["density"] else None,
        Engine(str(row["engine"])) if row["engine"] else None,
        Basis(str(row["basis"])),
        str(row["source"]),
    )


def rating_row(rating: Rating) -> dict[str, object]:
    """Return a rating as plain values."""
    return {
        "mflops": rating.mflops,
        "precision": rating.precision.value if rating.precision else None,
        "density": rating.density.value if rating.density else None,
        "engine": rating.engine.value if rating.engine else None,
        "basis": rating.basis.value,
        "source": rating.source,
    }


def latencies(app: App, spots: Mapping[str, Place], origin: str | None) -> dict[str, Latency]:
    """Return place → round trip from ``origin`` (Hong Kong if none is named)."""
    found: dict[str, Latency] = {}
    for spot in spots.values():
        point = (spot.latitude_udeg, spot.longitude_udeg)
        known = None if None in point else cast("tuple[int, int]", point)
        link = between(app.facts, origin or HOME_PLACE, spot.place, known)
        if link is not None:
            found[spot.id] = link
    return found
