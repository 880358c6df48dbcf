"""Which rows the worked cases reach; a row that no case reaches is a row that nobody tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from entrepot.kernel.rulebook.decide import GateVerdict
from entrepot.kernel.rulebook.judge import Reason
from entrepot.kernel.rulebook.table import Row, Rulebook

ANSWERED = frozenset({Reason.HIT, Reason.MET, Reason.WEAK_GRADE})
"""Reasons by which a row answered; a row that waits for facts has not been tried."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is to try, and what the cases tried.

    Attributes:
        wanted: names, in the order of the files.
        reached: the names that a case reached.

    >>> Coverage(("a", "b"), frozenset({"b"})).missing
    ('a',)
    """

    wanted: tuple[str, ...]
    reached: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """What no case reached."""
        return tuple(name for name in self.wanted if name not in self.reached)

    @property
    def count(self) -> int:
        """How many of the wanted names were reached."""
        return len(self.wanted) - len(self.missing)


def row_name(row: Row) -> str:
    """Return the name of one record of a row: corrections are tried apart."""
    return f"{row.id} of {row.recorded_at.isoformat()}"


def rows_wanted(rulebook: Rulebook) -> tuple[str, ...]:
    """Return every record of a row, and every constraint between facts."""
    rows = (
        row_name(row)
        for gate in rulebook.gates.values()
        for table in gate.tables
        for row in table.rows
    )
    return (*rows, *(constraint.id for constraint in rulebook.constraints))


def rows_reached(verdict: GateVerdict) -> Iterator[str]:
    """Yield the records that answered, and the constraints that were broken."""
    for item in verdict.verdicts:
        if item.day_row is not None and item.reason in ANSWERED:
            yield row_name(item.day_row.row)
    for constraint in verdict.contradictions:
        yield constraint.id
