"""Runs of slots in an order file: by slot or by moment, one, several, or starts with a length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from entrepot.adapters.imports.facts_row import Row
from entrepot.kernel.period import HONG_KONG
from entrepot.kernel.text import N_
from entrepot.services.order_model import Block, When

SLOT_MAX = 100_000
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)


def read_window(top: Row) -> Block | None:
    """Return the window of an order, or None if it names none."""
    box = top.child("window")
    return None if box is None else _block(box)


def _block(box: Row) -> Block:
    found = Block(_when(box, "from"), _when(box, "to"))
    box.finish()
    return found


def _when(box: Row, key: str) -> When:
    """Read a slot, or a moment in Hong Kong time unless it names another."""
    value, where = box.get(key), box.where((*box.path, key))
    if isinstance(value, str):
        return When(None, _moment(box, key, value), where)
    number = box.integer_or_none(key, 0, SLOT_MAX)
    if number is None:
        box.refuse(key, N_("{where}: {field} is missing."), N_("State a slot or a time."))
    return When(number, None, where)


def _moment(box: Row, key: str, text: str) -> int:
    try:
        if not _TIME.match(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        box.refuse(
            key,
            N_("{where}: {value} is neither a slot nor a time."),
            N_("Write a slot such as 3, or a time such as 2026-11-22T20:00+08:00."),
            value=text[:60],
        )
    local = moment if moment.tzinfo else moment.replace(tzinfo=HONG_KONG)
    return int(local.timestamp())


def read_blocks(box: Row) -> tuple[Block, ...]:
    """Read the runs of an option: from and to, several blocks, or starts with a length."""
    ways = [name for name in ("from", "blocks", "starts") if name in box.values]
    if len(ways) != 1:
        box.refuse(
            ways[1] if ways else "from",
            N_("{where}: one of from, blocks and starts says when the option runs."),
            N_("Write from: 3, to: 5, or starts: [3, 4, 5] with length: 2."),
        )
    if ways == ["from"]:
        return (Block(_when(box, "from"), _when(box, "to")),)
    if ways == ["blocks"]:
        found = tuple(map(_block, box.children("blocks")))
        if not found:
            box.refuse("blocks", N_("{where}: the list is empty."), N_("Write a block, or more."))
        return found
    length = box.integer_or_none("length", 1, SLOT_MAX)
    starts = box.get("starts")
    numbers = cast("Sequence[object]", starts) if isinstance(starts, list) else ()
    good = [n for n in numbers if type(n) is int and 0 <= n <= SLOT_MAX]
    if length is None or not numbers or len(good) != len(numbers):
        box.refuse(
            "starts",
            N_("{where}: starts is a list of slots, beside a length in slots."),
            N_("Write starts: [3, 4, 5] and length: 2."),
        )
    where = box.where((*box.path, "starts"))
    return tuple(Block(When(n, None, where), When(n + length, None, where)) for n in good)
