"""A study of use: centres, firms that ask for devices, and the ways to let them meet.

Everything is a whole number, and everything that a cell of a study needs is in a :class:`World` and
a :class:`Point`: a cell is computed alike in this process, in another or on another machine.

Which place is lawful comes in as data, judged before by the gate; nothing here can bring a
forbidden place back.
"""

from __future__ import annotations

from dataclasses import dataclass

PPM = 1_000_000
MILLI = 1000
DAY_H = 24
NOT_STATED = -1
"""Of a round trip: nobody has stated it, so work that needs a short one does not go there."""

ALONE, SHARED = "alone", "shared"
SCHEMES = (ALONE, SHARED)
"""``alone``: every firm uses the one centre it has a contract with. ``shared``: firms that have
joined the grid use every centre that law, latency and price let them use."""

SERVED, LAW, SIZE, LATENCY, PRICE, ROOM = range(6)
REASONS = ("served", "law", "size", "latency", "price", "room")
"""Why an asked-for lease was not given, by number; 0 is given."""

Steps = tuple[tuple[int, int], ...]
"""Quantiles: (rank in millionths, value), ranks rising from 0 to 1,000,000."""


@dataclass(frozen=True, slots=True)
class StudySite:
    """A centre.

    Attributes:
        id, region: names.
        milli: milli-devices that it has on offer, after scaling.
        price: micro-HKD per device and hour.
        watts: drawn by a device; pue_milli: energy of the centre over that of its devices.
        carbon_mg: milligrams of CO₂ per kWh of its grid; green_ppm: contracted green power.
    """

    id: str
    region: str
    milli: int
    price: int
    watts: int
    pue_milli: int
    carbon_mg: int
    green_ppm: int


@dataclass(frozen=True, slots=True)
class StudyClass:
    """A kind of work.

    Attributes:
        id: name.
        sizes: quantiles of milli-devices.
        shares: whether less than a device may be asked for; else sizes are rounded up.
        lengths: quantiles of seconds; a lease is of whole hours, ``hours_most`` at most.
        patience_h: hours that it may wait before it begins.
        latency_us: longest round trip, 0 = any.
        value_low, value_high: what a device and hour is worth, micro-HKD; drawn evenly between.
    """

    id: str
    sizes: Steps
    shares: bool
    lengths: Steps
    hours_most: int
    patience_h: int
    latency_us: int
    value_low: int
    value_high: int


@dataclass(frozen=True, slots=True)
class StudyHome:
    """Where firms sit.

    Attributes:
        id, region: names.
        firms: how many, after scaling.
        asked_milli: milli-devices asked for at any time, on average.
        own: weight of each site as the one a firm has a contract with.
        mix: weight of each class among the leases asked for.
        profile: weight of each hour of the day.
    """

    id: str
    region: str
    firms: int
    asked_milli: int
    own: tuple[int, ...]
    mix: tuple[int, ...]
    profile: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What all cells of a study share.

    Attributes:
        sites, classes, homes: in the order of the scenario.
        lawful: [class][home][site], by the gate.
        latency_us: [home][site], :data:`NOT_STATED` where unknown.
        warm_h, hours: hours before those that count, and those.
        short_below: a firm goes short if less of its device-hours than so many percent is served.
    """

    sites: tuple[StudySite, ...]
    classes: tuple[StudyClass, ...]
    homes: tuple[StudyHome, ...]
    lawful: tuple[tuple[tuple[bool, ...], ...], ...]
    latency_us: tuple[tuple[int, ...], ...]
    warm_h: int
    hours: int
    short_below: int

    @property
    def slots(self) -> int:
        """Hours in all: before, counted, and until the last lease has ended."""
        tail = max(each.hours_most + each.patience_h for each in self.classes)
        return self.warm_h + self.hours + tail


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of what a study varies.

    Attributes:
        demand_percent: of what the scenario says is asked for.
        joined_percent: share of firms that have joined the grid.
        devices_percent: of the devices on offer.
        carbon_price: micro-HKD that a tonne of CO₂ counts when a place is chosen; nobody pays it.
        contracted: whether that counts less contracted green power.
        own_first: whether a firm stays at its own centre where it can begin at once.
        soonest: whether a lease goes where it begins soonest, the cheapest of these; else to the
            cheapest where it begins within its patience, the soonest there.
    """

    demand_percent: int = 100
    joined_percent: int = 100
    devices_percent: int = 100
    carbon_price: int = 0
    contracted: bool = False
    own_first: bool = True
    soonest: bool = True


def rate_of(site: StudySite, point: Point) -> int:
    """Return what a device and hour counts as when places are compared, micro-HKD.

    rate = price + W · PUE · g/kWh · (1 − green) · HKD/t, cut off to whole micro-HKD

    >>> site = StudySite("a", "west", 1000, 5_000_000, 1000, 1500, 600_000, 500_000)
    >>> rate_of(site, Point()), rate_of(site, Point(carbon_price=1000 * PPM, contracted=True))
    (5000000, 5450000)
    """
    grey = PPM - (site.green_ppm if point.contracted else 0)
    # W/1000 · PUE/1000 = kWh; mg per kWh / 10⁹ = tonnes per kWh; the share is in millionths.
    charge = site.watts * site.pue_milli * site.carbon_mg * grey * point.carbon_price
    return site.price + charge // (MILLI * MILLI * 10**9 * PPM)


def milli_of(site: StudySite, point: Point) -> int:
    """Return the milli-devices of a site at a point."""
    return site.milli * point.devices_percent // 100
