"""The words of ``entrepot offers search`` read into a demand."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from entrepot.domain.catalogue.grammar import parse_device
from entrepot.domain.catalogue.model import DEVICES_MAX, Demand, DeviceRequest, Mode
from entrepot.domain.catalogue.units import parse_duration, parse_percent_bp
from entrepot.kernel.compute import MILLI, Isolation, Precision
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, parse_amount
from entrepot.kernel.text import N_

MFLOPS_PER_P = 10**9
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?\Z")
_PLACE = re.compile(r"[A-Za-z]{2}\Z")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader typed, as typed; None = not said."""

    device: tuple[str, ...] = ()
    ordered: bool = False
    count: str | None = None
    memory: str | None = None
    min_p: str | None = None
    precision: str | None = None
    regions: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    latency_max: str | None = None
    green_min: str | None = None
    price_cap: str | None = None
    isolation: str = Isolation.TIMESLICE.value
    duration: str = "1h"
    interruptible: bool = False
    leasable: bool = False


def demand_of(wish: Wish, known: Collection[str]) -> Demand:
    """Read a wish.

    Args:
        wish: as typed.
        known: names of devices that exist.

    Returns:
        The demand; its price cap is HKD a device-hour.

    Raises:
        Invalid: a word that cannot be read.

    >>> demand_of(Wish(("H100",), count="8"), ["H100 SXM"]).alternatives[0].milli_min
    8000
    """
    texts = wish.device or ("",)
    precision = Precision(wish.precision) if wish.precision else None
    return Demand(
        alternatives=tuple(_request(text, wish, known) for text in texts),
        mode=Mode.ORDERED if wish.ordered else Mode.ANY_OF,
        duration_s=parse_duration(wish.duration),
        isolation=Isolation(wish.isolation),
        regions=wish.regions,
        jurisdictions=tuple(_place(text) for text in wish.laws),
        latency_ms_max=_milliseconds(wish.latency_max),
        green_share_bp_min=parse_percent_bp(wish.green_min) if wish.green_min else 0,
        price_cap=_cap(wish.price_cap),
        rating_mflops_min=_speed(wish.min_p, precision),
        rating_precision=precision if wish.min_p else None,
        interruptible_ok=wish.interruptible,
        indicative_ok=not wish.leasable,
    )


def _request(text: str, wish: Wish, known: Collection[str]) -> DeviceRequest:
    """Read one device with the count and memory that stand beside it."""
    beside = [part for part in (text, wish.memory, wish.count) if part]
    if not wish.count and not _counted(text):
        # Nobody said how many, so instances of any size are worth a look.
        request = parse_device(":".join([*beside, "1"]), known)
        return replace(request, text=text, milli_max=DEVICES_MAX * MILLI)
    return parse_device(":".join(beside), known)


def _counted(text: str) -> bool:
    """Say whether a device text states how many, or which share of one."""
    if not text:
        return False
    try:
        parse_device(f"{text}:1")
    except Invalid:
        return True
    return False


def _place(text: str) -> str:
    if not _PLACE.match(text):
        raise Invalid(
            "offers.jurisdiction",
            N_("{text} is no code of a jurisdiction."),
            hint=N_("Write two letters, such as HK or CN."),
            text=text[:40],
        )
    return text.upper()


def _number(option: str, text: str) -> Fraction:
    if not _NUMBER.match(text) or Decimal(text) <= 0:
        raise Invalid(
            "offers.number",
            N_("{option} takes a number above zero, not {text}."),
            hint=N_("Write it with digits and a point, such as 0.5."),
            option=option,
            text=text[:40],
        )
    return Fraction(Decimal(text))


def _milliseconds(text: str | None) -> Fraction | None:
    return _number("--latency-max", text) if text else None


def _speed(text: str | None, precision: Precision | None) -> int:
    if not text:
        return 0
    if precision is None:
        raise Invalid(
            "offers.precision",
            N_("--min-p counts at a named precision only."),
            hint=N_("Add --precision fp16."),
        )
    return int(_number("--min-p", text) * MFLOPS_PER_P)


def _cap(text: str | None) -> Amount | None:
    if not text:
        return None
    amount = parse_amount(text)
    if amount.asset != HKD or amount.minor <= 0:
        raise Invalid(
            "offers.cap",
            N_("A price cap is a positive amount of HKD a device-hour, not {text}."),
            hint=N_("Write --price-cap '30 HKD'."),
            text=text[:40],
        )
    return amount
