"""Which order a booking without a known reference may belong to: a score out of 100.

    60  the amount is what the order still waits for;  30 if it differs by at most 2 %
    20  booked on the value date;  10 within five days of it
    20  the name of the other side is the centre's

Suggestions are shown to two persons, never booked by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SCORE_MIN = 40
NEAR_SHARE = 50
"""An amount is near another one when they differ by at most one in so many."""

DAYS_NEAR = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that waits for the bank.

    Attributes:
        batch_id: batch; minor: CNH fen not yet moved; value_date: ISO date; payee: name.
    """

    batch_id: str
    minor: int
    value_date: str
    payee: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A batch that a booking may belong to, with its score."""

    batch_id: str
    score: int


def suggestions(
    minor: int, booked_on: str, counterparty: str, candidates: Sequence[Candidate]
) -> tuple[Suggestion, ...]:
    """Return the candidates with a score worth showing, the best first.

    Args:
        minor: CNH fen of the booking.
        booked_on: ISO date, or empty.
        counterparty: as the bank names it.
        candidates: orders that wait.

    >>> waiting = [Candidate("B-1", 1000, "2026-11-23", "Demo"), Candidate("B-2", 77, "", "")]
    >>> suggestions(1000, "2026-11-24", "DEMO", waiting)
    (Suggestion(batch_id='B-1', score=90),)
    """
    found = [
        Suggestion(
            one.batch_id,
            _amount(minor, one.minor) + _days(booked_on, one.value_date) + _name(counterparty, one),
        )
        for one in candidates
    ]
    worth = [one for one in found if one.score >= SCORE_MIN]
    return tuple(sorted(worth, key=lambda one: (-one.score, one.batch_id)))


def _amount(minor: int, waited: int) -> int:
    if minor == waited:
        return 60
    return 30 if abs(minor - waited) * NEAR_SHARE <= waited else 0


def _days(booked_on: str, value_date: str) -> int:
    try:
        apart = abs((date.fromisoformat(booked_on) - date.fromisoformat(value_date)).days)
    except ValueError:
        return 0
    return 20 if apart == 0 else 10 if apart <= DAYS_NEAR else 0


def _name(counterparty: str, candidate: Candidate) -> int:
    one, other = counterparty.casefold().strip(), candidate.payee.casefold().strip()
    return 20 if one and one == other else 0
