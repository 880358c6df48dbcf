"""Columns of text → a :class:`.model.Call`, by a reader of the checker's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from entrepot.domain.auction_check.fingerprint import fingerprint
from entrepot.domain.auction_check.model import MINIMUM, Ask, Call, Option, Order
from entrepot.domain.auction_check.read_law import Decisions
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

Table = Mapping[str, Sequence[str]]

_INTEGER = re.compile(r"[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def read_call(
    slots: int,
    slot_s: int,
    zones: Sequence[str],
    classes: Sequence[str],
    tables: Mapping[str, Table],
) -> Call:
    """Read a call.

    Args:
        slots, slot_s, zones, classes: of the auction file.
        tables: ``asks``, ``orders``, ``options``, ``links`` and maybe ``law``: column → cells.

    Raises:
        Invalid: a table cannot be read; ``entrepot auction run`` says where in more detail.
    """
    try:
        return _read(slots, slot_s, list(zones), list(classes), tables)
    except (KeyError, ValueError, IndexError) as error:
        raise Invalid(
            "auction.unreadable",
            N_("The orders cannot be read: {problem}."),
            hint=N_("Check that the folder is the one that the certificate was made from."),
            problem=str(error)[:80],
        ) from None


def _read(
    slots: int, slot_s: int, zones: list[str], classes: list[str], tables: Mapping[str, Table]
) -> Call:
    orders, law, order_lines = _orders(tables["orders"], zones)
    place = {order.name: at for at, order in enumerate(orders)}
    capacity, ends = _links(tables["links"], slots)
    links = {name: at for at, name in enumerate(capacity)}
    pools: dict[tuple[str, str], int] = {}
    asks, ask_lines = _asks(tables["asks"], pools)
    rows = sorted((place[order], at) for at, order in enumerate(_cells(tables["options"], "order")))
    decisions = Decisions(tables.get("law", {}), slots)
    lawful = _Law(law, decisions)
    options, option_lines, shut = _options(tables["options"], rows, orders, lawful, pools, links)
    inputs = fingerprint(
        (slots, slot_s, zones, classes),
        (ask_lines, order_lines, option_lines),
        [(name, *ends[name], row) for name, row in capacity.items()],
    )
    # Options shut out are named in the order of the file, those in doubt by nobody.
    named = decisions.text([f"{order}/{option}" for _at, order, option in sorted(shut)])
    return Call(
        slots,
        asks,
        orders,
        options,
        pools,
        links,
        list(capacity.values()),
        inputs,
        sha256_hex(named.encode()),
        frozenset((order, option) for _at, order, option in shut),
    )


@dataclass(frozen=True, slots=True)
class _Law:
    """Lawful zones of each order, empty = any, and the decisions on orders."""

    zones: list[set[str]]
    decisions: Decisions

    def permits(self, at: int, order: str, place: tuple[str, str], run: tuple[int, int]) -> bool:
        here = not self.zones[at] or place[0] in self.zones[at]
        return here and self.decisions.permit(order, place, *run)


def _cells(table: Table, column: str, default: str = "") -> list[str]:
    found = table.get(column)
    size = len(next(iter(table.values()), ()))
    return [text or default for text in found] if found is not None else [default] * size


def _integers(table: Table, column: str, default: str = "") -> list[int]:
    cells = _cells(table, column, default)
    bad = next((text for text in cells if not _INTEGER.fullmatch(text)), None)
    if bad is not None:
        raise ValueError(f"{column} {bad!r}")
    return list(map(int, cells))


def _numbers(table: Table, column: str, default: str = "") -> list[int]:
    cells = _cells(table, column, default)
    bad = next((text for text in cells if not _NUMBER.fullmatch(text)), None)
    if bad is not None:
        raise ValueError(f"{column} {bad!r}")
    return [int(Decimal(text).scaleb(6)) for text in cells]


def decimal_text(millionths: int) -> str:
    """Write millionths as the shortest decimal text.

    >>> decimal_text(2_500_000), decimal_text(-70), decimal_text(0)
    ('2.5', '-0.00007', '0')
    """
    digits = str(abs(millionths)).zfill(7)
    text = f"{digits[:-6]}.{digits[-6:]}".rstrip("0").rstrip(".")
    return f"-{text}" if millionths < 0 else text


def _orders(table: Table, zones: list[str]) -> tuple[list[Order], list[set[str]], list[list[str]]]:
    names = _cells(table, "order")
    place = {name: at for at, name in enumerate(names)}
    groups, parents = _cells(table, "group"), _cells(table, "parent")
    times, parties = _integers(table, "time", "0"), _cells(table, "party")
    shares = [number // 100 for number in _numbers(table, "min_share", "0")]
    orders: list[Order] = []
    law: list[set[str]] = []
    lines: list[list[str]] = []
    among_zones = _cells(table, "zones")
    for at, kind in enumerate(_cells(table, "kind")):
        lawful = set(among_zones[at].split())
        row = f"group {groups[at]}" if groups[at] else f"order {names[at]}"
        parent = place[parents[at]] if parents[at] else -1
        share = shares[at] if kind == MINIMUM else 0
        orders.append(Order(names[at], kind, share, row, parent, parties[at]))
        law.append(lawful)
        least = decimal_text(shares[at] * 100) if shares[at] else ""
        among = " ".join(zone for zone in zones if zone in lawful)
        lines.append(
            [names[at], kind, least, groups[at], parents[at], str(times[at]), parties[at], among]
        )
    return orders, law, lines


def _asks(table: Table, pools: dict[tuple[str, str], int]) -> tuple[list[Ask], list[list[str]]]:
    names, parties = _cells(table, "ask"), _cells(table, "party")
    zones, classes = _cells(table, "zone"), _cells(table, "class")
    begin, end = _integers(table, "from"), _integers(table, "to")
    price, devices = _numbers(table, "price"), _integers(table, "devices")
    start, least = _numbers(table, "start_cost", "0"), _integers(table, "min_slots", "0")
    asks: list[Ask] = []
    lines: list[list[str]] = []
    for at, name in enumerate(names):
        pool = pools.setdefault((zones[at], classes[at]), len(pools))
        # A price below zero stands at zero: nobody is paid to take devices.
        asks.append(
            Ask(
                name,
                pool,
                begin[at],
                end[at],
                max(0, price[at]),
                devices[at],
                start[at],
                least[at],
                parties[at],
            )
        )
        lines.append(
            [
                name,
                zones[at],
                classes[at],
                str(begin[at]),
                str(end[at]),
                decimal_text(price[at]),
                str(devices[at]),
                decimal_text(start[at]),
                str(least[at]),
                parties[at],
            ]
        )
    return asks, lines


def _options(
    table: Table,
    rows: list[tuple[int, int]],
    orders: list[Order],
    law: _Law,
    pools: dict[tuple[str, str], int],
    links: dict[str, int],
) -> tuple[list[Option], list[list[str]], list[tuple[int, str, str]]]:
    names, zones, classes = (_cells(table, column) for column in ("option", "zone", "class"))
    begin, length = _integers(table, "start"), _integers(table, "length")
    devices, value = _integers(table, "devices"), _numbers(table, "value")
    link, mbps = _cells(table, "link"), _integers(table, "mbps", "0")
    options: list[Option] = []
    lines: list[list[str]] = []
    shut: list[tuple[int, str, str]] = []
    for order, at in rows:
        place, run = (zones[at], classes[at]), (begin[at], begin[at] + length[at])
        if not law.permits(order, orders[order].name, place, run):
            shut.append((at, orders[order].name, names[at]))
            continue
        pool = pools.setdefault(place, len(pools))
        line = links[link[at]] if link[at] else -1
        options.append(Option(order, names[at], pool, *run, devices[at], value[at], line, mbps[at]))
        lines.append(
            [
                orders[order].name,
                names[at],
                zones[at],
                classes[at],
                str(begin[at]),
                str(length[at]),
                str(devices[at]),
                decimal_text(value[at]),
                link[at],
                str(mbps[at]) if link[at] else "",
            ]
        )
    return options, lines, shut


def _links(table: Table, slots: int) -> tuple[dict[str, list[int]], dict[str, tuple[str, str]]]:
    capacity: dict[str, list[int]] = {}
    ends: dict[str, tuple[str, str]] = {}
    begin, end = _integers(table, "from"), _integers(table, "to")
    mbps = _integers(table, "mbps")
    a, b = _cells(table, "from_zone"), _cells(table, "to_zone")
    for at, name in enumerate(_cells(table, "link")):
        row = capacity.setdefault(name, [0] * slots)
        row[begin[at] : end[at]] = [mbps[at]] * (end[at] - begin[at])
        ends[name] = (a[at], b[at])
    return capacity, ends
