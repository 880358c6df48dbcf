"""Tables of text → one sound :class:`Instance`, or one clear refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import KINDS, MINIMUM, PPM, Instance
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
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Columns = dict[str, NDArray[np.int64]]

SLOTS_MAX = 100_000
CELLS_MAX = 50_000_000
DEVICES_MAX = 1_000_000_000
MBPS_MAX = 1_000_000_000_000
TIME_MAX = 2**62
TOTAL_MAX = 2**62
"""Most micro-HKD of all options together, so that no sum leaves 64 bits."""

ASK_COLUMNS = ("ask", "zone", "class", "from", "to", "price", "devices")
ASK_MORE = ("start_cost", "min_slots", "party")
ORDER_COLUMNS = ("order", "kind")
ORDER_MORE = ("min_share", "group", "parent", "time", "party", "zones")
OPTION_COLUMNS = ("order", "option", "zone", "class", "start", "length", "devices", "value")
OPTION_MORE = ("link", "mbps")
LINK_COLUMNS = ("link", "from_zone", "to_zone", "from", "to", "mbps")


@dataclass(frozen=True, slots=True)
class Frame:
    """What all tables of a call refer to.

    Attributes:
        slots: number of slots; slot_s: seconds of one.
        zones, classes: names, each once.
    """

    slots: int
    slot_s: int
    zones: tuple[str, ...]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a frame without slots or places.

        Raises:
            Invalid: too few or too many slots, or a name twice.
        """
        if not 1 <= self.slots <= SLOTS_MAX or not 1 <= self.slot_s <= 31 * 86_400:
            raise Invalid(
                "auction.slots",
                N_("An auction has 1 to {most} slots of 1 second to 31 days."),
                hint=N_("Correct slots and slot_s in the auction file."),
                most=SLOTS_MAX,
            )
        for names in (self.zones, self.classes):
            if not names or len(set(names)) != len(names):
                raise Invalid(
                    "auction.names",
                    N_("Zones and classes are lists of one name or more, each once."),
                    hint=N_("Correct zones and classes in the auction file."),
                )


@dataclass(frozen=True, slots=True)
class Tables:
    """The four tables of a call, as text."""

    asks: TextTable
    orders: TextTable
    options: TextTable
    links: TextTable


