"""The opened orders of a call as a folder of tables: what is solved, certified and published.

Orders keep their ids, by which their firms know them. Firms, groups and parties stand under numbers
of this call only, so that a published call says nothing of who bid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, cast

from entrepot.services.auction_folder import AuctionFolder, RawTable
from entrepot.services.call_body import AskBody, OrderBody, read_body
from entrepot.services.ports_market import Call, SealedOrder

if TYPE_CHECKING:
    from entrepot.services.records import Body

Row = Mapping[str, str]

COLUMNS = {
    "asks": (
        *("ask", "zone", "class", "from", "to", "price", "devices"),
        *("start_cost", "min_slots", "party"),
    ),
    "orders": ("order", "kind", "min_share", "group", "parent", "time", "party"),
    "options": (
        *("order", "option", "zone", "class", "start", "length", "devices", "value"),
        *("link", "mbps"),
    ),
    "links": ("link", "from_zone", "to_zone", "from", "to", "mbps"),
    "law": ("order", "zone", "class", "from", "to", "outcome", "day", "rules", "decision"),
}


def folder_of_call(call: Call, orders: Sequence[SealedOrder]) -> AuctionFolder:
    """Return a call as a folder.

    Args:
        call: its frame.
        orders: opened orders and asks, in order of number.
    """
    party, group, parent = _numbered("P"), _numbered("X"), _parents(orders)
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    rows["links"] = [{key: str(cell) for key, cell in row.items()} for row in call.links]
    for order in orders:
        body = read_body(order.body)
        if isinstance(body, AskBody):
            rows["asks"] += _asks(order, body, party(order.group_id))
            continue
        named = group(f"{order.firm_id} {body.group}") if body.group else ""
        above = parent.get((order.firm_id, body.parent), "")
        rows["orders"].append(_order(order, body, party(order.group_id), named, above))
        rows["options"] += _options(order, body)
        rows["law"] += [
            dict(zip(COLUMNS["law"], (order.id, *cells), strict=True)) for cells in body.law
        ]
    tables = {name: _table(name, found) for name, found in rows.items()}
    if not rows["law"]:
        del tables["law"]
    return AuctionFolder(call.slots, call.slot_s, call.zones, call.classes, tables)


def plain_folder(folder: AuctionFolder) -> Body:
    """Return a folder as plain values; :func:`read_folder` reads them back."""
    return {
        "slots": folder.slots,
        "slot_s": folder.slot_s,
        "zones": list(folder.zones),
        "classes": list(folder.classes),
        "tables": {
            name: {column: list(cells) for column, cells in table.columns.items()}
            for name, table in folder.tables.items()
        },
    }


def read_folder(body: Body) -> AuctionFolder:
    """Return the folder that was kept with a clearing."""
    kept = cast("Mapping[str, Mapping[str, Sequence[str]]]", body["tables"])
    tables = {name: RawTable(f"{name}.csv", columns) for name, columns in kept.items()}
    zones, classes = (tuple(cast("list[str]", body[name])) for name in ("zones", "classes"))
    slots, slot_s = (cast("int", body[name]) for name in ("slots", "slot_s"))
    return AuctionFolder(slots, slot_s, zones, classes, tables)


def ask_name(order_id: str, step: int) -> str:
    """Return the name of a step of an ask, 1, 2, 3 …"""
    return f"{order_id}.{step}"


def ask_of(name: str) -> tuple[str, int]:
    """Return the ask and the step that a name stands for.

    >>> ask_of("AA-1.2")
    ('AA-1', 2)
    """
    order_id, _point, step = name.rpartition(".")
    return order_id, int(step)


def _asks(order: SealedOrder, body: AskBody, party: str) -> Iterable[Row]:
    for number, step in enumerate(body.steps, 1):
        yield {
            "ask": ask_name(order.id, number),
            "zone": step.zone,
            "class": step.device_class,
            "from": str(step.begin),
            "to": str(step.end),
            "price": _hkd(step.price_micro),
            "devices": str(step.devices),
            "start_cost": _hkd(step.start_cost_micro),
            "min_slots": str(step.min_slots),
            "party": party,
        }


def _order(order: SealedOrder, body: OrderBody, party: str, group: str, parent: str) -> Row:
    return {
        "order": order.id,
        "kind": body.kind,
        "min_share": _hkd(body.min_share_ppm * 100) if body.min_share_ppm else "",
        "group": group,
        "parent": parent,
        "time": str(order.seq),
        "party": party,
    }


def _options(order: SealedOrder, body: OrderBody) -> Iterable[Row]:
    for option in body.options:
        yield {
            "order": order.id,
            "option": option.name,
            "zone": option.zone,
            "class": option.device_class,
            "start": str(option.start),
            "length": str(option.length),
            "devices": str(option.devices),
            "value": _hkd(option.value_micro),
            "link": option.link,
            "mbps": str(option.mbps) if option.link else "",
        }


def _parents(orders: Sequence[SealedOrder]) -> dict[tuple[str | None, str], str]:
    return {
        (order.firm_id, body.name): order.id
        for order in orders
        if order.side == "order" and isinstance(body := read_body(order.body), OrderBody)
    }


def _table(name: str, rows: Sequence[Row]) -> RawTable:
    columns = {column: [row[column] for row in rows] for column in COLUMNS[name]}
    return RawTable(f"{name}.csv", columns)


def _numbered(letter: str) -> Callable[[str], str]:
    """Return a function that gives each name a number of its own, in order of first use."""
    known: dict[str, str] = {}
    numbers = count(1)

    def number(name: str) -> str:
        if name not in known:
            known[name] = f"{letter}{next(numbers)}"
        return known[name]

    return number


def _hkd(micro: int) -> str:
    """Write millionths as the files do: as short as may be."""
    whole, part = divmod(abs(micro), 1_000_000)
    tail = f".{part:06d}".rstrip("0").rstrip(".")
    return f"{'-' if micro < 0 else ''}{whole}{tail}"
