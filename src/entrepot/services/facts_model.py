"""Facts as values: what is known of centres, devices, prices, links and power, and who says so.

Every fact carries where it comes from, a day and a grade. None means *not stated*; it never
means nought. Quantities are integers with the unit in the name, or exact decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from entrepot.kernel.compute import Rating
from entrepot.kernel.money import USD, UnitPrice
from entrepot.kernel.rulebook.grade import has_force
from entrepot.services.provenance import Note, Provenance, Stated


@dataclass(frozen=True, slots=True)
class StatedRating:
    """Compute of a centre as somebody stated it.

    Attributes:
        rating: value with precision, density, engine and basis as far as stated.
        origin: ``seed`` (newspaper digest), ``found`` (located elsewhere) or ``computed``.
        standing: ``in_service``, ``planned`` or ``claimed``.
        plausible: False marks a claim that nobody should plan with.
    """

    rating: Rating
    origin: str
    standing: str
    plausible: bool
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class CentreFact:
    """A centre, hub or total that has been named in public.

    Attributes:
        names: language (en, zh-Hant, zh-Hans) → name.
        kind: ``ai``, ``hpc``, ``cluster``, ``access_node``, ``planned`` or ``aggregate``.
        place: id of the place; jurisdiction: ISO 3166-1; region: ``CN-GD``;
            city: English name, empty if only the region is known.
        latitude_udeg, longitude_udeg: 10⁻⁶ degrees; coordinate_level: how coarse they are.
        operator_hq: ISO 3166-1 of the operator's headquarters.
        pue: power usage effectiveness; green_share: contracted green power, percent.
        ratings: as stated, seed and found apart, never summed here.
    """

    id: str
    names: Mapping[str, str]
    kind: str
    place: str
    jurisdiction: str
    region: str
    city: str
    latitude_udeg: int | None
    longitude_udeg: int | None
    coordinate_level: str | None
    operator_hq: str | None
    pue: Stated | None
    green_share: Stated | None
    ratings: tuple[StatedRating, ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def green_share_bp(self) -> int | None:
        """Contracted green share of the power, basis points."""
        return None if self.green_share is None else int(self.green_share.value * 100)


@dataclass(frozen=True, slots=True)
class ExportFact:
    """One answer about a device that the placement gate or a voucher asks for."""

    value: bool | int
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """A kind of device.

    Attributes:
        family: ``H100``; form: ``SXM``, ``PCIe``…, None = not stated or none.
        kind: ``accelerator`` or ``processor``.
        memory_gb: device memory, GB as the vendor counts; tdp_w: power, W.
        ratings: dense peaks; unlike ones are never added.
        export: name of the facts dictionary → answer; an absent name is not stated.
    """

    id: str
    name: str
    family: str
    form: str | None
    kind: str
    vendor: str | None
    memory_gb: int | None
    tdp_w: int | None
    ratings: tuple[Rating, ...]
    export: Mapping[str, ExportFact]
    note: str | None
    provenance: Provenance

    def export_facts(self) -> dict[str, bool | int]:
        """Return what counts for the placement gate: name of the dictionary → value.

        An answer without force may tighten, never loosen: a weak *no* and a weak figure are left
        out, and the gate asks until the centre states them itself.
        """
        return {
            name: answer.value
            for name, answer in self.export.items()
            if name != "accelerator_domestic"
            and (has_force(answer.provenance.grade) or answer.value is True)
        }

    def voucher_facts(self) -> dict[str, bool | int]:
        """Return what is stated for vouchers: name of the dictionary → value."""
        return {k: v.value for k, v in self.export.items() if k == "accelerator_domestic"}


@dataclass(frozen=True, slots=True)
class OfferFact:
    """A public list price: it shows the market and can never be leased.

    Attributes:
        device_id: device of the catalogue; device_as_listed: the provider's own words.
        memory_gb: memory of the device offered, GB.
        interruptible: the provider may take the device back.
        usd_per_device_hour: decimal text, exact.
    """

    id: str
    provider: str
    device_id: str
    device_as_listed: str
    memory_gb: int | None
    interconnect: str | None
    tier: str
    interruptible: bool
    usd_per_device_hour: str
    provenance: Provenance

    @property
    def price(self) -> UnitPrice:
        """Exact price of one device for one hour."""
        return UnitPrice(Fraction(self.usd_per_device_hour) * 100, USD)


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A place that job files and centres name.

    Attributes:
        jurisdiction: ISO 3166-1; region: ``CN-GD`` or the jurisdiction itself.
        in_gba9: one of the nine mainland cities of the Greater Bay Area.
    """

    id: str
    names: Mapping[str, str]
    jurisdiction: str
    region: str
    latitude_udeg: int | None
    longitude_udeg: int | None
    in_gba9: bool
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class LinkFact:
    """A statement about the network.

    Attributes:
        kind: ``circle`` (target of policy), ``measured``, ``bandwidth`` or ``missing``.
        from_place, to_place: ids of places; None where the statement is about many.
        latency_us: microseconds; way: ``round_trip``, ``one_way`` or ``not_stated``.
        statistic: what the figure is (mean, best, target…).
        bandwidth_gbps: gigabits a second.
    """

    id: str
    kind: str
    text: str
    from_place: str | None
    to_place: str | None
    latency_us: int | None
    way: str
    statistic: str
    bandwidth_gbps: int | None
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """A grid zone and its location-based emission factor.

    Attributes:
        g_per_kwh: grams a kWh; counts: ``co2`` or ``co2eq`` (other gases too).
        year: which the factor describes.
    """

    id: str
    names: Mapping[str, str]
    g_per_kwh: Decimal | None
    counts: str
    year: int | None
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class TariffFact:
    """A price of power.

    Attributes:
        measure: ``average_net``, or ``difference`` to the place that the name says.
        per_kwh: major units of the currency a kWh.
    """

    id: str
    names: Mapping[str, str]
    zone: str
    measure: str
    per_kwh: Decimal
    currency: str
    from_day: str | None
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class FigureFact:
    """A single figure in the unit named: of exchange rates, demand or charges."""

    id: str
    text: str
    value: Decimal
    unit: str
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class TraceFact:
    """How long, or how large, the jobs of a public trace are; quantiles in ``unit``."""

    id: str
    text: str
    unit: str
    observations: int
    mean: Decimal
    p50: Decimal
    p90: Decimal
    p99: Decimal
    max: Decimal
    note: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts other than rules, by kind and id, and the digest of every file they came from.

    Attributes:
        content_digest: SHA-256 over all files, rules and overrides included; stands on quotes.
    """

    centres: Mapping[str, CentreFact]
    devices: Mapping[str, DeviceFact]
    public_offers: Mapping[str, OfferFact]
    places: Mapping[str, PlaceFact]
    links: Mapping[str, LinkFact]
    zones: Mapping[str, ZoneFact]
    tariffs: Mapping[str, TariffFact]
    fx: Mapping[str, FigureFact]
    demand: Mapping[str, FigureFact]
    traces: Mapping[str, TraceFact]
    charges: Mapping[str, FigureFact]
    content_digest: str
