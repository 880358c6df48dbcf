"""A bank that only pretends: it reads a payment order and answers as a real one might.

Nothing is paid. Every message says ``Simulated bank``; ids and dates follow from the order
and the day, so the same order on the same day gets the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from entrepot.domain.contracts.payment import Payment, PaymentOrder
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

SHORT_SHARE = Fraction(99, 100)
"""Share of the amount that a bank pays which pays short."""


class Behaviour(StrEnum):
    """How the bank answers.

    ``accept`` books the payment; ``reject`` refuses it (AC01, account number wrong);
    ``duplicate`` tells one booking twice; ``short`` books 99 %; ``delay`` says that it is
    pending, and books when it is asked again with ``accept``.
    """

    ACCEPT = "accept"
    REJECT = "reject"
    DUPLICATE = "duplicate"
    SHORT = "short"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class BankMessage:
    """One message of the bank.

    Attributes:
        kind: ``camt054`` or ``pain002``.
        xml: UTF-8 XML.
    """

    kind: str
    xml: bytes


class SimulatedBank:
    """The pretended bank."""

    def process(
        self,
        pain001: bytes,
        behaviour: Behaviour | str = Behaviour.ACCEPT,
        today: str = "",
    ) -> list[BankMessage]:
        """Answer an order.

        Args:
            pain001: order as pain.001.001.09.
            behaviour: how to answer every payment of it.
            today: ISO date; a payment is booked on its own date, or today if that is past.

        Returns:
            Messages in the order in which they are sent.

        Raises:
            Invalid: no such behaviour, the order cannot be read, or its count and sum do
                not fit.
        """
        # The models take 150 ms to load; a quote needs none of them.
        from entrepot.adapters.documents.iso20022.pain001 import read_pain001

        how = _behaviour(behaviour)
        order = read_pain001(pain001)
        day = max(order.execute_on, today)
        answers = [_answer(order, payment, how, day) for payment in order.payments]
        return [message for answer in answers for message in answer]


def _behaviour(name: str) -> Behaviour:
    if name not in list(Behaviour):
        raise Invalid(
            "bank.behaviour",
            N_("The simulated bank knows no behaviour {name}."),
            hint=N_("Use one of {known}."),
            name=name,
            known=", ".join(Behaviour),
        )
    return Behaviour(name)


def _answer(
    order: PaymentOrder, payment: Payment, behaviour: Behaviour, day: str
) -> list[BankMessage]:
    if behaviour == Behaviour.REJECT:
        return [_status(order, payment, "RJCT", "AC01")]
    if behaviour == Behaviour.DELAY:
        return [_status(order, payment, "PDNG", "")]
    share = SHORT_SHARE if behaviour == Behaviour.SHORT else Fraction(1)
    copies = 2 if behaviour == Behaviour.DUPLICATE else 1
    return [_booking(order, payment, share, copy, day) for copy in range(1, copies + 1)]


def _booking(
    order: PaymentOrder, payment: Payment, share: Fraction, copy: int, day: str
) -> BankMessage:
    from entrepot.adapters.documents.iso20022.bank_side import write_camt054

    amount = payment.amount.times(share, "floor")
    reference = _mark(order, payment)
    xml = write_camt054(order, payment, amount, f"{reference}-N{copy}", reference, day)
    return BankMessage("camt054", xml)


def _status(order: PaymentOrder, payment: Payment, status: str, reason: str) -> BankMessage:
    from entrepot.adapters.documents.iso20022.bank_side import write_pain002

    message_id = f"{_mark(order, payment)}-S"
    return BankMessage("pain002", write_pain002(order, payment, message_id, status, reason))


def _mark(order: PaymentOrder, payment: Payment) -> str:
    """Return ``SIM-date-hash``: the booking of one payment has one reference."""
    seed = f"{order.message_id}|{payment.end_to_end_id}|{order.execute_on}"
    return f"SIM-{order.execute_on.replace('-', '')}-{sha256_hex(seed.encode())[:10].upper()}"
