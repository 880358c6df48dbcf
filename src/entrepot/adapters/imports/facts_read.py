"""Rows of the facts files → frozen facts, one function a kind of row."""

from __future__ import annotations

from decimal import Decimal

from entrepot.adapters.imports.facts_row import Row
from entrepot.kernel.compute import Basis, Density, Engine, Precision, Rating
from entrepot.kernel.text import N_
from entrepot.services.facts_model import (
    CentreFact,
    DeviceFact,
    ExportFact,
    FigureFact,
    LinkFact,
    OfferFact,
    PlaceFact,
    StatedRating,
    TariffFact,
    TraceFact,
    ZoneFact,
)
from entrepot.services.provenance import Note, Provenance

UDEG = 10**6
MFLOPS_PER_P = 10**9
MFLOPS_PER_TFLOPS = 10**6
CENTRE_KINDS = ("ai", "hpc", "cluster", "access_node", "planned", "aggregate")
DEVICE_KINDS = ("accelerator", "processor")
ORIGINS = ("seed", "found", "computed")
STANDINGS = ("in_service", "planned", "claimed")
_PLACEMENT_FLAGS = ("chip_subject_to_ear", "eccn_advanced", "chip_in_gp10_guidance")
EXPORT_FLAGS = (*_PLACEMENT_FLAGS, "accelerator_domestic")
EXPORT_NUMBERS = ("tpp", "dram_gbs")
WAYS = ("round_trip", "one_way", "not_stated")


def read_centre(row: Row, places: dict[str, PlaceFact]) -> CentreFact:
    """Read a centre; its jurisdiction, region and city are those of its place."""
    place_id = row.text("place")
    if place_id not in places:
        row.refuse(
            "place",
            N_("{where}: no place is called {value}."),
            N_("Name a place of places.yaml."),
            value=place_id,
        )
    place = places[place_id]
    latitude, longitude = _point(row)
    return CentreFact(
        id=row.id(),
        names=row.names(),
        kind=row.choice("kind", CENTRE_KINDS),
        place=place_id,
        jurisdiction=place.jurisdiction,
        region=place.region,
        city="" if place.jurisdiction == "CN" and place.region == place_id else place.names["en"],
        latitude_udeg=latitude,
        longitude_udeg=longitude,
        coordinate_level=row.text_or_none("coordinate_level"),
        operator_hq=row.text_or_none("operator_hq"),
        pue=row.stated("pue", 1, 10),
        green_share=row.stated("green_share_contracted_percent", 0, 100),
        ratings=tuple(_stated_rating(box) for box in row.children("ratings")),
        notes=tuple(_note(box) for box in row.children("notes")),
        provenance=row.provenance(),
    )


def read_device(row: Row) -> DeviceFact:
    """Read a device; its ratings rest on the source of the device."""
    provenance = row.provenance()
    return DeviceFact(
        id=row.id(),
        name=row.text("name"),
        family=row.text("family"),
        form=row.text_or_none("form"),
        kind=row.choice("kind", DEVICE_KINDS),
        vendor=row.text_or_none("vendor"),
        memory_gb=row.integer_or_none("memory_gb", 1, 10_000),
        tdp_w=row.integer_or_none("tdp_w", 1, 100_000),
        ratings=tuple(_device_rating(box, provenance) for box in row.children("ratings")),
        export=_export(row.child("export")),
        note=row.text_or_none("note"),
        provenance=provenance,
    )


def read_offer(row: Row, devices: dict[str, DeviceFact]) -> OfferFact:
    """Read a public list price; its device must be in the catalogue."""
    device_id = row.text("device_id")
    if device_id not in devices:
        row.refuse(
            "device_id",
            N_("{where}: no device is called {value}."),
            N_("Name a device of devices.yaml."),
            value=device_id,
        )
    if not row.flag("indicative"):
        row.refuse(
            "indicative",
            N_("{where}: a public list price is always indicative."),
            N_("Post an offer that can be leased by entrepot offers instead."),
        )
    return OfferFact(
        id=row.id(),
        provider=row.text("provider"),
        device_id=device_id,
        device_as_listed=row.text("device_as_listed"),
        memory_gb=row.integer_or_none("memory_gb", 1, 10_000),
        interconnect=row.text_or_none("interconnect"),
        tier=row.text("tier"),
        interruptible=row.flag("interruptible"),
        usd_per_device_hour=format(row.decimal("usd_per_device_hour", 0, 100_000), "f"),
        provenance=row.provenance(),
    )


def read_place(row: Row) -> PlaceFact:
    """Read a place."""
    latitude, longitude = _point(row)
    return PlaceFact(
        id=row.id(),
        names=row.names(),
        jurisdiction=row.text("jurisdiction"),
        region=row.text("region"),
        latitude_udeg=latitude,
        longitude_udeg=longitude,
        in_gba9=row.flag("in_gba9"),
        note=row.text_or_none("note"),
        provenance=row.provenance(),
    )


