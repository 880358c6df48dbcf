"""A file of carbon intensity as it was read."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.domain.grid.green_series import Series

MEND_NONE, MEND_GAPS, MEND_ALL = "none", "gaps", "all"
MENDS = (MEND_NONE, MEND_GAPS, MEND_ALL)
"""What is mended: nothing; short gaps and rows between steps; order, duplicates, long gaps too."""


@dataclass(frozen=True, slots=True)
class CarbonFile:
    """A series, and what had to be mended.

    Attributes:
        series: at equal steps.
        rows: of the file.
        backwards: rows earlier than the one before them; twice: rows whose time stood there before;
            between: rows between two steps, left out; filled: steps that took the value before.
    """

    series: Series
    rows: int
    backwards: int = 0
    twice: int = 0
    between: int = 0
    filled: int = 0
