"""The calls of the examples, as rows.

In the electricity markets a megawatt is a device, an hour a slot, and money per MWh is HKD per
device and slot. A load is a divisible order worth far more than any supply. Power from another zone
is an option of the load there, over the link between the two.

Source: PyPSA, example "Simple electricity market" (costs, capacities and prices), 2026-11-21; the
small ones are solved by hand in their docstrings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrepot.services.auction_folder import AuctionFolder, RawTable

Row = Mapping[str, object]

LOST_LOAD = 1_000
WIND, COAL, GAS, OIL = 3_000, 35_000, 8_000, 2_000

HEADERS = {
    "asks": ("ask", "zone", "class", "from", "to", "price", "devices"),
    "orders": ("order", "kind", "min_share", "group", "parent"),
    "options": (
        *("order", "option", "zone", "class", "start", "length", "devices", "value"),
        *("link", "mbps"),
    ),
    "links": ("link", "from_zone", "to_zone", "from", "to", "mbps"),
}


def _call(
    asks: Sequence[Row],
    orders: Sequence[Row],
    options: Sequence[Row],
    links: Sequence[Row] = (),
    *,
    slots: int = 1,
    zones: tuple[str, ...] = ("A",),
) -> AuctionFolder:
    rows = {"asks": asks, "orders": orders, "options": options, "links": links}
    tables: dict[str, RawTable] = {}
    for name, header in HEADERS.items():
        cells = {key: [str(row.get(key, "")) for row in rows[name]] for key in header}
        tables[name] = RawTable(f"{name}.csv", cells)
    return AuctionFolder(slots, 3600, zones, ("gpu",), tables)


def _ask(name: str, price: object, devices: object, **more: object) -> Row:
    row: dict[str, object] = {"ask": name, "zone": "A", "class": "gpu", "from": 0, "to": 1}
    return row | {"price": price, "devices": devices} | more


def _order(name: str, kind: str = "gang", **more: object) -> Row:
    return {"order": name, "kind": kind} | more


def _option(of: str, devices: int, value: object, name: str = "1", **more: object) -> Row:
    row: dict[str, object] = {"order": of, "option": name, "zone": "A", "class": "gpu"}
    return row | {"start": 0, "length": 1, "devices": devices, "value": value} | more


def _load(name: str, size: int, slot: int = 0, **more: object) -> Row:
    return {**_option(name, size, LOST_LOAD * size, start=slot), **more}


def _plants(slots: int = 1) -> list[Row]:
    plants = (("coal", 30, COAL), ("gas", 60, GAS), ("oil", 80, OIL))
    return [_ask(name, cost, size, to=slots) for name, cost, size in plants]


def one_zone() -> AuctionFolder:
    """Three plants and wind; the load of 42,000 MW reaches into gas."""
    asks = [*_plants(), _ask("wind", 0, WIND)]
    return _call(asks, [_order("load", "divisible")], [_load("load", 42_000)])


def three_zones() -> AuctionFolder:
    """Two neighbours have water for nothing behind links that are full."""
    water = (("cahora", 1_200, "M"), ("maguga", 600, "S"))
    asks = [*_plants(), _ask("wind", 0, WIND)]
    asks += [_ask(name, 0, size, zone=zone) for name, size, zone in water]
    options = [
        _load("a", 42_000),
        _load("a", 42_000, option=2, zone="M", link="MA", mbps=42_000),
        _load("a", 42_000, option=3, zone="S", link="SA", mbps=42_000),
        _load("m", 650, zone="M"),
        _load("s", 250, zone="S"),
        _load("s", 250, option=2, zone="M", link="MS", mbps=250),
    ]
    ends = (("MA", "M", "A", 500), ("SA", "S", "A", 250), ("MS", "M", "S", 100))
    links = [
        {"link": name, "from_zone": a, "to_zone": b, "from": 0, "to": 1, "mbps": wide}
        for name, a, b, wide in ends
    ]
    orders = [_order(name, "divisible") for name in ("a", "m", "s")]
    return _call(asks, orders, options, links, zones=("A", "M", "S"))


def four_periods() -> AuctionFolder:
    """Wind and load change by the hour; oil is needed from the third on."""
    wind = [
        {**_ask(f"wind{t}", 0, size), "from": t, "to": t + 1}
        for t, size in enumerate((900, 1_800, 1_200, 1_500))
    ]
    sizes = (42_000, 43_000, 45_000, 46_000)
    options = [_load(f"t{t}", size, t) for t, size in enumerate(sizes)]
    orders = [_order(f"t{t}", "divisible") for t in range(4)]
    return _call([*_plants(4), *wind], orders, options, slots=4)


def industry() -> AuctionFolder:
    """An industry would take 8,000 MW at 70, between gas and oil."""
    asks = [*_plants(), _ask("wind", 0, WIND)]
    orders = [_order("load", "divisible"), _order("industry", "divisible")]
    return _call(asks, orders, [_load("load", 42_000), _option("industry", 8_000, 70 * 8_000)])


def xor() -> AuctionFolder:
    """One device a slot at 1. B can only have slot 0; A likes it better, yet moves: 6 + 9 − 2."""
    options = [_option("A", 1, 10), _option("A", 1, 6, "2", start=1), _option("B", 1, 9)]
    return _call([_ask("x", 1, 1, to=2)], [_order("A"), _order("B")], options, slots=2)


def gang() -> AuctionFolder:
    """Four devices at 1. The best single gang (30 − 3) loses against two that fit (32 − 4)."""
    options = [_option("big", 3, 30), _option("left", 2, 16), _option("right", 2, 16)]
    orders = [_order(name) for name in ("big", "left", "right")]
    return _call([_ask("x", 1, 4)], orders, options)


def minimum() -> AuctionFolder:
    """Three devices at 1; the order wants four, and takes three quarters: 0.75 × 8 − 3."""
    orders = [_order("some", "minimum", min_share=50), _order("all")]
    return _call([_ask("x", 1, 3)], orders, [_option("some", 4, 8), _option("all", 4, 100)])


def linked() -> AuctionFolder:
    """A parent that loses alone (1 − 2) is taken for its child's sake (10 − 2)."""
    orders = [_order("parent"), _order("child", parent="parent")]
    return _call([_ask("x", 2, 5)], orders, [_option("parent", 1, 1), _option("child", 1, 10)])


def exclusive() -> AuctionFolder:
    """There is room for both, but one choice for the group: 10 − 1."""
    orders = [_order("one", group="g"), _order("other", group="g")]
    return _call([_ask("x", 1, 9)], orders, [_option("one", 1, 8), _option("other", 1, 10)])
