"""A bank that only pretends: it reads payment orders and answers as a real one might.

Nothing is paid. Every message says ``Simulated bank``; ids and dates follow from the order
and the day, so the same order on the same day gets the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.adapters.documents.bank_simulator.behaviour import (
    ON_CONVERSION,
    Behaviour,
    Temper,
    behaviour_of,
)
from entrepot.domain.contracts.funding import FX_MARK
from entrepot.domain.contracts.payment import Payment, PaymentOrder
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.money import Amount
from entrepot.kernel.period import next_business_day

if TYPE_CHECKING:
    from entrepot.adapters.documents.iso20022.bank_side import Booking

SHORT_SHARE = Fraction(99, 100)
"""Share of the amount that a bank pays which pays short."""

OVER_SHARE = Fraction(101, 100)
"""Share of the amount that a bank pays which pays too much."""

SPLIT_SHARE = Fraction(3, 5)
"""Share of the first of two parts."""

UNKNOWN = "NOTPROVIDED"
"""Reference in a booking that lost ours; the standard's own word."""


@dataclass(frozen=True, slots=True)
class BankMessage:
    """One message of the bank.

    Attributes:
        kind: ``camt054`` or ``pain002``.
        xml: UTF-8 XML.
        booking: what a camt.054 is about; None for a status.
    """

    kind: str
    xml: bytes
    booking: Booking | None = None


class SimulatedBank:
    """The pretended bank."""

    def process(
        self,
        pain001: bytes,
        behaviour: Behaviour | str | Temper = Behaviour.ACCEPT,
        today: str = "",
    ) -> list[BankMessage]:
        """Answer an order.

        Args:
            pain001: order as pain.001.001.09.
            behaviour: how to answer every payment of it, or a mix.
            today: ISO date; a payment is booked on its own date, or today if that is past.

        Returns:
            Messages in the order in which they are sent.

        Raises:
            Invalid: no such behaviour, the order cannot be read, or its count and sum do
                not fit.
        """
        # The models take 150 ms to load; a quote needs none of them.
        from entrepot.adapters.documents.iso20022.pain001 import read_pain001

        temper = behaviour if isinstance(behaviour, Temper) else Temper(behaviour_of(behaviour))
        order = read_pain001(pain001)
        day = max(order.execute_on, today)
        answers = [
            answer(order, payment, temper.of(payment.end_to_end_id), day)
            for payment in order.payments
        ]
        return [message for some in answers for message in some]


def answer(
    order: PaymentOrder, payment: Payment, behaviour: Behaviour, day: str
) -> list[BankMessage]:
    """Return what the bank sends on one payment of an order.

    Args:
        order: the order.
        payment: one of its payments.
        behaviour: how it is treated.
        day: ISO date of booking.
    """
    if is_conversion(payment) and behaviour not in ON_CONVERSION:
        behaviour = Behaviour.ACCEPT
    if behaviour == Behaviour.REJECT:
        return [_status(order, payment, "RJCT", "AC01")]
    if behaviour == Behaviour.DELAY:
        return [_status(order, payment, "PDNG", "")]
    bookings = _bookings(order, payment, behaviour, day)
    copies = 2 if behaviour == Behaviour.DUPLICATE else 1
    return [
        _notice(order, booking, n)
        for n, booking in enumerate([one for one in bookings for _ in range(copies)], 1)
    ]


def is_conversion(payment: Payment) -> bool:
    """Say whether a payment buys RMB into the payer's own account."""
    return payment.end_to_end_id.endswith(FX_MARK)


def _bookings(
    order: PaymentOrder, payment: Payment, behaviour: Behaviour, day: str
) -> list[Booking]:
    whole = _booking(order, payment, payment.amount, day)
    again = replace(whole, reference=f"{whole.reference}-2")
    if behaviour in (Behaviour.SHORT, Behaviour.OVER):
        share = SHORT_SHARE if behaviour == Behaviour.SHORT else OVER_SHARE
        rounded = "floor" if behaviour == Behaviour.SHORT else "ceil"
        return [replace(whole, amount=payment.amount.times(share, rounded))]
    if behaviour == Behaviour.SPLIT:
        first = payment.amount.times(SPLIT_SHARE, "ceil")
        second = payment.amount - first
        parts = [replace(whole, amount=first), replace(again, amount=second)]
        return [one for one in parts if one.amount.minor]
    if behaviour == Behaviour.TWICE:
        return [whole, again]
    if behaviour == Behaviour.WRONG_DAY:
        late = next_business_day(date.fromisoformat(day), "HK", "CN")
        return [replace(whole, booked_on=late.isoformat())]
    if behaviour == Behaviour.RETURN:
        return [whole, replace(again, back=True, info="Simulated bank AC04")]
    if behaviour == Behaviour.UNKNOWN_REFERENCE:
        return [replace(whole, end_to_end_id=UNKNOWN)]
    return [whole]


def _booking(order: PaymentOrder, payment: Payment, amount: Amount, day: str) -> Booking:
    from entrepot.adapters.documents.iso20022.bank_side import Booking

    back = is_conversion(payment)
    reference = _mark(order, payment)
    name = payment.creditor.holder
    return Booking(amount, back, reference, payment.end_to_end_id, day, name)


def _notice(order: PaymentOrder, booking: Booking, number: int) -> BankMessage:
    from entrepot.adapters.documents.iso20022.bank_side import write_camt054

    xml = write_camt054(order, booking, f"{booking.reference[:30]}-N{number}")
    return BankMessage("camt054", xml, booking)


def _status(order: PaymentOrder, payment: Payment, status: str, reason: str) -> BankMessage:
    from entrepot.adapters.documents.iso20022.bank_side import write_pain002

    message_id = f"{_mark(order, payment)}-S"
    return BankMessage("pain002", write_pain002(order, payment, message_id, status, reason))


def _mark(order: PaymentOrder, payment: Payment) -> str:
    """Return ``SIM-date-hash``: the booking of one payment has one reference."""
    seed = f"{order.message_id}|{payment.end_to_end_id}|{order.execute_on}"
    return f"SIM-{order.execute_on.replace('-', '')}-{sha256_hex(seed.encode())[:10].upper()}"
