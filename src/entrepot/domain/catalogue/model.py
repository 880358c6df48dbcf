"""Offers and demands: the values that the search of the catalogue works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from entrepot.domain.catalogue.lease_rule import LeaseRule
from entrepot.kernel.compute import MILLI, Basis, Density, Engine, Isolation, Precision, Rating
from entrepot.kernel.money import Amount, UnitPrice

DEVICES_MAX = 100_000
"""Most devices that one request may name; anything larger is taken for a slip of the pen."""

HOST_MAX = 10**10
"""Largest host quantity of one instance; with ``DEVICES_MAX`` its multiples stay inside int64."""

ISOLATION_RANK: Mapping[Isolation, int] = {kind: rank for rank, kind in enumerate(Isolation)}
"""0 = strongest; an offer serves a demand when its rank is not above the demand's."""


class OfferKind(StrEnum):
    """Whether an offer can be leased here.

    ``posted``: a centre's standing ask on this exchange. ``indicative``: a public list price of
    a provider that does not sell here; it shows the market and is never leased.
    """

    POSTED = "posted"
    INDICATIVE = "indicative"


class Mode(StrEnum):
    """How several alternatives are read: all at once, or the first that has an offer."""

    ANY_OF = "any_of"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class Offer:
    """One price at which a kind of device can be had at one place.

    None means *not stated* by the source. A demand that asks for a thing is never served by an
    offer that does not state it.

    Attributes:
        id: unique name, by which equal prices are ordered; provider: who sells.
        device_id: id of the device in the facts.
        device_name: the device's name, from which families and variants are matched.
        region: region of the place (``CN-GD``, ``us-east-1``).
        price: exact price of one whole device for one hour.
        centre_id: centre of the exchange, None for an outside provider.
        pool_id: pool of the centre from which the devices come.
        jurisdiction: ISO 3166-1 place whose law holds there.
        memory_mib: memory of one device, MiB; data-sheet gigabytes count as GiB.
        devices_per_instance: devices that are sold together only.
        devices_available: most devices that one lease may take.
        share_milli: smallest share that is sold and the step above it; 1000 = whole devices only.
        vcpus: host processors that come with one instance.
        host_memory_mib: host memory that comes with one instance, MiB.
        disk_mib: disk that comes with one instance, MiB.
        isolation: how firms on one device are kept apart.
        lease_rules: kinds of lease that it is sold as; none = not stated.
        ratings: ratings of one device.
        green_share_bp: contracted green share of the power, basis points.
        interruptible: the seller may take the devices back.
        kind: posted or indicative.
        valid_from, valid_to: days [from, to) on which the price holds; None = no bound.
        source: where the price was read.
        as_of: ISO date on which it was read.
    """

    id: str
    provider: str
    device_id: str
    device_name: str
    region: str
    price: UnitPrice
    centre_id: str | None = None
    pool_id: str | None = None
    jurisdiction: str | None = None
    memory_mib: int | None = None
    devices_per_instance: int = 1
    devices_available: int | None = None
    share_milli: int = MILLI
    vcpus: int | None = None
    host_memory_mib: int | None = None
    disk_mib: int | None = None
    isolation: Isolation = Isolation.EXCLUSIVE
    lease_rules: tuple[LeaseRule, ...] = ()
    ratings: tuple[Rating, ...] = ()
    green_share_bp: int | None = None
    interruptible: bool = False
    kind: OfferKind = OfferKind.POSTED
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    as_of: str = ""

    def __post_init__(self) -> None:
        if self.devices_per_instance < 1 or not 1 <= self.share_milli <= MILLI:
            raise ValueError("an instance has a device, a share lies in 1..1000")
        if self.share_milli < MILLI and self.devices_per_instance != 1:
            raise ValueError("shares are sold of single devices only")
        if max(self.vcpus or 0, self.host_memory_mib or 0, self.disk_mib or 0) > HOST_MAX:
            raise ValueError("a host quantity is absurd")
        if self.price.minor_per_device_hour < 0:
            raise ValueError("a price is not negative")

    def of_instances(self, quantity: int | None, milli_devices: int) -> int | None:
        """Scale a quantity of one instance to a lease: ⌊quantity · milli / (1000 · instance)⌋.

        Host processors, memory and disk come in proportion to the devices that are taken.
        """
        if quantity is None:
            return None
        return quantity * milli_devices // (MILLI * self.devices_per_instance)

    @property
    def place(self) -> str:
        """Key of the place for latency and gate: the centre, or else the region."""
        return self.centre_id or self.region

    def rating_mflops(self, precision: Precision) -> int | None:
        """Return the dense speed of one device at ``precision``, in 10⁶ operations per second.

        A measurement goes before a data sheet, the matrix engine before the vector engine.
        Sparse figures and figures whose density is not stated never count.
        """
        usable = [r for r in self.ratings if r.precision is precision]
        usable = [r for r in usable if r.density is Density.DENSE]
        best = min(usable, key=_preference, default=None)
        return None if best is None else best.mflops


