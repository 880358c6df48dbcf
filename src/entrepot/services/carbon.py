"""Grams of CO2 of a job: by the grid where the devices stand, and by the power contracted.

    energy  = power_w · milli-devices / 1000 · seconds / 3600 / 1000      kWh
    by grid = energy · grid factor
    by contract = by grid · (1 − contracted green share)

A figure that nobody states stays open; cooling is left out, since no centre states it for a pool.

Source: provincial factors of 2023 as shipped in ``facts/energy.yaml``; GHG Protocol Scope 2
Guidance (2015) for the two ways of counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.kernel.compute import MILLI
from entrepot.kernel.rounding import half_even
from entrepot.services import records as r
from entrepot.services.facts_model import Facts

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.metered import LeaseUsage

BP = 10_000
JOULES_PER_KWH = 3_600_000


@dataclass(frozen=True, slots=True)
class Carbon:
    """Emission of a job in milligrams of CO2; None = not stated.

    Attributes:
        by_grid_mg: with the factor of the grid.
        by_contract_mg: with the contracted green share taken off.
        source: of the factor.
    """

    by_grid_mg: int | None
    by_contract_mg: int | None
    source: str

    def as_dict(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "by_grid_mg": self.by_grid_mg,
            "by_contract_mg": self.by_contract_mg,
            "source": self.source,
        }


def grams_co2(
    facts: Facts, centre: r.Centre, pool: r.Pool, milli_devices: int, seconds: int
) -> Carbon:
    """Return the emission of a job on a pool.

    Args:
        facts: grid factors by region.
        centre: region and contracted green share.
        pool: power of one device, W.
        milli_devices: devices leased.
        seconds: duration.
    """
    zone = facts.zones.get(centre.region)
    if zone is None or zone.g_per_kwh is None or pool.power_w is None:
        return Carbon(None, None, "not stated")
    energy_kwh = Fraction(pool.power_w * milli_devices * seconds, MILLI * 3600 * 1000)
    by_grid = energy_kwh * Fraction(zone.g_per_kwh) * 1000
    green = centre.green_share_bp
    by_contract = None if green is None else half_even(by_grid * (BP - green) / BP)
    return Carbon(half_even(by_grid), by_contract, zone.provenance.source)


def measured_carbon(app: App, found: LeaseUsage) -> Carbon | None:
    """Return the emission of a lease by the energy that its centre measured; None = not measured.

    Args:
        app: the exchange.
        found: what was metered.
    """
    joules = found.usage.energy_j
    if joules is None:
        return None
    with app.store.reading() as uow:
        centre = uow.registry.centre(found.lease.centre_id)
    zone = app.facts.zones.get(centre.region) if centre else None
    if centre is None or zone is None or zone.g_per_kwh is None:
        return Carbon(None, None, "not stated")
    by_grid = Fraction(joules, JOULES_PER_KWH) * Fraction(zone.g_per_kwh) * 1000
    green = centre.green_share_bp
    by_contract = None if green is None else half_even(by_grid * (BP - green) / BP)
    return Carbon(half_even(by_grid), by_contract, zone.provenance.source)
