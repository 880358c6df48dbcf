"""Match the bank's confirmations with the payment that was instructed.

Every confirmation is used once: matched + repeated + unmatched = all that came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from entrepot.kernel.money import Amount


class BankStatus(StrEnum):
    """What the bank says of a payment."""

    BOOKED = "booked"
    PENDING = "pending"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One notice of the bank.

    Attributes:
        end_to_end_id: our reference.
        amount: amount moved; None where the notice names none (a rejection).
        status: what the bank says.
        bank_reference: the bank's reference of the booking.
        booked_on: ISO date; empty if not booked.
        reason: the bank's code or words; empty if none.
        counterparty: who was paid, or paid, as the bank names it; empty if it names none.
    """

    end_to_end_id: str
    amount: Amount | None
    status: BankStatus
    bank_reference: str
    booked_on: str
    reason: str = ""
    counterparty: str = ""


class Verdict(StrEnum):
    """What the notices together mean for one payment."""

    MATCHED = "matched"
    PENDING = "pending"
    REJECTED = "rejected"
    SHORT = "short"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Match:
    """Outcome of the matching.

    Attributes:
        verdict: meaning for the payment.
        matched: notices of this payment: one for each bank reference booked, and those that
            reject it or keep it waiting.
        repeated: notices of a booking that was counted already.
        unmatched: notices of other payments.
        paid: Σ of the bookings matched.
        difference: paid − instructed.
        reason: the bank's reason for a rejection; empty otherwise.
    """

    verdict: Verdict
    matched: tuple[Confirmation, ...]
    repeated: tuple[Confirmation, ...]
    unmatched: tuple[Confirmation, ...]
    paid: Amount
    difference: Amount
    reason: str = ""


def match(end_to_end_id: str, instructed: Amount, notices: Sequence[Confirmation]) -> Match:
    """Say what the bank's notices mean for one payment.

    Two notices with one bank reference are one booking told twice. A booking outweighs a
    rejection and a pending notice, in whatever order they came. A notice in another
    currency, or a booking without amount, is left unmatched.

    Args:
        end_to_end_id: reference of the payment.
        instructed: amount asked of the bank.
        notices: everything received, in any order.
    """
    matched: dict[str, Confirmation] = {}
    repeated: list[Confirmation] = []
    others: list[Confirmation] = []
    waiting: list[Confirmation] = []
    for notice in notices:
        booked = notice.status == BankStatus.BOOKED
        strange = notice.amount is None if booked else False
        if notice.amount is not None and notice.amount.asset != instructed.asset:
            strange = True
        if notice.end_to_end_id != end_to_end_id or strange:
            others.append(notice)
        elif not booked:
            waiting.append(notice)
        elif notice.bank_reference in matched:
            repeated.append(notice)
        else:
            matched[notice.bank_reference] = notice
    return _weigh(instructed, tuple(matched.values()), waiting, tuple(repeated), tuple(others))


def _weigh(
    instructed: Amount,
    matched: tuple[Confirmation, ...],
    waiting: Sequence[Confirmation],
    repeated: tuple[Confirmation, ...],
    others: tuple[Confirmation, ...],
) -> Match:
    minor = sum(notice.amount.minor for notice in matched if notice.amount is not None)
    paid = Amount(minor, instructed.asset)
    refusals = [notice for notice in waiting if notice.status == BankStatus.REJECTED]
    if matched:
        verdict = Verdict.SHORT if paid < instructed else Verdict.OVER
        verdict = Verdict.MATCHED if paid == instructed else verdict
    else:
        verdict = Verdict.REJECTED if refusals else Verdict.PENDING
    reason = refusals[0].reason if verdict == Verdict.REJECTED else ""
    told = (*matched, *waiting)
    return Match(verdict, told, repeated, others, paid, paid - instructed, reason)
