"""Leases to be placed over centres, as columns of whole numbers.

Where a lease may lawfully go is decided before, by the gate, and comes in as data: nothing here can
bring a forbidden place back. Time is cut into slots of equal length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.geo_kernels import CARBON_BITS, Wish
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

LOCATION, CONTRACTED = "location", "contracted"
BASES = (LOCATION, CONTRACTED)
MICRO = 1_000_000
HOUR_S = 3600
VALUE_MAX = 10**15
"""Most micro-HKD that a lease or its cost may come to: sums of thousands stay within 64 bits."""


@dataclass(frozen=True, slots=True)
class Sites:
    """Centres.

    Attributes:
        names: one a site.
        capacity: int64[S, T], devices of each slot.
        price: int64[S, T], micro-HKD per device and slot.
        carbon: int64[S, T], grams of CO₂ per kWh of the grid there and then.
        pue_milli: int64[S], energy of the centre over that of its devices, thousandths.
        green_ppm: int64[S], share of contracted green power.
        egress: int64[S], micro-HKD per GB that leaves.
        latency_us: int64[H, S], round trip from each home.
        homes: names of homes.
    """

    names: tuple[str, ...]
    capacity: Int64
    price: Int64
    carbon: Int64
    pue_milli: Int64
    green_ppm: Int64
    egress: Int64
    latency_us: Int64
    homes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leases:
    """Leases to be placed.

    Attributes:
        names: one a lease.
        allowed: bool[L, S], where law and device class let it go.
        devices, slots: int64[L], taken throughout that many slots.
        earliest, deadline: int64[L], first slot it may begin in; slot by which it has ended.
        watts: int64[L], drawn by a device.
        out_gb: int64[L], data that leaves the site.
        value: int64[L], micro-HKD that it is worth to its firm.
        home: int64[L], number of its home.
        latency_us: int64[L], longest round trip.
    """

    names: tuple[str, ...]
    allowed: Bools
    devices: Int64
    slots: Int64
    earliest: Int64
    deadline: Int64
    watts: Int64
    out_gb: Int64
    value: Int64
    home: Int64
    latency_us: Int64


@dataclass(frozen=True, slots=True)
class GeoCase:
    """What is to be placed, and where it could be.

    Attributes:
        slot_s: seconds of a slot.
    """

    sites: Sites
    leases: Leases
    slot_s: int = HOUR_S


@dataclass(frozen=True, slots=True)
class Charge:
    """What a tonne of CO₂ is charged in the choice of places; no firm pays it.

    Attributes:
        micro_per_tonne: micro-HKD.
        basis: ``location`` counts the grid, ``contracted`` takes off contracted green power.
    """

    micro_per_tonne: int = 0
    basis: str = LOCATION


def wish_of(case: GeoCase, charge: Charge) -> Wish:
    """Lay a case out for the machine code.

    Raises:
        Invalid: a column has a figure without meaning.
    """
    check(case, charge)
    sites, leases = case.sites, case.leases
    near = sites.latency_us[leases.home] <= leases.latency_us[:, None]
    wish = Wish(
        prefix(sites.price),
        prefix(_carbon_rates(sites, charge)),
        sites.egress,
        leases.allowed & near,
        leases.devices,
        leases.slots,
        leases.earliest,
        leases.deadline,
        leases.watts * case.slot_s // HOUR_S,
        leases.out_gb,
        leases.value,
    )
    _check_sums(wish)
    return wish


def prefix(rates: Int64) -> Int64:
    """Return prefix sums over slots, int64[S, T + 1]."""
    found = np.zeros((rates.shape[0], rates.shape[1] + 1), dtype=np.int64)
    np.cumsum(rates, axis=1, out=found[:, 1:])
    return found


def _carbon_rates(sites: Sites, charge: Charge) -> Int64:
    """Return 1/1024 micro-HKD per watt-hour, int64[S, T]."""
    green = sites.green_ppm if charge.basis == CONTRACTED else np.zeros_like(sites.green_ppm)
    rows = [
        [
            # g/kWh · PUE · grey share · HKD/t, in whole numbers of any length, then cut to 64 bits.
            (int(gram) * int(pue) * (MICRO - int(share)) * charge.micro_per_tonne << CARBON_BITS)
            // 10**18
            for gram in grams
        ]
        for grams, pue, share in zip(sites.carbon, sites.pue_milli, green, strict=True)
    ]
    return np.array(rows, dtype=np.int64).reshape(sites.carbon.shape)


def check(case: GeoCase, charge: Charge) -> None:
    """Refuse a case without meaning.

    Raises:
        Invalid: the first fault; a lease is named.
    """
    if charge.basis not in BASES or not 0 <= charge.micro_per_tonne <= 10**12:
        raise _refusal(
            "", N_("carbon is charged on the basis location or contracted, never below nought")
        )
    sites, leases = case.sites, case.leases
    if not sites.names or not sites.capacity.size:
        raise _refusal("", N_("there is no site, or no slot"))
    columns = (sites.capacity, sites.price, sites.carbon, sites.egress, sites.latency_us)
    if any((column < 0).any() for column in columns):
        raise _refusal("", N_("a figure of a site is negative"))
    if (sites.pue_milli < 1000).any() or ((sites.green_ppm < 0) | (sites.green_ppm > MICRO)).any():
        raise _refusal("", N_("a PUE is at least 1, and a share lies between 0 and 100 percent"))
    slots = sites.capacity.shape[1]
    faults = (
        ((leases.devices < 1) | (leases.slots < 1), N_("it takes no device or no slot")),
        (
            (leases.earliest < 0) | (leases.deadline > slots),
            N_("its window lies outside the slots"),
        ),
        (
            leases.earliest + leases.slots > leases.deadline,
            N_("its window is shorter than the lease"),
        ),
        ((leases.watts < 0) | (leases.out_gb < 0) | (leases.value < 0), N_("a figure is negative")),
        (leases.value > VALUE_MAX, N_("its value is beyond what can be counted")),
    )
    for wrong, why in faults:
        if wrong.any():
            raise _refusal(leases.names[int(np.flatnonzero(wrong)[0])], why)


def _check_sums(wish: Wish) -> None:
    """Refuse figures whose products would leave 64 bits."""
    if not wish.devices.size:
        return
    devices, energy = int(wish.devices.max()), int(wish.energy.max())
    money = devices * int(wish.price[:, -1].max())
    carbon = devices * energy * int(wish.carbon[:, -1].max())
    out = int(wish.out.max()) * int(wish.egress.max())
    if max(money, carbon >> CARBON_BITS, out) > VALUE_MAX or carbon > 1 << 62:
        raise _refusal("", N_("costs are beyond what can be counted"))


def _refusal(lease: str, why: str) -> Invalid:
    if not lease:
        return Invalid(
            "grid.geo",
            N_("This cannot be placed: {why}."),
            hint=N_("Check the tables of sites and slots."),
            why=Phrase(why),
        )
    return Invalid(
        "grid.geo_lease",
        N_("The lease {lease} cannot be placed: {why}."),
        hint=N_("Correct its row in the table of leases."),
        lease=lease,
        why=Phrase(why),
    )
