"""Grades of a row, what force they have, and the review that lends force to one row.

A: official page seen; B: reprint or press of the official text; C: secondary summary;
S: newspaper digest only; K: knowledge not checked; X: looked for and not found.
A, B and C have force. A row of another grade may tighten, never loosen, never pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_


class Grade(StrEnum):
    """How well a row is founded, best first."""

    A = "A"
    B = "B"
    C = "C"
    S = "S"
    K = "K"
    X = "X"


FORCE = frozenset({Grade.A, Grade.B, Grade.C})
"""The grades whose rows decide by themselves."""

WORST_FIRST = tuple(reversed(Grade))


def has_force(grade: Grade, force: frozenset[Grade] = FORCE) -> bool:
    """Say whether a row or field of ``grade`` decides by itself.

    >>> has_force(Grade.C), has_force(Grade.K)
    (True, False)
    """
    return grade in force


def weakest(grades: Iterable[Grade]) -> Grade:
    """Return the worst of ``grades``: a row stands no firmer than what it reads.

    >>> weakest([Grade.A, Grade.K, Grade.B])
    <Grade.K: 'K'>
    """
    return min(grades, key=WORST_FIRST.index)


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A counsel's reading of one row in its exact wording, signed by two persons.

    Args:
        row_id: the row that gains force.
        row_hash: hash of the row as read; a changed row needs a new review.
        counsel: who gave the opinion.
        persons: the two persons of the operator who signed; they differ.
        reviewed_on: first day of force.
        expires_on: first day without force.
        withdrawn_on: first day without force, where somebody took it back; None = nobody did.

    Raises:
        Invalid: one person signed twice, or the dates are reversed.
    """

    row_id: str
    row_hash: str
    counsel: str
    persons: tuple[str, str]
    reviewed_on: date
    expires_on: date
    withdrawn_on: date | None = None

    def __post_init__(self) -> None:
        first, second = (name.strip().casefold() for name in self.persons)
        if not first or not second or first == second:
            raise Invalid(
                "review.two_persons",
                N_("The review of row {row} needs two different persons."),
                hint=N_("Name a second person who has read the opinion."),
                fields={"persons": "two different names"},
                row=self.row_id,
            )
        if self.expires_on <= self.reviewed_on:
            raise Invalid(
                "review.dates",
                N_("The review of row {row} expires before it begins."),
                hint=N_("Set expires_on after reviewed_on."),
                fields={"expires_on": "after reviewed_on"},
                row=self.row_id,
            )

    def stands(self, row_hash: str, day: date, known: date | None = None) -> bool:
        """Say whether the review lends force to the row of ``row_hash`` on ``day``.

        Args:
            row_hash: hash of the row as it is.
            day: day of the decision.
            known: a review taken back later than this day stands still; None = all is known.
        """
        taken = self.withdrawn_on
        if taken is not None and taken <= day and (known is None or taken <= known):
            return False
        return self.row_hash == row_hash and self.reviewed_on <= day < self.expires_on


def standing(
    records: Iterable[ReviewRecord],
    row_hashes: Mapping[str, str],
    day: date,
    known: date | None = None,
) -> frozenset[str]:
    """Return the ids of the rows that a review lends force to on ``day``.

    Args:
        records: all reviews on file.
        row_hashes: row id → hash of the row as it is now.
        day: day of the decision.
        known: as :meth:`ReviewRecord.stands`.
    """
    return frozenset(
        record.row_id
        for record in records
        if record.row_id in row_hashes and record.stands(row_hashes[record.row_id], day, known)
    )
