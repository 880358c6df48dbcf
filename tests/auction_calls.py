"""Small calls of the auction, written as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrepot.domain.market.instance import Instance
from entrepot.services.auction_folder import AuctionFolder, RawTable, instance_of

Row = Mapping[str, object]

NEEDED = {
    "asks": ("ask", "zone", "class", "from", "to", "price", "devices"),
    "orders": ("order", "kind"),
    "options": ("order", "option", "zone", "class", "start", "length", "devices", "value"),
    "links": ("link", "from_zone", "to_zone", "from", "to", "mbps"),
}


def table(name: str, rows: Sequence[Row]) -> RawTable:
    """Return rows as a table; a column that one row has, all have."""
    columns = dict.fromkeys([*NEEDED[name], *(key for row in rows for key in row)])
    return RawTable(
        f"{name}.csv", {column: [str(row.get(column, "")) for row in rows] for column in columns}
    )


def call(
    asks: Sequence[Row],
    orders: Sequence[Row],
    options: Sequence[Row],
    links: Sequence[Row] = (),
    *,
    slots: int = 1,
    zones: Sequence[str] = ("A",),
    classes: Sequence[str] = ("gpu",),
) -> AuctionFolder:
    """Return a call as a folder."""
    rows = {"asks": asks, "orders": orders, "options": options, "links": links}
    tables = {name: table(name, found) for name, found in rows.items()}
    return AuctionFolder(slots, 3600, tuple(zones), tuple(classes), tables)


def built(*args: Sequence[Row], **more: object) -> Instance:
    """Return a call laid out as columns; arguments as :func:`call`."""
    return instance_of(call(*args, **more))  # type: ignore[arg-type]


def ask(name: str, price: object, devices: object, **more: object) -> Row:
    """Return an ask in zone A, slot 0, unless told otherwise."""
    row: dict[str, object] = {"ask": name, "zone": "A", "class": "gpu", "from": 0, "to": 1}
    return row | {"price": price, "devices": devices} | more


def order(name: str, kind: str = "gang", **more: object) -> Row:
    """Return an order."""
    return {"order": name, "kind": kind} | more


def option(of: str, devices: object, value: object, name: str = "1", **more: object) -> Row:
    """Return an option in zone A, slot 0, of one slot, unless told otherwise."""
    row: dict[str, object] = {"order": of, "option": name, "zone": "A", "class": "gpu"}
    return row | {"start": 0, "length": 1, "devices": devices, "value": value} | more
