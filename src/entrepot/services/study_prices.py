"""What a device of a study lists at, and how fast it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_model import PPM
from entrepot.kernel.compute import Density, Precision

if TYPE_CHECKING:
    from entrepot.services.facts_model import DeviceFact, Facts


def list_price(facts: Facts, device: str) -> int:
    """Return the median list price of a device, micro-HKD an hour.

    Prices are in USD and count at the middle of the band of HKD per USD.
    """
    found = sorted(
        Fraction(offer.usd_per_device_hour)
        for offer in facts.public_offers.values()
        if offer.device_id == device
    )
    middle = (found[(len(found) - 1) // 2] + found[len(found) // 2]) / 2
    band = [facts.fx[f"hkd-usd-{side}-side"].value for side in ("strong", "weak")]
    return int(middle * Fraction(sum(band, Decimal(0))) / 2 * PPM)


def fp16_mflops(device: DeviceFact) -> int:
    """Return the dense FP16 peak of a device, 10⁶ operations a second; 0 = not stated."""
    return max(
        (
            rating.mflops
            for rating in device.ratings
            if rating.precision is Precision.FP16 and rating.density is Density.DENSE
        ),
        default=0,
    )
