"""About how wide a text is, to leave room for it; no font is opened for that."""

from __future__ import annotations

import unicodedata

from entrepot.adapters.documents.pictures.scene import Px

_NARROW = frozenset(" ,.:;'|!ijl·()[]/It")


def text_width(text: str, size: int) -> Px:
    """Return the width of a line in pixels, rather too much than too little.

    Args:
        text: one line.
        size: height of the letters in pixels.

    >>> text_width("算力", 10), text_width("", 10)
    (20.0, 0.0)
    """
    return sum(_thousandths(sign) for sign in text) * size / 1000


def _thousandths(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1000
    if sign in _NARROW:
        return 310
    return 680 if sign.isupper() or sign in "mw%@—" else 560


def shortened(text: str, size: int, room: Px) -> str:
    """Return a text that fits a room, cut with an ellipsis if it must be.

    >>> shortened("a long name of a place", 10, 60)
    'a long nam…'
    """
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, size: int, room: Px, lines_max: int = 2) -> list[str]:
    """Break a text into lines that fit; what is beyond the last line is cut.

    >>> wrapped("one two three", 10, 45)
    ['one two', 'three']
    """
    lines: list[str] = []
    left = text
    while left and len(lines) < lines_max - 1 and text_width(left, size) > room:
        cut = _break(left, size, room)
        lines.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [*lines, shortened(left, size, room)] if left else lines


def _break(text: str, size: int, room: Px) -> int:
    """Return after how many signs a line ends: at a blank, or after a Chinese sign."""
    fits = 1
    while fits < len(text) and text_width(text[: fits + 1], size) <= room:
        fits += 1
    for cut in range(fits, 0, -1):
        wide = unicodedata.east_asian_width(text[cut - 1]) in "WF"
        if (wide or text[cut - 1] == " " or text[cut : cut + 1] == " ") and text[
            cut : cut + 1
        ] not in tuple("，。；：、）"):
            return cut
    return fits
