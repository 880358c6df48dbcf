"""What no rate may be: off the peg, absurd beside the last one, or too old to pay by.

Source: the band of 7.75 to 7.85 HKD a USD is the convertibility undertaking of the Hong Kong
Monetary Authority in its present form since 2005-05-18, https://www.hkma.gov.hk, 2026-11-21.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from entrepot.domain.fx.choose import age_days, inverse
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, USD, ExchangeRate
from entrepot.kernel.text import N_

PEG_FROM = "2005-05-18"
PEG = (Fraction("7.75"), Fraction("7.85"))
FLAG_OFF = Fraction(2, 100)
"""A rate that differs so much from the last known one is flagged."""
REFUSE_OFF = Fraction(20, 100)
"""A rate that differs so much is refused: a digit slipped, or the pair is upside down."""


def in_peg(rate: ExchangeRate) -> bool:
    """Say whether a rate of HKD and USD lies in the band; any other rate does.

    >>> in_peg(ExchangeRate(USD, HKD, Fraction("7.851"), "x", "2026-11-21"))
    False
    >>> in_peg(ExchangeRate(HKD, USD, 1 / Fraction("7.85"), "x", "2026-11-21"))
    True
    """
    if {rate.base, rate.quote} != {HKD, USD} or rate.fixed_on < PEG_FROM:
        return True
    hkd_per_usd = rate.value if rate.base == USD else 1 / rate.value
    return PEG[0] <= hkd_per_usd <= PEG[1]


def check_peg(rate: ExchangeRate) -> None:
    """Refuse a rate of HKD and USD outside the band.

    Raises:
        Refused: it is.
    """
    if not in_peg(rate):
        raise Refused(
            "fx.peg",
            N_("The fixings of {day} put the HKD outside 7.75 to 7.85 a USD."),
            hint=N_("Use the rate of another day, or state a rate of your own."),
            day=rate.fixed_on,
        )


def off_by(rate: ExchangeRate, last: ExchangeRate) -> Fraction:
    """Return by which part a rate differs from another of the same two currencies.

    >>> from entrepot.kernel.money import CNH
    >>> one = ExchangeRate(CNH, HKD, Fraction("1.10"), "x", "2026-11-21")
    >>> off_by(ExchangeRate(CNH, HKD, Fraction("1.21"), "x", "2026-11-21"), one)
    Fraction(1, 10)
    """
    other = last if last.base == rate.base else inverse(last)
    return abs(rate.value / other.value - 1)


def check_age(rate: ExchangeRate, on: date, refuse_days: int) -> None:
    """Refuse to pay by a rate that is too old.

    Args:
        rate: to pay by.
        on: day of the payment's freezing.
        refuse_days: greatest age in days.

    Raises:
        Refused: it is older.
    """
    age = age_days(rate, on)
    if age > refuse_days:
        raise Refused(
            "fx.stale",
            N_("The rate {pair} of {day} is {age} days old; payments take at most {most}."),
            hint=N_("Import a newer fixing: entrepot fx import FILE.csv"),
            pair=f"{rate.base.code}/{rate.quote.code}",
            day=rate.fixed_on,
            age=age,
            most=refuse_days,
        )