def read_link(row: Row) -> LinkFact:
    """Read a statement about the network."""
    kind = row.choice("kind", ("circle", "measured", "bandwidth", "missing"))
    if kind == "measured":
        latency, statistic = "ms", row.text("statistic")
        way = row.choice("way", WAYS)
    else:
        latency, statistic, way = "rtt_ms", "target" if kind == "circle" else "", "not_stated"
        row.text_or_none("scope")
        row.decimal_or_none("mean_utilisation_percent", 0, 100)
    return LinkFact(
        id=row.id(),
        kind=kind,
        text=row.text("text"),
        from_place=row.text_or_none("from_place"),
        to_place=row.text_or_none("to_place"),
        latency_us=row.scaled_or_none(latency, 1000, 0, 10_000),
        way=way,
        statistic=statistic,
        bandwidth_gbps=row.integer_or_none("gbps"),
        note=row.text_or_none("note"),
        provenance=row.provenance(),
    )


def read_zone(row: Row) -> ZoneFact:
    """Read a grid zone."""
    return ZoneFact(
        id=row.id(),
        names=row.names(),
        g_per_kwh=row.decimal_or_none("gco2_per_kwh", 0, 2000),
        counts=row.choice("counts", ("co2", "co2eq")),
        year=row.integer_or_none("year", 1990, 2100),
        note=row.text_or_none("note"),
        provenance=row.provenance(),
    )


def read_tariff(row: Row) -> TariffFact:
    """Read a tariff."""
    return TariffFact(
        id=row.id(),
        names=row.names(),
        zone=row.text("zone"),
        measure=row.choice("measure", ("average_net", "difference")),
        per_kwh=row.decimal("per_kwh", -100, 100),
        currency=row.choice("currency", ("HKD", "CNY")),
        from_day=None if row.get("from_day") is None else row.day("from_day"),
        note=row.text_or_none("note"),
        provenance=row.provenance(),
    )


def read_figure(row: Row) -> FigureFact:
    """Read a single figure."""
    return FigureFact(
        id=row.id(),
        text=row.text("text"),
        value=row.decimal("value", -(10**15)),
        unit=row.text("unit"),
        note=row.text_or_none("note"),
        provenance=row.provenance(),
    )


def read_trace(row: Row) -> TraceFact:
    """Read the quantiles of a trace; they must not fall."""
    p50, p90, p99, top = (row.decimal(key) for key in ("p50", "p90", "p99", "max"))
    if not p50 <= p90 <= p99 <= top:
        row.refuse(
            "p50", N_("{where}: quantiles must not fall."), N_("Order p50, p90, p99 and max.")
        )
    return TraceFact(
        id=row.id(),
        text=row.text("text"),
        unit=row.text("unit"),
        observations=row.integer_or_none("observations") or 0,
        mean=row.decimal("mean"),
        p50=p50,
        p90=p90,
        p99=p99,
        max=top,
        note=row.text_or_none("note"),
        provenance=row.provenance(),
    )


def _point(row: Row) -> tuple[int | None, int | None]:
    latitude = row.scaled_or_none("latitude", UDEG, -90, 90)
    longitude = row.scaled_or_none("longitude", UDEG, -180, 180)
    if (latitude is None) != (longitude is None):
        row.refuse(
            "latitude",
            N_("{where}: latitude and longitude are stated together or not at all."),
            N_("State both in degrees."),
        )
    return latitude, longitude


def _rating(row: Row, mflops: Decimal, source: Provenance) -> Rating:
    precision, density, engine = (
        row.get(key) and row.choice(key, [item.value for item in kind])
        for key, kind in (("precision", Precision), ("density", Density), ("engine", Engine))
    )
    return Rating(
        mflops=int(mflops),
        precision=Precision(precision) if precision else None,
        density=Density(density) if density else None,
        engine=Engine(engine) if engine else None,
        basis=Basis(row.choice("basis", [item.value for item in Basis])),
        source=f"{source.source} ({source.date}, {source.grade.value})",
    )


def _device_rating(row: Row, source: Provenance) -> Rating:
    rating = _rating(row, row.decimal("tflops", 0, 10**6) * MFLOPS_PER_TFLOPS, source)
    row.finish()
    return rating


def _stated_rating(row: Row) -> StatedRating:
    provenance = row.provenance()
    found = StatedRating(
        rating=_rating(row, row.decimal("value_p", 0, 10**8) * MFLOPS_PER_P, provenance),
        origin=row.choice("origin", ORIGINS),
        standing=row.choice("standing", STANDINGS),
        plausible=row.flag("plausible"),
        note=row.text_or_none("note"),
        provenance=provenance,
    )
    row.finish()
    return found


def _note(row: Row) -> Note:
    found = Note(row.text("text"), row.choice("origin", ORIGINS), row.provenance())
    row.finish()
    return found


def _export(row: Row | None) -> dict[str, ExportFact]:
    if row is None:
        return {}
    found: dict[str, ExportFact] = {}
    for name in (*EXPORT_FLAGS, *EXPORT_NUMBERS):
        box = row.child(name)
        if box is not None:
            found[name] = _export_fact(box, name)
    row.finish()
    return found


def _export_fact(box: Row, name: str) -> ExportFact:
    value: bool | int | None
    value = box.flag("value") if name in EXPORT_FLAGS else box.integer_or_none("value")
    if value is None:
        box.refuse(
            "value",
            N_("{where}: {field} is missing."),
            N_("Leave the whole entry out if the answer is not stated."),
        )
    found = ExportFact(value, box.text_or_none("note"), box.provenance())
    box.finish()
    return found
