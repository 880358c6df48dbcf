"""Which options the law filter permits: the decisions that stand beside an order.

A decision says of one order, one pool and one run of slots whether the gate lets the order run
there. An order with decisions may run only where each slot of an option is permitted by one and
shut by none; an order without any is bounded by its lawful zones alone. Options that do not pass
are left out before anything is computed, and all decisions are hashed into the certificate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from entrepot.domain.market.rows import (
    TextTable,
    name_cells,
    place_cells,
    read_cells,
    refuse,
    whole_cells,
)
from entrepot.kernel.text import N_

LAW_COLUMNS = ("order", "zone", "class", "from", "to", "outcome", "day", "rules", "decision")
PERMITS = frozenset({"allow", "allow_with_duties"})
"""Outcomes of the gate that let an order run; any other word shuts the place."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)

Run = tuple[int, int, bool]
"""First slot, slot after the last, permitted."""


@dataclass(frozen=True, slots=True)
class LawBook:
    """Decisions of a call.

    Attributes:
        rows: cells of :data:`LAW_COLUMNS`, in the order of the file, as they are hashed.
        governed: places of orders that have decisions.
        runs: (order, pool as zone · classes + class) → runs.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    governed: frozenset[int] = frozenset()
    runs: Mapping[tuple[int, int], tuple[Run, ...]] = field(
        default_factory=dict[tuple[int, int], tuple[Run, ...]]
    )

    def permits(self, order: int, pool: int, begin: int, end: int) -> bool:
        """Say whether an order may run in a pool in all slots of [begin, end)."""
        if order not in self.governed:
            return True
        return covered(self.runs.get((order, pool), ()), begin, end)


def covered(runs: tuple[Run, ...], begin: int, end: int) -> bool:
    """Say whether permitted runs cover all slots of [begin, end) and no other touches it.

    >>> covered(((0, 2, True), (2, 4, True)), 1, 4), covered(((0, 4, True), (3, 5, False)), 1, 4)
    (True, False)
    """
    reached = begin
    for first, after, permitted in sorted(runs):
        if after <= begin or first >= end:
            continue
        if not permitted:
            return False
        if first <= reached:
            reached = max(reached, after)
    return reached >= end


def read_law(
    table: TextTable,
    places: tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int]],
    slots: int,
) -> LawBook:
    """Read the table of decisions.

    Args:
        table: the rows; none at all is a sound table.
        places: of orders, zones and classes by name.
        slots: number of slots.

    Raises:
        Invalid: a cell is bad.
    """
    table.needs(LAW_COLUMNS, ())
    if not len(table):
        return LawBook()
    orders, zones, classes = places
    order = place_cells(table, "order", orders).tolist()
    zone = place_cells(table, "zone", zones).tolist()
    device = place_cells(table, "class", classes).tolist()
    begin = whole_cells(table, "from", 0, slots - 1).tolist()
    end = whole_cells(table, "to", 1, slots).tolist()
    empty = [row for row in range(len(table)) if begin[row] >= end[row]]
    if empty:
        raise refuse(table, "to", empty, N_("a slot after the first one"))
    outcome = name_cells(table, "outcome")
    read_cells(table, "day", _day, N_("a day such as 2026-11-21"))
    marks = [name_cells(table, column) for column in ("rules", "decision")]
    runs: dict[tuple[int, int], list[Run]] = {}
    for row, word in enumerate(outcome):
        key = (order[row], zone[row] * len(classes) + device[row])
        runs.setdefault(key, []).append((begin[row], end[row], word in PERMITS))
    named = (table.cells(column) for column in ("order", "zone", "class"))
    runs_text = (map(str, begin), map(str, end))
    rows = tuple(zip(*named, *runs_text, outcome, table.cells("day"), *marks, strict=True))
    return LawBook(rows, frozenset(order), {key: tuple(found) for key, found in runs.items()})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        return None
