"""Random small calls of the auction with every kind of order and ask."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.auction_calls import Row, call

from entrepot.domain.market.order_law import LAW_COLUMNS
from entrepot.services.auction_folder import LAW, AuctionFolder, RawTable

ZONES, CLASSES = ("A", "B", "C"), ("g", "h")


def random_call(
    seed: int, *, bound_asks: bool = True, groups: bool = False, law: bool = False
) -> AuctionFolder:
    """Return a call.

    Args:
        seed: of all chance.
        bound_asks: some asks have start costs and least runs.
        groups: asks and orders belong to beneficial groups, some to the same.
        law: decisions stand beside some orders.
    """
    rng = random.Random(seed)
    slots = rng.randint(1, 6)
    links = [
        {
            "link": f"L{a}{b}",
            "from_zone": a,
            "to_zone": b,
            "from": 0,
            "to": slots,
            "mbps": rng.choice([0, 5, 50]),
        }
        for a in ZONES
        for b in ZONES
        if a != b and rng.random() < 0.5
    ]
    asks = [_ask(rng, number, slots, bound_asks) for number in range(rng.randint(0, 8))]
    names = [f"D{number}" for number in range(rng.randint(0, 9))]
    orders = [_order(rng, place, names) for place in range(len(names))]
    options = [
        _option(rng, name, number, slots, [str(link["link"]) for link in links])
        for name in names
        for number in range(rng.randint(1, 3))
    ]
    more = random.Random(f"more {seed}")  # what is asked for beside changes nothing else
    if groups:
        asks, orders = (
            [{**row, "party": more.choice(["", "P1", "P1", "P2"])} for row in rows]
            for rows in (asks, orders)
        )
    folder = call(asks, orders, options, links, slots=slots, zones=ZONES, classes=CLASSES)
    return with_law(folder, _decisions(more, names, slots)) if law else folder


def with_law(folder: AuctionFolder, rows: list[Row]) -> AuctionFolder:
    """Return a call with decisions of the law filter beside its orders."""
    columns = {column: [str(row[column]) for row in rows] for column in LAW_COLUMNS}
    return replace(folder, tables={**folder.tables, LAW: RawTable("law.csv", columns)})


def decision(of: str, zone: str, begin: int, end: int, outcome: str, **more: object) -> Row:
    """Return a decision on class ``g`` unless told otherwise."""
    row: dict[str, object] = {"order": of, "zone": zone, "class": "g", "from": begin, "to": end}
    marks = {"day": "2026-11-21", "rules": "r1", "decision": f"d{begin}"}
    return {**row, "outcome": outcome, **marks, **more}


def _decisions(rng: random.Random, names: list[str], slots: int) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        governed = rng.random() < 0.6
        for zone in ZONES if governed else ():
            for device in CLASSES:
                at = rng.randint(0, slots)
                for begin, end in ((0, at), (at, slots)):
                    word = rng.choice(["allow", "allow_with_duties", "needs_review", "forbid"])
                    if begin < end and rng.random() < 0.9:
                        rows.append(decision(name, zone, begin, end, word, **{"class": device}))
    return rows


def _ask(rng: random.Random, number: int, slots: int, bound_asks: bool) -> Row:
    begin = rng.randrange(slots)
    end = rng.randint(begin + 1, slots)
    bound = bound_asks and rng.random() < 0.2
    return {
        "ask": f"S{number}",
        "zone": rng.choice(ZONES),
        "class": rng.choice(CLASSES),
        "from": begin,
        "to": end,
        "price": rng.choice(["-1.5", "0", "2", "3.25", "7"]),
        "devices": rng.randint(0, 6),
        "start_cost": rng.choice([0, 4]) if bound else 0,
        "min_slots": rng.randint(0, end - begin) if bound else 0,
    }


def _order(rng: random.Random, place: int, names: list[str]) -> Row:
    kind = rng.choice(["gang", "gang", "divisible", "minimum"])
    return {
        "order": names[place],
        "kind": kind,
        "min_share": rng.choice(["25", "33.3333", "80"]) if kind == "minimum" else "",
        "group": rng.choice(["", "", "", "g1", "g2"]),
        "parent": names[rng.randrange(place)] if place and rng.random() < 0.2 else "",
        "time": place,
        "zones": rng.choice(["", "", "A", "A B", "B C"]),
    }


def _option(rng: random.Random, name: str, number: int, slots: int, links: list[str]) -> Row:
    start = rng.randrange(slots)
    length = rng.randint(1, slots - start)
    devices = rng.randint(1, 5)
    link = rng.choice(links) if links and rng.random() < 0.3 else ""
    return {
        "order": name,
        "option": f"o{number}",
        "zone": rng.choice(ZONES),
        "class": rng.choice(CLASSES),
        "start": start,
        "length": length,
        "devices": devices,
        "value": f"{rng.randint(0, 10) * devices * length}.{rng.randint(0, 99):02d}",
        "link": link,
        "mbps": rng.randint(0, 40) if link else "",
    }
