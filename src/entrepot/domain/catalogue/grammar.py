"""The device grammar: ``H100:8``, ``A100:80GB:1..8``, ``24GB..``, ``8+``, ``H100:0.25``.

A request is up to three parts with colons between, each at most once and in any order:
a name, the memory of one device, and how many devices or which share of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction

from entrepot.domain.catalogue.aliases import mig_milli, mig_profile, plain_request
from entrepot.domain.catalogue.model import ANY, DEVICES_MAX, DeviceRequest, Range
from entrepot.domain.catalogue.names import device_key, is_known, suggest_device
from entrepot.domain.catalogue.units import parse_count, parse_device_mib, parse_range
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

TEXT_MAX = 120

_SIZE = re.compile(r"^[\s\d.+]*\d\s*[kmgtp]i?b[\s\d.+kmgtpib]*$|^\.\.\s*\d+\s*[kmgtp]i?b$", re.I)
_COUNT = re.compile(r"^-?\d+\s*\+?$|^-?\d*\s*\.\.\s*-?\d*$")
_SHARE = re.compile(r"^-?\d*\.\d+$|^-?\d+(?:\.\d+)?\s*%$")


def parse_device(
    text: str, known: Collection[str] | None = None, shared: str | None = None
) -> DeviceRequest:
    """Read one device request.

    Args:
        text: the request.
        known: names of the devices that exist; None = take any name.
        shared: share of one device, written beside the request (``shared: 0.25``).

    Returns:
        The request; without a count it asks for one device.

    Raises:
        Invalid: not in the grammar, zero, negative or absurd counts, or an unknown device.

    >>> parse_device("A100:80GB:1..8").memory_mib, parse_device("H100:0.25").milli_min
    (Range(least=81920, most=81920), 250)
    >>> parse_device("24GB..").name is None, parse_device("8+").milli_min
    (True, 8000)
    """
    if len(text) > TEXT_MAX:
        raise _form(text[:20] + "…")
    parts = [part.strip() for part in plain_request(text.strip()).split(":")]
    found = _sort_parts(text, parts, known)
    name, memory = found.get("name"), _memory(found.get("memory"))
    if name is not None:
        _check_name(name, known)
        stated = device_key(name).memory_gib
        if memory is ANY and stated is not None:
            memory = Range(stated * 1024, stated * 1024)
    quantity = found.get("quantity")
    if quantity is not None and shared is not None:
        raise Invalid(
            "device.twice",
            N_("{text} states a quantity, and a share is stated beside it."),
            hint=N_("Keep one of the two: {name}:0.25, or shared: 0.25."),
            text=text,
            name=name or "H100",
        )
    least, most = _quantity(quantity if shared is None else shared, memory, shared is not None)
    return DeviceRequest(text, name, memory, least, most)


def parse_alternatives(
    texts: Sequence[str], known: Collection[str] | None = None, shared: str | None = None
) -> tuple[DeviceRequest, ...]:
    """Read several requests; see :func:`parse_device`.

    >>> [r.name for r in parse_alternatives(["H100:8", "A100:8"])]
    ['H100', 'A100']
    """
    return tuple(parse_device(text, known, shared) for text in texts)


def parse_share(text: str) -> int:
    """Read a share of one device and return milli-devices, 1 to 999.

    Raises:
        Invalid: not between 0 and 1, or finer than a thousandth.

    >>> parse_share("0.25"), parse_share("25%")
    (250, 250)
    """
    clean = text.strip()
    percent = clean.endswith("%")
    number = clean.rstrip("% ")
    share = Fraction(-1)
    if re.fullmatch(r"\d{0,9}(?:\.\d{1,9})?", number) and number.strip("."):
        share = Fraction(Decimal(number)) * (MILLI // 100 if percent else MILLI)
    if not 0 < share < MILLI or share.denominator != 1:
        raise Invalid(
            "device.share",
            N_("{text} is not a share of one device."),
            hint=N_("Write a number between 0 and 1 with at most three decimals, such as 0.25."),
            text=clean[:60],
        )
    return int(share)


def _sort_parts(text: str, parts: list[str], known: Collection[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, part in enumerate(parts):
        kind = _kind(part, known, index == 0)
        if not part or kind in found:
            raise _form(text)
        found[kind] = part
    return found


def _kind(part: str, known: Collection[str] | None, first: bool) -> str:
    if mig_profile(part) or _SHARE.match(part):
        return "quantity"
    if _SIZE.match(part):
        return "memory"
    if not _COUNT.match(part):
        return "name"
    # "4090" is a card and "8" is a count; only the list of devices tells them apart.
    named = first and part.isdigit() and known is not None and is_known(part, known)
    return "name" if named else "quantity"


def _memory(part: str | None) -> Range:
    return ANY if part is None else parse_range(part, parse_device_mib)


def _quantity(part: str | None, memory: Range, is_share: bool) -> tuple[int, int]:
    if part is None:
        return MILLI, MILLI
    profile = mig_profile(part)
    if profile:
        return mig_milli(part, memory.least), MILLI
    if is_share or _SHARE.match(part):
        return parse_share(part), MILLI
    span = parse_range(part, parse_count)
    return (span.least or 1) * MILLI, (span.most or DEVICES_MAX) * MILLI


def _check_name(name: str, known: Collection[str] | None) -> None:
    if known is None or is_known(name, known):
        if re.search(r"[^\W_]", name):
            return
        raise _form(name)
    guess = suggest_device(name, known)
    raise Invalid(
        "device.unknown",
        N_("{name} is not a device that the catalogue knows."),
        hint=N_("Did you mean {guess}? entrepot facts show devices lists all.")
        if guess
        else N_("entrepot facts show devices lists all devices."),
        name=name,
        guess=guess or "",
    )


def _form(text: str) -> Invalid:
    return Invalid(
        "device.form",
        N_("{text} is not a device request."),
        hint=N_("Write NAME:MEMORY:COUNT, such as H100:8, A100:80GB:1..8, 24GB.. or H100:0.25."),
        text=text,
    )