def build(frame: Frame, tables: Tables) -> Instance:
    """Check the tables and lay them out as columns.

    Options outside the lawful zones of their order are left out before anything is computed,
    so no rounding and no solver can bring them back; they are named in ``unlawful``.

    Args:
        frame: slots and names.
        tables: rows as text.

    Raises:
        Invalid: a column, a name or a number is wrong; the place is named.
    """
    zones = {name: place for place, name in enumerate(frame.zones)}
    classes = {name: place for place, name in enumerate(frame.classes)}
    tables.asks.needs(ASK_COLUMNS, ASK_MORE)
    tables.options.needs(OPTION_COLUMNS, OPTION_MORE)
    orders, orders_more = _orders(tables.orders, zones)
    links, link_names = _links(tables.links, zones, frame.slots)
    asks, ask_pools = _asks(tables.asks, zones, classes, frame.slots)
    order_places = {name: place for place, name in enumerate(orders_more.names)}
    options, names, pools = _options(
        tables.options, order_places, zones, classes, link_names, frame.slots
    )
    keep = _lawful(options["order"], pools // len(classes), orders_more.zones)
    owner: list[int] = options["order"].tolist()
    left_out: list[int] = np.flatnonzero(~keep).tolist()
    unlawful = tuple(f"{orders_more.names[owner[row]]}/{names[row]}" for row in left_out)
    rows = np.flatnonzero(keep)[np.argsort(options["order"][keep], kind="stable")]
    kept: list[int] = rows.tolist()
    pool_key, where = np.unique(np.concatenate((ask_pools, pools[rows])), return_inverse=True)
    _check_size(pool_key.size * frame.slots, options["value"])
    parties = _places([*tables.asks.cells("party"), *tables.orders.cells("party")])
    i32 = np.int32
    return Instance(
        zones=frame.zones,
        classes=frame.classes,
        slots=frame.slots,
        slot_s=frame.slot_s,
        pool_zone=(pool_key // len(classes)).astype(i32),
        pool_class=(pool_key % len(classes)).astype(i32),
        ask_id=tuple(unique_names(tables.asks, "ask")),
        ask_pool=where[: ask_pools.size].astype(i32),
        ask_from=asks["from"].astype(i32),
        ask_to=asks["to"].astype(i32),
        ask_price=np.maximum(asks["price"], 0),
        ask_stated=asks["price"],
        ask_devices=asks["devices"],
        ask_start_cost=asks["start_cost"],
        ask_min_slots=asks["min_slots"].astype(i32),
        ask_party=place_cells(tables.asks, "party", parties, empty=True),
        order_id=orders_more.names,
        order_kind=orders["kind"].astype(np.int8),
        order_min_share=orders["min_share"].astype(i32),
        order_group=orders["group"].astype(i32),
        order_parent=orders["parent"].astype(i32),
        order_t=orders["time"],
        order_party=place_cells(tables.orders, "party", parties, empty=True),
        order_zones=orders_more.zones,
        opt_id=tuple(names[row] for row in kept),
        opt_order=options["order"][rows].astype(i32),
        opt_pool=where[ask_pools.size :].astype(i32),
        opt_start=options["start"][rows].astype(i32),
        opt_len=options["length"][rows].astype(i32),
        opt_devices=options["devices"][rows],
        opt_value=options["value"][rows],
        opt_link=options["link"][rows].astype(i32),
        opt_mbps=options["mbps"][rows],
        link_id=tuple(link_names),
        link_from=links["from"].astype(i32),
        link_to=links["to"].astype(i32),
        link_capacity=links["capacity"],
        groups=orders_more.groups,
        parties=tuple(parties),
        unlawful=unlawful,
    )


@dataclass(frozen=True, slots=True)
class _OrderNames:
    names: tuple[str, ...]
    zones: tuple[tuple[int, ...], ...]
    groups: tuple[str, ...]


def _places(names: Sequence[str]) -> dict[str, int]:
    """Return the distinct names that are not empty, by first appearance."""
    return {name: place for place, name in enumerate(dict.fromkeys(filter(None, names)))}


def _orders(table: TextTable, zones: Mapping[str, int]) -> tuple[Columns, _OrderNames]:
    table.needs(ORDER_COLUMNS, ORDER_MORE)
    names = unique_names(table, "order")
    kinds = {word: number for number, word in enumerate(KINDS)}
    kind = place_cells(table, "kind", kinds).astype(np.int64)
    share = micro_cells(table, "min_share", default="0") // 100
    wrong = (share > PPM) | ((share > 0) != (kind == MINIMUM))
    if wrong.any():
        what = N_("a percentage up to 100, above 0 for minimum orders and empty for others")
        raise refuse(table, "min_share", np.flatnonzero(wrong).tolist(), what)
    groups = _places(name_cells(table, "group", empty=True))
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
    return columns, _OrderNames(tuple(names), tuple(law), tuple(groups))


def _check_parents(table: TextTable, parent: NDArray[np.int64]) -> None:
    """Refuse orders that hang on each other in a ring: ancestors must come to an end."""
    above = parent.copy()
    for _ in range(max(1, len(parent)).bit_length() + 1):
        above = np.where(above >= 0, above[above], -1)  # twice as far up each time
    ring = np.flatnonzero(above >= 0)
    if ring.size:
        raise refuse(table, "parent", ring.tolist(), N_("a parent that does not hang on its child"))


def _asks(
    table: TextTable, zones: Mapping[str, int], classes: Mapping[str, int], slots: int
) -> tuple[Columns, NDArray[np.int64]]:
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


def _pools(
    table: TextTable, zones: Mapping[str, int], classes: Mapping[str, int]
) -> NDArray[np.int64]:
    zone = place_cells(table, "zone", zones).astype(np.int64)
    return zone * len(classes) + place_cells(table, "class", classes)


def _check_run(table: TextTable, begin: NDArray[np.int64], end: NDArray[np.int64]) -> None:
    empty = np.flatnonzero(begin >= end)
    if empty.size:
        raise refuse(table, "to", empty.tolist(), N_("a slot after the first one"))


def _options(
    table: TextTable,
    orders: Mapping[str, int],
    zones: Mapping[str, int],
    classes: Mapping[str, int],
    links: Mapping[str, int],
    slots: int,
) -> tuple[Columns, list[str], NDArray[np.int64]]:
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


def _links(
    table: TextTable, zones: Mapping[str, int], slots: int
) -> tuple[Columns, dict[str, int]]:
    """Read links: one row a run of slots; a slot without a row has no capacity."""
    table.needs(LINK_COLUMNS, ())
    names = _places(name_cells(table, "link"))
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


def _lawful(
    order: NDArray[np.int64], zone: NDArray[np.int64], law: Sequence[tuple[int, ...]]
) -> NDArray[np.bool_]:
    keep = np.ones(order.size, dtype=np.bool_)
    if any(law):
        pairs = zip(order.tolist(), zone.tolist(), strict=True)
        keep[:] = [not law[o] or z in law[o] for o, z in pairs]
    return keep


def _check_size(cells: int, values: NDArray[np.int64]) -> None:
    if cells > CELLS_MAX:
        raise Invalid(
            "auction.size",
            N_("Pools times slots are {cells}; at most {most} fit."),
            hint=N_("Split the auction by zone or by day."),
            cells=cells,
            most=CELLS_MAX,
        )
    if sum(values.tolist()) > TOTAL_MAX:
        raise Invalid(
            "auction.total",
            N_("The values of all options together are more than 64 bits hold."),
            hint=N_("Correct the column value: it is HKD for the whole option."),
        )
