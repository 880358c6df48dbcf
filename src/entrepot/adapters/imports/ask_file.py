"""Files of asks of the auction: what a centre offers in a call, YAML or JSON."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import cast

from entrepot.adapters.imports.facts_row import Row
from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import ASSETS, CNY, HKD
from entrepot.kernel.text import N_
from entrepot.services.call_ask import AskFile, WrittenStep

STEPS_MAX = 10_000
DEVICES_MAX = 1_000_000_000
SLOT_MAX = 100_000


def read_ask(data: bytes, path: Path) -> AskFile:
    r"""Read an ask.

    Args:
        data: bytes of the file; path: of it, for messages.

    Raises:
        Invalid: with file, line and field.

    >>> text = b"steps:\n- {class: h800, from: 0, to: 2, devices: 8, price: 12.50 HKD}\n"
    >>> read_ask(text, Path("ask.yaml")).steps[0].devices
    8
    """
    located = load_yaml(data, str(path))
    value = located.value
    if not isinstance(value, dict):
        raise Invalid(
            "auction.ask_form",
            N_("{path} is no ask of the auction."),
            hint=N_("docs/how-to/bid-in-an-auction.md has the form."),
            path=str(path),
        )
    top = Row(cast("dict[str, object]", value), (), lambda at: located.where(*at), {})
    boxes = top.children("steps")
    if not 0 < len(boxes) <= STEPS_MAX:
        top.refuse(
            "steps",
            N_("{where}: an ask has 1 to 10,000 steps."),
            N_("Write steps with class, from, to, devices and price."),
        )
    found = AskFile(top.text_or_none("centre") or "", tuple(map(_step, boxes)))
    top.finish()
    return found


def _step(box: Row) -> WrittenStep:
    step = WrittenStep(
        device_class=box.text("class"),
        stock=box.text_or_none("pool") or "",
        begin=_whole(box, "from", SLOT_MAX),
        end=_whole(box, "to", SLOT_MAX),
        devices=_whole(box, "devices", DEVICES_MAX),
        price=_price(box, "price"),
        start_cost=_price(box, "start_cost") if "start_cost" in box.values else None,
        min_slots=box.integer_or_none("min_slots", 0, SLOT_MAX) or 0,
    )
    box.finish()
    return step


def _whole(box: Row, key: str, most: int) -> int:
    found = box.integer_or_none(key, 0, most)
    if found is None:
        box.refuse(key, N_("{where}: {field} is missing."), N_("State a whole number."))
    return found


def _price(box: Row, key: str) -> tuple[Fraction, str]:
    """Read ``12.5 HKD``, exact, in minor units; a price may have more than two decimals."""
    number, _blank, code = box.text(key).strip().partition(" ")
    try:
        exact = Fraction(number)
        asset = ASSETS[code.strip()]
        plain = set(number) <= set("-0123456789.") and len(number) <= 24
        if not plain or asset not in (HKD, CNY):
            raise ValueError
    except (KeyError, ValueError, ZeroDivisionError):
        box.refuse(
            key,
            N_("{where}: {value} is no price in HKD or CNY."),
            N_("Write, for example, 120.00 HKD, a device and hour."),
            value=box.text(key)[:40],
        )
    return exact * 10**asset.digits, asset.code
