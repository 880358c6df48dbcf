"""The four tables of a call, column by column: names to places, texts to exact integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import KINDS, MINIMUM, PPM
from entrepot.domain.market.rows import (
    TextTable,
    micro_cells,
    name_cells,
    place_cells,
    read_cells,
    refuse,
    unique_names,
    whole_cells,
)
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Columns = dict[str, Ints]

DEVICES_MAX = 1_000_000_000
MBPS_MAX = 1_000_000_000_000
TIME_MAX = 2**62

ASK_COLUMNS = ("ask", "zone", "class", "from", "to", "price", "devices")
ASK_MORE = ("start_cost", "min_slots", "party")
ORDER_COLUMNS = ("order", "kind")
ORDER_MORE = ("min_share", "group", "parent", "time", "party", "zones")
OPTION_COLUMNS = ("order", "option", "zone", "class", "start", "length", "devices", "value")
OPTION_MORE = ("link", "mbps")
LINK_COLUMNS = ("link", "from_zone", "to_zone", "from", "to", "mbps")


@dataclass(frozen=True, slots=True)
class OrderNames:
    """What of the orders is no number.

    Attributes:
        names: of the orders; groups: of the exclusive groups.
        zones: lawful zones of each order, as places.
    """

    names: tuple[str, ...]
    zones: tuple[tuple[int, ...], ...]
    groups: tuple[str, ...]


def places_of(names: Sequence[str]) -> dict[str, int]:
    """Return the distinct names that are not empty, by first appearance."""
    return {name: place for place, name in enumerate(dict.fromkeys(filter(None, names)))}


def read_orders(table: TextTable, zones: Mapping[str, int]) -> tuple[Columns, OrderNames]:
    """Read orders.

    Raises:
        Invalid: a cell is bad, or orders hang on each other in a ring.
    """
    table.needs(ORDER_COLUMNS, ORDER_MORE)
    names = unique_names(table, "order")
    kinds = {word: number for number, word in enumerate(KINDS)}
    kind = place_cells(table, "kind", kinds).astype(np.int64)
    share = micro_cells(table, "min_share", default="0") // 100
    wrong = (share > PPM) | ((share > 0) != (kind == MINIMUM))
    if wrong.any():
        what = N_("a percentage up to 100, above 0 for minimum orders and empty for others")
        raise refuse(table, "min_share", np.flatnonzero(wrong).tolist(), what)
    groups = places_of(name_cells(table, "group", empty=True))
    parent = place_cells(table, "parent", names, empty=True).astype(np.int64)
    _check_parents(table, parent)
    columns = {
        "kind": kind,
        "min_share": share,
        "group": place_cells(table, "group", groups, empty=True).astype(np.int64),
        "parent": parent,
        "time": whole_cells(table, "time", 0, TIME_MAX, default="0"),
    }

    def lawful(text: str) -> tuple[int, ...] | None:
        found = [zones.get(name, -1) for name in text.split()]
        return None if -1 in found else tuple(sorted(set(found)))

    law = read_cells(table, "zones", lawful, N_("a list of known zones with blanks between"))
    return columns, OrderNames(tuple(names), tuple(law), tuple(groups))


def _check_parents(table: TextTable, parent: Ints) -> None:
    """Refuse orders that hang on each other in a ring: ancestors must come to an end."""
    above = parent.copy()
    for _ in range(max(1, len(parent)).bit_length() + 1):
        above = np.where(above >= 0, above[above], -1)  # twice as far up each time
    ring = np.flatnonzero(above >= 0)
    if ring.size:
        raise refuse(table, "parent", ring.tolist(), N_("a parent that does not hang on its child"))


def read_asks(
    table: TextTable, zones: Mapping[str, int], classes: Mapping[str, int], slots: int
) -> tuple[Columns, Ints]:
    """Read asks; return columns, and the pool of each as zone · classes + class.

    Raises:
        Invalid: a cell is bad.
    """
    table.needs(ASK_COLUMNS, ASK_MORE)
    unique_names(table, "ask")
    columns = {
        "from": whole_cells(table, "from", 0, slots - 1),
        "to": whole_cells(table, "to", 1, slots),
        "price": micro_cells(table, "price", negative=True),
        "devices": whole_cells(table, "devices", 0, DEVICES_MAX),
        "start_cost": micro_cells(table, "start_cost", default="0"),
        "min_slots": whole_cells(table, "min_slots", 0, slots, default="0"),
    }
    _check_run(table, columns["from"], columns["to"])
    return columns, _pools(table, zones, classes)


def _pools(table: TextTable, zones: Mapping[str, int], classes: Mapping[str, int]) -> Ints:
    zone = place_cells(table, "zone", zones).astype(np.int64)
    return zone * len(classes) + place_cells(table, "class", classes)


def _check_run(table: TextTable, begin: Ints, end: Ints) -> None:
    empty = np.flatnonzero(begin >= end)
    if empty.size:
        raise refuse(table, "to", empty.tolist(), N_("a slot after the first one"))


def read_options(
    table: TextTable,
    known: tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int], Mapping[str, int]],
    slots: int,
) -> tuple[Columns, list[str], Ints]:
    """Read options.

    Args:
        table: the rows.
        known: places of orders, zones, classes and links by name.
        slots: number of slots.

    Returns:
        Columns, names, and the pool of each as zone · classes + class.

    Raises:
        Invalid: a cell is bad, or an option ends too late or stands twice.
    """
    table.needs(OPTION_COLUMNS, OPTION_MORE)
    orders, zones, classes, links = known
    names = name_cells(table, "option")
    columns = {
        "order": place_cells(table, "order", orders).astype(np.int64),
        "start": whole_cells(table, "start", 0, slots - 1),
        "length": whole_cells(table, "length", 1, slots),
        "devices": whole_cells(table, "devices", 1, DEVICES_MAX),
        "value": micro_cells(table, "value"),
        "link": place_cells(table, "link", links, empty=True).astype(np.int64),
        "mbps": whole_cells(table, "mbps", 0, MBPS_MAX, default="0"),
    }
    late = np.flatnonzero(columns["start"] + columns["length"] > slots)
    if late.size:
        raise refuse(table, "length", late.tolist(), N_("short enough to end within the auction"))
    idle = np.flatnonzero((columns["link"] < 0) & (columns["mbps"] > 0))
    if idle.size:
        raise refuse(table, "mbps", idle.tolist(), N_("empty, as there is no link in this row"))
    seen: dict[tuple[int, str], int] = {}
    pairs = zip(columns["order"].tolist(), names, strict=True)
    again = [row for row, pair in enumerate(pairs) if seen.setdefault(pair, row) != row]
    if again:
        raise refuse(table, "option", again, N_("new: the order has an option of this name"))
    return columns, names, _pools(table, zones, classes)


def read_links(
    table: TextTable, zones: Mapping[str, int], slots: int
) -> tuple[Columns, dict[str, int]]:
    """Read links: one row a run of slots; a slot without a row has no capacity.

    Raises:
        Invalid: a cell is bad, or two rows of a link name the same slot or other zones.
    """
    table.needs(LINK_COLUMNS, ())
    names = places_of(name_cells(table, "link"))
    link = place_cells(table, "link", names)
    ends = [place_cells(table, column, zones) for column in ("from_zone", "to_zone")]
    begin = whole_cells(table, "from", 0, slots - 1)
    end = whole_cells(table, "to", 1, slots)
    mbps = whole_cells(table, "mbps", 0, MBPS_MAX)
    _check_run(table, begin, end)
    capacity = np.full((len(names), slots), -1, dtype=np.int64)
    zone = np.full((2, len(names)), -1, dtype=np.int64)
    for row in range(len(table)):
        place, run = link[row], slice(begin[row], end[row])
        if (capacity[place, run] >= 0).any():
            raise refuse(table, "from", [row], N_("a slot that no other row of the link names"))
        for side in (0, 1):
            if zone[side, place] not in (-1, ends[side][row]):
                raise refuse(table, "link", [row], N_("between the same zones as above"))
            zone[side, place] = ends[side][row]
        capacity[place, run] = mbps[row]
    return {"capacity": np.maximum(capacity, 0), "from": zone[0], "to": zone[1]}, names