def _preference(rating: Rating) -> tuple[bool, bool, int]:
    return (
        rating.basis is not Basis.MEASURED,
        rating.engine is not Engine.MATRIX,
        -rating.mflops,
    )


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of integers; None = no bound on that side.

    >>> Range(2, None).holds(3), Range(None, 2).holds(3), Range(2, 4).holds(None)
    (True, False, False)
    """

    least: int | None = None
    most: int | None = None

    @property
    def open(self) -> bool:
        """Say whether the range asks for nothing."""
        return self.least is None and self.most is None

    def holds(self, value: int | None) -> bool:
        """Say whether ``value`` lies inside; a value not stated lies only in an open range."""
        if self.open:
            return True
        if value is None:
            return False
        return (self.least is None or self.least <= value) and (
            self.most is None or value <= self.most
        )


ANY = Range()


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """One alternative of a demand: which device, how much memory, how many.

    Attributes:
        text: the request as written.
        name: name of a device or family; None = any device.
        memory_mib: memory of one device, MiB.
        milli_min: least milli-devices; below 1000 it is a share of one device.
        milli_max: most milli-devices; a share is served by one whole device at most.
    """

    text: str
    name: str | None = None
    memory_mib: Range = ANY
    milli_min: int = MILLI
    milli_max: int = MILLI

    def __post_init__(self) -> None:
        if not 0 < self.milli_min <= self.milli_max <= DEVICES_MAX * MILLI:
            raise ValueError("milli-devices are positive and in order")
        if self.milli_min > MILLI and self.milli_min % MILLI:
            raise ValueError("a share is below one device, or whole devices")


@dataclass(frozen=True, slots=True)
class Demand:
    """What a job asks of an offer.

    Attributes:
        alternatives: device requests, at least one.
        mode: whether all alternatives compete or the first with an offer wins.
        duration_s: length of the lease, seconds.
        cpus: host processors of the whole lease.
        host_memory_mib: host memory of the whole lease, MiB.
        disk_mib_min: disk of the whole lease, MiB; 0 = not asked.
        isolation: weakest isolation that is good enough.
        lease_kind: kind of lease by its name; empty = any.
        regions: regions, a prefix up to a dash counts (``CN`` holds ``CN-GD``); empty = any.
        jurisdictions: ISO 3166-1 places; empty = any.
        latency_from: place from which latency is measured.
        latency_ms_max: most milliseconds of round trip, None = not asked.
        green_share_bp_min: least contracted green share, basis points; 0 = not asked.
        price_cap: most HKD for the whole job, net; None = not asked.
        rating_mflops_min: least speed of the whole lease, 10⁶ operations per second.
        rating_precision: precision at which that speed counts.
        interruptible_ok: the seller may take the devices back.
        indicative_ok: list prices may be answered, for a look at the market.
    """

    alternatives: tuple[DeviceRequest, ...]
    mode: Mode = Mode.ANY_OF
    duration_s: int = 3600
    cpus: Range = ANY
    host_memory_mib: Range = ANY
    disk_mib_min: int = 0
    isolation: Isolation = Isolation.TIMESLICE
    lease_kind: str = ""
    regions: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    latency_from: str | None = None
    latency_ms_max: Fraction | None = None
    green_share_bp_min: int = 0
    price_cap: Amount | None = None
    rating_mflops_min: int = 0
    rating_precision: Precision | None = None
    interruptible_ok: bool = False
    indicative_ok: bool = False

    def __post_init__(self) -> None:
        if not self.alternatives or self.duration_s <= 0:
            raise ValueError("a demand has an alternative and a duration")
        if self.rating_mflops_min and self.rating_precision is None:
            raise ValueError("a rating is asked at a named precision")


Gate = Callable[[str, str], str | None]
"""(place, device id) → None when the job may be leased there, else the reason why not."""

Net = Callable[[Offer, int, Fraction], Fraction]
"""(offer, milli-devices, gross HKD minor units) → net HKD minor units of the whole job."""


def _open_gate(place: str, device_id: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a search needs to know beside offers and demand; handed in as values.

    Attributes:
        to_hkd: HKD for one unit of each asset, exact; an asset not named has no rate.
        day: day on which the price must hold.
        latency_ms: place → round trip in ms; a place not named is not stated.
        gate: says for (place, device id) why a job may not be leased there.
        net: gross → net price, by which candidates are ranked; None = gross. See ``net.py``.
    """

    to_hkd: Mapping[str, Fraction]
    day: date | None = None
    latency_ms: Mapping[str, Fraction | int] = field(default_factory=dict[str, "Fraction | int"])
    gate: Gate = _open_gate
    net: Net | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that serves the demand.

    Attributes:
        offer: the offer.
        alternative: index of the request that it serves.
        milli_devices: what a lease of it takes.
        gross_minor: list price of the whole job in HKD minor units, exact and not rounded.
        net_minor: the same after ``Setting.net``.
    """

    offer: Offer
    alternative: int
    milli_devices: int
    gross_minor: Fraction
    net_minor: Fraction

    @property
    def order(self) -> tuple[Fraction, str, int]:
        """Key of the ranking: net price, then id of the offer."""
        return (self.net_minor, self.offer.id, self.alternative)
