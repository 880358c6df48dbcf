"""Revaluation of what is owed in CNH at the end of a day, undone on the next.

The clearing accounts hold the open position: ``q`` CNH (owed less held) that stands in the books
at ``c`` HKD. With mid ``m`` HKD for one CNH at the end of the day::

    unrealised = [q·m] − c       positive = loss
    loss u:  debit fx_unrealised   credit fx_clearing_hkd   u
    gain u:  debit fx_clearing_hkd credit fx_unrealised     u

The reversal swaps debit and credit of the very same amount, so both together are nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from entrepot.domain.ledger.model import Balance
from entrepot.kernel.rounding import half_even

CLEARING_HKD = "fx_clearing_hkd"
CLEARING_CNH = "fx_clearing_cnh"
UNREALISED = "fx_unrealised"


@dataclass(frozen=True, slots=True)
class Position:
    """What is open.

    Attributes:
        cnh_minor: CNH fen owed less held; negative = more is held than owed.
        carrying_minor: HKD cents at which that stands in the books.
    """

    cnh_minor: int
    carrying_minor: int

    def at(self, hkd_per_cnh: Fraction) -> int:
        """Return HKD cents of the position at a rate."""
        return half_even(self.cnh_minor * hkd_per_cnh)

    def unrealised(self, hkd_per_cnh: Fraction) -> int:
        """Return HKD cents of loss at a rate; negative = gain.

        >>> Position(1_000, 1_090).unrealised(Fraction(11, 10))
        10
        """
        return self.at(hkd_per_cnh) - self.carrying_minor


@dataclass(frozen=True, slots=True)
class Line:
    """A posting: debit and credit by account code, HKD cents > 0."""

    debit: str
    credit: str
    minor: int


def open_position(balances: Mapping[str, Balance]) -> Position:
    """Return what the two clearing accounts hold.

    >>> books = {"fx_clearing_cnh": Balance(1_000, 0), "fx_clearing_hkd": Balance(0, 1_090)}
    >>> open_position(books)
    Position(cnh_minor=1000, carrying_minor=1090)
    """
    cnh = balances.get(CLEARING_CNH, Balance())
    hkd = balances.get(CLEARING_HKD, Balance())
    return Position(cnh.debit_net, hkd.credit_net)


def revalued(unrealised_minor: int) -> tuple[Line, ...]:
    """Return the posting of a revaluation; none of nought.

    Args:
        unrealised_minor: HKD cents, positive = loss.
    """
    if unrealised_minor > 0:
        return (Line(UNREALISED, CLEARING_HKD, unrealised_minor),)
    if unrealised_minor < 0:
        return (Line(CLEARING_HKD, UNREALISED, -unrealised_minor),)
    return ()


def reversed_lines(unrealised_minor: int) -> tuple[Line, ...]:
    """Return the posting that undoes a revaluation.

    >>> reversed_lines(10)
    (Line(debit='fx_clearing_hkd', credit='fx_unrealised', minor=10),)
    """
    return tuple(Line(one.credit, one.debit, one.minor) for one in revalued(unrealised_minor))


def late_correction(
    unrealised_minor: int, *, on_that_day: bool, booked_by_then: bool, reversed_by_then: bool
) -> int:
    """Return what a balance as of the end of a day lacks of ``fx_unrealised``, HKD cents debit.

    A revaluation belongs to the end of its day, whenever it was booked, and is nothing on any
    other day: correction = u·[that day] − u·[booked by then] + u·[reversed by then].

    Args:
        unrealised_minor: u, positive = loss.
        on_that_day: the balance is of the day that was valued.
        booked_by_then, reversed_by_then: whether its postings are in that balance.

    >>> late_correction(10, on_that_day=True, booked_by_then=False, reversed_by_then=False)
    10
    """
    return unrealised_minor * (int(on_that_day) - int(booked_by_then) + int(reversed_by_then))
