"""How a batch is funded, and what the bank has moved of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entrepot.domain.contracts.shares import share
from entrepot.kernel.money import CNH, HKD, Amount


class Mode(StrEnum):
    """How HKD becomes RMB and reaches the centre.

    ``pay-as-paid``: invoices whose customer has paid; one order, the bank converts and pays.
    ``pvp``: the same invoices; conversion and payment are two orders sent together, and both stay
    pending until both are confirmed; one failing voids both. It is emulated payment-versus-payment:
    a company is no member of a payment system, so the bank may still move one leg alone.
    ``prefunded``: all open invoices; RMB is bought first, and the payment is sent once it is there.
    """

    PAY_AS_PAID = "pay-as-paid"
    PVP = "pvp"
    PREFUNDED = "prefunded"


class Leg(StrEnum):
    """One of the orders of a batch: ``fx`` buys RMB, ``pay`` pays the centre."""

    FX = "fx"
    PAY = "pay"


NO_CNH, NO_HKD = Amount(0, CNH), Amount(0, HKD)

FX_MARK = "-FX"
"""End of the reference of a conversion; the payment has the batch's own."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What the books hold of a batch, after all that the bank has said.

    Attributes:
        paid: CNH that has reached the centre, returns taken off.
        converted: CNH that was bought for it.
        cost: HKD that ``paid`` cost at mid, returns taken off.
        carried: HKD of debt that ``paid`` has discharged; beyond the total, its cost.
        over_cost: part of ``cost`` that was paid beyond the total.
        reserved: CNH of our own kept for the batch, not used yet.
        reserved_cost: what that cost in HKD.
    """

    paid: Amount = NO_CNH
    converted: Amount = NO_CNH
    cost: Amount = NO_HKD
    carried: Amount = NO_HKD
    over_cost: Amount = NO_HKD
    reserved: Amount = NO_CNH
    reserved_cost: Amount = NO_HKD

    @property
    def realised(self) -> Amount:
        """Exchange loss (+) or gain (−) so far."""
        return self.cost - self.carried


NOTHING = Booked()
"""What the books hold of a batch of which nothing is booked."""


@dataclass(frozen=True, slots=True)
class Own:
    """RMB of our own: how much, and what it cost in HKD."""

    cnh_minor: int = 0
    hkd_minor: int = 0

    def part(self, cnh_minor: int) -> Own:
        """Return a part at its share of the cost; the whole is exact.

        >>> Own(300, 331).part(100), Own(300, 331).part(300)
        (Own(cnh_minor=100, hkd_minor=110), Own(cnh_minor=300, hkd_minor=331))
        """
        return Own(cnh_minor, share(self.hkd_minor, cnh_minor, self.cnh_minor))
