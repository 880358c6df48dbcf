"""Check a placement from its case alone and sum it up; it shares no code with the solver."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.geo_model import CONTRACTED, HOUR_S, MICRO, Charge, GeoCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GeoSum:
    """What a placement comes to.

    Attributes:
        placed: leases; asked: all of them.
        law, latency, deadline, capacity: how many leases, or sites and slots, break the rule.
        money: micro-HKD paid for devices; egress: for data that leaves.
        charge: micro-HKD that carbon was counted as.
        value: micro-HKD of all leases; served: of those placed.
        wh: energy with the centres' PUE; location_mg, contracted_mg: milligrams of CO₂.
        used: device-slots of each site; have: what it has.
    """

    asked: int
    placed: int
    law: int
    latency: int
    deadline: int
    capacity: int
    money: int
    egress: int
    charge: int
    value: int
    served: int
    wh: Fraction
    location_mg: Fraction
    contracted_mg: Fraction
    used: tuple[int, ...]
    have: tuple[int, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is broken."""
        return not (self.law or self.latency or self.deadline or self.capacity)

    @property
    def worth(self) -> int:
        """Surplus in micro-HKD: value of what is placed less its costs."""
        return self.served - self.money - self.egress - self.charge


@dataclass(slots=True)
class _Tally:
    """Sums under way."""

    money: int = 0
    egress: int = 0
    charge: int = 0
    wh: Fraction = Fraction(0)
    location_mg: Fraction = Fraction(0)
    contracted_mg: Fraction = Fraction(0)


def sum_up(case: GeoCase, charge: Charge, site: Int64, start: Int64) -> GeoSum:
    """Go through a placement lease by lease.

    Args:
        case: sites and leases.
        charge: what carbon counts.
        site, start: int64[L], -1 for nowhere.
    """
    sites, leases = case.sites, case.leases
    used = np.zeros_like(sites.capacity)
    tally = _Tally()
    law = latency = deadline = 0
    rows = np.flatnonzero(site >= 0).tolist()
    for row in rows:
        here, begin = int(site[row]), int(start[row])
        end = begin + int(leases.slots[row])
        law += not leases.allowed[row, here]
        home = int(leases.home[row])
        latency += int(sites.latency_us[home, here]) > int(leases.latency_us[row])
        deadline += begin < int(leases.earliest[row]) or end > int(leases.deadline[row])
        used[here, begin:end] += leases.devices[row]
        _add(tally, case, charge, row, here, begin)
    return GeoSum(
        len(leases.names),
        len(rows),
        law,
        latency,
        deadline,
        int((used > sites.capacity).sum()),
        tally.money,
        tally.egress,
        tally.charge,
        sum(leases.value.tolist()),
        sum(leases.value[rows].tolist()),
        tally.wh,
        tally.location_mg,
        tally.contracted_mg,
        tuple(used.sum(axis=1).tolist()),
        tuple(sites.capacity.sum(axis=1).tolist()),
    )


def _add(tally: _Tally, case: GeoCase, charge: Charge, row: int, here: int, begin: int) -> None:
    sites, leases = case.sites, case.leases
    devices = int(leases.devices[row])
    span = slice(begin, begin + int(leases.slots[row]))
    tally.money += devices * sum(sites.price[here, span].tolist())
    tally.egress += int(leases.out_gb[row]) * int(sites.egress[here])
    watt_hours = int(leases.watts[row]) * case.slot_s // HOUR_S
    factor = Fraction(devices * watt_hours * int(sites.pue_milli[here]), 1000)
    grams = sum(sites.carbon[here, span].tolist())  # per kWh, so milligrams per Wh
    grey = Fraction(MICRO - int(sites.green_ppm[here]), MICRO)
    tally.wh += factor * int(leases.slots[row])
    tally.location_mg += factor * grams
    tally.contracted_mg += factor * grams * grey
    tally.charge += _charge(case, charge, here, devices * watt_hours, span)


def _charge(case: GeoCase, charge: Charge, here: int, watt_hours: int, span: slice) -> int:
    """Return what carbon counts in micro-HKD, rounded as the rule of the model says.

    The rate of each slot is cut to 1/1024 micro-HKD per Wh, the whole to micro-HKD.
    """
    green = int(case.sites.green_ppm[here]) if charge.basis == CONTRACTED else 0
    rate = int(case.sites.pue_milli[here]) * (MICRO - green) * charge.micro_per_tonne * 1024
    rates = [int(gram) * rate // 10**18 for gram in case.sites.carbon[here, span].tolist()]
    return watt_hours * sum(rates) // 1024
