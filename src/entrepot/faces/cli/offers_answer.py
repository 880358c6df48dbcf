"""Offers in words: a line in a table, a record in JSON, and why the others were left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.model import Candidate, Offer, OfferKind
from entrepot.faces.cli.centre_words import latency_text
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, duration, number, show_table
from entrepot.kernel.compute import MILLI, Rating
from entrepot.kernel.money import HKD
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.market_search import Market, MarketAnswer

CENTS = 100


def answer_data(answer: MarketAnswer, *, why: bool, limit: int | None = None) -> dict[str, object]:
    """Return an answer for ``--json``; with ``why`` offers left out and their reasons."""
    found, market = answer.found, answer.market
    data: dict[str, object] = {
        "offers": [
            _candidate_data(market, rank, item) for rank, item in enumerate(found.candidates, 1)
        ],
        "feasible": found.feasible,
        "considered": found.total,
        "removed": {name.value: count for name, count in found.removed.items()},
        "rates": _rates(market),
    }
    if why:
        data["relaxations"] = [
            {"filter": item.filter.value, "admits": item.admits, "text": item.render(_)}
            for item in answer.relaxations()
        ]
        data["removed_offers"] = [
            {
                "offer_id": item.offer.id,
                "filter": item.removed_by.value if item.removed_by else "",
                "failing": [name.value for name in item.failing],
                "reason": item.reason.render(_) if item.reason else "",
            }
            for item in answer.removed(limit)
        ]
    return data


def _candidate_data(market: Market, rank: int, item: Candidate) -> dict[str, object]:
    return {
        "rank": rank,
        **offer_data(market, item.offer),
        "milli_devices": item.milli_devices,
        "hkd_whole_lease": hkd(item.gross_minor),
    }


def offer_data(market: Market, offer: Offer) -> dict[str, object]:
    """Return an offer as plain values; prices are exact decimal or fraction text."""
    link = market.latency.get(offer.place)
    major = offer.price.minor_per_device_hour / 10**offer.price.asset.digits
    return {
        "offer_id": offer.id,
        "leasable": offer.kind is OfferKind.POSTED,
        "provider": offer.provider,
        "centre_id": offer.centre_id,
        "device_id": offer.device_id,
        "device": offer.device_name,
        "price_per_device_hour": str(major),
        "currency": offer.price.asset.code,
        "hkd_per_device_hour": hkd(market.in_hkd(offer)),
        "devices_per_instance": offer.devices_per_instance,
        "devices_available": offer.devices_available,
        "share_milli": offer.share_milli,
        "memory_mib": offer.memory_mib,
        "vcpus": offer.vcpus,
        "host_memory_mib": offer.host_memory_mib,
        "disk_mib": offer.disk_mib,
        "isolation": offer.isolation.value,
        "interruptible": offer.interruptible,
        "region": offer.region or None,
        "jurisdiction": offer.jurisdiction,
        "green_share_bp": offer.green_share_bp,
        "round_trip_us": link.us if link else None,
        "round_trip_basis": link.basis if link else "not stated",
        "ratings": [_rating_data(rating) for rating in offer.ratings],
        "valid_from": offer.valid_from,
        "valid_to": offer.valid_to,
        "source": offer.source,
        "as_of": offer.as_of,
    }


def _rating_data(rating: Rating) -> dict[str, object]:
    return {
        "p": f"{rating.mflops // 10**9}.{rating.mflops % 10**9:09d}",
        "precision": rating.precision,
        "density": rating.density,
        "engine": rating.engine,
        "basis": rating.basis,
        "source": rating.source,
    }


def _rates(market: Market) -> Mapping[str, object]:
    return {
        code: {"hkd": str(rate.value), "source": rate.source, "fixed_on": rate.fixed_on}
        for code, rate in market.rates.items()
    }


def hkd(minor: Fraction) -> str:
    """Write HKD cents as HKD with four decimals, enough to tell cheap device-hours apart.

    >>> hkd(Fraction(1234567, 100))
    '123.4567'
    """
    return number(minor / CENTS, 4).replace(",", "")


def offer_titles() -> list[Column]:
    """Return the columns of a table of offers."""
    return [
        Column(_(N_("seller"))),
        Column(_(N_("device"))),
        Column(_(N_("memory")), True),
        Column(_(N_("place"))),
        Column(_(N_("list price")), True),
        Column(_(N_("HKD/device-hour")), True),
        Column(_(N_("round trip")), True),
        Column(_(N_("kind"))),
        Column(_(N_("as of"))),
        Column(_(N_("offer"))),
    ]


def offer_row(market: Market, offer: Offer, devices: str = "") -> list[str]:
    """Return one line of a table of offers."""
    size = devices or (f"× {offer.devices_per_instance}" if offer.devices_per_instance > 1 else "")
    memory = offer.memory_mib
    return [
        clean(offer.provider)[:32],
        f"{clean(offer.device_name)} {size}".rstrip(),
        "–" if memory is None else f"{number(Fraction(memory, 1024))} GiB",
        offer.centre_id or offer.region or "–",
        price_text(offer),
        number(market.in_hkd(offer) / CENTS, 2),
        latency_text(market.latency.get(offer.place)) if offer.place else "–",
        _kind(offer),
        offer.as_of,
        offer.id,
    ]


def price_text(offer: Offer) -> str:
    """Write the price of a device-hour in its own currency, to four decimals where needed."""
    asset = offer.price.asset
    major = offer.price.minor_per_device_hour / 10**asset.digits
    return f"{number(major, 2 if (major * CENTS).denominator == 1 else 4)} {asset.iso}"


def _kind(offer: Offer) -> str:
    words = [_(N_("leasable")) if offer.kind is OfferKind.POSTED else _(N_("list price only"))]
    words += [_(N_("may be taken back"))] if offer.interruptible else []
    words += [offer.isolation.value] if offer.kind is OfferKind.POSTED else []
    return ", ".join(words)


def show_answer(answer: MarketAnswer, *, why: bool) -> None:
    """Print an answer; with ``why``, or without a single offer, also what was left out."""
    found, market = answer.found, answer.market
    if found.candidates:
        lease = answer.demand.duration_s
        columns = [Column("#", True), *offer_titles()]
        total = _(N_("HKD for {time}")).format(time=duration(lease))
        columns.insert(7, Column(total, True))
        rows = [_row(market, rank, item) for rank, item in enumerate(found.candidates, 1)]
        show_table(columns, rows)
    print(
        _(N_("{shown} of {feasible} that fit; {total} offers were looked at.")).format(
            shown=len(found.candidates), feasible=found.feasible, total=found.total
        )
    )
    _show_rates(market, [item.offer for item in found.candidates])
    if why or not found.candidates:
        _show_why(answer)
    if found.candidates:
        print(_(N_("Before spread, egress, tax and vouchers, and before the gate:")))
        print(_(N_("entrepot quote JOB.yaml prices a job in full.")))


def _row(market: Market, rank: int, item: Candidate) -> list[str]:
    count = Fraction(item.milli_devices, MILLI)
    text = number(count, 0 if count.denominator == 1 else 3)
    row = offer_row(market, item.offer, f"× {text}")
    return [str(rank), *row[:6], number(item.gross_minor / CENTS, 2), *row[6:]]


def _show_rates(market: Market, offers: Sequence[Offer]) -> None:
    """Print the rate of each foreign currency shown, with source and day."""
    for code in sorted({offer.price.asset.code for offer in offers} - {HKD.code}):
        rate = market.rates[code]
        print(
            _(N_("1 {base} = {rate} HKD (mid); {source}, {day}")).format(
                base=rate.base.code,
                rate=number(rate.value, 6),
                source=clean(rate.source),
                day=rate.fixed_on,
            )
        )


def _show_why(answer: MarketAnswer) -> None:
    from entrepot.domain.catalogue.filters import LABELS

    columns = [Column(_(N_("left out because"))), Column(_(N_("offers")), True)]
    removed = answer.found.removed.items()
    show_table(columns, [[_(LABELS[name]), str(count)] for name, count in removed])
    for item in answer.relaxations()[:5]:
        print("  → " + clean(item.render(_)))
