"""Tables of text → one sound :class:`Instance`, or one clear refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from entrepot.domain.market.instance import Instance
from entrepot.domain.market.order_columns import (
    OrderNames,
    places_of,
    read_asks,
    read_links,
    read_options,
    read_orders,
)
from entrepot.domain.market.order_law import LawBook, read_law
from entrepot.domain.market.rows import TextTable, place_cells
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.order_columns import Columns, Ints

SLOTS_MAX = 100_000
CELLS_MAX = 50_000_000
SUPPLY_MAX = 10**12
TOTAL_MAX = 2**62
"""Most micro-HKD of all options together, so that no sum leaves 64 bits."""


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
    """The four tables of a call, as text, and the decisions of the law filter, if any."""

    asks: TextTable
    orders: TextTable
    options: TextTable
    links: TextTable
    law: TextTable = field(default_factory=lambda: TextTable("law.csv", {}))


def build(frame: Frame, tables: Tables) -> Instance:
    """Check the tables and lay them out as columns.

    Options that the lawful zones of their order or the decisions on it do not permit are left out
    before anything is computed, so no rounding and no solver can bring them back; they are named
    in ``unlawful``.

    Args:
        frame: slots and names.
        tables: rows as text.

    Raises:
        Invalid: a column, a name or a number is wrong; the place is named.
    """
    zones = {name: place for place, name in enumerate(frame.zones)}
    classes = {name: place for place, name in enumerate(frame.classes)}
    orders, named = read_orders(tables.orders, zones)
    links, link_names = read_links(tables.links, zones, frame.slots)
    asks, ask_pools = read_asks(tables.asks, zones, classes, frame.slots)
    places = {name: place for place, name in enumerate(named.names)}
    known = (places, zones, classes, link_names)
    options, names, pools = read_options(tables.options, known, frame.slots)
    book = read_law(tables.law, (places, zones, classes), frame.slots)
    keep = _lawful(options["order"], pools // len(classes), named.zones)
    keep &= _permitted(book, options, pools)
    owner: list[int] = options["order"].tolist()
    left_out: list[int] = np.flatnonzero(~keep).tolist()
    rows = np.flatnonzero(keep)[np.argsort(options["order"][keep], kind="stable")]
    kept: list[int] = rows.tolist()
    pool_key, where = np.unique(np.concatenate((ask_pools, pools[rows])), return_inverse=True)
    _check_size(pool_key.size * frame.slots, options["value"], asks["devices"])
    return _lay_out(
        frame,
        tables,
        (asks, orders, {name: column[rows] for name, column in options.items()}, links),
        (named, tuple(names[row] for row in kept), tuple(link_names)),
        (pool_key, where[: ask_pools.size], where[ask_pools.size :]),
        (tuple(f"{named.names[owner[row]]}/{names[row]}" for row in left_out), book.rows),
    )


def _lay_out(
    frame: Frame,
    tables: Tables,
    columns: tuple[Columns, Columns, Columns, Columns],
    names: tuple[OrderNames, tuple[str, ...], tuple[str, ...]],
    pools: tuple[Ints, Ints, Ints],
    law: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]],
) -> Instance:
    asks, orders, options, links = columns
    named, option_names, link_names = names
    pool_key, ask_pool, opt_pool = pools
    parties = places_of([*tables.asks.cells("party"), *tables.orders.cells("party")])
    i32 = np.int32
    return Instance(
        zones=frame.zones,
        classes=frame.classes,
        slots=frame.slots,
        slot_s=frame.slot_s,
        pool_zone=(pool_key // len(frame.classes)).astype(i32),
        pool_class=(pool_key % len(frame.classes)).astype(i32),
        **_ask_fields(tables.asks, asks, ask_pool, parties),
        order_id=named.names,
        order_kind=orders["kind"].astype(np.int8),
        order_min_share=orders["min_share"].astype(i32),
        order_group=orders["group"].astype(i32),
        order_parent=orders["parent"].astype(i32),
        order_t=orders["time"],
        order_party=place_cells(tables.orders, "party", parties, empty=True),
        order_zones=named.zones,
        opt_id=option_names,
        opt_order=options["order"].astype(i32),
        opt_pool=opt_pool.astype(i32),
        opt_start=options["start"].astype(i32),
        opt_len=options["length"].astype(i32),
        opt_devices=options["devices"],
        opt_value=options["value"],
        opt_link=options["link"].astype(i32),
        opt_mbps=options["mbps"],
        link_id=link_names,
        link_from=links["from"].astype(i32),
        link_to=links["to"].astype(i32),
        link_capacity=links["capacity"],
        groups=named.groups,
        parties=tuple(parties),
        unlawful=law[0],
        law_rows=law[1],
    )


def _ask_fields(
    table: TextTable, asks: Columns, pool: Ints, parties: Mapping[str, int]
) -> dict[str, Any]:
    i32 = np.int32
    return {
        "ask_id": tuple(table.cells("ask")),
        "ask_pool": pool.astype(i32),
        "ask_from": asks["from"].astype(i32),
        "ask_to": asks["to"].astype(i32),
        "ask_price": np.maximum(asks["price"], 0),
        "ask_stated": asks["price"],
        "ask_devices": asks["devices"],
        "ask_start_cost": asks["start_cost"],
        "ask_min_slots": asks["min_slots"].astype(i32),
        "ask_party": place_cells(table, "party", parties, empty=True),
    }


def _lawful(
    order: NDArray[np.int64], zone: NDArray[np.int64], law: Sequence[tuple[int, ...]]
) -> NDArray[np.bool_]:
    keep = np.ones(order.size, dtype=np.bool_)
    if any(law):
        pairs = zip(order.tolist(), zone.tolist(), strict=True)
        keep[:] = [not law[o] or z in law[o] for o, z in pairs]
    return keep


def _permitted(book: LawBook, options: Columns, pools: Ints) -> NDArray[np.bool_]:
    """Say which options the decisions permit; only those of governed orders are looked at."""
    keep = np.ones(pools.size, dtype=np.bool_)
    if not book.governed:
        return keep
    asked = np.flatnonzero(np.isin(options["order"], list(book.governed)))
    begin = options["start"][asked]
    columns = (options["order"][asked], pools[asked], begin, begin + options["length"][asked])
    rows = zip(*(column.tolist() for column in columns), strict=True)
    keep[asked] = [book.permits(*row) for row in rows]
    return keep


def _check_size(cells: int, values: Ints, devices: Ints) -> None:
    if cells > CELLS_MAX:
        raise Invalid(
            "auction.size",
            N_("Pools times slots are {cells}; at most {most} fit."),
            hint=N_("Split the auction by zone or by day."),
            cells=cells,
            most=CELLS_MAX,
        )
    if int(devices.sum()) > SUPPLY_MAX:
        raise Invalid(
            "auction.supply",
            N_("The asks together offer more than {most} devices."),
            hint=N_("Correct the column devices of the asks."),
            most=SUPPLY_MAX,
        )
    if sum(values.tolist()) > TOTAL_MAX:
        raise Invalid(
            "auction.total",
            N_("The values of all options together are more than 64 bits hold."),
            hint=N_("Correct the column value: it is HKD for the whole option."),
        )
