"""Values of the options of ``entrepot grid``: lengths of time, FIRM=NUMBER, failures, windows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.grid.events_failures import Failures
    from entrepot.services.grid_trace import Window

WHOLE_MAX = 10**9
UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(?:\d{1,9}[smhd])+", re.ASCII)
_PART = re.compile(r"(\d+)([smhd])", re.ASCII)


def seconds_of(text: str) -> int:
    """Read a length of time: ``90``, ``30m``, ``8h``, ``60d23h59m``.

    Raises:
        Invalid: it is none.

    >>> seconds_of("0"), seconds_of("90"), seconds_of("30m"), seconds_of("30d")
    (0, 90, 1800, 2592000)
    """
    if text.isdecimal():
        return whole_of(text)
    total = sum(int(count) * UNIT_S[unit] for count, unit in _PART.findall(text))
    if not _SPAN.fullmatch(text) or total > WHOLE_MAX:
        raise Invalid(
            "grid.span",
            N_("{text} is no length of time."),
            hint=N_("Write seconds, or numbers with s, m, h or d, such as 90, 30m or 1d12h."),
            text=repr(text[:40]),
        )
    return total


def whole_of(text: str) -> int:
    """Read a whole number from 0 up.

    Raises:
        Invalid: it is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= WHOLE_MAX):
        raise Invalid(
            "grid.number",
            N_("{text} is no whole number from 0 to {most}."),
            hint=N_("Write digits only."),
            text=repr(text[:40]),
            most=f"{WHOLE_MAX:,}",
        )
    return int(text)


def numbers_of(words: Iterable[str], option: str) -> dict[str, int]:
    """Read NAME=NUMBER, each name once.

    Raises:
        Invalid: a word is something else, or its number is 0.

    >>> numbers_of(["north=2"], "--weight")
    {'north': 2}
    """
    found: dict[str, int] = {}
    for word in words:
        name, _equals, value = word.rpartition("=")
        known = value.isascii() and value.isdecimal() and len(value) <= 9 and int(value) > 0
        if not name or not known or name in found:
            raise Invalid(
                "grid.pair",
                N_("{word} is no name with a number above zero, or names it twice."),
                hint=N_("For example: {option} north=2"),
                word=repr(word[:60]),
                option=option,
            )
        found[name] = int(value)
    return found


def failures_of(text: str) -> Failures | None:
    """Read ``mtbf=30d,repair=4h,seed=1``; None for an empty text.

    Raises:
        Invalid: it is something else.

    >>> failures_of("mtbf=30d,repair=4h,seed=1")
    Failures(mtbf_s=2592000, repair_s=14400, seed=1)
    """
    from entrepot.domain.grid.events_failures import Failures

    if not text:
        return None
    pairs = [part.strip().partition("=") for part in text.split(",")]
    given = {name: value for name, _equals, value in pairs}
    if given.keys() != {"mtbf", "repair", "seed"} or len(pairs) != 3:
        raise Invalid(
            "grid.failures_text",
            N_("{text} does not say how nodes fail."),
            hint=N_("For example: --failures mtbf=30d,repair=4h,seed=1"),
            text=repr(text[:60]),
        )
    return Failures(seconds_of(given["mtbf"]), seconds_of(given["repair"]), whole_of(given["seed"]))


def window_of(from_day: str, span: str) -> Window:
    """Read the window of submissions; empty texts leave it open.

    Raises:
        Invalid: the day or the span cannot be read.

    >>> window_of("2017-10-01", "2d")
    Window(from_s=1506816000, span_s=172800)
    """
    from entrepot.services.grid_trace import Window

    return Window(moment_of(from_day) if from_day else None, seconds_of(span) if span else None)


def moment_of(text: str) -> int:
    """Read a day or a time in UTC as Unix seconds.

    Raises:
        Invalid: it is neither.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "grid.moment",
            N_("{text} is no day or time."),
            hint=N_("Write YYYY-MM-DD, or YYYY-MM-DD HH:MM:SS in UTC."),
            text=repr(text[:40]),
        ) from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def clock_of(text: str) -> int:
    """Read a time of day as seconds after midnight.

    Raises:
        Invalid: it is none.

    >>> clock_of("01:30")
    5400
    """
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if match is None:
        raise Invalid(
            "grid.clock",
            N_("{text} is no time of day."),
            hint=N_("Write HH:MM, such as 01:00."),
            text=repr(text[:40]),
        )
    return int(match[1]) * 3600 + int(match[2]) * 60
