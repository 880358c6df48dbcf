"""Colours: told apart by people who do not see red or green, on a light and on a dark ground.

The colours of series follow the idea of Okabe and Ito, darkened or lightened until each stands
out from its ground by at least 3 : 1. Colours of heat rise in lightness alone, so that they can be
read in grey too; they are five points of *viridis*, joined in straight lines.

Sources: Okabe and Ito, "Color Universal Design", 2008; WCAG 2.2, 1.4.11 (contrast 3 : 1) and the
definition of relative luminance; viridis by van der Walt and Smith, CC0, 2015; read 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one ground.

    Attributes:
        ground: of the paper; ink: of words; faint: of words that matter less.
        grid: of the lines behind a plot; hollow: of a place without a value.
        series: of the series, in order.
        heat: from the lowest value to the highest.
    """

    ground: str
    ink: str
    faint: str
    grid: str
    hollow: str
    series: tuple[str, ...]
    heat: tuple[str, ...]


_VIRIDIS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")

LIGHT = Palette(
    ground="#ffffff",
    ink="#1f2430",
    faint="#5a6372",
    grid="#e3e6eb",
    hollow="#eceef1",
    series=("#0072b2", "#d55e00", "#00805c", "#a8447f", "#8a6500", "#2f8fc4", "#4b5563"),
    heat=tuple(reversed(_VIRIDIS)),
)
DARK = Palette(
    ground="#14181f",
    ink="#e8ebf0",
    faint="#a3adbb",
    grid="#2c333e",
    hollow="#232933",
    series=("#56b4e9", "#f28e4b", "#2bc49a", "#e08fc0", "#e6b93d", "#9ecbff", "#c3c9d3"),
    heat=_VIRIDIS,
)


def palette(dark: bool) -> Palette:
    """Return the colours of a dark or light ground."""
    return DARK if dark else LIGHT


def heat_colour(colours: tuple[str, ...], share: float | Fraction) -> str:  # not money: a way
    """Return the colour at a share of the way from the lowest to the highest.

    Args:
        colours: at equal distances, two at least.
        share: from 0 to 1; beyond counts as the end.

    >>> heat_colour(("#000000", "#ffffff"), 1)
    '#ffffff'
    """
    way = min(max(share, 0), 1) * (len(colours) - 1)
    first = min(int(way), len(colours) - 2)
    part = way - first
    low, high = rgb(colours[first]), rgb(colours[first + 1])
    mixed = [round(a + (b - a) * part) for a, b in zip(low, high, strict=True)]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def rgb(colour: str) -> Rgb:
    """Read ``#rrggbb``.

    >>> rgb("#ff8000")
    (255, 128, 0)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:  # not money: light
    """Return the relative luminance of a colour, from 0 (black) to 1 (white).

    L = 0.2126 R + 0.7152 G + 0.0722 B with linear channels.
    """
    weights = (2126, 7152, 722)
    light = [w * _linear(c) for w, c in zip(weights, rgb(colour), strict=True)]
    return sum(light) / 10_000  # not money: light


def _linear(channel: int) -> float:  # not money: light
    share = channel / 255
    if share * 100_000 <= 4045:
        return share * 100 / 1292
    return ((share * 1000 + 55) / 1055) ** (12 / 5)  # not money: the curve of a screen


def contrast(one: str, other: str) -> float:  # not money: light
    """Return the contrast of two colours, (L₁ + 0.05) / (L₂ + 0.05), from 1 to 21.

    >>> round(contrast("#ffffff", "#000000"))
    21
    """
    dim, bright = sorted((luminance(one), luminance(other)))
    return (20 * bright + 1) / (20 * dim + 1)


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour.

    >>> ink_on("#fde725"), ink_on("#440154")
    ('#101317', '#ffffff')
    """
    black, white = "#101317", "#ffffff"
    return black if contrast(colour, black) >= contrast(colour, white) else white
