"""Counts, sizes and spans as people write them: ``8+``, ``24GB..``, ``1..8``, ``10m``, ``12%``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from entrepot.domain.catalogue.model import ANY, Range
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rounding import ceil
from entrepot.kernel.text import N_

MIB = 2**20
SIZE_BYTES_MAX = 10**18
COUNT_MAX = 100_000
DURATION_S_MAX = 184 * 86_400
"""Six months, the longest lease: 184 days, so that any six calendar months fit."""

BYTES: Mapping[str, int] = {
    **{"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "pb": 10**15},
    **{"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40, "pib": 2**50},
}
SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}

_NUMBER = r"\d{1,20}(?:\.\d{1,9})?"
_WITH_UNIT = re.compile(rf"^({_NUMBER})\s*([a-zA-Z]{{1,4}})$")
_PARTS = re.compile(rf"({_NUMBER})\s*([a-zA-Z]{{1,3}})")
_PLAIN = re.compile(r"^\d{1,20}$")
_PERCENT = re.compile(rf"^({_NUMBER})\s*%?$")


def parse_range(text: str, reader: Callable[[str], int]) -> Range:
    """Read ``n``, ``n+``, ``n..``, ``..n`` or ``a..b``, each number by ``reader``.

    Raises:
        Invalid: both sides missing, or the larger first, or what ``reader`` raises.

    >>> parse_range("1..8", parse_count), parse_range("8+", parse_count).most
    (Range(least=1, most=8), None)
    """
    text = text.strip()
    if text.endswith("+"):
        return Range(reader(text[:-1]), None)
    if ".." not in text:
        value = reader(text)
        return Range(value, value)
    left, _, right = text.partition("..")
    if not left.strip() and not right.strip():
        raise _range_error(N_("{text} has no number on either side of the dots."), text)
    least = reader(left) if left.strip() else None
    most = reader(right) if right.strip() else None
    if least is not None and most is not None and least > most:
        raise _range_error(N_("{text} runs from the larger to the smaller."), text)
    return Range(least, most)


def at_least(span: Range) -> Range:
    """Read a lone number as a lower bound: four processors are served by eight too.

    >>> at_least(Range(4, 4)), at_least(Range(4, 8))
    (Range(least=4, most=None), Range(least=4, most=8))
    """
    if span == ANY or span.least != span.most:
        return span
    return Range(span.least, None)


def parse_count(text: str) -> int:
    """Read a count of whole things, 1 to 100,000.

    Raises:
        Invalid: not a whole number, zero, negative, or absurdly large.

    >>> parse_count("8")
    8
    """
    text = text.strip()
    if not _PLAIN.match(text) or not 0 < int(text) <= COUNT_MAX:
        raise Invalid(
            "unit.count",
            N_("{text} is not a count between 1 and {most}."),
            hint=N_("Write a whole number, such as 8, 8+, 1..8."),
            text=_short(text),
            most=f"{COUNT_MAX:,}",
        )
    return int(text)


def parse_bytes(text: str) -> int:
    """Read a size with its unit and return bytes; GB is 10⁹, GiB is 2³⁰.

    Raises:
        Invalid: no unit, an unknown unit, zero, negative or absurdly large.

    >>> parse_bytes("1GB"), parse_bytes("1.5 GiB")
    (1000000000, 1610612736)
    """
    match = _WITH_UNIT.match(text.strip())
    size = Fraction(0)
    if match and match[2].lower() in BYTES:
        size = Fraction(Decimal(match[1])) * BYTES[match[2].lower()]
    if not 0 < size <= SIZE_BYTES_MAX:
        raise Invalid(
            "unit.size",
            N_("{text} is not a size in bytes."),
            hint=N_("Write a number above zero with MB, GB, MiB or GiB, such as 16GB."),
            text=_short(text),
        )
    return ceil(size)


def parse_mib(text: str) -> int:
    """Read a size and return whole MiB, rounded up.

    >>> parse_mib("1GB"), parse_mib("1GiB")
    (954, 1024)
    """
    return -(-parse_bytes(text) // MIB)


def parse_device_mib(text: str) -> int:
    """Read the memory of a device; GB and GiB mean the same label on a data sheet.

    >>> parse_device_mib("80GB") == parse_device_mib("80GiB") == 80 * 1024
    True
    """
    match = _WITH_UNIT.match(text.strip())
    unit = match[2].lower() if match else ""
    # Data sheets write GB for 2³⁰; a size of zero falls through to the error that quotes it.
    if match and unit in BYTES and len(unit) == 2 and Decimal(match[1]) > 0:
        return parse_mib(f"{match[1]}{unit[0]}iB")
    return parse_mib(text)


def parse_duration(text: str) -> int:
    """Read a span of time and return seconds.

    Args:
        text: numbers with s, m, h or d: ``90s``, ``10m``, ``1h30m``.

    Raises:
        Invalid: no unit, zero, a part of a second, or over 184 days (six months).

    >>> parse_duration("10m"), parse_duration("1h30m"), parse_duration("1.5h")
    (600, 5400, 5400)
    """
    text = text.strip().lower()
    parts = _PARTS.findall(text)
    known = bool(parts) and all(unit in SECONDS for _, unit in parts)
    clean = known and not _PARTS.sub("", text).strip()
    total = sum((Fraction(Decimal(n)) * SECONDS[u] for n, u in parts), Fraction(0)) if clean else 0
    if total <= 0 or Fraction(total).denominator != 1:
        raise Invalid(
            "unit.duration",
            N_("{text} is not a span of time."),
            hint=N_("Write a number above zero with s, m, h or d, such as 10m or 1h30m."),
            text=_short(text),
        )
    if total > DURATION_S_MAX:
        raise Invalid(
            "unit.duration_long",
            N_("{text} is longer than six months ({most} days), the longest lease."),
            hint=N_("Shorten the duration, or split the job."),
            text=_short(text),
            most=DURATION_S_MAX // 86_400,
        )
    return int(total)


def parse_percent_bp(text: str) -> int:
    """Read a percentage and return basis points, 0 to 10,000.

    Raises:
        Invalid: not a number from 0 to 100 with at most two decimals.

    >>> parse_percent_bp("12.5%"), parse_percent_bp("40")
    (1250, 4000)
    """
    match = _PERCENT.match(text.strip())
    points = Fraction(Decimal(match[1])) * 100 if match else Fraction(-1)
    if not 0 <= points <= 10_000 or points.denominator != 1:
        raise Invalid(
            "unit.percent",
            N_("{text} is not a percentage."),
            hint=N_("Write a number from 0 to 100 with at most two decimals, such as 40%."),
            text=_short(text),
        )
    return int(points)


def _range_error(message: str, text: str) -> Invalid:
    return Invalid(
        "unit.range",
        message,
        hint=N_("Write the smaller first, such as 1..8, or leave one side open: 8.."),
        text=_short(text),
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
