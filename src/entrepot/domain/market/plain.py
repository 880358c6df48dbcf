"""An instance as tables of text, in one canonical form: for files, and for the inputs' hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from entrepot.domain.market.instance import KINDS, Instance
from entrepot.domain.market.rows import micro_text
from entrepot.kernel.canonical import sha256_hex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.signedinteger]

FORM = "entrepot-auction-1"

Rows = list[tuple[str, ...]]

HEADERS: dict[str, tuple[str, ...]] = {
    "asks": (
        *("ask", "zone", "class", "from", "to", "price", "devices"),
        *("start_cost", "min_slots", "party"),
    ),
    "orders": ("order", "kind", "min_share", "group", "parent", "time", "party", "zones"),
    "options": (
        *("order", "option", "zone", "class", "start", "length", "devices", "value"),
        *("link", "mbps"),
    ),
    "links": ("link", "from_zone", "to_zone", "from", "to", "mbps"),
}
"""Columns of each table, in the order in which they are written and hashed."""


def tables_of(instance: Instance) -> dict[str, Rows]:
    """Return the four tables of an instance; cells in the order of :data:`HEADERS`."""
    return {
        "asks": list(_asks(instance)),
        "orders": list(_orders(instance)),
        "options": list(_options(instance)),
        "links": list(_links(instance)),
    }


def inputs_digest(instance: Instance) -> str:
    """Return the SHA-256 of everything that was decided upon, unlawful options left out.

    The text hashed has one line a row with tabs between the cells: a line with the form, slots,
    seconds of a slot, zones and classes (names with blanks between), then asks, orders, options
    and links, each after a line with the table's name.
    """
    zones, classes = " ".join(instance.zones), " ".join(instance.classes)
    head = (FORM, str(instance.slots), str(instance.slot_s), zones, classes)
    lines = ["\t".join(head)]
    for name, rows in tables_of(instance).items():
        lines.append(name)
        lines += map("\t".join, rows)
    return sha256_hex("\n".join(lines).encode())


def law_digest(instance: Instance) -> str:
    """Return the SHA-256 of the options that the law shuts out, and of the decisions, if any.

    Each option is a line; after them stands a line ``law``, and each decision is a line with tabs
    between its cells.
    """
    lines = list(instance.unlawful)
    if instance.law_rows:
        lines += ["law", *map("\t".join, instance.law_rows)]
    return sha256_hex("\n".join(lines).encode())


def runs(values: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the runs of equal values: first place, place after the last, value.

    >>> runs([0, 5, 5])
    [(0, 1, 0), (1, 3, 5)]
    """
    found: list[tuple[int, int, int]] = []
    begin = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[begin]:
            found.append((begin, place, values[begin]))
            begin = place
    return found


def _texts(column: Column) -> list[str]:
    return list(map(str, column.tolist()))


def _decimals(column: Column) -> list[str]:
    return list(map(micro_text, column.tolist()))


def _named(column: Column, names: Sequence[str]) -> list[str]:
    places: list[int] = column.tolist()
    return [names[place] if place >= 0 else "" for place in places]


def _asks(instance: Instance) -> Iterator[tuple[str, ...]]:
    pool = instance.ask_pool
    return zip(
        instance.ask_id,
        _named(instance.pool_zone[pool], instance.zones),
        _named(instance.pool_class[pool], instance.classes),
        _texts(instance.ask_from),
        _texts(instance.ask_to),
        _decimals(instance.ask_stated),
        _texts(instance.ask_devices),
        _decimals(instance.ask_start_cost),
        _texts(instance.ask_min_slots),
        _named(instance.ask_party, instance.parties),
        strict=True,
    )


def _orders(instance: Instance) -> Iterator[tuple[str, ...]]:
    shares: list[int] = instance.order_min_share.tolist()
    law = (" ".join(instance.zones[zone] for zone in zones) for zones in instance.order_zones)
    return zip(
        instance.order_id,
        [KINDS[kind] for kind in instance.order_kind.tolist()],
        [micro_text(share * 100) if share else "" for share in shares],
        _named(instance.order_group, instance.groups),
        _named(instance.order_parent, instance.order_id),
        _texts(instance.order_t),
        _named(instance.order_party, instance.parties),
        law,
        strict=True,
    )


def _options(instance: Instance) -> Iterator[tuple[str, ...]]:
    pool = instance.opt_pool
    linked: list[int] = instance.opt_link.tolist()
    wide = zip(linked, _texts(instance.opt_mbps), strict=True)
    return zip(
        _named(instance.opt_order, instance.order_id),
        instance.opt_id,
        _named(instance.pool_zone[pool], instance.zones),
        _named(instance.pool_class[pool], instance.classes),
        _texts(instance.opt_start),
        _texts(instance.opt_len),
        _texts(instance.opt_devices),
        _decimals(instance.opt_value),
        _named(instance.opt_link, instance.link_id),
        [mbps if link >= 0 else "" for link, mbps in wide],
        strict=True,
    )


def _links(instance: Instance) -> Iterator[tuple[str, ...]]:
    for link, name in enumerate(instance.link_id):
        begin = instance.zones[int(instance.link_from[link])]
        end = instance.zones[int(instance.link_to[link])]
        capacity: list[int] = instance.link_capacity[link].tolist()
        for first, after, mbps in runs(capacity):
            yield name, begin, end, str(first), str(after), str(mbps)
