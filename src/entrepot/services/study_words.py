"""Who reads a report, and how its numbers are written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_interval import Interval
from entrepot.kernel.errors import Translate
from entrepot.services.grid_figures import decimal

if TYPE_CHECKING:
    from entrepot.services.study_scenario import Words


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: how words are looked up, and the key of names in facts and scenarios."""

    translate: Translate
    tag: str

    def of(self, words: Words) -> str:
        """Return a text of several languages in the reader's."""
        return words.get(self.tag) or words.get("en", "")


def shown(found: Interval | None, digits: int) -> str:
    """Write a mean with half its interval.

    >>> shown(Interval(Fraction(5), Fraction(1, 4), 3), 1)
    '5.0 ± 0.2'
    """
    if found is None:
        return "–"
    mean = grouped(found.mean, digits)
    return mean if found.half is None else f"{mean} ± {grouped(found.half, digits)}"


def grouped(value: Fraction, digits: int = 0) -> str:
    """Write a number with thousands grouped by a comma.

    >>> grouped(Fraction(12345678, 10), 1)
    '1,234,567.8'
    """
    whole, _point, part = decimal(value, digits).partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(whole):,}" + (f".{part}" if part else "")
