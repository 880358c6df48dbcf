"""What metered use costs: integer quantities, per-second rating, one rounding."""

from __future__ import annotations

from entrepot.domain.metering.model import RatedLine, Usage
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import UnitPrice

MINIMUM_S = 1
"""Least time charged for a run that began, seconds."""


def rate(
    usage: Usage,
    price: UnitPrice,
    *,
    lease_id: str,
    milli_devices: int,
    price_version: str,
    rounded: str = "half_even",
) -> RatedLine:
    """Price the usage of a lease.

    amount = round(price · q / (1000 · 3600)), q = max(usage, milli-devices · 1 s) in
    milli-device-seconds; a run that never began is charged nothing.

    Args:
        usage: what counts, clipped to the lease.
        price: exact price of one device-hour.
        lease_id: who is charged; milli_devices: sold, the minimum is one second of them.
        price_version: quote or price list of the price; rounded: named rounding.

    Returns:
        The line; the same usage gives the same line.
    """
    measured = usage.milli_device_seconds
    # Outside the lease nothing was sold, so the minimum never lifts a charge above the bound.
    least = min(MINIMUM_S * milli_devices, usage.bound_milli_device_seconds)
    quantity = max(measured, least) if usage.last_seq else 0
    amount = price.charge(quantity, rounded)
    evidence: dict[str, object] = {
        "evidence": usage.evidence,
        "lease": lease_id,
        "milli_device_seconds": quantity,
        "price": str(price.minor_per_device_hour),
        "asset": price.asset.code,
        "price_version": price_version,
        "rounded": rounded,
    }
    return RatedLine(
        id=digest(evidence)[:32],
        lease_id=lease_id,
        price_version=price_version,
        milli_device_seconds=quantity,
        measured_milli_device_seconds=measured,
        price=price,
        amount=amount,
        minimum_applied=quantity > measured,
        clipped=usage.clipped,
        evidence=usage.evidence,
        energy_j=usage.energy_j,
    )
