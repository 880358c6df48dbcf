"""Exact figures as short decimal text for the places of a description."""

from __future__ import annotations

from fractions import Fraction

from entrepot.kernel.rounding import half_even


def decimal_text(value: Fraction | int, digits_max: int) -> str:
    """Write an exact value with at most ``digits_max`` decimals, half to even.

    >>> decimal_text(Fraction(1, 3), 4), decimal_text(Fraction(5, 2), 4), decimal_text(1234, 2)
    ('0.3333', '2.5', '1,234')
    """
    scaled = half_even(Fraction(value) * 10**digits_max)
    whole, rest = divmod(abs(scaled), 10**digits_max)
    tail = f"{rest:0{digits_max}d}".rstrip("0") if digits_max else ""
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:,}" + (f".{tail}" if tail else "")


def percent_text(basis_points: int) -> str:
    """Write basis points as percent.

    >>> percent_text(50), percent_text(2000)
    ('0.5', '20')
    """
    return decimal_text(Fraction(basis_points, 100), 2)


def price_text(minor: Fraction, code: str, digits: int = 2) -> str:
    """Write an exact price in minor units with its currency, six decimals at most.

    >>> price_text(Fraction(12345, 10), "USD")
    'USD 12.345'
    """
    return f"{code} {decimal_text(minor / 10**digits, 6)}"
