"""The bill of a lease that a call made: the slots delivered, at what they were sold for.

The firm has paid when the call cleared. The bill takes that money for the slots that were not
reported as failed; what the job used is metered for the record only. The centre's part of the same
slots becomes its debt in RMB, at the rate that the call fixed when it was opened.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.contracts.price import price
from entrepot.domain.contracts.price_model import CentreCost, PriceBreakdown
from entrepot.kernel.compute import MILLI
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.rounding import half_even
from entrepot.services.call_money import delivery_entries
from entrepot.services.order_voucher import kept_deductions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entrepot.domain.contracts.price_model import VoucherDeduction
    from entrepot.services import records as r
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import LeaseSlot
    from entrepot.services.postings import Entry

_PER_HOUR = 3600 * MILLI
WAITING = ("due", "resold")
"""States of slots that are still to be billed; whoever sold one again has bought it as well."""


def price_of(
    paid_minor: int,
    milli_device_seconds: int,
    version: str,
    vouchers: Sequence[VoucherDeduction] = (),
) -> PriceBreakdown:
    """Return a price breakdown whose total is what a call has charged, to the cent.

    The price of a device-hour is the mean over all slots, kept exactly. Vouchers come back by
    claims, so they lower nothing that is paid now.

    >>> price_of(1_001, 3 * 3_600_000, "AC-1").total.minor
    1001
    """
    mean = Fraction(paid_minor * _PER_HOUR, milli_device_seconds or 1)
    unit = UnitPrice(mean, HKD)
    return price(unit, milli_device_seconds, None, vouchers=vouchers, price_version=version)


def delivered_price(uow: UnitOfWork, lease: r.Lease) -> tuple[PriceBreakdown, int]:
    """Return the price of the slots that a lease was delivered, and milli-device-seconds."""
    slots = _due(uow, lease)
    quantity = sum(slot.slot_s for slot in slots) * lease.milli_devices
    own = uow.market.lease(lease.id)
    assert own is not None
    paid = sum(slot.paid_minor for slot in slots)
    vouchers = kept_deductions(uow, lease.id, paid, own.paid_minor)
    return price_of(paid, quantity, own.call_id, vouchers), quantity


def delivered_cost(uow: UnitOfWork, lease: r.Lease, cnh_hkd: ExchangeRate) -> CentreCost:
    """Return what the centre is owed for these slots: [Σ owed / c] fen, [that · c] cents."""
    owed_hkd = sum(slot.owed_minor for slot in _due(uow, lease))
    owed = Amount(half_even(owed_hkd / cnh_hkd.value), CNH)
    return CentreCost(owed, Amount(half_even(owed.minor * cnh_hkd.value), HKD), cnh_hkd)


def deliver(uow: UnitOfWork, lease: r.Lease, bill: r.Invoice) -> list[Entry]:
    """Mark the slots of a lease as delivered by its bill; return what pays it."""
    slots = _due(uow, lease)
    for slot in slots:
        move = (slot.state, "delivered", bill.number, bill.issued_at)
        uow.market.set_slot(lease.id, slot.slot_t, *move)
    hours = {slot.slot_t for slot in slots}
    parts = [part for part in uow.elastic.parts([lease.id]) if part.slot_t in hours]
    return delivery_entries(lease.firm_id, lease.centre_id, slots, parts)


def _due(uow: UnitOfWork, lease: r.Lease) -> Sequence[LeaseSlot]:
    return uow.market.slots(lease.id, WAITING)
