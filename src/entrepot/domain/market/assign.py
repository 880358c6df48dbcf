"""Which stock serves what an order was given: whole devices, run by run.

Devices of a stock are alike, so as many runs fit as their numbers do, hour by hour. A run goes to
the stock that has most devices free throughout; where none has any, it is cut in halves, which are
placed by themselves. What finds no room is left over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whole devices in slots [begin, end) for one order's option."""

    key: str
    begin: int
    end: int
    devices: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A part of it on one stock."""

    key: str
    stock: str
    begin: int
    end: int
    devices: int


def assign(wanted: Sequence[Wanted], room: Mapping[str, Sequence[int]]) -> list[Placed]:
    """Place runs on stocks, the earlier and longer ones first.

    Args:
        wanted: of one zone and class.
        room: stock → devices that may be placed in each slot.

    Returns:
        Parts that keep within the room; fewer devices than wanted where there is too little.

    >>> assign([Wanted("a", 0, 2, 3)], {"x": [2, 2], "y": [1, 1]})  # doctest: +NORMALIZE_WHITESPACE
    [Placed(key='a', stock='x', begin=0, end=2, devices=2),
     Placed(key='a', stock='y', begin=0, end=2, devices=1)]
    """
    left = {stock: list(slots) for stock, slots in room.items()}
    placed: list[Placed] = []
    for one in sorted(wanted, key=lambda w: (w.begin, -w.end, w.key)):
        placed += _place(one, left)
    return placed


def _place(one: Wanted, left: dict[str, list[int]]) -> list[Placed]:
    placed: list[Placed] = []
    todo = [(one.begin, one.end, one.devices)]
    while todo:
        begin, end, devices = todo.pop()
        stock = max(left, key=lambda s: min(left[s][begin:end]), default=None)
        most = min(left[stock][begin:end]) if stock is not None else 0
        if stock is None or most == 0:
            if end - begin > 1:
                middle = (begin + end) // 2
                todo += [(middle, end, devices), (begin, middle, devices)]
            continue
        taken = min(devices, most)
        for slot in range(begin, end):
            left[stock][slot] -= taken
        placed.append(Placed(one.key, stock, begin, end, taken))
        if taken < devices:
            todo.append((begin, end, devices - taken))
    return placed
